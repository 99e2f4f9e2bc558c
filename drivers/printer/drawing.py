"""Lines drawn as dots, for characters the printer's own font has not: every name is printed as it is written."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from drivers.printer.typesetting import char_width

CELL: Final = 12
"""Dots of a column."""
HEIGHT: Final = 24
_FACES: Final = ("Noto Sans Mono CJK SC", "Noto Sans CJK SC")
_SHARPER: Final = 4
"""Drawn so many times larger, then made small: strokes keep their weight."""
_INK: Final = 140
"""Below this grey a dot is burnt."""
_NOBODY: Final = "\U0010ffff"
"""A code point that is never a character: what a font draws for it stands for a missing glyph."""


class Pen:
    """Draws with the simplified Chinese face of a font collection. Raises OSError without the font."""

    def __init__(self, font: Path) -> None:
        self._path = font

    @cached_property
    def _font(self) -> ImageFont.FreeTypeFont:
        faces: dict[str | None, int] = {}
        for index in range(16):  # pragma: no branch - no font file has so many faces
            try:
                faces[ImageFont.truetype(self._path, HEIGHT, index=index).getname()[0]] = index
            except OSError:
                if index == 0:
                    raise
                break
        index = next((faces[name] for name in _FACES if name in faces), 0)
        return ImageFont.truetype(self._path, (HEIGHT - 2) * _SHARPER, index=index)

    def line(self, text: str, *, wide: int = 1, high: int = 1, bold: bool = False) -> Image.Image:
        """*text* on its cells as an image of 0 (ink) and 255, magnified *wide* and *high* times."""
        columns = max(sum(char_width(char) for char in text), 1)
        size = (columns * CELL * _SHARPER, HEIGHT * _SHARPER)
        large = Image.new("L", size, 255)
        draw = ImageDraw.Draw(large)
        at = 0
        for char in text:
            cell = char_width(char) * CELL * _SHARPER
            if self._has(char) or char == " ":
                middle = at + cell // 2 if cell else at - CELL * _SHARPER
                draw.text(
                    (middle, 20 * _SHARPER),
                    char,
                    font=self._font,
                    fill=0,
                    anchor="ms",
                    stroke_width=_SHARPER // 2 if bold else 0,
                )
            else:
                self._box(draw, at, cell, char)
            at += cell
        shape = (columns * CELL * wide, HEIGHT * high)
        small = large.resize(shape, Image.Resampling.LANCZOS)
        return small.point([0 if grey < _INK else 255 for grey in range(256)])

    def _has(self, char: str) -> bool:
        mask, nobody = self._font.getmask(char), self._font.getmask(_NOBODY)
        return mask.size != nobody.size or bytes(mask) != bytes(nobody)

    def _box(self, draw: ImageDraw.ImageDraw, at: int, cell: int, char: str) -> None:
        """No font has it: a box with its code point, which staff can look up, and never a question mark."""
        digits = f"{ord(char):06X}"
        frame = (at + _SHARPER, _SHARPER, at + cell - 2 * _SHARPER, (HEIGHT - 2) * _SHARPER)
        draw.rectangle(frame, outline=0, width=_SHARPER)
        small = self._font.font_variant(size=9 * _SHARPER)
        for row, part in enumerate((digits[:3], digits[3:])):
            draw.text((at + cell // 2, (10 + row * 10) * _SHARPER), part, font=small, fill=0, anchor="ms")


def harmless(raster: bytes) -> bytes:
    """*raster* without bytes that a printer could take for a real-time command (DLE followed by EOT, ENQ or DC4):
    a lone dot is made two dots wide, which nobody sees."""
    for second in (0x04, 0x05, 0x14):
        raster = raster.replace(bytes((0x10, second)), bytes((0x18, second)))
    return raster
