"""Blocks of a page of records: facts, tables' headings, rows; each knows its height and draws itself into a box.

Money in tabular figures and right-aligned; a state as sign and words, a failed one on a tinted row. A table that does
not fit side by side (large text, narrow window) is written as labelled lines, one sheet a row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from contract import formatting
from contract.formatting import Sign
from contract.wire import Cell, Column, Fact, Table
from screens.input.boxes import Box
from screens.kit import Align, Kit, Mark

SIZE = 36.0
SIZES = (36.0, 34.0, 32.0, 30.0)
"""A table takes the largest at which its columns fit."""
SIDE = 28.0
"""Paper left and right of a row."""
COLUMN_GAP = 24.0
INDENT = 1.3
"""Room for a sign before its word, in heights of the text."""


@dataclass(frozen=True)
class Block:
    """Something that stays together on a page."""

    height: float
    draw: Callable[[Box], None]
    heading: Block | None = None
    """Drawn again at the top of the next page."""
    keep: bool = False
    """Not to be the last on its page: a title, a heading."""
    sheet: bool = True
    """Lies on the paper that its neighbours lie on."""

    def __repr__(self) -> str:
        return f"<Block {self.height:.0f}>"


def facts_blocks(kit: Kit, width: float, facts: Sequence[Fact]) -> list[Block]:
    """Large ones on sheets of their own, the others as rows of label and value."""
    return [_large(kit, width, fact) if fact.large else _pair(kit, width, fact) for fact in facts]


def _value(fact: Fact) -> str:
    words = formatting.cell(fact.value, fact.cell)
    return f"{words} 元" if fact.cell is Cell.MONEY else words


def _sign(value: str | int, cell: Cell) -> Mark | None:
    sign = formatting.state(str(value)).sign if cell is Cell.STATE else None
    marks: dict[Sign, Mark] = {Sign.OK: "ok", Sign.BAD: "bad", Sign.WAIT: "wait"}
    return marks[sign] if sign else None


def _large(kit: Kit, width: float, fact: Fact) -> Block:
    side = kit.px(SIDE)
    inner = width - 2 * side
    label = kit.tall(fact.label, inner, 34)
    value = kit.tall(_value(fact), inner, 72, bold=True)

    def draw(box: Box) -> None:
        at = box.inset(side, kit.px(16))
        kit.rule(box.x + side, box.bottom, box.w - 2 * side)
        kit.words(at, fact.label, 34, colour="soft")
        kit.words(at.top(label)[1], _value(fact), 72, bold=True)

    return Block(label + value + kit.px(32), draw)


def _pair(kit: Kit, width: float, fact: Fact, air: float = 14) -> Block:
    side = kit.px(SIDE)
    inner = width - 2 * side
    mark = _sign(fact.value, fact.cell)
    sign = kit.look.type(SIZE) * 1.3 if mark else 0.0
    words = _value(fact)
    label_width = kit.width(fact.label, 34)
    beside = label_width + kit.px(24) + sign + kit.width(words, SIZE, bold=True) <= inner
    label_tall = kit.tall(fact.label, inner, 34)
    value_width = (inner - label_width - kit.px(24) if beside else inner) - sign
    value_tall = kit.tall(words, value_width, SIZE, bold=True)
    height = max(label_tall, value_tall) if beside else label_tall + value_tall

    def draw(box: Box) -> None:
        kit.rule(box.x + side, box.bottom, box.w - 2 * side)
        at = box.inset(side, kit.px(air))
        kit.words(at, fact.label, 34, colour="soft", middle=beside)
        target = Box(at.right - value_width, at.y, value_width, at.h) if beside else Box(
            at.x + sign, at.y + label_tall, value_width, value_tall)  # fmt: skip
        kit.words(target, words, SIZE, bold=True, align="right" if beside else "left", middle=beside)
        if mark:
            x = at.right - kit.width(words, SIZE, bold=True) - sign if beside else at.x
            y = target.y + (target.h - kit.look.type(SIZE)) / 2 if beside else target.y + kit.look.type(SIZE) * 0.25
            kit.mark(mark, x, y, kit.look.type(SIZE))

    return Block(height + 2 * kit.px(air), draw)


def table_blocks(kit: Kit, width: float, table: Table) -> list[Block]:
    """Title, heading, and a block for each row (or labelled lines where columns do not fit)."""
    blocks = []
    if table.title:
        tall = kit.tall(table.title, width, 42, bold=True)
        blocks.append(Block(tall + kit.px(32), lambda box: _title(kit, box, table.title), keep=True, sheet=False))
    for size in SIZES:
        widths = column_widths(kit, width - 2 * kit.px(SIDE), table, size)
        if widths is not None:
            grid = Grid(kit, table.columns, widths, size)
            head = grid.head()
            return blocks + ([head, *(grid.row(row, head) for row in table.rows)] if table.rows else [])
    return blocks + [_stacked(kit, width, table.columns, row) for row in table.rows]


def _title(kit: Kit, box: Box, title: str) -> None:
    kit.words(box.inset(0, kit.px(12)), title, 42, bold=True)


def column_widths(kit: Kit, width: float, table: Table, size: float) -> list[float] | None:
    """Pixels of each column, or None when numbers and dates do not fit beside at least five characters of words."""
    gap = kit.px(COLUMN_GAP)
    natural, least = [], []
    for index, column in enumerate(table.columns):
        sign = kit.look.type(size) * INDENT if column.cell is Cell.STATE else 0.0
        cells = [kit.width(formatting.cell(row[index], column.cell), size) + sign for row in table.rows]
        label = _heading(column)
        heading = max(kit.width(part, size - 4) for part in label.split("\n"))
        natural.append(max([heading, *cells]) + kit.px(2))
        wraps = column.cell in (Cell.TEXT, Cell.STATE)
        least.append(min(natural[-1], max(heading, kit.look.type(size) * 5 + sign)) if wraps else natural[-1])
    room = width - gap * (len(natural) - 1)
    if sum(least) > room:
        return None
    if sum(natural) <= room:
        spare = (room - sum(natural)) / len(natural)
        return [one + spare for one in natural]
    give = (room - sum(least)) / max(1e-9, sum(natural) - sum(least))
    return [small + (large - small) * give for small, large in zip(least, natural, strict=True)]


def _heading(column: Column) -> str:
    return f"{column.label}\n（元）" if column.cell is Cell.MONEY and "元" not in column.label else column.label


class Grid:
    """A table whose columns stand side by side: *widths* in pixels, text at *size*."""

    def __init__(self, kit: Kit, columns: Sequence[Column], widths: Sequence[float], size: float) -> None:
        self._kit = kit
        self._columns = columns
        self._widths = widths
        self._size = size
        self._indent = kit.look.type(size) * INDENT

    def head(self) -> Block:
        kit = self._kit
        size = self._size - 4
        tall = max(
            kit.tall(_heading(column), width, size) for column, width in zip(self._columns, self._widths, strict=True)
        )

        def draw(box: Box) -> None:
            kit.rule(box.x + kit.px(SIDE), box.bottom, box.w - 2 * kit.px(SIDE))
            for at, column in zip(self._cells(box), self._columns, strict=True):
                align: Align = "right" if column.cell is Cell.MONEY else "left"
                kit.words(at, _heading(column), size, colour="soft", middle=True, align=align)

        return Block(tall + kit.px(20), draw, keep=True)

    def row(self, row: Sequence[str | int], head: Block) -> Block:
        kit = self._kit
        failed = any(_sign(value, column.cell) == "bad" for value, column in zip(row, self._columns, strict=True))
        tall = 0.0
        for value, column, width in zip(row, self._columns, self._widths, strict=True):
            room = width - (self._indent if _sign(value, column.cell) else 0)
            tall = max(tall, kit.tall(formatting.cell(value, column.cell), room, self._size))

        def draw(box: Box) -> None:
            if failed:
                kit.fill(box.inset(kit.px(4), kit.px(3)), "bad", corner=12)
            kit.rule(box.x + kit.px(SIDE), box.bottom, box.w - 2 * kit.px(SIDE))
            for at, value, column in zip(self._cells(box), row, self._columns, strict=True):
                self._cell(at, value, column)

        return Block(tall + kit.px(32), draw, head)

    def _cells(self, box: Box) -> list[Box]:
        boxes, x = [], box.x + self._kit.px(SIDE)
        for width in self._widths:
            boxes.append(Box(x, box.y, width, box.h))
            x += width + self._kit.px(COLUMN_GAP)
        return boxes

    def _cell(self, at: Box, value: str | int, column: Column) -> None:
        kit = self._kit
        mark = _sign(value, column.cell)
        words = formatting.cell(value, column.cell)
        if mark:
            size = kit.look.type(self._size)
            at = Box(at.x + self._indent, at.y, at.w - self._indent, at.h)
            used = kit.tall(words, at.w, self._size)
            kit.mark(mark, at.x - self._indent, at.y + (at.h - used) / 2 + size * 0.22, size)
        align: Align = "right" if column.cell is Cell.MONEY else "left"
        kit.words(at, words, self._size, middle=True, align=align, colour="error" if mark == "bad" else "ink")


def _stacked(kit: Kit, width: float, columns: Sequence[Column], row: Sequence[str | int]) -> Block:
    """One record as labelled lines on a sheet of its own."""
    lines = [
        _pair(kit, width, Fact(label=column.label, value=value, cell=column.cell), air=5)
        for column, value in zip(columns, row, strict=True)
    ]
    failed = any(_sign(value, column.cell) == "bad" for value, column in zip(row, columns, strict=True))

    def draw(box: Box) -> None:
        paper = Box(box.x, box.y, box.w, box.h - kit.px(20))
        kit.fill(paper, "bad" if failed else "sheet", "error" if failed else "rule", thick=3)
        y = box.y
        for line in lines:
            line.draw(Box(box.x, y, box.w, line.height))
            y += line.height

    return Block(sum(line.height for line in lines) + kit.px(20), draw, sheet=False)


def flow(blocks: Sequence[Block], room: float) -> list[list[Block]]:
    """Blocks onto pages of *room* pixels; a row's heading comes again on each page. Never an empty page.

    A block that must not be last takes what follows it along.
    """
    pages: list[list[Block]] = [[]]
    used = 0.0
    for index, block in enumerate(blocks):
        needed = block.height
        ahead = index
        while blocks[ahead].keep and ahead + 1 < len(blocks):
            ahead += 1
            needed += blocks[ahead].height
        if pages[-1] and used + needed > room and not (index and blocks[index - 1].keep):
            pages.append([])
            used = 0.0
            if block.heading is not None:
                pages[-1].append(block.heading)
                used = block.heading.height
        pages[-1].append(block)
        used += block.height
    return pages
