"""A real platform for these tests: its own state directory, its own process, TLS on both listeners.

Django wants to know its state directory before its models are imported, so the directory is made when pytest reads this
file; it is seeded and served only when a test asks for it.
"""

from __future__ import annotations

import atexit
import hashlib
import itertools
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import django
import httpx
import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.x509.oid import NameOID

from central import state as central_state
from central.seeding.cast import CastPerson
from central.seeding.cast import read as read_cast
from contract import wire
from contract.catalogue import Proof
from contract.fields import Answer
from contract.log_format import delivery_info, delivery_signed
from tests.kiosk.ceremony import Ceremony

from .village import Village

Opener = Callable[..., str]

HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
ANSWERS: dict[str, Answer] = {
    "occupations": ("cook", "cleaner"), "county": "140902", "distance": "county", "wage": 2500, "schooling": "70",
    "certificate": "cook", "years": 3, "hours": "day", "lodging": "meals", "village": "杨树村", "phone": "13800000199",
    "contact": "call", "start": "now", "past": None,
}  # fmt: skip
ROOT = Path(__file__).parents[2]
CAST = ROOT / "deploy" / "demo" / "cast.toml"
PORTS = range(18100, 18400)
STOP_SECONDS = 15


def _free_ports(count: int) -> list[int]:
    """Looked for from a place of this process's own: another worker, or another run of the suite, looks at once too."""
    found: list[int] = []
    start = os.getpid() * 2 % len(PORTS)
    for port in (*PORTS[start:], *PORTS[:start]):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise AssertionError("no free port for the platform")


