"""Opening a photographed page that a terminal sealed (secure.photo)."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag

from contract import limits
from contract.log_format import photo_info
from secure.reading.delivery import Reason, Rejected
from secure.reading.suite import opener


def open_photo(sealed: bytes, device_id: str, platform_private_key: bytes) -> bytes | Rejected:
    """The JPEG in *sealed*, or why not. *device_id* comes from the certificate the connection was made with."""
    key = opener(platform_private_key)
    if not key.around <= len(sealed) <= limits.PHOTO_BYTES + key.around:
        return Rejected(Reason.MALFORMED)
    try:
        return key.open(sealed, photo_info(device_id))
    except (InvalidTag, ValueError):
        return Rejected(Reason.BAD_SEAL)
