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
from screens.input.kit import Kit, Mark

SIZE = 36.0
HEAD = 32.0
SIDE = 28.0
"""Paper left and right of a row."""


@dataclass(frozen=True)
class Block:
    """Something that stays together on a page; *heading* is drawn again at the top of the next page."""

    height: float
    draw: Callable[[Box], None]
    heading: Block | None = None

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
        kit.fill(Box(box.x, box.y, box.w, box.h - kit.px(16)), "sheet", "rule")
        at = box.inset(side, kit.px(16))
        kit.words(at, fact.label, 34, colour="soft")
        kit.words(at.top(label)[1], _value(fact), 72, bold=True)

    return Block(label + value + kit.px(48), draw)


def _pair(kit: Kit, width: float, fact: Fact) -> Block:
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
        kit.fill(box, "sheet", corner=0)
        kit.rule(box.x + side, box.bottom, box.w - 2 * side)
        at = box.inset(side, kit.px(14))
        kit.words(at, fact.label, 34, colour="soft", middle=beside)
        target = Box(at.right - value_width, at.y, value_width, at.h) if beside else Box(
            at.x + sign, at.y + label_tall, value_width, value_tall)  # fmt: skip
        kit.words(target, words, SIZE, bold=True, align="right" if beside else "left", middle=beside)
        if mark:
            x = at.right - kit.width(words, SIZE, bold=True) - sign if beside else at.x
            y = target.y + (target.h - kit.look.type(SIZE)) / 2 if beside else target.y + kit.look.type(SIZE) * 0.25
            kit.mark(mark, x, y, kit.look.type(SIZE))

    return Block(height + kit.px(28), draw)


def table_blocks(kit: Kit, width: float, table: Table) -> list[Block]:
    """Title, heading, and a block for each row (or labelled lines where columns do not fit)."""
    blocks = []
    if table.title:
        tall = kit.tall(table.title, width, 42, bold=True)
        blocks.append(Block(tall + kit.px(32), lambda box: _title(kit, box, table.title)))
    widths = column_widths(kit, width - 2 * kit.px(SIDE), table)
    if widths is None:
        return blocks + [_stacked(kit, width, table.columns, row) for row in table.rows]
    head = _head(kit, table.columns, widths)
    rows = [_row(kit, table.columns, row, widths, head) for row in table.rows]
    return blocks + ([head, *rows] if rows else [])


def _title(kit: Kit, box: Box, title: str) -> None:
    kit.words(box.inset(0, kit.px(12)), title, 42, bold=True)


def column_widths(kit: Kit, width: float, table: Table) -> list[float] | None:
    """Pixels of each column, or None when numbers and dates do not fit beside at least six characters of words."""
    gap = kit.px(28)
    natural, least = [], []
    for index, column in enumerate(table.columns):
        sign = kit.look.type(SIZE) * 1.3 if column.cell is Cell.STATE else 0.0
        cells = [kit.width(formatting.cell(row[index], column.cell), SIZE) + sign for row in table.rows]
        heading = kit.width(_heading(column), HEAD)
        natural.append(max([heading, *cells]))
        wraps = column.cell in (Cell.TEXT, Cell.STATE)
        least.append(min(natural[-1], max(heading, kit.look.type(SIZE) * 5 + sign)) if wraps else natural[-1])
    room = width - gap * (len(natural) - 1)
    if sum(least) > room:
        return None
    if sum(natural) <= room:
        spare = (room - sum(natural)) / len(natural)
        return [one + spare for one in natural]
    give = (room - sum(least)) / max(1e-9, sum(natural) - sum(least))
    return [small + (large - small) * give for small, large in zip(least, natural, strict=True)]


def _heading(column: Column) -> str:
    return f"{column.label}（元）" if column.cell is Cell.MONEY and "元" not in column.label else column.label


