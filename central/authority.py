"""The platform's own certificate authority: root, server certificate, and the certificates of admitted terminals."""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from contract import limits

ROOT_DAYS: Final = 3650
SERVER_DAYS: Final = 825
TERMINAL_DAYS: Final = limits.CERTIFICATE_DAYS
"""Renewed at two thirds."""
INTERNAL_NAME: Final = "central.internal"
"""A platform that has only an address: nginx before it verifies names, not addresses (proxy_ssl_name)."""
SKEW: Final = timedelta(seconds=limits.CLOCK_SKEW)


class NotACsrError(ValueError):
    """The file is no certificate request, its own signature does not hold, or its key is of a kind not taken."""


def make_root() -> tuple[bytes, bytes]:
    """(key PEM, certificate PEM) of a new P-256 root that may sign nothing but end certificates."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("就近办 平台根证书")
    builder = _builder(name, name, key.public_key(), ROOT_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(sign_certificates=True), critical=True)
    return _pem(key), builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def make_server(folder: Path, host: str) -> tuple[bytes, bytes]:
    """(key PEM, certificate PEM) for *host*, signed by the root in *folder*."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _end(folder, "就近办 平台", key.public_key(), SERVER_DAYS, ExtendedKeyUsageOID.SERVER_AUTH)
    builder = builder.add_extension(x509.SubjectAlternativeName(_hosts(host)), critical=False)
    return _pem(key), _sign(folder, builder)


def make_proxy(folder: Path) -> tuple[bytes, bytes]:
    """(key PEM, certificate PEM) of the proxy in front, signed by the root in *folder*."""
    key = ec.generate_private_key(ec.SECP256R1())
    return _pem(key), _sign(
        folder, _end(folder, "proxy", key.public_key(), SERVER_DAYS, ExtendedKeyUsageOID.CLIENT_AUTH)
    )


def serves(folder: Path, host: str) -> bool:
    """Whether the server certificate in *folder* is there, is for *host* and will be valid tomorrow."""
    path = folder / "server.pem"
    if not path.exists() or not (folder / "server.key").exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    wanted = all(name in names for name in _hosts(host))
    return wanted and certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=1)


def read_request(request: bytes) -> x509.CertificateSigningRequest:
    """A certificate request, PEM or DER, whose own signature holds (RFC 2986). Raises NotACsrError."""
    try:
        pem = request.lstrip().startswith(b"-----BEGIN")
        csr = x509.load_pem_x509_csr(request) if pem else x509.load_der_x509_csr(request)
        key = csr.public_key()
        sound = csr.is_signature_valid
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotACsrError("not a certificate request") from error
    if not sound or not isinstance(key, ec.EllipticCurvePublicKey):
        raise NotACsrError("the request's signature does not hold, or its key is not on a curve")
    return csr


def sign_terminal(folder: Path, terminal: str, request: bytes | x509.CertificateSigningRequest) -> bytes:
    """The client certificate (PEM) for a terminal's CSR, which ``read_request`` gave where it is no bytes. Its CN is
    *terminal*, whatever the request says of itself."""
    key = (read_request(request) if isinstance(request, bytes) else request).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return _sign(folder, _end(folder, terminal, key, TERMINAL_DAYS, ExtendedKeyUsageOID.CLIENT_AUTH))


def key_of(certificate: bytes) -> str:
    """SHA-256 of the certificate's (PEM) SubjectPublicKeyInfo, hex."""
    return key_id(x509.load_pem_x509_certificate(certificate))


def key_id(bearer: x509.Certificate | x509.CertificateSigningRequest) -> str:
    """SHA-256 of the SubjectPublicKeyInfo, hex."""
    return hashlib.sha256(spki(bearer)).hexdigest()


def spki(bearer: x509.Certificate | x509.CertificateSigningRequest) -> bytes:
    """SubjectPublicKeyInfo, DER (RFC 5280, 4.1.2.7)."""
    der = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return bearer.public_key().public_bytes(*der)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _hosts(host: str) -> list[x509.GeneralName]:
    try:
        return [x509.IPAddress(ipaddress.ip_address(host)), x509.DNSName(INTERNAL_NAME)]
    except ValueError:
        return [x509.DNSName(host)]


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - SKEW).not_valid_after(now + timedelta(days=days))
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _end(
    folder: Path, common: str, key: ec.EllipticCurvePublicKey, days: int, purpose: x509.ObjectIdentifier
) -> x509.CertificateBuilder:
    root = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    root_key = root.public_key()
    assert isinstance(root_key, ec.EllipticCurvePublicKey)
    builder = _builder(_name(common), root.subject, key, days)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key), critical=False)
    builder = builder.add_extension(_usage(sign_certificates=False), critical=True)
    return builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _sign(folder: Path, builder: x509.CertificateBuilder) -> bytes:
    key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
