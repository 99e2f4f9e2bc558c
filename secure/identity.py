"""Who this terminal is: its keys in files, and the bundle that came back from the platform (until enrolment).

A folder holds ``tls.key`` (P-256), ``log.key`` (Ed25519), ``log.pub``, ``request.csr``; then, from the platform,
``ca.pem``, ``terminal.pem``, ``platform.json``. Software keys: where there is a TPM its keys take their place.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from contract.log_format import DEVICE_ID, SM2_PUBLIC_BYTES
from contract.wire import Receipt
from secure.keys import RAW_KEY_BYTES, DeviceKey, SoftwareKey, signed_by
from secure.suite import Sm2Key, generate_sm2, suite_of

TLS_KEY: Final = "tls.key"
LOG_KEY: Final = "log.key"
LOG_PUBLIC: Final = "log.pub"
REQUEST: Final = "request.csr"
CA: Final = "ca.pem"
CERTIFICATE: Final = "terminal.pem"
PLATFORM: Final = "platform.json"


class IdentityError(RuntimeError):
    """The folder holds no identity, a half one, or already one."""


@dataclass(frozen=True, slots=True)
class Identity:
    """This terminal's keys and where they lie."""

    device: DeviceKey
    tls_key: Path
    log_public: Path
    request: Path
    ca: Path
    certificate: Path


class PlatformKeys(msgspec.Struct, frozen=True, kw_only=True):
    """platform.json: where the platform is, and its public keys, raw 32 bytes each."""

    url: str
    public_url: str
    hpke_key: bytes
    """X25519: outbox bodies are sealed to it."""
    receipt_key: bytes
    """Ed25519: signs receipts."""
    audit_key: bytes
    """X25519: log segments are sealed to it."""
    follow_key: bytes
    """This terminal's own secret for follow-up marks (contract.follow); empty when the platform gave none."""
    suite: str = "INTL"
    """Of the keys: under ``GM`` each public half is SM2's x ‖ y, 64 bytes."""

    def __repr__(self) -> str:
        return f"<PlatformKeys {self.url}>"


class _Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """As it lies in the file: keys in hexadecimal."""

    url: str
    hpke_key: str
    receipt_key: str
    audit_key: str
    public_url: str = ""
    follow_key: str = ""
    suite: str = "INTL"


def create(folder: Path, terminal_id: str, suite: str = "INTL") -> Identity:
    """Make new keys and the request for a certificate. request.csr is written last: while it is not there, nothing is.

    *suite* ``GM``: the log key is SM2, ``log.key`` its d ‖ x ‖ y and ``log.pub`` its x ‖ y, in hexadecimal.
    Raises IdentityError when the folder has an identity: a device's keys are never replaced by the way.
    """
    if not DEVICE_ID.fullmatch(terminal_id):
        raise ValueError("a terminal id is 3 to 32 letters, digits and hyphens")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / REQUEST).exists():
        raise IdentityError(f"{folder} already holds an identity")
    tls, log = ec.generate_private_key(ec.SECP256R1()), Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, terminal_id)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(tls, hashes.SHA256())
    private = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write(folder / TLS_KEY, tls.private_bytes(*private))
    if suite == "GM":
        sm2 = generate_sm2()
        _write(folder / LOG_KEY, sm2.hex().encode())
        _write(folder / LOG_PUBLIC, sm2[32:].hex().encode())
    else:
        _write(folder / LOG_KEY, log.private_bytes(*private))
        _write(folder / LOG_PUBLIC, log.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    _write(folder / REQUEST, request.public_bytes(Encoding.PEM))
    return load(folder)


def load(folder: Path) -> Identity:
    """This terminal's identity. Raises IdentityError when there is none or it is damaged."""
    if not (folder / REQUEST).exists():
        raise IdentityError(f"{folder} holds no identity")
    try:
        text = (folder / LOG_KEY).read_text("ascii")
        pem = text.startswith("-----BEGIN")
        device: DeviceKey = SoftwareKey.from_pem(text) if pem else Sm2Key(bytes.fromhex(text.strip()))
    except (OSError, ValueError):
        raise IdentityError(f"{folder / LOG_KEY} cannot be read as a log key") from None
    return Identity(device, folder / TLS_KEY, folder / LOG_PUBLIC, folder / REQUEST, folder / CA, folder / CERTIFICATE)


def load_platform(folder: Path) -> PlatformKeys:
    """The platform's bundle. Raises IdentityError naming what is wrong, never repeating a key."""
    try:
        bundle = msgspec.json.decode((folder / PLATFORM).read_bytes(), type=_Bundle)
    except FileNotFoundError:
        raise IdentityError(f"{folder / PLATFORM} is not there: the platform has not admitted this terminal") from None
    except msgspec.MsgspecError as error:
        raise IdentityError(f"{folder / PLATFORM}: {error}") from None
    if bundle.suite not in ("INTL", "GM"):
        raise IdentityError(f"{PLATFORM}: unknown suite")
    length = (SM2_PUBLIC_BYTES,) if bundle.suite == "GM" else (RAW_KEY_BYTES,)
    return PlatformKeys(
        suite=bundle.suite,
        url=bundle.url,
        public_url=bundle.public_url,
        hpke_key=_key("hpke_key", bundle.hpke_key, *length),
        receipt_key=_key("receipt_key", bundle.receipt_key, *length),
        audit_key=_key("audit_key", bundle.audit_key, *length),
        follow_key=_key("follow_key", bundle.follow_key, RAW_KEY_BYTES) if bundle.follow_key else b"",
    )


def verify_receipt(receipt: Receipt, receipt_key: bytes) -> bool:
    """Whether the platform signed *receipt*. That it is for this device, key and hash is the caller's to compare."""
    try:
        message = receipt.signed_bytes()
        if receipt.suite != _suite_name(receipt_key):
            return False
        if len(receipt_key) == SM2_PUBLIC_BYTES:
            return signed_by(receipt_key, message, receipt.signature)
        Ed25519PublicKey.from_public_bytes(receipt_key).verify(receipt.signature, message)
    except (InvalidSignature, UnicodeEncodeError):
        return False
    return True


def _suite_name(public: bytes) -> str:
    return suite_of(public).id.rstrip(b"\0").decode()


def _key(name: str, text: str, *lengths: int) -> bytes:
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raise IdentityError(f"{PLATFORM}: {name} is not hexadecimal") from None
    if len(raw) not in lengths:
        raise IdentityError(f"{PLATFORM}: {name} has not {' or '.join(map(str, lengths))} bytes")
    return raw


def _write(path: Path, content: bytes) -> None:
    """0600, whole or not at all, on disk when this returns."""
    temporary = path.with_name(path.name + ".new")
    descriptor = os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
