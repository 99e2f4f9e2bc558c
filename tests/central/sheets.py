"""Pictures of a made-up page, as a telephone takes them."""

from __future__ import annotations

import io
from collections.abc import Iterable

from PIL import Image, ImageDraw, ImageFilter


def sheet(width: int = 1200, height: int = 1600) -> Image.Image:
    """A light page with lines of something like writing on a darker table."""
    picture = Image.new("RGB", (width, height), "#7a6a58")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((width // 12, height // 12, width * 11 // 12, height * 11 // 12), fill="#f4f1ea")
    for y in range(height // 8, height * 7 // 8, 44):
        for x in range(width // 8, width * 7 // 8, 36):
            draw.rectangle((x, y, x + 20 - y % 7, y + 24), fill="#303038")
    return picture


def blurred() -> Image.Image:
    return sheet().filter(ImageFilter.GaussianBlur(7))


def dark() -> Image.Image:
    return sheet().point([value // 8 for value in range(256)] * 3)


def encoded(picture: Image.Image, kind: str = "JPEG", **more: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **({"quality": 90} if kind == "JPEG" else {}), **more)
    return file.getvalue()


def stands_in(data: bytes, files: Iterable[bytes]) -> bool:
    """Whether some of *data* stands in any of *files*: in pieces, as a database lays it over its pages."""
    pieces = [data[at : at + 40] for at in range(1000, len(data) - 40, len(data) // 20)]
    return any(piece in file for file in files for piece in pieces)
