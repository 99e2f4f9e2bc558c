"""Rows of label and sentences on one sheet: the one-time notice, a fault, a result."""

from __future__ import annotations

from typing import Final

from contract.formatting import Sign
from kiosk.views import GuideRow
from screens.input.boxes import Box
from screens.kit import Kit, Mark
from screens.tables import Block

VALUE = 38
SAID = 42
LESS = 4
"""A label is so much smaller than its sentences."""
SIDE = 28
EDGE = 18
SIGN = 1.35
"""Room for a sign, in heights of the sentences."""
MARKS: Final[dict[Sign, Mark]] = {Sign.OK: "ok", Sign.BAD: "bad", Sign.WAIT: "wait"}
NARROW = 620
"""In a sheet narrower than this the label stands above its sentences (pixels of the design, large text counted in)."""


def row_blocks(
    kit: Kit, row: GuideRow, width: float, room: float, size: float = VALUE, *, signed: bool = False
) -> list[Block]:
    """*row* as blocks no higher than *room*, sentences at *size*: what does not fit together goes on to the next
    page. *signed*: it stands among rows with a sign, and its words begin where theirs do."""
    sign = kit.look.type(size) * SIGN if signed or row.sign is not None else 0.0
    blocks: list[Block] = []
    lines: list[str] = []
    for line in row.lines:
        if lines and _height(kit, row, [*lines, line], width, size, sign) > room:
            blocks.append(_block(kit, row, lines, width, size, sign))
            lines = []
        lines.append(line)
    return [*blocks, _block(kit, row, lines, width, size, sign)]


def said_block(kit: Kit, width: float, words: str) -> Block:
    """A sheet with nothing on it but a sentence or two: what to do where there is nothing to show."""
    side = kit.px(40)
    tall = kit.tall(words, width - 2 * side, SAID)

    def draw(box: Box) -> None:
        kit.words(box.inset(side, side), words, SAID)

    return Block(tall + 2 * side, draw)


def _shares(kit: Kit, width: float, size: float, sign: float) -> tuple[float, float]:
    """Widths of label and value; label 0: above each other. *sign*: room for the sign before them."""
    inner = width - 2 * kit.px(SIDE) - sign
    if width < kit.look.type(NARROW) * size / VALUE:
        return 0.0, inner
    label = min(inner * 0.28, kit.width("要满足的啊", size - LESS))
    return label, inner - label - kit.px(24)


def _height(kit: Kit, row: GuideRow, lines: list[str], width: float, size: float, sign: float) -> float:
    of_label, of_value = _shares(kit, width, size, sign)
    value = sum(kit.tall(line, of_value, size) for line in lines)
    if not of_label:
        return value + kit.tall(row.label, of_value, size - LESS) + 2 * kit.px(EDGE)
    return max(value, kit.tall(row.label, of_label, size - LESS)) + 2 * kit.px(EDGE)


def _block(kit: Kit, row: GuideRow, lines: list[str], width: float, size: float, sign: float) -> Block:
    of_label, of_value = _shares(kit, width, size, sign)
    shown = list(lines)

    def draw(box: Box) -> None:
        side = kit.px(SIDE)
        kit.rule(box.x + side, box.bottom, box.w - 2 * side)
        at = box.inset(side, kit.px(EDGE))
        if row.sign is not None:
            letters = kit.look.type(size)
            kit.mark(MARKS[row.sign], at.x, at.y + letters * 0.25, letters)
        if sign:
            at = at.left(sign)[1]
        if of_label:
            kit.words(Box(at.x, at.y + kit.px(2), of_label, at.h), row.label, size - LESS, colour="soft")
            words = Box(at.right - of_value, at.y, of_value, at.h)
        else:
            words = at.top(kit.words(at, row.label, size - LESS, colour="soft"))[1]
        for line in shown:
            words = words.top(kit.words(words, line, size))[1]

    return Block(_height(kit, row, shown, width, size, sign), draw)
