"""The part of ESC/POS that receipt printers have in common (device-protocols 5.1), worked off command by command.

It prints what a printer without four-byte GB18030 would print, rubbish included: nothing is guessed or repaired.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import segno
from PIL import Image

from drivers.emulated.printer.model import Model
from drivers.emulated.printer.paper import CELL, HEIGHT, Glyphs, Paper

ESC: Final = 0x1B
GS: Final = 0x1D
FS: Final = 0x1C
DLE: Final = 0x10
LF: Final = 0x0A
DEFAULT_SPACING: Final = 34
"""One sixth of an inch at 203 dots an inch."""
_FIXED: Final = {
    (ESC, 0x40): 2,
    (ESC, 0x32): 2,
    (ESC, 0x33): 3,
    (ESC, 0x61): 3,
    (ESC, 0x45): 3,
    (ESC, 0x64): 3,
    (ESC, 0x4A): 3,
    (ESC, 0x74): 3,
    (GS, 0x21): 3,
    (GS, 0x61): 3,
    (GS, 0x72): 3,
    (FS, 0x26): 2,
    (FS, 0x2E): 2,
    (FS, 0x21): 3,
    (FS, 0x2D): 3,
    (FS, 0x57): 3,
    (FS, 0x53): 4,
    (DLE, 0x04): 3,
    (DLE, 0x05): 3,
}
"""Length of the commands that have one."""


@dataclass(slots=True)
class Style:
    chinese: bool = True
    wide: int = 1
    high: int = 1
    bold: bool = False
    align: int = 0
    spacing: int = DEFAULT_SPACING


@dataclass(slots=True)
class QrSettings:
    level: str = "l"
    module: int = 3
    data: bytes = b""


@dataclass(slots=True)
class Machine:
    """``length`` says how long the command at the head of a buffer is, ``work`` does it."""

    paper: Paper
    answer: Callable[[bytes], None]
    cut: Callable[[], None]
    in_order_status: Callable[[], int]
    report: Callable[[bool], None] = lambda on: None
    """GS a: whether changes are to be told."""
    model: Model = field(default_factory=Model)
    style: Style = field(default_factory=Style)
    qr: QrSettings = field(default_factory=QrSettings)
    strays: int = 0
    """Real-time commands that stood by accident inside picture or QR data."""
    unknown: list[bytes] = field(default_factory=list)
    """First bytes of commands it does not know."""
    _line: list[tuple[Image.Image, str]] = field(default_factory=list, repr=False)
    _glyphs: Glyphs = field(default_factory=Glyphs, repr=False)

    def length(self, buffer: bytes | bytearray) -> int | None:
        """Bytes of the first command, character or run of data; None while it is not whole."""
        first = buffer[0]
        if first not in (ESC, GS, FS, DLE):
            paired = self.style.chinese and first >= 0x81
            return None if paired and len(buffer) < 2 else 2 if paired and buffer[1] >= 0x40 else 1
        if len(buffer) < 2:
            return None
        head = (first, buffer[1])
        total: int | None = _FIXED.get(head)
        if head == (GS, 0x56):
            total = None if len(buffer) < 3 else 4 if buffer[2] in (0x41, 0x42) else 3
        elif head == (GS, 0x76):
            total = None if len(buffer) < 8 else 8 + _word(buffer, 4) * _word(buffer, 6)
        elif head == (GS, 0x28):
            total = None if len(buffer) < 5 else 5 + _word(buffer, 3)
        elif head == (DLE, 0x14):
            total = None if len(buffer) < 3 else 10 if buffer[2] == 8 else 5
        elif total is None:
            return 2  # not known: reported by work
        return total if total is not None and len(buffer) >= total else None

    def work(self, command: bytes) -> int:
        """Do one command; how many dots the paper went down."""
        first = command[0]
        if first == DLE:
            return 0  # real-time: done when it came in
        if (
            command[:2] not in (b"\x1d\x72", b"\x1d\x61") and command[:3] != b"\x1d\x28\x48"
        ):  # asked after the cut: no part of the slip that comes next
            self.paper.raw += command
        if first not in (ESC, GS, FS):
            return self._character(command)
        head, argument = command[:2], command[2] if len(command) > 2 else 0
        if first == GS:
            return self._group(command, argument)
        match head:
            case b"\x1b\x40":
                self._line.clear()
                self.style, self.qr = Style(), QrSettings()
                self.report(False)
            case b"\x1b\x32":
                self.style.spacing = DEFAULT_SPACING
            case b"\x1b\x33":
                self.style.spacing = argument
            case b"\x1b\x61":
                self.style.align = argument % 48
            case b"\x1b\x45":
                self.style.bold = bool(argument & 1)
            case b"\x1b\x64":
                down = self._end_line() if self._line else 0
                self.paper.advance(argument * self.style.spacing)
                return down + argument * self.style.spacing
            case b"\x1b\x4a":
                down = self._end_line() if self._line else 0
                self.paper.advance(argument)
                return down + argument
            case b"\x1c\x26":
                self.style.chinese = True
            case b"\x1c\x2e":
                self.style.chinese = False
            case b"\x1c\x21":
                self.style.wide, self.style.high = 1 + (argument >> 2 & 1), 1 + (argument >> 3 & 1)
            case b"\x1b\x74" | b"\x1c\x2d" | b"\x1c\x57" | b"\x1c\x53":
                return 0  # code page and ornaments: nothing of ours uses them
            case _:
                self.unknown.append(head)
        return 0

    def _group(self, command: bytes, argument: int) -> int:
        match command[1]:
            case 0x21:
                self.style.wide, self.style.high = (argument >> 4 & 7) + 1, (argument & 7) + 1
            case 0x61:
                self.report(argument != 0)
            case 0x72 if self.model.in_order:
                self.answer(bytes((self.in_order_status(),)))
            case 0x28 if command[2] == 0x48 and self.model.process_id:
                self.answer(b"\x37\x22" + command[7:11] + b"\x00")
            case 0x56:
                down = self._end_line() if self._line else 0
                if len(command) == 4:
                    self.paper.advance(command[3])
                self.cut()
                return down
            case 0x76:
                return self._raster(command)
            case 0x28 if command[2] == 0x6B and self.model.native_qr:
                return self._qr(command[5:])
            case _:
                self.unknown.append(command[:2])
        return 0

    def _character(self, code: bytes) -> int:
        if code[0] == LF:
            return self._end_line()
        if code[0] < 0x20:
            return 0
        full = len(code) == 2
        try:
            char = code.decode("gbk" if full else "ascii" if self.style.chinese else "cp437")
        except UnicodeDecodeError:
            char = "?"
        style = self.style
        wide = CELL * (2 if full else 1) * style.wide
        down = 0
        if sum(image.width for image, _ in self._line) + wide > self.paper.dots:
            down = self._end_line()
        glyph = self._glyphs.get(char, full=full)
        if style.bold:
            bolder = glyph.copy()
            bolder.paste(255, (1, 0), glyph.crop((0, 0, glyph.width - 1, glyph.height)))
            glyph = bolder
        self._line.append((glyph.resize((wide, HEIGHT * style.high), Image.Resampling.NEAREST), char))
        return down

    def _end_line(self) -> int:
        line, self._line = self._line, []
        if not line:
            self.paper.note("")
            self.paper.advance(self.style.spacing)
            return self.style.spacing
        ink = Image.new("L", (sum(image.width for image, _ in line), max(image.height for image, _ in line)), 0)
        at = 0
        for image, _ in line:
            ink.paste(image, (at, ink.height - image.height))
            at += image.width
        down = max(self.style.spacing, ink.height)
        left = self._left(ink.width)
        self.paper.lay(ink, left, down)
        self.paper.note(" " * (left // CELL) + "".join(char for _, char in line))
        return down

    def _left(self, width: int) -> int:
        return (0, (self.paper.dots - width) // 2, self.paper.dots - width)[self.style.align]

    def _raster(self, command: bytes) -> int:
        across, high = _word(command, 4), _word(command, 6)
        self._count_strays(command[8:])
        ink = Image.frombytes("1", (across * 8, high), command[8:]).convert("L")
        self.paper.lay(ink.crop((0, 0, min(ink.width, self.paper.dots), high)), 0, high)
        self.paper.note("▒")
        return high

    def _qr(self, body: bytes) -> int:
        function, data = body[1], body[2:]
        self._count_strays(body)
        match function:
            case 65:
                return 0
            case 67:
                self.qr.module = data[0]
            case 69:
                self.qr.level = "lmqh"[data[0] - 48]
            case 80:
                self.qr.data = data[1:]
            case 81:
                return self._print_qr()
        return 0

    def _print_qr(self) -> int:
        code = segno.make_qr(self.qr.data, error=self.qr.level, boost_error=False)
        modules = len(code.matrix)
        ink = Image.new("L", (modules, modules))
        ink.putdata([255 if dark else 0 for row in code.matrix for dark in row])
        ink = ink.resize((modules * self.qr.module,) * 2, Image.Resampling.NEAREST)
        if ink.width > self.paper.dots:
            return 0  # too wide for the paper: printers print nothing then
        self.paper.lay(ink, self._left(ink.width), ink.height)
        self.paper.note_code(self.qr.data.decode("utf-8", "replace"))
        return ink.height

    def _count_strays(self, data: bytes) -> None:
        self.strays += sum(data.count(bytes((DLE, second))) for second in (0x04, 0x05, 0x14))


def _word(data: bytes | bytearray, at: int) -> int:
    return data[at] | data[at + 1] << 8
