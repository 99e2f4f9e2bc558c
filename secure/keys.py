"""The key operations of a terminal behind one small interface: a TPM or a certified module takes its place later."""

from __future__ import annotations

import enum
from typing import Final, Protocol

from Crypto.Hash import SHA256
from Crypto.Protocol import HPKE
from Crypto.Protocol.DH import import_x25519_public_key
from Crypto.PublicKey import ECC
from Crypto.Signature import DSS, eddsa

from contract.log_format import GM, INTL, P256, P256_PUBLIC_BYTES, SM2_PRIVATE_BYTES, SM2_PUBLIC_BYTES
from secure import sm2

RAW_KEY_BYTES: Final = 32


class Algorithm(enum.StrEnum):
    """How a device key signs. In a segment's header the suite says it (contract.log_format)."""

    ED25519 = "ed25519"
    """RFC 8032, pure."""
    P256 = "ecdsa-p256"
    """FIPS 186-4 with SHA-256, r ‖ s: what a TPM 2.0 has."""
    SM2 = "sm2"
    """GB/T 32918.2 with SM3, r ‖ s: suite GM."""

    @property
    def suite(self) -> bytes:
        """What the headers it signs name."""
        return {Algorithm.ED25519: INTL, Algorithm.P256: P256, Algorithm.SM2: GM}[self]


class DeviceKey(Protocol):
    """The device's signing key, wherever it lives."""

    @property
    def algorithm(self) -> Algorithm: ...

    @property
    def public(self) -> bytes:
        """Ed25519 public half, raw 32 bytes; P-256, the compressed point, 33 bytes (SEC 1); SM2, x ‖ y, 64 bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The signature over *message*, 64 bytes. Raises OSError when where the key lives does not answer."""
        ...


def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether *signature* is the one that the key with this public half makes over *message*."""
    if len(public) == SM2_PUBLIC_BYTES:
        return sm2.signed_by(public, message, signature)
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


class Sm2Key:
    """A device key of suite GM in this process's memory, from a file."""

    algorithm: Final = Algorithm.SM2

    def __init__(self, private: bytes) -> None:
        """*private*: d ‖ x ‖ y, 96 bytes. Raises ValueError for what is no such key."""
        if len(private) != SM2_PRIVATE_BYTES:
            raise ValueError("an SM2 private key has 96 bytes here: d, x, y")
        self.public = sm2.public_key(private[-SM2_PUBLIC_BYTES:])
        self._private = private
        probe = b"sm2"
        if not sm2.signed_by(self.public, probe, self.sign(probe)):
            raise ValueError("the halves of the SM2 key do not belong together")

    def __repr__(self) -> str:
        return f"<Sm2Key {self.public.hex()[:16]}>"

    @classmethod
    def generate(cls) -> Sm2Key:
        return cls(sm2.generate())

    def sign(self, message: bytes) -> bytes:
        return sm2.sign(self._private, message)


def from_pem(pem: str, passphrase: str | None = None) -> SoftwareKey | Sm2Key:
    """The device key in a file. Raises ValueError for what is none, or is not opened by *passphrase*."""
    private = sm2.from_pem(pem, passphrase)
    return SoftwareKey.from_pem(pem, passphrase) if private is None else Sm2Key(private)


class SealingKey:
    """Somebody's public half, to seal to: X25519 by HPKE base mode (RFC 9180, suite INTL), or SM2 as contract.gm says
    (suite GM)."""

    def __init__(self, public: bytes) -> None:
        if len(public) not in (RAW_KEY_BYTES, SM2_PUBLIC_BYTES):
            raise ValueError("an X25519 public key has 32 bytes, an SM2 one 64")
        self._key = None if len(public) == SM2_PUBLIC_BYTES else import_x25519_public_key(public)
        self.public = public if self._key is not None else sm2.public_key(public)

    def seal(self, plain: bytes, info: bytes) -> bytes:
        """Encapsulated key ‖ ciphertext ‖ tag; opens only with the same *info*."""
        if self._key is None:
            return sm2.seal(self.public, plain, info)
        context = HPKE.new(receiver_key=self._key, aead_id=HPKE.AEAD.AES256_GCM, info=info)
        ciphertext = context.seal(plain)
        return bytes(context.enc) + ciphertext
