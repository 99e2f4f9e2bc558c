"""Rows of label and sentences on one sheet: the one-time notice, a fault, a result."""

from __future__ import annotations

from kiosk.views import GuideRow
from screens.input.boxes import Box
from screens.kit import Kit
from screens.tables import Block

LABEL = 34
VALUE = 38
SIDE = 28
EDGE = 18
NARROW = 620
"""In a sheet narrower than this the label stands above its sentences (pixels of the design, large text counted in)."""


def row_blocks(kit: Kit, row: GuideRow, width: float, room: float) -> list[Block]:
    """*row* as blocks no higher than *room*: sentences that do not fit together go on to the next page."""
    blocks: list[Block] = []
    lines: list[str] = []
    for line in row.lines:
        if lines and _height(kit, row.label, [*lines, line], width) > room:
            blocks.append(_block(kit, row.label, lines, width))
            lines = []
        lines.append(line)
    return [*blocks, _block(kit, row.label, lines, width)]


def _shares(kit: Kit, width: float) -> tuple[float, float]:
    """Widths of label and value; label 0: above each other."""
    inner = width - 2 * kit.px(SIDE)
    if width < kit.look.type(NARROW):
        return 0.0, inner
    label = min(inner * 0.28, kit.width("要满足的啊", LABEL))
    return label, inner - label - kit.px(24)


def _height(kit: Kit, label: str, lines: list[str], width: float) -> float:
    of_label, of_value = _shares(kit, width)
    value = sum(kit.tall(line, of_value, VALUE) for line in lines)
    if not of_label:
        return value + kit.tall(label, of_value, LABEL) + 2 * kit.px(EDGE)
    return max(value, kit.tall(label, of_label, LABEL)) + 2 * kit.px(EDGE)


def _block(kit: Kit, label: str, lines: list[str], width: float) -> Block:
    of_label, of_value = _shares(kit, width)
    shown = list(lines)

    def draw(box: Box) -> None:
        side = kit.px(SIDE)
        kit.rule(box.x + side, box.bottom, box.w - 2 * side)
        at = box.inset(side, kit.px(EDGE))
        if of_label:
            kit.words(Box(at.x, at.y + kit.px(2), of_label, at.h), label, LABEL, colour="soft")
            words = Box(at.right - of_value, at.y, of_value, at.h)
        else:
            words = at.top(kit.words(at, label, LABEL, colour="soft"))[1]
        for line in shown:
            words = words.top(kit.words(words, line, VALUE))[1]

    return Block(_height(kit, label, shown, width), draw)
