"""Opening a photographed page that a terminal sealed (secure.photo)."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from contract import limits
from contract.log_format import ENCAPSULATED_BYTES, TAG_BYTES, photo_info
from secure.reading.delivery import HPKE_SUITE, Reason, Rejected


def open_photo(sealed: bytes, device_id: str, platform_private_key: bytes) -> bytes | Rejected:
    """The JPEG in *sealed*, or why not. *device_id* comes from the certificate the connection was made with."""
    around = ENCAPSULATED_BYTES + TAG_BYTES
    if not around <= len(sealed) <= limits.PHOTO_BYTES + around:
        return Rejected(Reason.MALFORMED)
    key = X25519PrivateKey.from_private_bytes(platform_private_key)
    try:
        return HPKE_SUITE.decrypt(sealed, key, info=photo_info(device_id))
    except (InvalidTag, ValueError):
        return Rejected(Reason.BAD_SEAL)
