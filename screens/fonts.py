"""Which font draws which character, and how wide it is. No glyph is ever missing.

Set-up (scripts/lib/fonts.py) puts two weights of Noto Sans SC into one folder, and beside them, for each font, which
characters it has: one bit a code point up to U+3FFFF, so that no font needs to be parsed at run time. What Noto lacks
is drawn from Hanazono; what no font has, as the printers' mark for a missing type (〓).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kivy.core.text import Label

FOLDER: Final = Path(sys.prefix) / "share" / "jiujinban" / "fonts"
RARE: Final = (
    ("HanaMinA", Path("/usr/share/fonts/truetype/hanazono/HanaMinA.ttf")),
    ("HanaMinB", Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf")),
)
MISSING: Final = "〓"
LAST: Final = 0x3FFFF


@dataclass(frozen=True)
class Run:
    """Characters drawn with one font."""

    font: str
    text: str


class Coverage:
    """Which characters a font has; read from *path* when first asked."""

    def __init__(self, font: str, path: Path) -> None:
        self.font = font
        self._path = path
        self._bits = b""

    def __contains__(self, character: str) -> bool:
        if not self._bits:
            self._bits = self._path.read_bytes()
        code = ord(character)
        return code <= LAST and bool(self._bits[code >> 3] & 1 << (code & 7))


class Fonts:
    """The fonts of *folder*: which one draws what, and how wide it comes out."""

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or FOLDER
        for name in ("Regular.otf", "Bold.otf", "Regular.cover", "Bold.cover"):
            if not (folder / name).is_file():
                raise FileNotFoundError(f"{folder / name}: run scripts/lib/fonts.py")
        self._main = {
            bold: Coverage(str(folder / f"{name}.otf"), folder / f"{name}.cover")
            for bold, name in ((False, "Regular"), (True, "Bold"))
        }
        self._rare = [Coverage(str(path), folder / f"{name}.cover") for name, path in RARE if path.is_file()]
        self._labels: dict[tuple[str, float], Label] = {}
        self._widths: dict[tuple[str, float], dict[str, float]] = {}

    def runs(self, text: str, bold: bool = False) -> list[Run]:
        """*text* cut into what each font draws. Control characters are left out."""
        found: list[Run] = []
        for character in text:
            if character < " ":
                continue
            font, drawn = self._font(character, bold)
            if found and found[-1].font == font:
                found[-1] = Run(font, found[-1].text + drawn)
            else:
                found.append(Run(font, drawn))
        return found

    def missing(self, text: str, bold: bool = False) -> str:
        """The characters of *text* that no font here has."""
        return "".join(c for c in text if c >= " " and self._font(c, bold)[1] != c)

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """Of one line of *text*, in pixels, letters *size* pixels high. Never narrower than it is drawn."""
        size = round(size)
        total = 0.0
        main = self._main[bold].font
        known = self._widths.setdefault((main, size), {})
        for character in text:
            wide = known.get(character)
            if wide is None:
                run = self.runs(character, bold)
                wide = float(self._label(run[0].font, size).get_extents(run[0].text)[0]) if run else 0.0
                known[character] = wide
            total += wide
        return total

    def forget(self) -> None:
        """Let go of what was measured: a rare character can be part of a name."""
        self._widths.clear()

    def _label(self, font: str, size: float) -> Label:
        """One for measuring only; it is never given a text."""
        kept = self._labels.get((font, size))
        if kept is None:
            kept = self._labels[font, size] = Label(font_name=font, font_size=size)
        return kept

    def _font(self, character: str, bold: bool) -> tuple[str, str]:
        main = self._main[bold]
        if character in main:
            return main.font, character
        for rare in self._rare:
            if character in rare:
                return rare.font, character
        return main.font, MISSING
