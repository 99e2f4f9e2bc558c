"""A table whose rows open: each row a card that can be touched, as many side by side as there is room for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from contract import formatting
from contract.texts import Text
from contract.wire import Cell, Table
from kiosk.views import OpenRow
from screens.input.boxes import Box
from screens.kit import Kit
from screens.tables import Block, title_block
from screens.theme import GAP, LEAST_TARGET

MOST: Final = 5
"""Nobody finds a year among more in a row."""
NAME: Final = 38
BESIDE: Final = 30
MONEY: Final = 34
EDGE: Final = 10
SIDE: Final = 24


class Face(NamedTuple):
    """What is written on one card: the first cell, what follows beside it, the first amount below."""

    mark: str
    name: str
    beside: str
    money: str


def opening_blocks(kit: Kit, width: float, table: Table, open_row: Callable[[OpenRow], None]) -> list[Block]:
    """Title, what the cards say, and rows of cards. Of the amounts only the first: all of them are behind the card and
    on the slip."""
    at = next((n for n, column in enumerate(table.columns) if column.cell is Cell.MONEY), None)
    beside = 1 if len(table.columns) > 1 and at != 1 else None
    faces = []
    for row, mark in zip(table.rows, table.opens, strict=True):
        cells = [formatting.cell(value, column.cell) for value, column in zip(row, table.columns, strict=True)]
        money = "" if at is None else kit.say(Text.RECORDS_YUAN, amount=cells[at])
        faces.append(Face(mark, cells[0], "" if beside is None else cells[beside], money))
    named = "、".join(table.columns[n].label for n in (beside, at) if n is not None)
    line = kit.say(Text.RECORDS_OPEN, columns=named)
    blocks = [title_block(kit, width, table.title)] if table.title else []
    blocks.append(Block(kit.tall(line, width, 34) + kit.px(12), lambda box: _line(kit, box, line), keep=True,
                        sheet=False))  # fmt: skip
    gap = kit.px(GAP)
    least = max(_needs(kit, face) for face in faces) + 2 * kit.px(SIDE)
    columns = min(MOST, max(1, int((width + gap) // (least + gap))))
    lines = kit.look.type(NAME) + (kit.look.type(MONEY) if at is not None else 0)
    tall = max(kit.px(LEAST_TARGET), lines * 1.45 + 2 * kit.px(EDGE))
    for n in range(0, len(faces), columns):
        blocks.append(_row(kit, faces[n : n + columns], columns, tall, open_row))
    return blocks


def _line(kit: Kit, box: Box, words: str) -> None:
    kit.words(box, words, 34, colour="soft")


def _needs(kit: Kit, face: Face) -> float:
    first = kit.width(face.name, NAME, bold=True)
    if face.beside:
        first += kit.px(16) + kit.width(face.beside, BESIDE)
    return max(first, kit.width(face.money, MONEY)) + kit.px(2)


def _row(kit: Kit, faces: list[Face], columns: int, tall: float, open_row: Callable[[OpenRow], None]) -> Block:
    gap = kit.px(GAP)

    def draw(box: Box) -> None:
        line = box.top(tall)[0]
        for at, face in zip(line.split(gap, *[1] * columns), faces, strict=False):
            _card(kit, at, face, open_row)

    return Block(tall + gap, draw, sheet=False, marks=tuple(face.mark for face in faces))


def _card(kit: Kit, box: Box, face: Face, open_row: Callable[[OpenRow], None]) -> None:
    target = kit.target(box, face.name, f"row:{face.mark}", partial(open_row, OpenRow(face.mark)), kind="key",
                        say=False)  # fmt: skip
    inner = box.inset(kit.px(SIDE), kit.px(EDGE))
    first = kit.look.type(NAME) * 1.45
    used = first + (kit.look.type(MONEY) * 1.45 if face.money else 0)
    top = Box(inner.x, inner.y + (inner.h - used) / 2, inner.w, first)
    kit.words(top, face.name, NAME, bold=True, middle=True, into=target)
    kit.words(top, face.beside, BESIDE, colour="soft", align="right", middle=True, into=target)
    kit.words(Box(inner.x, top.bottom, inner.w, used - first), face.money, MONEY, into=target)
