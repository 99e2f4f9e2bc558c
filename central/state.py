"""The platform's state directory: its keys, its certificates, its database, and where it listens."""

from __future__ import annotations

import enum
import hmac
import os
import secrets
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from central import authority
from contract import catalogue
from contract.log_format import SUITES, suite_name
from secure.reading.gm import Sm2Private
from secure.reading.signing import device_verifier

CONFIG: Final = "config.json"
PRIVATE: Final = 0o600


class Suite(enum.StrEnum):
    """What logs, deliveries and receipts are sealed and signed with (docs/gm.md)."""

    INTL = "INTL"
    GM = "GM"


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``config.json``: where the two listeners are."""

    host: str
    port: int
    public_port: int
    trusted_proxy: str = ""
    """SHA-256 of the key (SubjectPublicKeyInfo, hex) of the one proxy whose word about a terminal's certificate is
    taken; empty: nobody's. ``central proxy`` writes it."""


class Keys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``keys.json``: raw keys in hex, of SM2 d ‖ x ‖ y. Never leaves the directory (mode 0600)."""

    suite: Suite = Suite.INTL
    hpke: str
    """X25519 or SM2, private: opens deliveries."""
    receipt: str
    """Ed25519 or SM2, private: signs receipts."""
    follow: str
    """32 bytes: derives each terminal's follow-up key."""
    secret: str
    """Django's SECRET_KEY."""


class State:
    """A made state directory. *folder* is absolute."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.config = msgspec.json.decode((self.folder / CONFIG).read_bytes(), type=Config)
        keys = msgspec.json.decode((self.folder / "keys.json").read_bytes(), type=Keys)
        self.suite = keys.suite
        self.suite_id = next(suite for suite in SUITES if suite_name(suite) == keys.suite.value)
        self.hpke_key: X25519PrivateKey | Sm2Private
        self.receipt_key: Ed25519PrivateKey | Sm2Private
        hpke, receipt = bytes.fromhex(keys.hpke), bytes.fromhex(keys.receipt)
        if keys.suite is Suite.GM:
            self.hpke_key = Sm2Private.from_private_bytes(hpke)
            self.receipt_key = Sm2Private.from_private_bytes(receipt)
        else:
            self.hpke_key = X25519PrivateKey.from_private_bytes(hpke)
            self.receipt_key = Ed25519PrivateKey.from_private_bytes(receipt)
        self.follow_secret = bytes.fromhex(keys.follow)
        self.django_secret = keys.secret
        self.audit_public = bytes.fromhex((self.folder / "audit.pub").read_text().strip())
        self.items = catalogue.ITEMS

    def secret_for(self, purpose: str) -> bytes:
        """32 bytes of the platform's own for one purpose. Terminals' follow-up keys come by another label."""
        return hmac.digest(self.follow_secret, b"central|" + purpose.encode(), "sha256")

    def takes(self, log_key: bytes) -> bool:
        """Whether a terminal with this log key is of the platform's suite. Raises ValueError for what is no key."""
        return suite_name(device_verifier(log_key).suite) == self.suite.value

    @property
    def database(self) -> Path:
        return self.folder / "central.sqlite3"

    @property
    def configuration(self) -> Path:
        """The repository of signed configuration (central.configuration)."""
        return self.folder / "configuration"

    @property
    def url(self) -> str:
        return f"https://{self.config.host}:{self.config.port}"

    @property
    def public_url(self) -> str:
        return f"https://{self.config.host}:{self.config.public_port}"


def trusted_proxy(folder: Path) -> str:
    """What the configuration in *folder* says of it; empty when there is none yet."""
    path = folder / CONFIG
    return msgspec.json.decode(path.read_bytes(), type=Config).trusted_proxy if path.exists() else ""


def make(folder: Path, config: Config, suite: Suite = Suite.INTL) -> State:
    """Make what is missing in *folder* and write *config*; keys that are there already stay as they are, and so does
    their suite: *suite* is that of new ones."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / "keys.json").exists():
        gm = suite is Suite.GM
        keys = Keys(
            suite=suite,
            hpke=(Sm2Private if gm else X25519PrivateKey).generate().private_bytes_raw().hex(),
            receipt=(Sm2Private if gm else Ed25519PrivateKey).generate().private_bytes_raw().hex(),
            follow=secrets.token_hex(32),
            secret=secrets.token_urlsafe(48),
        )
        write(folder / "keys.json", msgspec.json.encode(keys))
    if not (folder / "audit.pub").exists():
        private, public = _audit_key(msgspec.json.decode((folder / "keys.json").read_bytes(), type=Keys).suite)
        write(folder / "audit.key", private)
        write(folder / "audit.pub", public.hex().encode() + b"\n")
    if not (folder / "ca.pem").exists():
        key, certificate = authority.make_root()
        write(folder / "ca.key", key)
        write(folder / "ca.pem", certificate)
    if not authority.serves(folder, config.host):
        key, certificate = authority.make_server(folder, config.host)
        write(folder / "server.key", key)
        write(folder / "server.pem", certificate)
    write(folder / CONFIG, msgspec.json.encode(config))
    return State(folder)


def _audit_key(suite: Suite) -> tuple[bytes, bytes]:
    """A new one: the private half as a file has it, and the public half."""
    if suite is Suite.GM:
        sm2 = Sm2Private.generate()
        return sm2.private_bytes_raw().hex().encode() + b"\n", sm2.public_key().public_bytes_raw()
    audit = X25519PrivateKey.generate()
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return audit.private_bytes(*pem), audit.public_key().public_bytes_raw()


def write(path: Path, content: bytes) -> None:
    """Whole or not at all, readable by the owner only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
