"""Text on a grid of columns: a Chinese character takes two, an ASCII one takes one. Pure.

Lines are broken by contract.wrapping, as on the screens.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from contract import wrapping

_GAP: Final = 2


def clean(text: str) -> str:
    """*text* without anything a printer could take for a command; every kind of blank is one plain space."""
    kept = (" " if char.isspace() else char for char in text)
    return "".join(char for char in kept if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Cn"})


def char_width(char: str) -> int:
    """Columns of one character: ASCII one, combining marks none, everything else two (a printer draws it 24 wide)."""
    if char.isascii():
        return 1
    return 0 if unicodedata.combining(char) else 2


def width(text: str) -> int:
    return sum(char_width(char) for char in text)


def wrap(text: str, columns: int) -> list[str]:
    """*text* in lines of at most *columns*, broken where the screens break; newlines in it stay. An empty text is one
    empty line."""
    assert columns >= 2
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += wrapping.wrap(clean(paragraph), columns, width)
    return lines


def left(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def right(text: str, columns: int) -> str:
    return " " * (columns - width(text)) + text


def pairs(rows: Sequence[tuple[str, str]], columns: int) -> list[str]:
    """Labels and values, values under one another where the labels are short; a value too long goes below, indented."""
    rows = [(clean(label), clean(value)) for label, value in rows]
    most = columns * 2 // 5
    stop = max((width(label) for label, _ in rows if width(label) + _GAP <= most), default=0) + _GAP
    lines: list[str] = []
    for label, value in rows:
        begins = max(stop, width(label) + _GAP)
        if begins + width(value) <= columns:
            lines.append((left(label, begins) + value).rstrip(" "))
        else:
            lines += wrap(label, columns)
            lines += ["    " + line for line in wrap(value, columns - 4)]
    return lines


def table(heading: Sequence[str], rows: Sequence[Sequence[str]], columns: int) -> list[str]:
    """Columns under their headings, the first and those of words left, the others right, in the first of these ways
    that fits: as they are; headings with their unit on a line of its own; headings in two lines anyhow; cells of words
    in several lines; each row as a small block of labels and values."""
    head = [clean(text) for text in heading]
    body = [[clean(text) for text in row] for row in rows]
    assert all(len(row) == len(head) for row in body), "every row has as many cells as the heading"
    cells = [max((width(row[at]) for row in body), default=0) for at in range(len(head))]
    natural = [max(width(text), cell) for text, cell in zip(head, cells, strict=True)]
    parted = [max(cell, *map(width, _parted(text))) for text, cell in zip(head, cells, strict=True)]
    folded = [max(cell, _folded(text)) for text, cell in zip(head, cells, strict=True)]
    wordy = [any(not char.isascii() for row in body for char in row[at]) for at in range(len(head))]
    ways = ((2, natural), (1, natural), (2, parted), (1, parted), (2, folded), (1, folded))
    for gap, widths in (*ways, (1, _squeezed(folded, wordy, columns))):
        if sum(widths) + gap * (len(widths) - 1) <= columns:
            return _grid(head, body, _spread(widths, gap, columns), columns)
    lines: list[str] = []
    for row in body:
        lines += wrap(row[0], columns)
        lines += ["  " + line for line in pairs(list(zip(head[1:], row[1:], strict=True)), columns - 2)]
    return lines


def _parted(text: str) -> list[str]:
    """A heading and its unit: 「缴费基数(元)」 → 「缴费基数」, 「(元)」."""
    words, bracket, unit = text.partition("(")
    return [words, bracket + unit] if words and bracket else [text]


def _heading(text: str, columns: int) -> list[str]:
    """A heading in lines: whole, or its unit below it, or in two lines as narrow as they get, for they are read
    together."""
    if width(text) <= columns:
        return [text]
    parts = _parted(text)
    if all(width(part) <= columns for part in parts):
        return parts
    return wrap(text, min(columns, _folded(text)))


def _folded(text: str) -> int:
    """Columns of a heading in two lines."""
    return next(wide for wide in range(2, max(width(text), 2) + 1) if len(wrap(text, wide)) <= 2)


def _squeezed(widths: Sequence[int], wordy: Sequence[bool], columns: int) -> list[int]:
    """The widest column of words made as narrow as needed, but not below four characters; numbers are never cut."""
    candidates = [at for at in range(len(widths)) if wordy[at]]
    if not candidates:
        return list(widths)
    widest = max(candidates, key=lambda at: widths[at])
    room = columns - (len(widths) - 1) - (sum(widths) - widths[widest])
    return [max(room, 8) if at == widest else wide for at, wide in enumerate(widths)]


def _spread(widths: Sequence[int], gap: int, columns: int) -> list[int]:
    """Widths with what lies before each column; spare room is shared out, at most three columns each."""
    if len(widths) == 1:
        return list(widths)
    spare = columns - sum(widths) - gap * (len(widths) - 1)
    extra = min(spare // (len(widths) - 1), 3)
    return [wide + (gap + extra if at else 0) for at, wide in enumerate(widths)]


def _grid(head: Sequence[str], body: Sequence[Sequence[str]], widths: Sequence[int], columns: int) -> list[str]:
    """Amounts and dates end below each other; words begin below each other."""
    lines: list[str] = []
    room = [max(wide - (1 if at else 0), 2) for at, wide in enumerate(widths)]
    heading = [_heading(text, wide) for text, wide in zip(head, room, strict=True)]
    rows = [heading, *([wrap(text, wide) for text, wide in zip(row, room, strict=True)] for row in body)]
    words = [not any(char.isdigit() for row in body for char in row[at]) for at in range(len(head))]
    blocks = [max(width(part) for row in rows for part in row[at]) if words[at] else 0 for at in range(len(head))]
    for cells in rows:
        for level in range(max(len(cell) for cell in cells)):
            parts = [cell[level] if level < len(cell) else "" for cell in cells]
            line = left(parts[0], widths[0])
            for part, wide, block in zip(parts[1:], widths[1:], blocks[1:], strict=True):
                line += right(left(part, block), wide)
            lines.append(line.rstrip(" "))
    assert all(width(line) <= columns for line in lines)
    return lines
