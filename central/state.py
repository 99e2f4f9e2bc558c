"""The platform's state directory: its keys, its certificates, its database, and where it listens."""

from __future__ import annotations

import enum
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
from secure.reading.gm import Sm2Private

CONFIG: Final = "config.json"
PRIVATE: Final = 0o600


class Suite(enum.StrEnum):
    """What deliveries, receipts and logs are sealed and signed with (docs/gm.md)."""

    INTL = "INTL"
    GM = "GM"


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``config.json``: where the two listeners are."""

    host: str
    port: int
    public_port: int


class Keys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``keys.json``: raw keys in hex. Never leaves the directory (mode 0600). Under suite GM: SM2's d ‖ x ‖ y."""

    suite: Suite = Suite.INTL
    hpke: str
    """X25519, private: opens deliveries."""
    receipt: str
    """Ed25519, private: signs receipts."""
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
        hpke, receipt = bytes.fromhex(keys.hpke), bytes.fromhex(keys.receipt)
        self.hpke_key: X25519PrivateKey | Sm2Private
        self.receipt_key: Ed25519PrivateKey | Sm2Private
        if keys.suite is Suite.GM:
            self.hpke_key, self.receipt_key = (
                Sm2Private.from_private_bytes(hpke),
                Sm2Private.from_private_bytes(receipt),
            )
        else:
            self.hpke_key = X25519PrivateKey.from_private_bytes(hpke)
            self.receipt_key = Ed25519PrivateKey.from_private_bytes(receipt)
        self.follow_secret = bytes.fromhex(keys.follow)
        self.django_secret = keys.secret
        self.audit_public = bytes.fromhex((self.folder / "audit.pub").read_text().strip())
        self.items = catalogue.ITEMS

    @property
    def database(self) -> Path:
        return self.folder / "central.sqlite3"

    @property
    def url(self) -> str:
        return f"https://{self.config.host}:{self.config.port}"

    @property
    def public_url(self) -> str:
        return f"https://{self.config.host}:{self.config.public_port}"


def make(folder: Path, config: Config, suite: Suite = Suite.INTL) -> State:
    """Make what is missing in *folder* and write *config*; keys that are there already stay as they are, and so does
    their suite: *suite* is for new ones."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / "keys.json").exists():
        keys = Keys(
            suite=suite,
            hpke=(Sm2Private if suite is Suite.GM else X25519PrivateKey).generate().private_bytes_raw().hex(),
            receipt=(Sm2Private if suite is Suite.GM else Ed25519PrivateKey).generate().private_bytes_raw().hex(),
            follow=secrets.token_hex(32),
            secret=secrets.token_urlsafe(48),
        )
        write(folder / "keys.json", msgspec.json.encode(keys))
    if not (folder / "audit.pub").exists() and suite is Suite.GM:
        sm2 = Sm2Private.generate()
        write(folder / "audit.key", sm2.private_bytes_raw().hex().encode() + b"\n")
        write(folder / "audit.pub", sm2.public_key().public_bytes_raw().hex().encode() + b"\n")
    if not (folder / "audit.pub").exists():
        audit = X25519PrivateKey.generate()
        pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        write(folder / "audit.key", audit.private_bytes(*pem))
        write(folder / "audit.pub", audit.public_key().public_bytes_raw().hex().encode() + b"\n")
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


def write(path: Path, content: bytes) -> None:
    """Whole or not at all, readable by the owner only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
