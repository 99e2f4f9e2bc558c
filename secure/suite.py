"""The writing half's suites behind one interface: hash, MAC, AEAD. Which one, the length of a public key tells.

INTL: SHA-256, HMAC-SHA-256 and AES-256-GCM (pycryptodome), also under a device key on P-256. GM: SM3 (GB/T 32905),
HMAC-SM3 and SM4-GCM (GB/T 32907), by GmSSL. Signing and sealing are the keys' own (secure.keys).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final, Protocol

from Crypto.Cipher import AES

from contract import gm
from contract.log_format import GM, INTL, SM2_PUBLIC_BYTES, TAG_BYTES
from secure.gmssl import GMSSL


class Suite(Protocol):
    """What a writer needs of a suite besides its keys."""

    @property
    def id(self) -> bytes:
        """As record headers name it (contract.log_format)."""
        ...

    def hash(self, message: bytes) -> bytes: ...

    def mac(self, key: bytes, message: bytes) -> bytes: ...

    def encrypt(self, key: bytes, nonce: bytes, bound: bytes, plain: bytes) -> bytes:
        """Ciphertext ‖ tag; *key* has 32 bytes, of which a suite takes the first it needs."""
        ...


class _Intl:
    id: Final = INTL

    def hash(self, message: bytes) -> bytes:
        return hashlib.sha256(message).digest()

    def mac(self, key: bytes, message: bytes) -> bytes:
        return hmac.digest(key, message, "sha256")

    def encrypt(self, key: bytes, nonce: bytes, bound: bytes, plain: bytes) -> bytes:
        cipher = AES.new(key, AES.MODE_GCM, nonce=nonce, mac_len=TAG_BYTES)
        cipher.update(bound)
        body, tag = cipher.encrypt_and_digest(plain)
        return body + tag


class _Gm:
    id: Final = GM

    def hash(self, message: bytes) -> bytes:
        return bytes(GMSSL.sm3_hash(message))

    def mac(self, key: bytes, message: bytes) -> bytes:
        return bytes(GMSSL.sm3_hmac(key, message))

    def encrypt(self, key: bytes, nonce: bytes, bound: bytes, plain: bytes) -> bytes:
        body, tag = GMSSL.sm4_gcm_encrypt(key[: gm.SM4_KEY_BYTES], nonce, bound, plain)
        return bytes(body + tag)


INTL_SUITE: Final[Suite] = _Intl()
GM_SUITE: Final[Suite] = _Gm()


def suite_of(public: bytes) -> Suite:
    """The suite of whoever has this public key."""
    return GM_SUITE if len(public) == SM2_PUBLIC_BYTES else INTL_SUITE
