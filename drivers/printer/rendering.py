"""A slip as ESC/POS bytes. python-escpos writes QR codes, rasters and the cut; text is encoded here (5.4)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final

import segno
from escpos.capabilities import Profile as EscposProfile
from escpos.constants import QR_ECLEVEL_M
from escpos.escpos import Escpos
from PIL import Image

from contract.slip import Line, Number, Pair, Qr, Rule, Slip, Table, Text, Title
from drivers.printer import status
from drivers.printer.drawing import CELL, HEIGHT, Pen, harmless
from drivers.printer.settings import Cut, End, PrinterSettings
from drivers.printer.typesetting import pairs, table, wrap

RESET: Final = b"\x1b\x40"
CHINESE: Final = b"\x1c\x26"
"""Most begin in Chinese mode; not all."""
LEADING: Final = 34
"""Dots from line to line: the glyph's 24 and air, for old eyes."""
LINE_SPACING: Final = b"\x1b\x33" + bytes((LEADING,))
BOLD: Final = (b"\x1b\x45\x00", b"\x1b\x45\x01")
LEFT: Final = b"\x1b\x61\x00"
CENTRE: Final = b"\x1b\x61\x01"
QR_MILLIMETRES: Final = 30
QR_MOST_BYTES: Final = 512
"""Keeps the length bytes of the store command away from values a printer could take for a real-time command."""
NO_MARK: Final = "AAAA"
_DOTS_PER_MM: Final = 8
_FEED_BEFORE_CUT: Final = 6 * LEADING


def init(settings: PrinterSettings) -> bytes:
    """Reset, automatic status as the model has it (the reset may have put it off), Chinese mode."""
    return RESET + status.report_changes(settings.profile.automatic) + CHINESE


def size(wide: int, high: int) -> bytes:
    """GS ! n, for ASCII and Chinese alike."""
    return bytes((0x1D, 0x21, (wide - 1) << 4 | (high - 1)))


def feed(dots: int) -> bytes:
    """ESC J n."""
    assert 0 < dots < 256
    return bytes((0x1B, 0x4A, dots))


@dataclass(frozen=True, slots=True)
class Job:
    """A slip ready to be sent. Its bytes are a resident's: no repr."""

    data: bytes = field(repr=False)
    mark: str
    """The process ID it ends with, or nothing."""
    visible: int
    """Up to here the bytes draw something; behind it come feed, cut and the question whether all was worked off."""
    millimetres: float
    """Length of paper it takes."""

    def behind(self, before: bytes) -> Job:
        """The same after other bytes."""
        return replace(self, data=before + self.data, visible=len(before) + self.visible)


