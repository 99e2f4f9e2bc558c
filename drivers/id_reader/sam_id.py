"""The SAM_V module's number as it is printed on the module and asked for when it is authorised. Pure, no I/O."""

from __future__ import annotations

import struct
from typing import Final

_LAYOUT: Final = struct.Struct("<HHIII")


def sam_id(data: bytes) -> str | None:
    """``05.01-20250101-0000000001-0000000002`` of 16 bytes (device-protocols 2.4); None of any other length."""
    if len(data) != _LAYOUT.size:
        return None
    maker, kind, when, number, more = _LAYOUT.unpack(data)
    return f"{maker:02d}.{kind:02d}-{when}-{number:010d}-{more:010d}"
