"""What a telephone sends that is no readable page, and some words of what is said to it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

from PIL import Image

from .sheets import blurred, dark, encoded, sheet

GOOD = encoded(sheet())


def bomb() -> bytes:
    """A PNG of 30,000 by 30,000 in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (3751 * 30_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A PNG whose compressed comment is half a gigabyte."""
    plain = encoded(sheet(800, 800), "PNG")
    data = b"Comment\0\0" + zlib.compress(bytes(500_000_000), 9)
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data + struct.pack(">I", zlib.crc32(b"zTXt" + data))
    return plain[:33] + chunk + plain[33:]


NOT_PAGES: dict[str, tuple[Callable[[], bytes], str]] = {
    "heic": (lambda: b"\0\0\0\x18ftypheic" + bytes(4000), "HEIC"),
    "pdf": (lambda: b"%PDF-1.7\n" + bytes(4000), "只收照片"),
    "gif": (lambda: encoded(sheet(800, 800), "GIF"), "只收照片"),
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "只收照片"),
    "html": (lambda: b"<html><script>alert(1)</script>", "只收照片"),
    "zip": (lambda: b"PK\x03\x04" + bytes(4000), "只收照片"),
    "jpeg in name only": (lambda: b"\xff\xd8\xff\xe0" + bytes(4000), "没有传完整"),
    "half": (lambda: GOOD[: len(GOOD) // 2], "没有传完整"),
    "pixel bomb": (bomb, "太大"),
    "text bomb": (text_bomb, "没有传完整"),
    "blurred": (lambda: encoded(blurred()), "不够清楚"),
    "dark": (lambda: encoded(dark()), "太暗"),
    "blank": (lambda: encoded(Image.new("RGB", (1200, 1600), "white")), "不够清楚"),
    "small": (lambda: encoded(sheet(400, 600)), "太小"),
    "empty": (lambda: b"", "还没有选照片"),
}
