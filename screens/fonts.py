"""Which font draws which character, and how wide it is. No glyph is ever missing.

Set-up (scripts/lib/fonts.py) puts two weights of Noto Sans SC into one folder, each whole and as a light form with the
everyday characters, and beside each font which characters it has: one bit a code point up to U+3FFFF, so that no font
needs to be parsed at run time. A character is drawn from the first that has it: light, whole, Hanazono; what no font
has, as the printers' mark for a missing type (〓).
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
WEIGHTS: Final = {False: "Regular", True: "Bold"}
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
        self._chains = {bold: [*_coverages(folder, name), *_rare(folder)] for bold, name in WEIGHTS.items()}
        self._labels: dict[tuple[str, float], Label] = {}
        self._widths: dict[tuple[bool, float], dict[str, float]] = {}

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
        known = self._widths.setdefault((bold, size), {})
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
        chain = self._chains[bold]
        for coverage in chain:
            if character in coverage:
                return coverage.font, character
        return chain[0].font, MISSING


def _coverages(folder: Path, name: str) -> list[Coverage]:
    """The light and the whole font of one weight. Raises FileNotFoundError."""
    for part in (f"{name}Light.otf", f"{name}Light.cover", f"{name}.otf", f"{name}.cover"):
        if not (folder / part).is_file():
            raise FileNotFoundError(f"{folder / part}: run scripts/lib/fonts.py")
    return [Coverage(str(folder / f"{one}.otf"), folder / f"{one}.cover") for one in (f"{name}Light", name)]


def _rare(folder: Path) -> list[Coverage]:
    return [Coverage(str(path), folder / f"{name}.cover") for name, path in RARE if path.is_file()]
