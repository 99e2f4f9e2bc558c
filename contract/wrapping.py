"""Chinese lines (避头尾): what may not stand first or last, and what is never broken.

GB/T 15834-2011 (标点符号用法) 5.1: no line begins with a closing mark, none ends with an opening one. For screens and
slips. Latin words and numbers stay whole, and a number keeps its unit: 「5 个」, 「11月」. So do the words of
words.toml, the name of a button in 「」, and a particle with what it belongs to (「合适的」, 「办好了」): somebody who
reads slowly should not have to put a word together from two lines.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Final

NEVER_FIRST: Final = frozenset("，。、；：？！）》」』】〉〕”’％…—·～,.;:?!)%]}")
NEVER_LAST: Final = frozenset("（《「『【〈〔“‘([{￥")
UNITS: Final = "个年月日号元件步页屏次岁天时分秒周位名条项张户人点折倍℃%％"
NUMBER: Final = r"\d[\d.,]*(?: \d[\d.,]*)*"
"""Grouped as it is read out: 「1 234.50」, 「2611 2300 0417」."""
NAMED: Final = r"「[^「」\s]{1,6}」|（[^（）\s]{1,6}）"
"""What a sentence calls a button by; a short remark."""
DATE: Final = r"\d{1,2}月\d{1,2}日|\d{4}年(?=\d)"
"""A day is not parted; where it must be, it is after its year."""
PIECE: Final = re.compile(rf"{DATE}|{NUMBER}(?: ?(?:个月|周岁|[{UNITS}]))?(?![!-~])|{NAMED}|[!-~]+|\s+|.", re.DOTALL)
PARTICLES: Final = frozenset("的了着吗呢吧么儿们")
"""A line does not begin with one that belongs to the word before it."""
PAUSES: Final = {"　": 0} | dict.fromkeys("。；？！", 1) | dict.fromkeys("，：、·", 2)
"""Where a title is cut by preference; the lower the figure, the longer one pauses there."""
APART: Final = "　"
"""Between two things that stand on one line where they both fit, and else each on its own: 「张* 140…　看看我的卡」."""
ASKED: Final = frozenset("不没")
"""In the middle of a word that asks: 「能不能」. Broken, its end would say the opposite: 「不能用」."""
WORDS: Final = frozenset(tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))["words"].split())
BRACKETED: Final = 8
"""What NAMED keeps whole, its brackets included."""
LONGEST: Final = max(BRACKETED, *map(len, WORDS))
IDEOGRAPHS: Final = "一"
"""From here on characters stand for themselves; only a full-width bracket can begin something longer."""
REACH: Final = {word[0]: len(word) for word in sorted(WORDS, key=len)}
"""How long the longest word is that begins with a character."""
SHORT_END: Final = 2
"""A last line of fewer characters than this takes the piece before it along."""
LEAST_PART: Final = 0.28
"""Share of a title that a line ending at a pause must at least bear."""

Measure = Callable[[str], float]


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """Lines of *text* no wider than *width* as *measure* says (pixels). A line is broken inside a word, or against the
    rule, only where nothing else fits; never narrower than one character."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        apart = APART in paragraph and measure(paragraph.strip()) > width
        parts = [part for part in paragraph.split(APART) if part.strip()] if apart else []
        for part in parts or [paragraph]:
            lines += _paragraph(part, width, measure)
    return lines


def halves(text: str, width: float, measure: Measure) -> list[str] | None:
    """*text* on two lines cut where one pauses longest, and there as evenly as can be; None where no cut fits *width*
    that leaves more than a scrap."""
    if "\n" in text:
        return None
    cuts = [n for n in range(1, len(text)) if text[n - 1] in PAUSES and text[n] not in NEVER_FIRST]
    least = LEAST_PART * measure(text)
    found = []
    for cut in cuts:
        pair = [text[:cut].rstrip(), text[cut:].lstrip()]
        first, second = map(measure, pair)
        if max(first, second) <= width and min(first, second) >= least:
            found.append((PAUSES[text[cut - 1]], abs(first - second), pair))
    if not found:
        return None
    first_line, second_line = min(found)[2]
    # A dot between two names has done its work when they stand one below the other.
    return [first_line.removesuffix("·").rstrip(), second_line]


def pieces(paragraph: str, longest: int = LONGEST) -> list[str]:
    """What may not be broken, in order; joined again they are *paragraph*. *longest*: of words kept together, in
    characters; 1 for a line so narrow that only the marks are kept where they belong."""
    found: list[str] = []
    at = 0
    while at < len(paragraph):
        piece = _next(paragraph, at, longest)
        at += len(piece)
        clings = piece[0] in NEVER_FIRST or (longest > 1 and piece in PARTICLES and not paragraph[at - 2].isspace())
        if found and not piece.isspace() and (clings or found[-1][-1] in NEVER_LAST):
            found[-1] += piece
        else:
            found.append(piece)
    return found


def _next(paragraph: str, at: int, longest: int) -> str:
    """The piece that begins at *at*."""
    first = paragraph[at]
    for length in range(min(longest, REACH.get(first, 1)), 1, -1):
        if paragraph[at : at + length] in WORDS:
            return paragraph[at : at + length]
    if longest > 2 and paragraph[at + 1 : at + 2] in ASKED and paragraph[at + 2 : at + 3] == first:
        return paragraph[at : at + 3]
    if first >= IDEOGRAPHS and first != "（":
        return first
    match = PIECE.match(paragraph, at)
    assert match is not None, "any character is a piece"
    piece = match[0]
    return first if first in "「（" and len(piece) > longest else piece


def _paragraph(paragraph: str, width: float, measure: Measure) -> list[str]:
    lines: list[list[str]] = [[]]
    line = ""
    for whole in pieces(paragraph):
        for piece in [whole] if len(whole) == 1 else _narrowed(whole, width, measure):
            if line and measure((line + piece).rstrip()) > width:
                lines.append([])
                line = ""
            if line or not piece.isspace():
                lines[-1].append(piece)
                line += piece
    _no_short_end(lines, width, measure)
    return ["".join(line).strip() for line in lines]


def _narrowed(piece: str, width: float, measure: Measure) -> list[str]:
    """*piece*, or where it is wider than a line the shorter words in it, or at the worst what fits."""
    longest = min(len(piece), LONGEST)
    while measure(piece.strip()) > width and longest > 1:
        longest -= 1
        smaller = pieces(piece, longest)
        if len(smaller) > 1:
            return [one for part in smaller for one in _narrowed(part, width, measure)]
    cut: list[str] = []
    while len(piece) > 1 and measure(piece.strip()) > width:
        fits = least = _longest(piece, width, measure)
        while least > 1 and (piece[least] in NEVER_FIRST or piece[least - 1] in NEVER_LAST):
            least -= 1
        fits = least if least > 1 else fits
        cut.append(piece[:fits])
        piece = piece[fits:]
    return [*cut, piece]


def _no_short_end(lines: list[list[str]], width: float, measure: Measure) -> None:
    """No single character alone on the last line, where the one before it can spare a word."""
    if len(lines) < 2 or len(lines[-2]) < 2:
        return
    end = "".join(lines[-1])
    if sum(character not in NEVER_FIRST for character in end) >= SHORT_END or lines[-2][-1].isspace():
        return
    if measure((lines[-2][-1] + end).strip()) <= width:
        lines[-1].insert(0, lines[-2].pop())


def _longest(line: str, width: float, measure: Measure) -> int:
    for cut in range(len(line) - 1, 1, -1):
        if measure(line[:cut]) <= width:
            return cut
    return 1
