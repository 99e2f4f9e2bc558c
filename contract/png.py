"""What of a PNG file (ISO/IEC 15948) is looked at before a terminal draws it: that it is whole, and how large it is.

Pure: the bytes of every chunk against their sum, the pixels unpacked up to what the header promises and not one more.
"""

from __future__ import annotations

import zlib
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
WIDEST: Final = 2160
"""Pixels of a picture's side: a terminal's window has no more."""
CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples of a pixel by colour type."""
DEPTHS: Final = (8, 4, 2, 1)
PACKED: Final = frozenset({0, 3})
"""Grey and palette: several pixels may share a byte."""
FILTERS: Final = 5
"""Ways a row may be written; its first byte says which."""
HEADER_BYTES: Final = 13
OVERHEAD: Final = 12
"""Length, name and sum of a chunk."""
SMALL: Final = f"图片要是 PNG，每色最多八位，不隔行，边长不超过 {WIDEST}"
BROKEN: Final = "图片不是完整的 PNG"


def check(data: bytes) -> None:
    """Raises ValueError for what is no whole picture of at most eight bits a sample, not interlaced."""
    chunks = _chunks(data)
    kind, header = chunks[0]
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    if kind != b"IHDR" or len(header) != HEADER_BYTES:
        raise ValueError(BROKEN)
    depth, colour, interlaced = header[8], header[9], header[12]
    drawable = depth in (DEPTHS if colour in PACKED else DEPTHS[:1]) and colour in CHANNELS and not interlaced
    if not drawable or not (0 < width <= WIDEST and 0 < height <= WIDEST):
        raise ValueError(SMALL)
    if colour == 3 and b"PLTE" not in {name for name, _ in chunks}:
        raise ValueError(BROKEN)
    row = 1 + (width * CHANNELS[colour] * depth + 7) // 8
    promised = height * row
    unpacking = zlib.decompressobj()
    try:
        pixels = unpacking.decompress(b"".join(content for name, content in chunks if name == b"IDAT"), promised)
    except zlib.error:
        raise ValueError(BROKEN) from None
    if len(pixels) != promised or max(pixels[::row]) >= FILTERS:
        raise ValueError(BROKEN)


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Every chunk's name and content, the end's last. Raises ValueError."""
    if not data.startswith(SIGNATURE):
        raise ValueError(SMALL)
    found, at = [], len(SIGNATURE)
    while at + OVERHEAD <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        name, content = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        total = data[at + 8 + length : at + OVERHEAD + length]
        if len(total) != 4 or int.from_bytes(total, "big") != zlib.crc32(name + content):
            break
        found.append((name, content))
        at += OVERHEAD + length
        if name == b"IEND" and at == len(data):
            return found
    raise ValueError(BROKEN)
