"""The key operations of a terminal behind one small interface: a TPM or a certified module takes its place later."""

from __future__ import annotations

import enum
from typing import Final, Protocol

from Crypto.Hash import SHA256
from Crypto.Protocol import HPKE
from Crypto.Protocol.DH import import_x25519_public_key
from Crypto.PublicKey import ECC
from Crypto.Signature import DSS, eddsa

from contract.log_format import P256_PUBLIC_BYTES

RAW_KEY_BYTES: Final = 32


class Algorithm(enum.StrEnum):
    """How a device key signs. In a segment's header the suite says it (contract.log_format)."""

    ED25519 = "ed25519"
    """RFC 8032, pure."""
    P256 = "ecdsa-p256"
    """FIPS 186-4 with SHA-256, r ‖ s: what a TPM 2.0 has."""


class DeviceKey(Protocol):
    """The device's signing key, wherever it lives."""

    @property
    def algorithm(self) -> Algorithm: ...

    @property
    def public(self) -> bytes:
        """Ed25519 public half, raw 32 bytes; or of P-256 the compressed point, 33 bytes (SEC 1)."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The signature over *message*, 64 bytes. Raises OSError when where the key lives does not answer."""
        ...


def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether *signature* is the one that the device key with this public half makes over *message*."""
    try:
        if len(public) == P256_PUBLIC_BYTES:
            DSS.new(ECC.import_key(public, curve_name="P-256"), "fips-186-3").verify(SHA256.new(message), signature)
            return True
        eddsa.new(eddsa.import_public_key(public), "rfc8032").verify(message, signature)
    except ValueError:
        return False
    return True


class SoftwareKey:
    """A device key in this process's memory, from a file."""

    algorithm: Final = Algorithm.ED25519

    def __init__(self, key: ECC.EccKey) -> None:
        if key.curve != "Ed25519" or not key.has_private():
            raise ValueError("a device key is an Ed25519 private key")
        self._signer = eddsa.new(key, "rfc8032")
        self.public: bytes = key.public_key().export_key(format="raw")

    def __repr__(self) -> str:
        return f"<SoftwareKey {self.public.hex()[:16]}>"

    @classmethod
    def generate(cls) -> SoftwareKey:
        return cls(ECC.generate(curve="Ed25519"))

    @classmethod
    def from_pem(cls, pem: str, passphrase: str | None = None) -> SoftwareKey:
        """Raises ValueError for what is no such key, or is not opened by *passphrase*."""
        return cls(ECC.import_key(pem, passphrase))

    def sign(self, message: bytes) -> bytes:
        return self._signer.sign(message)


class SealingKey:
    """Somebody's X25519 public half, to seal to by HPKE base mode (RFC 9180; suite INTL of contract.log_format)."""

    def __init__(self, public: bytes) -> None:
        if len(public) != RAW_KEY_BYTES:
            raise ValueError("an X25519 public key has 32 bytes")
        self._key = import_x25519_public_key(public)
        self.public = public

    def seal(self, plain: bytes, info: bytes) -> bytes:
        """Encapsulated key ‖ ciphertext ‖ tag; opens only with the same *info*."""
        context = HPKE.new(receiver_key=self._key, aead_id=HPKE.AEAD.AES256_GCM, info=info)
        ciphertext = context.seal(plain)
        return bytes(context.enc) + ciphertext
