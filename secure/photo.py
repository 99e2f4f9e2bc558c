"""Photographed pages, sealed to the platform before they go anywhere (drivers.device.Seal)."""

from __future__ import annotations

from contract.log_format import photo_info
from secure.keys import SealingKey


class PhotoSeal:
    """Seals for the platform, as a picture of this terminal's."""

    def __init__(self, platform_key: bytes, device_id: str) -> None:
        """*platform_key*: X25519 or SM2. Raises ValueError for another length."""
        self._key = SealingKey(platform_key)
        self._info = photo_info(device_id)

    def seal(self, picture: bytes) -> bytes:
        """Encapsulated key ‖ ciphertext ‖ tag (HPKE base mode; under suite GM that of contract.gm)."""
        return self._key.seal(picture, self._info)
