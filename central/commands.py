"""What ``central``'s commands do once Django is set up (see central.__main__)."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Final

import msgspec
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from central import authority, certificates, clock, enrolment, hsm, papers, sessions
from central.configuration import releases
from central.configuration.renewing import renewing
from central.configuration.repository import Repository
from central.enrolment import NotGivenError
from central.models import EnrolmentCode, Resident, Terminal
from central.models.enrolment import How
from central.pruning import pruning
from central.seeding import people
from central.seeding.cast import read as read_cast
from central.serve import NotLoopbackError
from central.serve import serve as serve_state
from central.state import CONFIG, State, write
from contract import limits
from contract.log_format import DEVICE_ID
from secure.reading.keys import KeyFileError, public_of

__all__ = [
    "NotGivenError", "NotLoopbackError", "address", "admit", "ecode", "enrol_code", "revoke", "seed", "serve",
    "suite", "trust_proxy", "unblock",
]  # fmt: skip

SEEDED: Final = "seeded"
"""In the state folder: what the last seed was made of."""


def seed(cast: Path, residents: int, openings: int, number: int, today: date | None, *, once: bool) -> str:
    """With *once*, nothing is written where the very same was written before: by this program, for this day."""
    state: State = settings.CENTRAL
    keys = read_cast(cast).card_keys.get("home")
    if keys is not None:
        write(state.folder / hsm.KEYS, msgspec.json.encode(keys))
    day = today or clock.today()
    mark, this = state.folder / SEEDED, _seed_digest(cast, f"{residents} {openings} {number} {day}")
    if once and mark.exists() and mark.read_bytes() == this and Resident.objects.filter(made_up=True).exists():
        return "今天已经写过同样的"
    mark.unlink(missing_ok=True)
    words = people.seed(cast, residents=residents, openings=openings, number=number, today=day)
    write(mark, this)
    return words


def _seed_digest(cast: Path, asked: str) -> bytes:
    """What the seed's outcome hangs on: what was asked for, the cast, and the seeding's own files."""
    digest = hashlib.sha256(asked.encode())
    for path in (cast, *sorted(Path(people.__file__).parent.glob("*.*"))):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest().encode()


def admit(
    terminal: str,
    csr: Path,
    log_key: Path,
    out: Path,
    number: int | None = None,
    point: str = "",
    serial: str = "",
    county: str = "",
) -> None:
    """Sign the terminal's certificate and write its bundle to *out*. Admitting again renews; with a new key it also
    lifts a revocation, and the certificates of the old key open nothing from then on.

    Raises NotACsrError.
    """
    if not DEVICE_ID.fullmatch(terminal):
        raise authority.NotACsrError("a terminal's id is 3 to 32 letters, digits and hyphens")
    state: State = settings.CENTRAL
    request = authority.read_request(csr.read_bytes())
    key, tls_key = read_log_key(log_key.read_bytes()), authority.key_id(request)
    if not state.takes(key):
        raise authority.NotACsrError(f"the log key is not of the platform's suite, {state.suite.value}")
    mine = Terminal.objects.filter(pk=terminal).first() or Terminal(pk=terminal)
    if mine.revoked_at is not None and mine.tls_key == tls_key:
        raise authority.NotACsrError("this key was revoked: the terminal needs new ones")
    if serial and Terminal.objects.filter(serial=serial).exclude(pk=terminal).exists():
        raise authority.NotACsrError("another terminal has this serial number")
    try:
        enrolment.take_number(mine, mine.number if number is None else number)
    except NotGivenError as error:
        raise authority.NotACsrError(str(error)) from None
    at = clock.now()
    mine.tls_key, mine.log_key, mine.admitted_at = tls_key, key.hex(), at
    mine.revoked_at, mine.revoked_for = None, ""
    mine.point, mine.serial = point or mine.point, serial or mine.serial
    with transaction.atomic():
        mine.save()
        certificate = certificates.issue(mine, request, at, How.ADMITTED)
        releases.admitted(terminal, county)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in papers.files(state, mine, certificate).items():
        write(out / name, content)


def enrol_code(point: str, serial: str, terminal: str, number: int | None, county: str) -> enrolment.GivenCode:
    """Raises NotGivenError."""
    return enrolment.give(point, serial, terminal, number, clock.now(), county)


def address() -> str:
    """Where terminals without certificate ask."""
    url: str = settings.CENTRAL.public_url
    return url


def suite() -> str:
    """What logs, deliveries and receipts are sealed and signed with."""
    name: str = settings.CENTRAL.suite.value
    return name


def trust_proxy(out: Path) -> None:
    """A key and a certificate for the proxy in front; its key becomes the one that is trusted (central.terminals)."""
    state: State = settings.CENTRAL
    key, certificate = authority.make_proxy(state.folder)
    out.mkdir(parents=True, exist_ok=True)
    write(out / "proxy.key", key)
    write(out / "proxy.pem", certificate)
    write(out / "ca.pem", (state.folder / "ca.pem").read_bytes())
    config = msgspec.structs.replace(state.config, trusted_proxy=authority.key_of(certificate))
    write(state.folder / CONFIG, msgspec.json.encode(config))


def read_log_key(content: bytes) -> bytes:
    """A log key's public half as the contract names it, from raw bytes, hex or PEM."""
    try:
        return public_of(content)
    except KeyFileError as error:
        raise authority.NotACsrError(f"the log key: {error}") from error


def revoke(terminal: str, reason: str = "") -> bool:
    """From the next request on, and no code that was given before brings it back. Revoking again changes neither time
    nor reason."""
    with transaction.atomic():
        done = Terminal.objects.filter(pk=terminal, revoked_at=None).update(revoked_at=clock.now(), revoked_for=reason)
        EnrolmentCode.objects.filter(terminal_id=terminal, used_at=None).delete()
    return bool(done) or Terminal.objects.filter(pk=terminal).exists()


def ecode(person: str) -> str | None:
    resident = Resident.objects.filter(cast_key=person).first() if person else None
    return sessions.make_code(resident, clock.now()) if resident is not None else None


def unblock(person: str) -> bool:
    mine = Resident.objects.exclude(cast_key="").filter(cast_key=person)
    return bool(mine.update(password_tries_left=limits.SERVICE_PASSWORD_TRIES))


def serve() -> bool:
    """Serve until told to stop; False when the database lacks what this release's tables have."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    with renewing(Repository(settings.CENTRAL.configuration)), pruning():
        serve_state(settings.CENTRAL)
    return True
