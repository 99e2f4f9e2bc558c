"""Which terminal is asking: CN and key of the certificate that TLS verified, looked up in the platform's own table."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final
from urllib.parse import unquote

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.http import HttpRequest

from central import authority, clock
from central.models import Terminal
from central.problems import RefusedError
from contract.wire import ProblemCode

PASSED_ON: Final = "X-Terminal-Certificate"
"""The terminal's certificate, PEM, percent-encoded, as nginx has it in $ssl_client_escaped_cert. Read only when the one
who asks is the trusted proxy (config.json); from anybody else it is a header like any other."""


def asking(request: HttpRequest) -> Terminal:
    """The admitted terminal behind *request*; refuses one without certificate, unknown, or revoked."""
    environ = request.environ  # type: ignore[attr-defined]
    if environ.get("SSL_CLIENT_VERIFY") != "SUCCESS":
        raise RefusedError(ProblemCode.NOT_ALLOWED, "没有终端证书")
    name, key = environ.get("SSL_CLIENT_S_DN_CN", ""), _key_of(environ.get("SSL_CLIENT_CERT", ""))
    if settings.CENTRAL.config.trusted_proxy and hmac.compare_digest(settings.CENTRAL.config.trusted_proxy, key):
        name, key = _passed_on(request)
    terminal = Terminal.objects.filter(pk=name).first()
    if terminal is None or not hmac.compare_digest(terminal.tls_key, key):
        raise RefusedError(ProblemCode.NOT_ALLOWED, "终端没有登记")
    if terminal.revoked_at is not None:
        raise RefusedError(ProblemCode.NOT_ALLOWED, "终端证书已吊销")
    return terminal


def _key_of(certificate: str) -> str:
    """Of the certificate that TLS verified; never what a terminal without a key has."""
    try:
        return authority.key_of(certificate.encode("ascii"))
    except ValueError:
        return "none"


def _passed_on(request: HttpRequest) -> tuple[str, str]:
    """CN and key of the certificate that the trusted proxy verified and passed on. It is verified here once more: what
    the proxy adds is that somebody there had its key."""
    content = unquote(request.headers.get(PASSED_ON, "")).encode("ascii", "replace")
    ca = x509.load_pem_x509_certificate((settings.CENTRAL.folder / "ca.pem").read_bytes())
    try:
        certificate = x509.load_pem_x509_certificate(content)
        certificate.verify_directly_issued_by(ca)
    except (ValueError, TypeError, InvalidSignature):
        raise RefusedError(ProblemCode.NOT_ALLOWED, "没有终端证书") from None
    if not certificate.not_valid_before_utc <= clock.now() <= certificate.not_valid_after_utc:
        raise RefusedError(ProblemCode.NOT_ALLOWED, "终端证书已过期")
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else "", authority.key_id(certificate)


def follow_key(terminal_id: str) -> bytes:
    """The terminal's follow-up key (32 bytes), derived, so that nothing has to be kept for it."""
    return hmac.new(settings.CENTRAL.follow_secret, b"follow|" + terminal_id.encode(), hashlib.sha256).digest()


def pepper(terminal_id: str) -> bytes:
    """The terminal's pepper of staff PINs (32 bytes), derived likewise: this platform and that terminal know it."""
    pepper: bytes = settings.CENTRAL.secret_for(f"pin-pepper|{terminal_id}")
    return pepper


def point_id(point: str) -> str:
    """A service point's name as an id."""
    return "p-" + hashlib.sha256(point.encode()).hexdigest()[:16]
