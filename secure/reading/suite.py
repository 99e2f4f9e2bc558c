"""The reading half's suites: hash, MAC, AEAD, and opening what was sealed. Shares contract alone with who writes.

SM3 and SM4-GCM are cryptography's, as all of INTL is. cryptography has no SM2: the curve's operations come from GmSSL
here too, and the tests hold two other implementations against them (docs/gm.md).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from contract import gm
from contract.log_format import (
    ENCAPSULATED_BYTES,
    GM,
    INTL,
    P256,
    SM2_ENCAPSULATED_BYTES,
    SM2_PRIVATE_BYTES,
    SM2_PUBLIC_BYTES,
    TAG_BYTES,
)
from secure.gmssl import GMSSL, GmsslError

HPKE_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Reading(Protocol):
    """What a reader needs of a suite besides its keys."""

    def hash(self, message: bytes) -> bytes: ...

    def mac(self, key: bytes, message: bytes) -> bytes: ...

    def decrypt(self, key: bytes, nonce: bytes, ciphertext: bytes, bound: bytes) -> bytes:
        """Raises InvalidTag; *key* has 32 bytes, of which a suite takes the first it needs."""
        ...


class _Intl:
    def hash(self, message: bytes) -> bytes:
        return hashlib.sha256(message).digest()

    def mac(self, key: bytes, message: bytes) -> bytes:
        return hmac.digest(key, message, "sha256")

    def decrypt(self, key: bytes, nonce: bytes, ciphertext: bytes, bound: bytes) -> bytes:
        return AESGCM(key).decrypt(nonce, ciphertext, bound)


class _Gm:
    def hash(self, message: bytes) -> bytes:
        digest = hashes.Hash(hashes.SM3())
        digest.update(message)
        return digest.finalize()

    def mac(self, key: bytes, message: bytes) -> bytes:
        code = HMAC(key, hashes.SM3())
        code.update(message)
        return code.finalize()

    def decrypt(self, key: bytes, nonce: bytes, ciphertext: bytes, bound: bytes) -> bytes:
        if len(ciphertext) < TAG_BYTES:
            raise InvalidTag
        body, tag = ciphertext[:-TAG_BYTES], ciphertext[-TAG_BYTES:]
        cipher = Cipher(SM4(key[: gm.SM4_KEY_BYTES]), modes.GCM(nonce, tag)).decryptor()
        cipher.authenticate_additional_data(bound)
        return cipher.update(body) + cipher.finalize()


_INTL: Final = _Intl()
READING: Final[Mapping[bytes, Reading]] = {INTL: _INTL, P256: _INTL, GM: _Gm()}
"""By the suite of a segment's header, or of the records under it."""


class Opener(Protocol):
    """A private half that opens what was sealed to it."""

    suite: bytes
    around: int
    """Bytes that sealing adds."""

    @property
    def public(self) -> bytes: ...

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """Raises InvalidTag, ValueError."""
        ...

    def seal(self, plain: bytes, info: bytes) -> bytes:
        """To itself: what came to the platform in the open is closed before it is kept."""
        ...


class _X25519:
    suite = INTL
    around = ENCAPSULATED_BYTES + TAG_BYTES

    def __init__(self, private: bytes) -> None:
        self._key = X25519PrivateKey.from_private_bytes(private)
        self.public = self._key.public_key().public_bytes_raw()

    def open(self, sealed: bytes, info: bytes) -> bytes:
        return HPKE_SUITE.decrypt(sealed, self._key, info=info)

    def seal(self, plain: bytes, info: bytes) -> bytes:
        return HPKE_SUITE.encrypt(plain, self._key.public_key(), info=info)


class _Sm2:
    suite = GM
    around = SM2_ENCAPSULATED_BYTES + TAG_BYTES

    def __init__(self, private: bytes) -> None:
        self._private, self.public = private[:-SM2_PUBLIC_BYTES], private[-SM2_PUBLIC_BYTES:]

    def open(self, sealed: bytes, info: bytes) -> bytes:
        if len(sealed) < self.around:
            raise ValueError("too short to be sealed")
        encapsulated, body = sealed[:SM2_ENCAPSULATED_BYTES], sealed[SM2_ENCAPSULATED_BYTES:]
        try:
            seed = bytes(GMSSL.sm2_decrypt(self._private, _der(encapsulated)))
        except GmsslError:
            raise ValueError("not sealed to this key") from None
        return READING[GM].decrypt(self._key_of(seed, encapsulated, info), gm.NONCE, body, b"")

    def seal(self, plain: bytes, info: bytes) -> bytes:
        seed = secrets.token_bytes(gm.SEED_BYTES)
        encapsulated = _raw(GMSSL.sm2_encrypt(self.public, seed))
        key = self._key_of(seed, encapsulated, info)[: gm.SM4_KEY_BYTES]
        cipher = Cipher(SM4(key), modes.GCM(gm.NONCE)).encryptor()
        return encapsulated + cipher.update(plain) + cipher.finalize() + cipher.tag

    def _key_of(self, seed: bytes, encapsulated: bytes, info: bytes) -> bytes:
        reading = READING[GM]
        extracted = reading.mac(gm.SALT, seed)
        message = gm.expand_message(reading.hash(self.public), reading.hash(encapsulated), info)
        return reading.mac(extracted, message + b"\x01")


def opener(private: bytes) -> Opener:
    """X25519 raw (32 bytes) or SM2 d ‖ x ‖ y (96). Raises ValueError for anything else."""
    return _Sm2(private) if len(private) == SM2_PRIVATE_BYTES else _X25519(private)


def _der(encapsulated: bytes) -> bytes:
    """SM2Cipher of GB/T 35276: SEQUENCE of x, y, C3, C2."""
    point = encode_dss_signature(int.from_bytes(encapsulated[:32], "big"), int.from_bytes(encapsulated[32:64], "big"))
    inside = point[2:] + b"".join(b"\x04\x20" + encapsulated[at : at + 32] for at in (64, 96))
    length = bytes((len(inside),)) if len(inside) < 0x80 else bytes((0x81, len(inside)))
    return b"\x30" + length + inside


def _raw(der: bytes) -> bytes:
    """x, y, C3 and C2 of a SM2Cipher, each of 32 bytes: the other way of ``_der``."""
    rest, parts = der[3:] if der[1] & 0x80 else der[2:], []
    while rest:
        parts.append(rest[2 : 2 + rest[1]].lstrip(b"\0") if rest[0] == 2 else rest[2 : 2 + rest[1]])
        rest = rest[2 + rest[1] :]
    return b"".join(part.rjust(32, b"\0") for part in parts)
