"""Enrolment on the terminal's side: keys and request, the reply that is believed only with its proof, files.

Steps, each of them whole or not at all, each taken up again where the power was cut:

1. keys; ``request.csr`` last. Before it is there, nothing is, and new keys take the place of half-written ones.
2. the exchange. Nothing of it is stored before the platform's proof holds.
3. ``enrolled.json``: the reply as one file. From here on the terminal is enrolled.
4. its files by their names; then ``enrolled.json`` goes.
"""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from contract import enrolment
from contract.enrolment import CodeKeys, EnrolAnswer, EnrolAsk, LogKey, Papers
from contract.log_format import INTL, NONCE_BYTES, suite_name
from secure import identity, keeper
from secure.identity import IdentityError
from secure.tpm import Tpm
from secure.whole import remove, write, write_all

ENROLLED: Final = "enrolled.json"
NEEDED: Final = (identity.CA, identity.CERTIFICATE, identity.PLATFORM)
FILE_NAME: Final = re.compile(r"[a-z0-9]+\.(pem|json)")
"""What the platform may lay into the folder; never a key or a request."""
MOST_FILES: Final = 16


class FalseReplyError(RuntimeError):
    """The reply is not of whoever gave the code out. Nothing of it was stored."""


class ClockError(RuntimeError):
    """By this terminal's clock the certificate is not valid. Nothing was stored."""

    def __init__(self, platform_time: str) -> None:
        super().__init__(platform_time)
        self.platform_time = platform_time


def is_enrolled(folder: Path) -> bool:
    """Whether *folder* is enrolled; finishes what a power cut interrupted. Raises IdentityError, OSError."""
    if (folder / ENROLLED).exists():
        try:
            papers = msgspec.json.decode((folder / ENROLLED).read_bytes(), type=Papers)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise IdentityError(f"{folder / ENROLLED} cannot be read as papers") from None
        _unpack(folder, papers)
    return (folder / identity.PLATFORM).exists()


def prepare(folder: Path, serial: str, tpm: Tpm | None, root: Path = Path("/"), suite: str = suite_name(INTL)) -> bytes:
    """Keys and request, made where they are not yet; the request (DER). Raises TpmError, OSError, IdentityError.

    The request of before is used again: with the same code it gets the same certificate. One of another *suite* never
    got one, and gives way.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / identity.REQUEST).exists() and keeper.of(folder).suite == suite:
        request = x509.load_pem_x509_csr((folder / identity.REQUEST).read_bytes())
        if _serial(request) == serial:
            return request.public_bytes(Encoding.DER)
        raise IdentityError(f"{folder} 里的申请是另一个序列号的：换了序列号，请先把这个目录移走")
    remove(folder / identity.REQUEST)
    keeping = keeper.begin(tpm, root, suite)
    passphrase = keeping.passphrase(root)
    signer = ec.generate_private_key(ec.SECP256R1())
    spki = signer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    public, signature, log = keeper.new_log_key(keeping, enrolment.log_key_signed(spki))
    bound = LogKey(public=public, signature=signature)
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, serial)]))
        .add_extension(
            x509.UnrecognizedExtension(x509.ObjectIdentifier(enrolment.LOG_KEY_OID), msgspec.msgpack.encode(bound)),
            critical=False,
        )
        .sign(signer, hashes.SHA256())
    )
    files = {
        keeper.KEEPING: msgspec.json.encode(keeping),
        identity.TLS_KEY: keeper.as_pem(keeper.as_der(signer), passphrase),
        identity.LOG_PUBLIC: public.hex().encode("ascii") + b"\n",
    }
    if log is not None:
        files[identity.LOG_KEY] = keeper.as_pem(log, passphrase)
    write_all(folder, files)
    write(folder / identity.REQUEST, request.public_bytes(Encoding.PEM))
    return request.public_bytes(Encoding.DER)


def ask(keys: CodeKeys, csr: bytes) -> EnrolAsk:
    """What is sent: the request with the proof that the code is known here."""
    return EnrolAsk(index=keys.index, csr=csr, mac=keys.ask_mac(csr))


def accept(folder: Path, keys: CodeKeys, csr: bytes, answer: EnrolAnswer, now: datetime) -> Papers:
    """Believe *answer* if it holds, and be enrolled. Raises FalseReplyError, ClockError, OSError."""
    papers = opened(keys, csr, answer)
    certificate = fitting(papers, csr)
    if not certificate.not_valid_before_utc <= now.astimezone(UTC) <= certificate.not_valid_after_utc:
        raise ClockError(papers.at)
    write(folder / ENROLLED, msgspec.json.encode(papers))
    _unpack(folder, papers)
    return papers


def opened(keys: CodeKeys, csr: bytes, answer: EnrolAnswer) -> Papers:
    """The papers in *answer*. Raises FalseReplyError."""
    if not hmac.compare_digest(keys.reply_mac(csr, answer.reply), answer.mac):
        raise FalseReplyError("not by who gave the code out")
    nonce, sealed = answer.reply[:NONCE_BYTES], answer.reply[NONCE_BYTES:]
    try:
        return msgspec.json.decode(AESGCM(keys.sealing).decrypt(nonce, sealed, None), type=Papers)
    except (InvalidTag, ValueError, msgspec.MsgspecError):
        raise FalseReplyError("proven, and not readable") from None


def fitting(papers: Papers, csr: bytes) -> x509.Certificate:
    """The certificate in *papers*, which must be for our key and by the CA beside it. Raises FalseReplyError."""
    files = papers.files
    fine = all(FILE_NAME.fullmatch(name) for name in files) and len(files) <= MOST_FILES
    if not fine or any(name not in files for name in NEEDED):
        raise FalseReplyError("papers are missing")
    try:
        certificate = x509.load_pem_x509_certificate(files[identity.CERTIFICATE])
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(files[identity.CA]))
    except (ValueError, TypeError, InvalidSignature):
        raise FalseReplyError("the certificate is not of the CA beside it") from None
    if certificate.public_key() != x509.load_der_x509_csr(csr).public_key():
        raise FalseReplyError("the certificate is for another key")
    return certificate


def _unpack(folder: Path, papers: Papers) -> None:
    """platform.json last: while it is not there, nothing takes the folder for complete."""
    for name in sorted(papers.files, key=lambda name: name == identity.PLATFORM):
        write(folder / name, papers.files[name])
    remove(folder / ENROLLED)


def _serial(request: x509.CertificateSigningRequest) -> str:
    names = request.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    return str(names[0].value) if names else ""
