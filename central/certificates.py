"""A terminal's certificates: issued, renewed with the same key, renewed late with the platform's nonce."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from central import authority
from central.call import Call
from central.models import IssuedCertificate, Terminal
from central.models.enrolment import How
from central.problems import RefusedError
from contract import limits
from contract.enrolment import LateRenewal, Renewal, Renewed, RenewNonce
from contract.log_format import DEVICE_ID
from contract.wire import ProblemCode

NONCE_PARTS: Final = 3
SECONDS_DIGITS: Final = 12
"""Of a time in seconds; what is longer is none that a clock shows."""


def issue(terminal: Terminal, request: x509.CertificateSigningRequest, at: datetime, how: How) -> bytes:
    """Sign *request*, which ``authority.read_request`` gave, for *terminal*, and write that down; the caller has
    judged whether it may be."""
    certificate = authority.sign_terminal(settings.CENTRAL.folder, terminal.pk, request)
    made = x509.load_pem_x509_certificate(certificate)
    IssuedCertificate.objects.create(
        terminal=terminal,
        serial=f"{made.serial_number:x}",
        tls_key=authority.key_id(made),
        log_key=terminal.log_key,
        not_before=made.not_valid_before_utc,
        not_after=made.not_valid_after_utc,
        at=at,
        how=how.value,
    )
    return certificate


def renew(call: Call[Renewal]) -> Renewed:
    """Over mutual TLS: who asks is known, and only the same key is signed again."""
    return Renewed(certificate=_again(call.terminal, call.ask.csr, call.at, How.RENEWED))


def nonce(at: datetime) -> RenewNonce:
    """A nonce of this platform, good for limits.RENEW_NONCE; nothing is kept for it."""
    plain = f"{int(at.timestamp())}.{secrets.token_hex(16)}"
    return RenewNonce(nonce=f"{plain}.{_nonce_mac(plain)}")


def renew_late(ask: LateRenewal, at: datetime) -> Renewed:
    """Outside mutual TLS, for a certificate that expired while the line was down: the TLS key signs our nonce.

    A signature that was seen on its way is worth nothing to another: what it brings is a certificate for this very key.
    """
    if not _nonce_holds(ask.nonce, at):
        raise RefusedError(ProblemCode.BAD_REQUEST, "不是本平台刚发的随机数")
    terminal = Terminal.objects.filter(pk=ask.terminal).first() if DEVICE_ID.fullmatch(ask.terminal) else None
    if terminal is None:
        raise RefusedError(ProblemCode.NOT_ALLOWED, "终端没有登记")
    csr = _request(ask.csr)
    key = csr.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    try:
        key.verify(ask.signature, ask.signed_bytes(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, UnicodeEncodeError):
        raise RefusedError(ProblemCode.NOT_ALLOWED, "签名不符") from None
    return Renewed(certificate=_again(terminal, ask.csr, at, How.LATE))


def _again(terminal: Terminal, request: bytes, at: datetime, how: How) -> str:
    csr = _request(request)
    if terminal.revoked_at is not None:
        raise RefusedError(ProblemCode.NOT_ALLOWED, "终端证书已吊销")
    if not hmac.compare_digest(authority.key_id(csr), terminal.tls_key):
        raise RefusedError(ProblemCode.NOT_ALLOWED, "不是这台终端登记的密钥")
    return issue(terminal, csr, at, how).decode("ascii")


def _request(request: bytes) -> x509.CertificateSigningRequest:
    try:
        return authority.read_request(request)
    except authority.NotACsrError:
        raise RefusedError(ProblemCode.BAD_REQUEST, "证书申请不合规") from None


def _nonce_holds(text: str, at: datetime) -> bool:
    parts = text.split(".")
    if len(parts) != NONCE_PARTS or not text.isascii() or not parts[0].isdigit() or len(parts[0]) > SECONDS_DIGITS:
        return False
    fresh = 0 <= at.timestamp() - int(parts[0]) <= limits.RENEW_NONCE
    return fresh and hmac.compare_digest(_nonce_mac(f"{parts[0]}.{parts[1]}"), parts[2])


def _nonce_mac(plain: str) -> str:
    return hmac.new(settings.CENTRAL.secret_for("renewal"), plain.encode(), hashlib.sha256).hexdigest()


def read_late(body: bytes) -> LateRenewal:
    """Raises RefusedError."""
    try:
        return msgspec.json.decode(body, type=LateRenewal)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise RefusedError(ProblemCode.BAD_REQUEST, "请求内容不合规") from None
