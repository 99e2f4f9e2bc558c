"""TLS to the platform, made in one place: its own CA and nobody else's, and this terminal's certificate."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Final

NO_CHECK_TIME: Final = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME (OpenSSL, X509_VERIFY_PARAM_set_flags(3))."""


def context(ca: Path) -> ssl.SSLContext:
    """TLS 1.2 or later that trusts *ca* alone."""
    made = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(ca))
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


def context_of_configuration(ca: Path) -> ssl.SSLContext:
    """The same, and dates of certificates are not looked at: a terminal whose clock is lost must still reach its
    configuration, and everything that comes this way is verified by its own signatures and its own expiry, against the
    time floor."""
    made = context(ca)
    made.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
    return made


def show(made: ssl.SSLContext, certificate: Path, key: Path, passphrase: str | None) -> None:
    """Show this terminal's certificate as it lies in the files now; *passphrase* opens *key* where it is bound to the
    machine. Connections that stand keep what they have, new ones take it."""
    # a passphrase is always given, though it be empty: else OpenSSL would ask at the keyboard for one
    made.load_cert_chain(certificate, key, passphrase or "")
