"""Chinese lines (避头尾): what may not stand first or last, and what is never broken.

Clause numbers of GB/T 15834-2011 (标点符号用法) 5.1: no line begins with a closing mark, none ends with an opening one.
Latin words and numbers stay whole, and a number keeps its unit: 「5 个」, 「11月」.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

NEVER_FIRST: Final = frozenset("，。、；：？！）》」』】〉〕”’％…—·～,.;:?!)%]}")
NEVER_LAST: Final = frozenset("（《「『【〈〔“‘([{￥")
UNITS: Final = "个年月日号元件步页屏次岁天时分秒周位名条项张户人点折倍℃%％"
NUMBER: Final = r"\d[\d.,]*(?: \d[\d.,]*)*"
"""Grouped as it is read out: 「1 234.50」, 「2611 2300 0417」."""
PIECE: Final = re.compile(rf"{NUMBER}(?: ?[{UNITS}])?(?![!-~])|[!-~]+|\s+|.", re.DOTALL)

Measure = Callable[[str], float]


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """Lines of *text* no wider than *width* as *measure* says (pixels). A line is broken inside a word, or against the
    rule, only where nothing else fits; never narrower than one character."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _paragraph(paragraph, width, measure)
    return lines


def pieces(paragraph: str) -> list[str]:
    """What may not be broken, in order; joined again they are *paragraph*."""
    found: list[str] = []
    for match in PIECE.finditer(paragraph):
        piece = match[0]
        if found and not piece.isspace() and (piece[0] in NEVER_FIRST or found[-1][-1] in NEVER_LAST):
            found[-1] += piece
        else:
            found.append(piece)
    return found


def _paragraph(paragraph: str, width: float, measure: Measure) -> list[str]:
    lines: list[str] = []
    line = ""
    for piece in pieces(paragraph):
        if measure((line + piece).rstrip()) <= width:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = piece.lstrip()
        while len(line) > 1 and measure(line) > width:
            cut = _longest(line, width, measure)
            lines.append(line[:cut].rstrip())
            line = line[cut:].lstrip()
    lines.append(line.rstrip())
    return lines


def _longest(line: str, width: float, measure: Measure) -> int:
    for cut in range(len(line) - 1, 1, -1):
        if measure(line[:cut]) <= width:
            return cut
    return 1
