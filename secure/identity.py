"""Who this terminal is: its keys in files, and the bundle that came back from the platform (until enrolment).

A folder holds ``tls.key`` (P-256), ``log.key`` (Ed25519, unless it lives in a TPM), ``log.pub``, ``keeping.json`` (how
the keys are kept), ``request.csr``; then, from the platform, ``ca.pem``, ``terminal.pem``, ``platform.json``,
``root.json``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from contract.log_format import DEVICE_ID
from contract.wire import Receipt
from contract.witnessing import Cosignature, LogReceipt
from secure import keeper
from secure.keeper import Kept
from secure.keys import RAW_KEY_BYTES, DeviceKey
from secure.whole import write

TLS_KEY: Final = "tls.key"
LOG_KEY: Final = "log.key"
LOG_PUBLIC: Final = "log.pub"
REQUEST: Final = "request.csr"
CA: Final = "ca.pem"
CERTIFICATE: Final = "terminal.pem"
PLATFORM: Final = "platform.json"
ROOT: Final = "root.json"
"""The root of trust of signed configuration, where the platform publishes one."""


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
    kept: Kept = Kept.FILE
    passphrase: str | None = field(default=None, repr=False)
    """Opens tls_key; None where it lies open."""

    def tls(self) -> ec.EllipticCurvePrivateKey:
        """The TLS key itself, to sign a request again. Raises IdentityError."""
        try:
            opened = None if self.passphrase is None else self.passphrase.encode()
            key = load_pem_private_key(self.tls_key.read_bytes(), opened)
        except (OSError, ValueError, TypeError):
            raise IdentityError(f"{self.tls_key} cannot be read as a TLS key") from None
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key


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
    county: str = ""
    """Code of the county whose village this is: whose signed objects count here (contract.configuration)."""
    terminal: str = ""
    """Who the platform takes this terminal for; empty in papers from before that was written."""
    number: int | None = None

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
    county: str = ""
    terminal: str = ""
    number: int | None = None


def create(folder: Path, terminal_id: str) -> Identity:
    """Plain key files and a request, for ``central admit``: a desk, a test. See ``secure.enrolment`` for a terminal.

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
    write(folder / TLS_KEY, tls.private_bytes(*private))
    write(folder / LOG_KEY, log.private_bytes(*private))
    write(folder / LOG_PUBLIC, log.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    write(folder / REQUEST, request.public_bytes(Encoding.PEM))
    return load(folder)


def load(folder: Path) -> Identity:
    """This terminal's identity. Raises IdentityError when there is none, it is damaged, or it is another machine's."""
    if not (folder / REQUEST).exists():
        raise IdentityError(f"{folder} holds no identity")
    try:
        keeping = keeper.of(folder)
        passphrase = keeping.passphrase()
        device = keeping.device(folder / LOG_KEY, passphrase)
    except keeper.NotOpenedError as error:
        raise IdentityError(f"{folder}: {error}") from None
    except (OSError, ValueError):
        raise IdentityError(f"{folder / LOG_KEY} cannot be read as a device key") from None
    return Identity(
        device=device,
        tls_key=folder / TLS_KEY,
        log_public=folder / LOG_PUBLIC,
        request=folder / REQUEST,
        ca=folder / CA,
        certificate=folder / CERTIFICATE,
        kept=keeping.kept,
        passphrase=passphrase,
    )


def load_platform(folder: Path) -> PlatformKeys:
    """The platform's bundle. Raises IdentityError naming what is wrong, never repeating a key."""
    try:
        bundle = msgspec.json.decode((folder / PLATFORM).read_bytes(), type=_Bundle)
    except FileNotFoundError:
        raise IdentityError(f"{folder / PLATFORM} is not there: the platform has not admitted this terminal") from None
    except msgspec.MsgspecError as error:
        raise IdentityError(f"{folder / PLATFORM}: {error}") from None
    return PlatformKeys(
        url=bundle.url,
        public_url=bundle.public_url,
        hpke_key=_key("hpke_key", bundle.hpke_key),
        receipt_key=_key("receipt_key", bundle.receipt_key),
        audit_key=_key("audit_key", bundle.audit_key),
        follow_key=_key("follow_key", bundle.follow_key) if bundle.follow_key else b"",
        county=bundle.county,
        terminal=bundle.terminal,
        number=bundle.number,
    )


def load_root(folder: Path) -> bytes:
    """root.json as it came with the papers; empty when there was none."""
    try:
        return (folder / ROOT).read_bytes()
    except FileNotFoundError:
        return b""


def verify_receipt(receipt: Receipt | Cosignature | LogReceipt, receipt_key: bytes) -> bool:
    """Whether the platform signed *receipt*. That it is for this device, key and hash is the caller's to compare."""
    try:
        Ed25519PublicKey.from_public_bytes(receipt_key).verify(receipt.signature, receipt.signed_bytes())
    except (InvalidSignature, UnicodeEncodeError):
        return False
    return True


def _key(name: str, text: str) -> bytes:
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raise IdentityError(f"{PLATFORM}: {name} is not hexadecimal") from None
    if len(raw) != RAW_KEY_BYTES:
        raise IdentityError(f"{PLATFORM}: {name} has not 32 bytes")
    return raw
