"""Who this terminal is: its keys in files, and the bundle that came back from the platform (until enrolment).

A folder holds ``tls.key`` (P-256), ``log.key`` (Ed25519, SM2, or none: in a TPM), ``log.pub``, ``keeping.json``
(how the keys are kept), ``request.csr``; then, from the platform, ``ca.pem``, ``terminal.pem``, ``platform.json``,
``root.json``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from contract.log_format import DEVICE_ID, GM, INTL, SM2_PUBLIC_BYTES, SUITES, suite_name
from contract.roster import Unlock
from contract.wire import Receipt
from contract.witnessing import Cosignature, LogReceipt
from secure import keeper
from secure.keeper import Keeping, Kept
from secure.keys import RAW_KEY_BYTES, DeviceKey, signed_by
from secure.suite import suite_of
from secure.whole import write

TLS_KEY: Final = "tls.key"
LOG_KEY: Final = "log.key"
LOG_PUBLIC: Final = "log.pub"
REQUEST: Final = "request.csr"
CA: Final = "ca.pem"
CERTIFICATE: Final = "terminal.pem"
PLATFORM: Final = "platform.json"
RECEIPT: Final = re.compile("[0-9]{12}")
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
    """platform.json: where the platform is, and its public keys, raw."""

    url: str
    public_url: str
    hpke_key: bytes
    """X25519, or SM2: outbox bodies are sealed to it."""
    receipt_key: bytes
    """Ed25519, or SM2: signs receipts."""
    audit_key: bytes
    """X25519, or SM2: log segments are sealed to it."""
    follow_key: bytes
    """This terminal's own secret for follow-up marks (contract.follow); empty when the platform gave none."""
    county: str = ""
    """Code of the county whose village this is: whose signed objects count here (contract.configuration)."""
    pepper: bytes = b""
    """This terminal's own secret for staff PINs (secure.pin); empty in papers from before there was one."""
    terminal: str = ""
    """Who the platform takes this terminal for; empty in papers from before that was written."""
    number: int | None = None
    last_receipt: str = ""
    """The newest receipt number given under this number before these papers (12 digits); empty: none was."""
    suite: str = suite_name(INTL)
    """Of the three keys, and so of this terminal's log key (docs/gm.md)."""

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
    pepper: str = ""
    terminal: str = ""
    number: int | None = None
    last_receipt: str = ""
    suite: str = suite_name(INTL)


def create(folder: Path, terminal_id: str, suite: str = suite_name(INTL)) -> Identity:
    """Plain key files and a request, for ``central admit``: a desk, a test. See ``secure.enrolment`` for a terminal.

    Raises IdentityError when the folder has an identity: a device's keys are never replaced by the way.
    """
    if not DEVICE_ID.fullmatch(terminal_id):
        raise ValueError("a terminal id is 3 to 32 letters, digits and hyphens")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / REQUEST).exists():
        raise IdentityError(f"{folder} already holds an identity")
    tls, keeping = ec.generate_private_key(ec.SECP256R1()), Keeping(kept=Kept.FILE, suite=suite)
    public, _, log = keeper.new_log_key(keeping, b"")
    assert log is not None, "it is a file here"
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, terminal_id)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(tls, hashes.SHA256())
    write(folder / TLS_KEY, keeper.as_pem(keeper.as_der(tls), None))
    write(folder / LOG_KEY, keeper.as_pem(log, None))
    write(folder / LOG_PUBLIC, public.hex().encode("ascii") + b"\n")
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
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise IdentityError(f"{folder / PLATFORM}: {error}") from None
    if bundle.suite not in map(suite_name, SUITES):
        raise IdentityError(f"{PLATFORM}: suite is none that this release knows")
    if bundle.last_receipt and not RECEIPT.fullmatch(bundle.last_receipt):
        raise IdentityError(f"{PLATFORM}: last_receipt is no receipt number")
    length = SM2_PUBLIC_BYTES if bundle.suite == suite_name(GM) else RAW_KEY_BYTES
    return PlatformKeys(
        suite=bundle.suite,
        url=bundle.url,
        public_url=bundle.public_url,
        hpke_key=_key("hpke_key", bundle.hpke_key, length),
        receipt_key=_key("receipt_key", bundle.receipt_key, length),
        audit_key=_key("audit_key", bundle.audit_key, length),
        follow_key=_key("follow_key", bundle.follow_key, RAW_KEY_BYTES) if bundle.follow_key else b"",
        county=bundle.county,
        pepper=_key("pepper", bundle.pepper, RAW_KEY_BYTES) if bundle.pepper else b"",
        terminal=bundle.terminal,
        number=bundle.number,
        last_receipt=bundle.last_receipt,
    )


def load_root(folder: Path) -> bytes:
    """root.json as it came with the papers; empty when there was none."""
    try:
        return (folder / ROOT).read_bytes()
    except FileNotFoundError:
        return b""


def admitted(folder: Path) -> tuple[Identity, PlatformKeys]:
    """Both. Raises IdentityError, also when this terminal's log key is of another suite than the platform's keys."""
    mine, platform = load(folder), load_platform(folder)
    own = suite_name(mine.device.algorithm.suite)
    if own != platform.suite:
        raise IdentityError(
            f"终端的日志密钥是 {own} 的，平台的密钥是 {platform.suite} 的：请移走身份目录，用新编码入网"
        )
    return mine, platform


def verify_receipt(receipt: Receipt | Cosignature | LogReceipt, receipt_key: bytes) -> bool:
    """Whether the platform signed *receipt*. That it is for this device, key and hash is the caller's to compare."""
    if isinstance(receipt, Receipt) and receipt.suite != suite_name(suite_of(receipt_key).id):
        return False
    try:
        return signed_by(receipt_key, receipt.signed_bytes(), receipt.signature)
    except UnicodeEncodeError:
        return False


def verify_unlock(unlock: Unlock, receipt_key: bytes) -> bool:
    """Whether the platform signed *unlock* (of a staff PIN)."""
    try:
        return signed_by(receipt_key, unlock.signed_bytes(), unlock.signature)
    except UnicodeEncodeError:
        return False


def _key(name: str, text: str, length: int) -> bytes:
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raise IdentityError(f"{PLATFORM}: {name} is not hexadecimal") from None
    if len(raw) != length:
        raise IdentityError(f"{PLATFORM}: {name} has not {length} bytes")
    return raw
