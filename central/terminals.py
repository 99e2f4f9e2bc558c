"""Which terminal is asking: CN and key of the certificate that TLS verified, looked up in the platform's own table."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.http import HttpRequest

from central import authority
from central.models import Terminal
from central.problems import RefusedError
from contract.wire import ProblemCode


def asking(request: HttpRequest) -> Terminal:
    """The admitted terminal behind *request*; refuses one without certificate, unknown, or revoked."""
    environ = request.environ  # type: ignore[attr-defined]
    if environ.get("SSL_CLIENT_VERIFY") != "SUCCESS":
        raise RefusedError(ProblemCode.NOT_ALLOWED, "没有终端证书")
    terminal = Terminal.objects.filter(pk=environ.get("SSL_CLIENT_S_DN_CN", "")).first()
    if terminal is None or not hmac.compare_digest(terminal.tls_key, _key_of(environ.get("SSL_CLIENT_CERT", ""))):
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


def follow_key(terminal_id: str) -> bytes:
    """The terminal's follow-up key (32 bytes), derived, so that nothing has to be kept for it."""
    return hmac.new(settings.CENTRAL.follow_secret, b"follow|" + terminal_id.encode(), hashlib.sha256).digest()
