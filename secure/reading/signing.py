"""Whose signature it is: a device key's public half tells its algorithm by its length (contract.log_format)."""

from __future__ import annotations

from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from contract.log_format import INTL, P256, P256_PUBLIC_BYTES, SIGNATURE_BYTES


class DeviceVerifier(Protocol):
    """A device key's public half."""

    suite: bytes
    """What the headers it signs name (contract.log_format)."""

    def verify(self, signature: bytes, data: bytes, /) -> None:
        """Raises InvalidSignature."""
        ...


class _Ed25519:
    suite = INTL

    def __init__(self, public: bytes) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(public)

    def verify(self, signature: bytes, data: bytes, /) -> None:
        self._key.verify(signature, data)


class _P256:
    suite = P256

    def __init__(self, public: bytes) -> None:
        self._key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)

    def verify(self, signature: bytes, data: bytes, /) -> None:
        if len(signature) != SIGNATURE_BYTES:
            raise InvalidSignature
        half = SIGNATURE_BYTES // 2
        r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
        self._key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))


def device_verifier(public: bytes) -> DeviceVerifier:
    """Ed25519 raw (32 bytes) or P-256 compressed (33 bytes). Raises ValueError for anything else."""
    return _P256(public) if len(public) == P256_PUBLIC_BYTES else _Ed25519(public)


def public_bytes(key: object) -> bytes | None:
    """A device key's public half as the contract names it; None for a key of another kind."""
    if isinstance(key, Ed25519PublicKey):
        return key.public_bytes_raw()
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        x, y = key.public_numbers().x, key.public_numbers().y
        return bytes((2 + (y & 1),)) + x.to_bytes(32, "big")
    return None