class _Roll(EscposProfile):  # type: ignore[misc]  # python-escpos builds its base class at run time
    """What python-escpos has to know of our paper."""

    def __init__(self, dots: int) -> None:
        super().__init__(columns=dots // CELL, features={"paperFullCut": True, "paperPartCut": True})
        media = {"width": {"mm": dots / _DOTS_PER_MM, "pixels": dots}}
        self.profile_data: dict[str, Any] = {**self.profile_data, "media": media}


class _Sheet(Escpos):  # type: ignore[misc]  # python-escpos is untyped in part
    """python-escpos as a writer of bytes, with our own text."""

    def __init__(self, settings: PrinterSettings, pen: Pen) -> None:
        super().__init__(profile=_Roll(settings.dots))
        self._settings = settings
        self._pen = pen
        self.written = bytearray()
        self.dots_down = 0

    def _raw(self, msg: bytes) -> None:
        self.written += msg

    def row(self, text: str, *, wide: int = 1, high: int = 1, bold: bool = False, centred: bool = False) -> None:
        """One line that is known to fit."""
        self._raw(CENTRE if centred else LEFT)
        encoded = encode(text, self._settings.profile.charset)
        if encoded is None:
            drawn = self._pen.line(text, wide=wide, high=high, bold=bold)
            self.picture(drawn, centred=centred)
            self.skip(max(LEADING - drawn.height, 0))
            return
        self._raw(size(wide, high) + BOLD[bold] + encoded + b"\n")
        self.dots_down += max(LEADING, high * HEIGHT)

    def picture(self, image: Image.Image, *, centred: bool) -> None:
        """Dots across the whole width, so that alignment is ours and not the model's; python-escpos' GS v 0."""
        paper = Image.new("L", (self._settings.dots, image.height), 255)
        paper.paste(image, ((paper.width - image.width) // 2 if centred else 0, 0))
        before = len(self.written)
        self._raw(LEFT)
        self.image(paper, fragment_height=128)
        self.written[before:] = harmless(bytes(self.written[before:]))
        self.dots_down += image.height

    def skip(self, dots: int) -> None:
        if dots:
            self._raw(feed(dots))
            self.dots_down += dots


def cut_off(settings: PrinterSettings) -> bytes:
    """Feeds and cuts, so that the rest of an earlier slip does not hang on the next person's."""
    sheet = _Sheet(settings, Pen(settings.font))
    sheet._raw(init(settings))
    _cut(sheet, settings)
    return bytes(sheet.written)


def encode(text: str, charset: str) -> bytes | None:
    """*text* for a printer in Chinese mode: ASCII and two-byte GB18030. None when one character is not in *charset*."""
    encoded = bytearray()
    for char in text:
        try:
            code = char.encode(charset)
            standard = char.encode("gb18030")
        except UnicodeEncodeError:
            return None
        if len(standard) > 2 or code != standard:
            return None
        encoded += standard
    return bytes(encoded)


def render(slip: Slip, settings: PrinterSettings, pen: Pen, mark: str = "") -> Job:
    """*slip* as bytes. *mark*: four of answers.MARK_LETTERS, for a model that sends process IDs.
    Raises OSError when a character must be drawn and the font is not there."""
    sheet = _Sheet(settings, pen)
    sheet._raw(init(settings) + LINE_SPACING)
    for kind, lines in groupby(slip.lines, key=type):
        if kind is Pair:
            rows = [(line.label, line.value) for line in lines if isinstance(line, Pair)]
            for text in pairs(rows, settings.columns):
                sheet.row(text)
        else:
            for line in lines:
                _draw(sheet, line, settings)
    visible = len(sheet.written)
    _finish(sheet, settings, mark)
    data = bytes(sheet.written)
    assert not any(data.count(bytes((0x10, second))) for second in (0x04, 0x05, 0x14)), "no real-time command in a job"
    return Job(data, mark, visible, (sheet.dots_down + _FEED_BEFORE_CUT) / _DOTS_PER_MM)


def _draw(sheet: _Sheet, line: Line, settings: PrinterSettings) -> None:
    columns = settings.columns
    match line:
        case Title(text=text):
            for part in wrap(text, columns):
                sheet.row(part, high=2, bold=True, centred=True)
            sheet.skip(8)
        case Text(text=text, bold=bold, centred=centred):
            for part in wrap(text, columns):
                sheet.row(part, bold=bold, centred=centred)
        case Number(text=text):
            sheet.skip(6)
            for part in wrap(text, columns // 2):
                sheet.row(part, wide=2, high=2, bold=True, centred=True)
            sheet.skip(6)
        case Table(heading=heading, rows=rows):
            for part in table(heading, rows, columns):
                sheet.row(part)
        case Rule():
            sheet.row("-" * columns)
        case Qr(content=content, caption=caption):
            _qr(sheet, content, settings)
            for part in wrap(caption, columns):
                sheet.row(part, centred=True)
        case Pair():  # pragma: no cover - taken out before; said to the type checker
            raise AssertionError("pairs are set together")


def _qr(sheet: _Sheet, content: str, settings: PrinterSettings) -> None:
    encoded = content.encode()
    assert 0 < len(encoded) <= QR_MOST_BYTES
    code = segno.make_qr(encoded, error="m", boost_error=False)
    modules = len(code.matrix)
    module = min(max(QR_MILLIMETRES * _DOTS_PER_MM // modules, 3), 8)
    sheet.skip(12)
    if settings.profile.native_qr:
        sheet._raw(CENTRE)
        sheet.qr(content, ec=QR_ECLEVEL_M, size=module, native=True)
        sheet.dots_down += modules * module
    else:
        rows = [[0 if dark else 255 for dark in row] for row in code.matrix]
        image = Image.new("L", (modules, modules))
        image.putdata([dot for row in rows for dot in row])
        large = image.resize((modules * module, modules * module), Image.Resampling.NEAREST)
        sheet.picture(large, centred=True)
    sheet.skip(12)


def _finish(sheet: _Sheet, settings: PrinterSettings, mark: str) -> None:
    sheet._raw(LEFT + size(1, 1) + BOLD[False])
    _cut(sheet, settings)
    match settings.profile.end:
        case End.PROCESS_ID:
            sheet._raw(status.ask_mark(mark or NO_MARK))
        case End.IN_ORDER:
            sheet._raw(status.ASK_IN_ORDER)


def _cut(sheet: _Sheet, settings: PrinterSettings) -> None:
    if settings.profile.cut is Cut.NONE:
        sheet.print_and_feed(6)
    else:
        sheet.cut(mode=settings.profile.cut.value)
