"""Set-up of the terminal's fonts: the simplified-Chinese face of Noto Sans CJK in two weights, a light form of each
with the everyday characters only, and what each font has.

    .venv/bin/python scripts/lib/fonts.py [FOLDER]

Kivy takes the first face of a collection, which is the Japanese one (other shapes of punctuation), so the face named
「SC」 is written out by itself. Opening the whole of it costs 5 ms and 2.5 MB for every size of letters; the light form
(GB 2312 and the marks around it) costs a tenth, draws nearly everything, and leaves the rest to the whole one.
Beside each font a file ``NAME.cover`` holds one bit for each code point up to U+3FFFF.
Beside the fonts stands Kivy's data folder with an empty style sheet in the place of its own (screens/__init__.py).
Does nothing when the files are there and newer than their sources.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

NOTO: Final = Path("/usr/share/fonts/opentype/noto")
SOURCES: Final = (("Regular", NOTO / "NotoSansCJK-Regular.ttc"), ("Bold", NOTO / "NotoSansCJK-Bold.ttc"))
HANAZONO: Final = Path("/usr/share/fonts/truetype/hanazono")
RARE: Final = (("HanaMinA", HANAZONO / "HanaMinA.ttf"), ("HanaMinB", HANAZONO / "HanaMinB.ttf"))
BLOCKS: Final = ((0x20, 0x24F), (0x2000, 0x26FF), (0x3000, 0x30FF), (0xFF00, 0xFFEF))
LAST: Final = 0x3FFFF


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else Path(sys.prefix) / "share" / "jiujinban" / "fonts"
    wanted = [path for _, path in (*SOURCES, *RARE)]
    missing = [str(path) for path in wanted if not path.is_file()]
    if missing:
        print(f"缺少字体 missing: {', '.join(missing)} (apt install fonts-noto-cjk fonts-hanazono)", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in SOURCES:
        target = folder / f"{name}.otf"
        if not fresh(target, source):
            write(simplified(source), target)
        light = folder / f"{name}Light.otf"
        if not fresh(light, target):
            write(everyday(target), light)
        for made in (target, light):
            if not fresh(made.with_suffix(".cover"), made):
                cover(TTFont(made, lazy=True), made.with_suffix(".cover"))
    for name, source in RARE:
        if not fresh(folder / f"{name}.cover", source):
            cover(TTFont(source, lazy=True), folder / f"{name}.cover")
    kivy_data(folder.with_name("kivy"))
    return 0


def kivy_data(folder: Path) -> None:
    """Links to all of Kivy's data but its style sheet, which is empty here."""
    spec = importlib.util.find_spec("kivy")
    if spec is None or spec.origin is None:
        return  # a set-up without the terminal
    folder.mkdir(exist_ok=True)
    for source in (Path(spec.origin).parent / "data").iterdir():
        link = folder / source.name
        if source.name == "style.kv":
            link.write_text("# Nothing that this would style is ever on the window.\n", encoding="utf-8")
        elif not link.is_symlink() or link.readlink() != source:
            link.unlink(missing_ok=True)
            link.symlink_to(source)


def fresh(made: Path, source: Path) -> bool:
    return made.is_file() and made.stat().st_mtime >= source.stat().st_mtime


def simplified(collection: Path) -> TTFont:
    """The face of *collection* whose name ends with SC and which is not the monospaced one."""
    for face in TTCollection(collection, lazy=True).fonts:
        name = str(face["name"].getDebugName(1))
        if "SC" in name.split() and "Mono" not in name:
            return face
    raise SystemExit(f"{collection}: no SC face")


def everyday(whole: Path) -> TTFont:
    """The characters of GB 2312, Latin letters, and the marks and signs of the blocks they come from."""
    codes = {code for first, last in BLOCKS for code in range(first, last + 1)}
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            codes.update(map(ord, bytes((row, cell)).decode("gb2312", errors="ignore")))
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True)
    options.drop_tables += ["GSUB", "GPOS", "vhea", "vmtx", "VORG", "BASE"]
    font = TTFont(whole)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    return font


def write(font: TTFont, target: Path) -> None:
    """Whole or not at all."""
    beside = target.with_suffix(".new")
    font.save(beside)
    beside.replace(target)


def cover(font: TTFont, target: Path) -> None:
    bits = bytearray((LAST + 1) // 8)
    for code in font.getBestCmap():
        if code <= LAST:
            bits[code >> 3] |= 1 << (code & 7)
    beside = target.with_suffix(".new")
    beside.write_bytes(bytes(bits))
    beside.replace(target)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
