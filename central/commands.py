"""What ``central``'s commands do once Django is set up (see central.__main__)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from central import authority, clock, hsm, sessions, terminals
from central.models import Resident, Terminal
from central.seeding import people
from central.seeding.cast import read as read_cast
from central.serve import NotLoopbackError
from central.serve import serve as serve_state
from central.state import State, Suite, write
from contract import limits
from contract.log_format import DEVICE_ID, SM2_PUBLIC_BYTES

__all__ = ["NotLoopbackError", "admit", "ecode", "revoke", "seed", "serve", "unblock"]

RAW_KEY: Final = 32


def seed(cast: Path, residents: int, openings: int, number: int, today: date | None) -> str:
    keys = read_cast(cast).card_keys.get("home")
    if keys is not None:
        state: State = settings.CENTRAL
        write(state.folder / hsm.KEYS, msgspec.json.encode(keys))
    return people.seed(cast, residents=residents, openings=openings, number=number, today=today or clock.today())


def admit(terminal: str, csr: Path, log_key: Path, out: Path) -> None:
    """Sign the terminal's certificate and write its bundle to *out*. Admitting again renews; with a new key it also
    lifts a revocation, and the certificates of the old key open nothing from then on."""
    if not DEVICE_ID.fullmatch(terminal):
        raise authority.NotACsrError("a terminal's id is 3 to 32 letters, digits and hyphens")
    state: State = settings.CENTRAL
    certificate = authority.sign_terminal(state.folder, terminal, csr.read_bytes())
    length = SM2_PUBLIC_BYTES if state.suite is Suite.GM else RAW_KEY
    key, tls_key = read_log_key(log_key.read_bytes(), length), authority.key_of(certificate)
    if Terminal.objects.filter(pk=terminal, tls_key=tls_key).exclude(revoked_at=None).exists():
        raise authority.NotACsrError("this key was revoked: the terminal needs new ones")
    Terminal.objects.update_or_create(
        pk=terminal,
        defaults={"tls_key": tls_key, "log_key": key.hex(), "admitted_at": clock.now(), "revoked_at": None},
    )
    out.mkdir(parents=True, exist_ok=True)
    write(out / "ca.pem", (state.folder / "ca.pem").read_bytes())
    write(out / "terminal.pem", certificate)
    write(out / "platform.json", msgspec.json.format(msgspec.json.encode(bundle(state, terminal))) + b"\n")


def bundle(state: State, terminal: str) -> dict[str, str]:
    """platform.json: addresses, and raw public keys in hex (``follow_key`` is the terminal's own secret)."""
    return {
        "suite": state.suite.value,
        "url": state.url,
        "public_url": state.public_url,
        "hpke_key": state.hpke_key.public_key().public_bytes_raw().hex(),
        "receipt_key": state.receipt_key.public_key().public_bytes_raw().hex(),
        "audit_key": state.audit_public.hex(),
        "follow_key": terminals.follow_key(terminal).hex(),
    }


def read_log_key(content: bytes, length: int = RAW_KEY) -> bytes:
    """An Ed25519 public key as raw bytes, from raw bytes, hex or PEM; with *length* 64 SM2's x ‖ y, raw or hex."""
    if content.lstrip().startswith(b"-----BEGIN"):
        try:
            key = serialization.load_pem_public_key(content)
        except ValueError as error:
            raise authority.NotACsrError("the log key is not a PEM public key") from error
        if not isinstance(key, Ed25519PublicKey) or length != RAW_KEY:
            raise authority.NotACsrError("the log key is not Ed25519")
        return key.public_bytes_raw()
    if len(content) == length:
        return content
    try:
        raw = bytes.fromhex(content.decode("ascii").strip())
    except ValueError as error:
        raise authority.NotACsrError("the log key is neither PEM, hex nor 32 bytes") from error
    if len(raw) != length:
        raise authority.NotACsrError(f"the log key is not {length} bytes long")
    return raw


def revoke(terminal: str) -> bool:
    return bool(Terminal.objects.filter(pk=terminal).update(revoked_at=clock.now()))


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
    serve_state(settings.CENTRAL)
    return True
