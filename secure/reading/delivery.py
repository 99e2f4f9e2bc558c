"""Opening what a terminal delivered: signature first, then the seal, then the hash. Only then is it a body."""

from __future__ import annotations

import enum
import hmac
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, InvalidTag

from contract import limits
from contract.log_format import DEVICE_ID, delivery_info, delivery_signed, record_suite, suite_name
from contract.wire import Delivery
from secure.reading.signing import device_verifier
from secure.reading.suite import READING, opener


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
    X25519, 32 bytes, or SM2, 96; *device_public_key*: as stored when the terminal was admitted
    (secure.reading.signing). Raises ValueError when the two are not of one suite: no terminal is admitted like that.
    """
    assert DEVICE_ID.fullmatch(device_id), "the certificate's name is a device id"
    key, device = opener(platform_private_key), device_verifier(device_public_key)
    if key.suite != record_suite(device.suite):
        raise ValueError("platform and terminal have keys of different suites")
    fits = key.around <= len(delivery.sealed) <= limits.OUTBOX_BODY_BYTES + key.around
    if not fits or delivery.suite != suite_name(key.suite) or "|" in delivery.key or "|" in delivery.type:
        return Rejected(Reason.MALFORMED)
    try:
        signed = delivery_signed(device_id, delivery.key, delivery.type, delivery.sha256)
        device.verify(delivery.signature, signed)
    except InvalidSignature:
        return Rejected(Reason.BAD_SIGNATURE)
    except UnicodeEncodeError:
        return Rejected(Reason.MALFORMED)
    try:
        body = key.open(delivery.sealed, delivery_info(device_id, delivery.key, delivery.type))
    except (InvalidTag, ValueError):
        return Rejected(Reason.BAD_SEAL)
    if not hmac.compare_digest(READING[key.suite].hash(body).hex().encode(), delivery.sha256.encode()):
        return Rejected(Reason.BAD_HASH)
    return body
