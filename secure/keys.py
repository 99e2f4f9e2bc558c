"""The key operations of a terminal behind one small interface: a TPM or a certified module takes its place later."""

from __future__ import annotations

from typing import Final, Protocol

from Crypto.Protocol import HPKE
from Crypto.Protocol.DH import import_x25519_public_key
from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

from contract.log_format import SM2_PUBLIC_BYTES
from secure.suite import sm2_public, sm2_seal, sm2_signed_by

RAW_KEY_BYTES: Final = 32


class DeviceKey(Protocol):
    """The device's signing key, wherever it lives."""

    @property
    def public(self) -> bytes:
        """Ed25519 public half, raw 32 bytes; under suite GM of SM2, x ‖ y, 64 bytes (secure.suite.Sm2Key)."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Ed25519 (RFC 8032, pure) over *message*, 64 bytes."""
        ...


def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether *signature* is the one that the device key with this public half makes over *message*."""
    if len(public) == SM2_PUBLIC_BYTES:
        return sm2_signed_by(public, message, signature)
    try:
        eddsa.new(eddsa.import_public_key(public), "rfc8032").verify(message, signature)
    except ValueError:
        return False
    return True


class SoftwareKey:
    """A device key in this process's memory, from a file."""

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
    def from_pem(cls, pem: str) -> SoftwareKey:
        return cls(ECC.import_key(pem))

    def sign(self, message: bytes) -> bytes:
        return self._signer.sign(message)


class SealingKey:
    """Somebody's public half to seal to: X25519 by HPKE base mode (RFC 9180; suite INTL of contract.log_format), or SM2
    as in contract.gm (suite GM)."""

    def __init__(self, public: bytes) -> None:
        if len(public) not in (RAW_KEY_BYTES, SM2_PUBLIC_BYTES):
            raise ValueError("an X25519 public key has 32 bytes, an SM2 one 64")
        self._key = None if len(public) == SM2_PUBLIC_BYTES else import_x25519_public_key(public)
        self.public = public if self._key is not None else sm2_public(public)

    def seal(self, plain: bytes, info: bytes) -> bytes:
        """Encapsulated key ‖ ciphertext ‖ tag; opens only with the same *info*."""
        if self._key is None:
            return sm2_seal(self.public, plain, info)
        context = HPKE.new(receiver_key=self._key, aead_id=HPKE.AEAD.AES256_GCM, info=info)
        ciphertext = context.seal(plain)
        return bytes(context.enc) + ciphertext