def _cells(kit: Kit, box: Box, widths: Sequence[float]) -> list[Box]:
    boxes, x = [], box.x + kit.px(SIDE)
    for width in widths:
        boxes.append(Box(x, box.y, width, box.h))
        x += width + kit.px(28)
    return boxes


def _head(kit: Kit, columns: Sequence[Column], widths: Sequence[float]) -> Block:
    tall = max(kit.tall(_heading(column), width, HEAD) for column, width in zip(columns, widths, strict=True))

    def draw(box: Box) -> None:
        kit.fill(box, "sheet", corner=0)
        kit.rule(box.x, box.bottom, box.w)
        for at, column in zip(_cells(kit, box, widths), columns, strict=True):
            align = "right" if column.cell is Cell.MONEY else "left"
            kit.words(at, _heading(column), HEAD, colour="soft", middle=True, align=align)

    return Block(tall + kit.px(24), draw)


def _row(kit: Kit, columns: Sequence[Column], row: Sequence[str | int], widths: Sequence[float], head: Block) -> Block:
    indent = kit.look.type(SIZE) * 1.3
    failed = any(_sign(value, column.cell) == "bad" for value, column in zip(row, columns, strict=True))
    tall = 0.0
    for value, column, width in zip(row, columns, widths, strict=True):
        room = width - (indent if _sign(value, column.cell) else 0)
        tall = max(tall, kit.tall(formatting.cell(value, column.cell), room, SIZE))

    def draw(box: Box) -> None:
        kit.fill(box, "bad" if failed else "sheet", corner=0)
        kit.rule(box.x + kit.px(SIDE), box.bottom, box.w - 2 * kit.px(SIDE))
        for at, value, column in zip(_cells(kit, box, widths), row, columns, strict=True):
            _cell(kit, at, value, column)

    return Block(tall + kit.px(36), draw, head)


def _cell(kit: Kit, at: Box, value: str | int, column: Column) -> None:
    mark = _sign(value, column.cell)
    words = formatting.cell(value, column.cell)
    if mark:
        size = kit.look.type(SIZE)
        used = kit.tall(words, at.w - size * 1.3, SIZE)
        kit.mark(mark, at.x, at.y + (at.h - used) / 2 + size * 0.2, size)
        at = Box(at.x + size * 1.3, at.y, at.w - size * 1.3, at.h)
    align = "right" if column.cell is Cell.MONEY else "left"
    kit.words(at, words, SIZE, middle=True, align=align, colour="error" if mark == "bad" else "ink")


def _stacked(kit: Kit, width: float, columns: Sequence[Column], row: Sequence[str | int]) -> Block:
    """One record as labelled lines on a sheet of its own."""
    lines = [
        _pair(kit, width, Fact(label=column.label, value=value, cell=column.cell))
        for column, value in zip(columns, row, strict=True)
    ]
    failed = any(_sign(value, column.cell) == "bad" for value, column in zip(row, columns, strict=True))

    def draw(box: Box) -> None:
        y = box.y
        for line in lines:
            line.draw(Box(box.x, y, box.w, line.height))
            y += line.height
        kit.frame(Box(box.x, box.y, box.w, box.h - kit.px(20)), "error" if failed else "outline")

    return Block(sum(line.height for line in lines) + kit.px(20), draw)


def flow(blocks: Sequence[Block], room: float) -> list[list[Block]]:
    """Blocks onto pages of *room* pixels; a row's heading comes again on each page. Never an empty page."""
    pages: list[list[Block]] = [[]]
    used = 0.0
    for index, block in enumerate(blocks):
        heading = block.heading
        follows = blocks[index + 1].height if index + 1 < len(blocks) and block.heading is None else 0.0
        needed = block.height + min(follows, room * 0.4)
        if pages[-1] and used + needed > room:
            pages.append([])
            used = 0.0
            if heading is not None:
                pages[-1].append(heading)
                used = heading.height
        pages[-1].append(block)
        used += block.height
    return pages
