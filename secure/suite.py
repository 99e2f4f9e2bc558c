"""The writing half's suites behind one interface: hash, mac, aead, seal, sign. Which one, the key's length tells.

INTL: SHA-256, HMAC-SHA-256, AES-256-GCM, HPKE, Ed25519 (pycryptodome). GM: SM3 (GB/T 32905), HMAC-SM3, SM4-GCM
(GB/T 32907), SM2 (GB/T 32918), by GmSSL; the composition is in docs/gm.md. In production a certified module or a
密码机 stands behind ``Sm2Key`` and the sealing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any, Final, Protocol

from Crypto.Cipher import AES
from Crypto.Util.asn1 import DerInteger, DerOctetString, DerSequence
from gmssl_pyx import (
    GmsslInnerError,
    normalize_sm2_public_key,
    sm2_encrypt,
    sm2_key_generate,
    sm2_sign,
    sm2_verify,
    sm3_hash,
    sm3_hmac,
    sm4_gcm_encrypt,
)

from contract import gm
from contract.log_format import GM, INTL, SM2_PRIVATE_BYTES, SM2_PUBLIC_BYTES, TAG_BYTES

COORDINATE: Final = 32


class Suite(Protocol):
    """What a writer needs of a suite besides its keys."""

    @property
    def id(self) -> bytes: ...

    def hash(self, message: bytes) -> bytes: ...

    def mac(self, key: bytes, message: bytes) -> bytes: ...

    def encrypt(self, key: bytes, nonce: bytes, bound: bytes, plain: bytes) -> bytes:
        """Ciphertext ‖ tag; *key* has 32 bytes, of which a suite takes the first it needs."""
        ...


class Intl:
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


class Gm:
    id: Final = GM

    def hash(self, message: bytes) -> bytes:
        return bytes(sm3_hash(message))

    def mac(self, key: bytes, message: bytes) -> bytes:
        return bytes(sm3_hmac(key, message))

    def encrypt(self, key: bytes, nonce: bytes, bound: bytes, plain: bytes) -> bytes:
        body, tag = sm4_gcm_encrypt(key[: gm.SM4_KEY_BYTES], nonce, bound, plain)
        return bytes(body + tag)


INTL_SUITE: Final = Intl()


def suite_of(public: bytes) -> Suite:
    """The suite of whoever has this public key."""
    return Gm() if len(public) == SM2_PUBLIC_BYTES else INTL_SUITE


def sm2_public(raw: bytes) -> bytes:
    """*raw*, if it is a point of the curve. Raises ValueError."""
    try:
        return bytes(normalize_sm2_public_key(raw))
    except GmsslInnerError:
        raise ValueError("no SM2 public key") from None


class Sm2Key:
    """A device key under suite GM: SM2 with SM3, signer id 1234567812345678 (GB/T 32918.2; GB/T 35276, 10)."""

    def __init__(self, private: bytes) -> None:
        """*private*: d ‖ x ‖ y, 96 bytes. Raises ValueError for what is no such key."""
        if len(private) != SM2_PRIVATE_BYTES:
            raise ValueError("an SM2 private key has 96 bytes here: d, x, y")
        self._private, self.public = private[:COORDINATE], sm2_public(private[COORDINATE:])
        probe = b"sm2"
        if not sm2_signed_by(self.public, probe, self.sign(probe)):
            raise ValueError("the halves of the SM2 key do not belong together")

    def __repr__(self) -> str:
        return f"<Sm2Key {self.public.hex()[:16]}>"

    @classmethod
    def generate(cls) -> Sm2Key:
        return cls(generate_sm2())

    def sign(self, message: bytes) -> bytes:
        """r ‖ s, 64 bytes."""
        r, s = _parts(sm2_sign(self._private, self.public, message, gm.SIGNER_ID))
        return _coordinate(r) + _coordinate(s)


def generate_sm2() -> bytes:
    """A fresh private key, d ‖ x ‖ y."""
    public, private = sm2_key_generate()
    return bytes(private + public)


def sm2_signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether *signature* (r ‖ s) is by the SM2 key with this public half."""
    if len(signature) != 2 * COORDINATE:
        return False
    halves = [int.from_bytes(signature[at : at + COORDINATE], "big") for at in (0, COORDINATE)]
    try:
        der = DerSequence([DerInteger(half) for half in halves]).encode()
        return bool(sm2_verify(public, message, der, gm.SIGNER_ID))
    except GmsslInnerError:
        return False


def sm2_seal(public: bytes, plain: bytes, info: bytes) -> bytes:
    """Encapsulated seed ‖ ciphertext ‖ tag (contract.gm)."""
    seed = secrets.token_bytes(gm.SEED_BYTES)
    x, y, check, body = _parts(sm2_encrypt(public, seed))
    octets = [bytes(DerOctetString().decode(part).payload) for part in (check, body)]
    encapsulated = _coordinate(x) + _coordinate(y) + b"".join(octets)
    extracted = sm3_hmac(gm.SALT, seed)
    message = gm.expand_message(sm3_hash(public), sm3_hash(encapsulated), info)
    key = sm3_hmac(extracted, message + b"\x01")[: gm.SM4_KEY_BYTES]
    sealed, tag = sm4_gcm_encrypt(key, gm.NONCE, b"", plain)
    return bytes(encapsulated + sealed + tag)


def _parts(der: bytes) -> list[Any]:
    """Of a DER SEQUENCE: integers as such, everything else encoded (SM2Signature, SM2Cipher of GB/T 35276)."""
    decoded: Any = DerSequence().decode(der)
    return list(decoded)


def _coordinate(number: int) -> bytes:
    return number.to_bytes(COORDINATE, "big")
