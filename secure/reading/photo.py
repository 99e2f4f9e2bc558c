"""Opening a photographed page that a terminal sealed (secure.photo)."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, InvalidTag

from contract import limits
from contract.log_format import (
    ENCAPSULATED_BYTES,
    GM,
    INTL,
    SM2_ENCAPSULATED_BYTES,
    TAG_BYTES,
    delivery_signed,
    photo_info,
    record_suite,
    suite_name,
)
from contract.wire import Delivery
from secure.reading.delivery import Reason, Rejected
from secure.reading.signing import device_verifier
from secure.reading.suite import READING, opener

AROUND = {INTL: ENCAPSULATED_BYTES + TAG_BYTES, GM: SM2_ENCAPSULATED_BYTES + TAG_BYTES}
"""What sealing adds."""


def longest(device_key: bytes) -> int:
    """Bytes of the largest photograph, sealed as this device's suite seals."""
    return limits.PHOTO_BYTES + AROUND[record_suite(device_verifier(device_key).suite)]


def genuine(delivery: Delivery, device_id: str, device_key: bytes) -> bool:
    """Whether *delivery* is of the size that a photograph has, is what its hash says, and comes from this device."""
    verifier = device_verifier(device_key)
    suite = record_suite(verifier.suite)
    around = AROUND[suite]
    said = delivery_signed(device_id, delivery.key, delivery.type, delivery.sha256)
    try:
        verifier.verify(delivery.signature, said)
    except InvalidSignature:
        return False
    fits = around <= len(delivery.sealed) <= limits.PHOTO_BYTES + around and delivery.suite == suite_name(suite)
    return fits and READING[suite].hash(delivery.sealed).hex() == delivery.sha256


def open_photo(sealed: bytes, device_id: str, platform_private_key: bytes) -> bytes | Rejected:
    """The JPEG in *sealed*, or why not. *device_id* comes from the certificate the connection was made with."""
    key = opener(platform_private_key)
    if not key.around <= len(sealed) <= limits.PHOTO_BYTES + key.around:
        return Rejected(Reason.MALFORMED)
    try:
        return key.open(sealed, photo_info(device_id))
    except (InvalidTag, ValueError):
        return Rejected(Reason.BAD_SEAL)


def seal_photo(picture: bytes, device_id: str, platform_private_key: bytes) -> tuple[bytes, str]:
    """A picture that came to the platform by another way, for a visit at this device: sealed as the device would have,
    and the reference by which a submission names it."""
    key = opener(platform_private_key)
    sealed = key.seal(picture, photo_info(device_id))
    return sealed, READING[key.suite].hash(sealed).hex()
