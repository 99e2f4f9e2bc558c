"""SM2 (GB/T 32918) as the terminal uses it, by GmSSL: signing, sealing, and a private key as a file holds it.

In production a certified module stands here (docs/gm.md): nothing else of ``secure`` touches an SM2 private key.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from Crypto.IO import PEM, PKCS8
from Crypto.Util.asn1 import DerBitString, DerInteger, DerObjectId, DerOctetString, DerSequence

from contract import gm
from contract.log_format import SM2_PRIVATE_BYTES, SM2_PUBLIC_BYTES
from secure.gmssl import GMSSL, GmsslError

COORDINATE: Final = 32
EC_KEY: Final = "1.2.840.10045.2.1"
"""id-ecPublicKey (RFC 5480) …"""
CURVE: Final = "1.2.156.10197.1.301"
"""… on sm2p256v1 (GM/T 0006)."""
POINT: Final = b"\x04"
"""Before x ‖ y: uncompressed (SEC 1, 2.3.3)."""


def generate() -> bytes:
    """A fresh private key, d ‖ x ‖ y."""
    public, private = GMSSL.sm2_key_generate()
    return bytes(private + public)


def public_key(raw: bytes) -> bytes:
    """*raw*, if it is a point of the curve. Raises ValueError."""
    try:
        return bytes(GMSSL.normalize_sm2_public_key(raw))
    except GmsslError:
        raise ValueError("no SM2 public key") from None


def sign(private: bytes, message: bytes) -> bytes:
    """r ‖ s, 64 bytes: SM2 with SM3, signer id 1234567812345678 (GB/T 32918.2; GB/T 35276, 10)."""
    r, s = _parts(GMSSL.sm2_sign(private[:COORDINATE], private[COORDINATE:], message, gm.SIGNER_ID))
    return _coordinate(r) + _coordinate(s)


def signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether *signature* (r ‖ s) is by the SM2 key with this public half."""
    if len(signature) != 2 * COORDINATE:
        return False
    halves = [int.from_bytes(signature[at : at + COORDINATE], "big") for at in (0, COORDINATE)]
    try:
        der = DerSequence([DerInteger(half) for half in halves]).encode()
        return bool(GMSSL.sm2_verify(public, message, der, gm.SIGNER_ID))
    except GmsslError:
        return False


def seal(public: bytes, plain: bytes, info: bytes) -> bytes:
    """Encapsulated seed ‖ ciphertext ‖ tag (contract.gm)."""
    seed = secrets.token_bytes(gm.SEED_BYTES)
    x, y, check, body = _parts(GMSSL.sm2_encrypt(public, seed))
    octets = [bytes(DerOctetString().decode(part).payload) for part in (check, body)]
    encapsulated = _coordinate(x) + _coordinate(y) + b"".join(octets)
    extracted = GMSSL.sm3_hmac(gm.SALT, seed)
    message = gm.expand_message(GMSSL.sm3_hash(public), GMSSL.sm3_hash(encapsulated), info)
    key = GMSSL.sm3_hmac(extracted, message + b"\x01")[: gm.SM4_KEY_BYTES]
    sealed, tag = GMSSL.sm4_gcm_encrypt(key, gm.NONCE, b"", plain)
    return bytes(encapsulated + sealed + tag)


def as_der(private: bytes) -> bytes:
    """PKCS #8 (RFC 5958) of *private*, an ECPrivateKey (RFC 5915) with its public half."""
    point = DerBitString(POINT + private[COORDINATE:], explicit=1)
    inside = DerSequence([1, DerOctetString(private[:COORDINATE]), point]).encode()
    curve: Any = DerObjectId(CURVE)
    return PKCS8.wrap(inside, EC_KEY, key_params=curve)


def from_pem(pem: str, passphrase: str | None) -> bytes | None:
    """d ‖ x ‖ y out of a PKCS #8 file; None for a key of another kind. Raises ValueError for what is no key, or is not
    opened by *passphrase*."""
    kind, inside, parameters = PKCS8.unwrap(PEM.decode(pem)[0], passphrase)
    if kind != EC_KEY or parameters is None or DerObjectId().decode(parameters).value != CURVE:
        return None
    decoded = _parts(inside)
    if len(decoded) < 3 or decoded[0] != 1:
        raise ValueError("no EC private key with its public half")
    private = bytes(DerOctetString().decode(decoded[1]).payload)
    point = bytes(DerBitString(explicit=1).decode(decoded[-1]).value)
    whole = private + point[1:]
    if point[:1] != POINT or len(whole) != SM2_PRIVATE_BYTES or len(point) != SM2_PUBLIC_BYTES + 1:
        raise ValueError("no SM2 private key")
    return whole


def _parts(der: bytes) -> list[Any]:
    """Of a DER SEQUENCE: integers as such, everything else encoded (SM2Signature, SM2Cipher of GB/T 35276)."""
    decoded: Any = DerSequence().decode(der)
    return list(decoded)


def _coordinate(number: int) -> bytes:
    return number.to_bytes(COORDINATE, "big")
