"""The platform's state directory: its keys, its certificates, its database, and where it listens."""

from __future__ import annotations

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

CONFIG: Final = "config.json"
PRIVATE: Final = 0o600


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``config.json``: where the two listeners are."""

    host: str
    port: int
    public_port: int
    trusted_proxy: str = ""
    """SHA-256 of the key (SubjectPublicKeyInfo, hex) of the one proxy whose word about a terminal's certificate is
    taken; empty: nobody's. ``central proxy`` writes it."""


class Keys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``keys.json``: raw keys in hex. Never leaves the directory (mode 0600)."""

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
        self.hpke_key = X25519PrivateKey.from_private_bytes(bytes.fromhex(keys.hpke))
        self.receipt_key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(keys.receipt))
        self.follow_secret = bytes.fromhex(keys.follow)
        self.django_secret = keys.secret
        self.audit_public = bytes.fromhex((self.folder / "audit.pub").read_text().strip())
        self.items = catalogue.ITEMS

    def secret_for(self, purpose: str) -> bytes:
        """32 bytes of the platform's own for one purpose. Terminals' follow-up keys come by another label."""
        return hmac.digest(self.follow_secret, b"central|" + purpose.encode(), "sha256")

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


def make(folder: Path, config: Config) -> State:
    """Make what is missing in *folder* and write *config*; keys that are there already stay as they are."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / "keys.json").exists():
        keys = Keys(
            hpke=X25519PrivateKey.generate().private_bytes_raw().hex(),
            receipt=Ed25519PrivateKey.generate().private_bytes_raw().hex(),
            follow=secrets.token_hex(32),
            secret=secrets.token_urlsafe(48),
        )
        write(folder / "keys.json", msgspec.json.encode(keys))
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
