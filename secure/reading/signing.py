"""Whose signature it is: a public half tells its algorithm by its length (contract.log_format)."""

from __future__ import annotations

from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from contract import gm
from contract.log_format import (
    GM,
    INTL,
    P256,
    P256_PUBLIC_BYTES,
    SIGNATURE_BYTES,
    SM2_PUBLIC_BYTES,
)
from secure.gmssl import GMSSL, GmsslError


class Verifying(Protocol):
    """Somebody's public half."""

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
        self._key.verify(_der(signature), data, ec.ECDSA(hashes.SHA256()))


class _Sm2:
    suite = GM

    def __init__(self, public: bytes) -> None:
        try:
            self._public = GMSSL.normalize_sm2_public_key(public)
        except GmsslError:
            raise ValueError("no point of the SM2 curve") from None

    def verify(self, signature: bytes, data: bytes, /) -> None:
        if len(signature) != SIGNATURE_BYTES:
            raise InvalidSignature
        try:
            good = GMSSL.sm2_verify(self._public, data, _der(signature), gm.SIGNER_ID)
        except GmsslError:
            good = False
        if not good:
            raise InvalidSignature


def device_verifier(public: bytes) -> Verifying:
    """Ed25519 raw (32 bytes), P-256 compressed (33) or SM2 x ‖ y (64). Raises ValueError for anything else."""
    if len(public) == SM2_PUBLIC_BYTES:
        return _Sm2(public)
    return _P256(public) if len(public) == P256_PUBLIC_BYTES else _Ed25519(public)


def platform_verifier(public: bytes) -> Verifying:
    """The platform's receipt key: Ed25519 raw (32 bytes) or SM2 x ‖ y (64). Raises ValueError for anything else."""
    return _Sm2(public) if len(public) == SM2_PUBLIC_BYTES else _Ed25519(public)


def _der(signature: bytes) -> bytes:
    half = SIGNATURE_BYTES // 2
    return encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))


def public_bytes(key: object) -> bytes | None:
    """A device key's public half as the contract names it; None for a key of another kind."""
    if isinstance(key, Ed25519PublicKey):
        return key.public_bytes_raw()
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        x, y = key.public_numbers().x, key.public_numbers().y
        return bytes((2 + (y & 1),)) + x.to_bytes(32, "big")
    return None
