"""The paper: black dots on white, as wide as the roll, cut into slips."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

FONT: Final = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
FACE: Final = "Noto Sans Mono CJK SC"
CELL: Final = 12
HEIGHT: Final = 24
ROLLS: Final = {80: (640, 576), 58: (464, 384)}
"""Width of the roll in mm: dots across the paper, dots that can be printed (8 dots a millimetre)."""
TOP: Final = 40
"""Paper between the cutter and the print head: what is white above the first line."""


@dataclass(frozen=True, slots=True)
class PaperSlip:
    """A piece of paper. Everything on it is a resident's: no repr."""

    picture: Image.Image = field(repr=False)
    text: tuple[str, ...] = field(repr=False)
    """Its lines as the printer set them; a raster stands as ▒, a QR as [QR]."""
    raw: bytes = field(repr=False)
    """The bytes that made it, without real-time commands."""
    codes: tuple[str, ...] = field(default=(), repr=False)
    """What its QR codes say."""
    cut: bool = True
    """False: torn off, or left hanging when the paper ended."""

    def png(self) -> bytes:
        out = io.BytesIO()
        self.picture.save(out, "PNG")
        return out.getvalue()


class Glyphs:
    """The printer's own fonts: ASCII 12 by 24, Chinese 24 by 24."""

    def __init__(self) -> None:
        for index in range(16):
            font = ImageFont.truetype(FONT, HEIGHT - 2, index=index)
            if font.getname()[0] == FACE:
                break
        self._font = font
        self._drawn: dict[str, Image.Image] = {}

    def get(self, char: str, *, full: bool) -> Image.Image:
        key = char + ("2" if full else "1")
        if key not in self._drawn:
            wide = CELL * 2 if full else CELL
            image = Image.new("L", (wide, HEIGHT), 0)
            ImageDraw.Draw(image).text((wide / 2, 20), char, font=self._font, fill=255, anchor="ms")
            self._drawn[key] = image.point([255 if grey > 110 else 0 for grey in range(256)])
        return self._drawn[key]


class Paper:
    """What comes out. Ink is 255 while printing and becomes black at the end."""

    def __init__(self, width_mm: int) -> None:
        self.width, self.dots = ROLLS[width_mm]
        self._strips: list[tuple[int, Image.Image]] = []
        self._height = 0
        self._text: list[str] = []
        self._codes: list[str] = []
        self.raw = bytearray()

    @property
    def blank(self) -> bool:
        return not self._strips and not self._text

    def lay(self, ink: Image.Image, left: int, advance: int) -> None:
        """Burn *ink* with its left edge at *left*, then go down by *advance* dots."""
        self._strips.append((self._height, self._placed(ink, left)))
        self._height += max(advance, ink.height)

    def advance(self, dots: int) -> None:
        self._height += dots

    def note(self, text: str) -> None:
        self._text.append(text.rstrip(" "))

    def note_code(self, content: str) -> None:
        self._codes.append(content)
        self._text.append("[QR]")

    def take(self, *, cut: bool) -> PaperSlip:
        """Cut (or tear) here."""
        margin = (self.width - self.dots) // 2
        ink = Image.new("L", (self.width, TOP + self._height + 16), 0)
        for top, strip in self._strips:
            ink.paste(strip, (margin, TOP + top))
        picture = ink.point([252 if grey < 128 else 20 for grey in range(256)])
        slip = PaperSlip(picture, tuple(self._text), bytes(self.raw), tuple(self._codes), cut)
        self._strips, self._text, self._codes, self._height = [], [], [], 0
        self.raw.clear()
        return slip

    def _placed(self, ink: Image.Image, left: int) -> Image.Image:
        strip = Image.new("L", (self.dots, ink.height), 0)
        strip.paste(ink, (left, 0))
        return strip
