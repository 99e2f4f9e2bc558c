"""Opening what a terminal delivered: signature first, then the seal, then the hash. Only then is it a body."""

from __future__ import annotations

import enum
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from contract import limits
from contract.log_format import DEVICE_ID, ENCAPSULATED_BYTES, TAG_BYTES, delivery_info, delivery_signed
from contract.wire import Delivery
from secure.reading.signing import device_verifier

HPKE_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Reason(enum.StrEnum):
    """Why a delivery was not opened."""

    MALFORMED = "malformed"
    BAD_SIGNATURE = "bad_signature"
    """Not by this device, or not for this key, type and hash."""
    BAD_SEAL = "bad_seal"
    """Not sealed to this platform, or for another device, key or type, or damaged."""
    BAD_HASH = "bad_hash"
    """The body is not the one that was signed."""


@dataclass(frozen=True, slots=True)
class Rejected:
    reason: Reason


def open_delivery(
    delivery: Delivery, device_id: str, platform_private_key: bytes, device_public_key: bytes
) -> bytes | Rejected:
    """The plain body of *delivery*, or why not.

    *device_id* comes from the certificate the connection was made with, never from the message. *platform_private_key*:
    X25519, raw 32 bytes; *device_public_key*: as stored when the terminal was admitted (secure.reading.signing).
    """
    assert DEVICE_ID.fullmatch(device_id), "the certificate's name is a device id"
    longest = limits.OUTBOX_BODY_BYTES + ENCAPSULATED_BYTES + TAG_BYTES
    fits = ENCAPSULATED_BYTES + TAG_BYTES <= len(delivery.sealed) <= longest
    if not fits or "|" in delivery.key or "|" in delivery.type:
        return Rejected(Reason.MALFORMED)
    try:
        signed = delivery_signed(device_id, delivery.key, delivery.type, delivery.sha256)
        device_verifier(device_public_key).verify(delivery.signature, signed)
    except InvalidSignature:
        return Rejected(Reason.BAD_SIGNATURE)
    except UnicodeEncodeError:
        return Rejected(Reason.MALFORMED)
    key = X25519PrivateKey.from_private_bytes(platform_private_key)
    try:
        body = HPKE_SUITE.decrypt(delivery.sealed, key, info=delivery_info(device_id, delivery.key, delivery.type))
    except (InvalidTag, ValueError):
        return Rejected(Reason.BAD_SEAL)
    if not hmac.compare_digest(hashlib.sha256(body).hexdigest().encode(), delivery.sha256.encode()):
        return Rejected(Reason.BAD_HASH)
    return body