FOLDER = Path(tempfile.mkdtemp(prefix="central-tests-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
_API_PORT, _PUBLIC_PORT, PORT_BESIDE = _free_ports(3)
central_state.make(FOLDER, central_state.Config(host="127.0.0.1", port=_API_PORT, public_port=_PUBLIC_PORT))
os.environ["CENTRAL_STATE"] = str(FOLDER)
os.environ["DJANGO_SETTINGS_MODULE"] = "central.settings"
django.setup()


def run(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """``central ARGUMENTS`` as a process."""
    command = [sys.executable, "-m", "central", *arguments]
    return subprocess.run(command, cwd=ROOT, check=check, capture_output=True, text=True, timeout=300)


@dataclass(frozen=True)
class Terminal:
    """A terminal's keys and the bundle it got when it was admitted."""

    id: str
    folder: Path
    log_key: Ed25519PrivateKey
    context: ssl.SSLContext
    client: httpx.Client

    @property
    def platform(self) -> dict[str, str]:
        return msgspec.json.decode((self.folder / "platform.json").read_bytes(), type=dict[str, str])

    def send(self, route: wire.Route, ask: wire.Message | None = None, token: str = "") -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if ask is None:
            return self.client.request(route.method, route.path, headers=headers)
        headers["Content-Type"] = "application/json"
        return self.client.request(route.method, route.path, content=msgspec.json.encode(ask), headers=headers)


def admit(folder: Path, name: str, *, state: Path = FOLDER, port: int = _API_PORT) -> Terminal:
    """Make a terminal's keys, have it admitted, and open a client with its certificate."""
    folder.mkdir(parents=True)
    key, log_key = ec.generate_private_key(ec.SECP256R1()), Ed25519PrivateKey.generate()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "whatever it says of itself")])
    csr = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    (folder / "request.csr").write_bytes(csr.public_bytes(pem))
    (folder / "tls.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "log.pub").write_text(log_key.public_key().public_bytes_raw().hex())
    run(
        "admit", "--state", str(state), "--terminal", name, "--csr", str(folder / "request.csr"),
        "--log-key", str(folder / "log.pub"), "--out", str(folder),
    )  # fmt: skip
    context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    context.load_cert_chain(folder / "terminal.pem", folder / "tls.key")
    client = httpx.Client(base_url=f"https://127.0.0.1:{port}", verify=context, trust_env=False, timeout=20)
    return Terminal(name, folder, log_key, context, client)


@pytest.fixture(scope="session")
def platform() -> Iterator[central_state.State]:
    """The served platform; stops cleanly on SIGTERM, which is itself a test."""
    run("init", "--state", str(FOLDER), "--port", str(_API_PORT), "--public-port", str(_PUBLIC_PORT))
    run("seed", "--state", str(FOLDER), "--cast", str(CAST), "--residents", "40", "--openings", "400")
    command = [sys.executable, "-m", "central", "serve", "--state", str(FOLDER)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("central ready"), line
        yield central_state.State(FOLDER)
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(STOP_SECONDS)
    assert code == 0


@pytest.fixture(scope="session")
def terminal(platform: central_state.State, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    made = admit(tmp_path_factory.mktemp("terminals") / "a", "TEST-0001")
    with made.client:
        yield made


@pytest.fixture(scope="session")
def other_terminal(platform: central_state.State, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    made = admit(tmp_path_factory.mktemp("terminals") / "b", "TEST-0002")
    with made.client:
        yield made


@pytest.fixture
def ceremony(platform: central_state.State, tmp_path: Path) -> Iterator[Ceremony]:
    """The platform's configuration from its first root of trust on. Afterwards there is none, as before: the next test
    may begin it anew."""
    # Django is set up above before its models can be imported
    from central.models import ConfigRelease, ConfigTerminal  # noqa: PLC0415

    assert not platform.configuration.exists()
    try:
        yield Ceremony(platform.folder, tmp_path)
    finally:
        shutil.rmtree(platform.configuration, ignore_errors=True)
        ConfigTerminal.objects.all().delete()
        ConfigRelease.objects.all().delete()


@pytest.fixture
def village(platform: central_state.State, tmp_path: Path, request: pytest.FixtureRequest) -> Village:
    """A machine with a serial number of its own."""
    serial = "SN-" + "".join(character for character in request.node.name if character.isalnum())[-30:]
    return Village(platform, tmp_path / "identity", serial)


@pytest.fixture(scope="session")
def cast() -> dict[str, CastPerson]:
    return {person.key: person for person in read_cast(CAST).person}


@pytest.fixture
def by_card(terminal: Terminal, cast: dict[str, CastPerson]) -> Opener:
    """Opens a session with somebody's card, with or without the PIN; gives the token."""

    def opened(key: str, *, pin: bool = True) -> str:
        answer = terminal.send(wire.SESSION_OPEN, card_of(cast[key], pin=pin))
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=wire.Session).token

    return opened


@pytest.fixture
def proved(by_card: Opener) -> str:
    """A proved session's token, the employee's."""
    return by_card("employee")


def card_of(person: CastPerson, *, pin: bool) -> wire.SessionOpen:
    return wire.SessionOpen(
        shown_by=wire.ShownBy.CARD, id_number=person.id_number, name=person.name,
        card_number=person.card.card_number, card_id_code=person.card.card_id_code, pin_verified=pin,
    )  # fmt: skip


def both_of(person: CastPerson) -> tuple[wire.Reading, ...]:
    """Both cards of *person*, as a terminal read them."""
    card = person.card
    return (
        wire.Reading(shown_by=wire.ShownBy.CARD, id_number=person.id_number, name=person.name,
                     card_number=card.card_number, card_id_code=card.card_id_code),
        wire.Reading(shown_by=wire.ShownBy.ID_CARD, id_number=person.id_number, name=person.name),
    )  # fmt: skip


RECEIPTS = itertools.count()
"""No two submissions of a test run have the same receipt number."""


class Deliverer:
    """Seals submissions as a terminal does: on ``cryptography``'s HPKE, signed by its log key."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal

    def submission(self, person: CastPerson, **changes: object) -> wire.Submission:
        number = next(RECEIPTS)
        made = wire.Submission(
            key=str(uuid.uuid4()), item=1, receipt=f"9{self.terminal.id[-4:]}{number:07d}", terminal=self.terminal.id,
            made_at="2026-11-23T10:00:00+08:00", shown_by=wire.ShownBy.CARD, proof=Proof.PROVED,
            id_number=person.id_number, name=person.name, card_number=person.card.card_number,
            answers=dict(ANSWERS), log_segment=1, log_seq=number,
        )  # fmt: skip
        return msgspec.structs.replace(made, **changes)

    def seal(
        self, key: str, body: bytes, *, kind: str = "submission", signer: Ed25519PrivateKey | None = None
    ) -> wire.Delivery:
        digest = hashlib.sha256(body).hexdigest()
        platform_key = X25519PublicKey.from_public_bytes(bytes.fromhex(self.terminal.platform["hpke_key"]))
        sealed = HPKE.encrypt(body, platform_key, info=delivery_info(self.terminal.id, key, kind))
        signed = delivery_signed(self.terminal.id, key, kind, digest)
        signature = (signer or self.terminal.log_key).sign(signed)
        return wire.Delivery(key=key, type=kind, sha256=digest, sealed=sealed, signature=signature)

    def deliver(self, submission: wire.Submission) -> httpx.Response:
        return self.terminal.send(wire.DELIVER, self.seal(submission.key, msgspec.json.encode(submission)))

    def receipt(self, response: httpx.Response) -> wire.Receipt:
        """The receipt, its signature checked."""
        assert response.status_code == 200, response.text
        receipt = msgspec.json.decode(response.content, type=wire.Receipt)
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.terminal.platform["receipt_key"]))
        public.verify(receipt.signature, receipt.signed_bytes())
        return receipt


@pytest.fixture
def deliverer(terminal: Terminal) -> Deliverer:
    return Deliverer(terminal)


def problem_of(response: httpx.Response) -> wire.Problem:
    """The problem in *response*; fails when it is no problem document."""
    assert response.headers["content-type"] == "application/problem+json"
    return msgspec.json.decode(response.content, type=wire.Problem)
