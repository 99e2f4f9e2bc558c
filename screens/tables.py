"""Blocks of a page of records: facts, tables' headings, rows; each knows its height and draws itself into a box.

Money in tabular figures and right-aligned; a state as sign and words, a failed one on a tinted row. A table that does
not fit side by side (large text, narrow window) is written as labelled lines, one sheet a row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from contract import formatting
from contract.formatting import Sign
from contract.wire import Cell, Column, Fact, Table
from screens.input.boxes import Box
from screens.kit import Align, Kit, Mark
from screens.theme import SMALL

SIZE = 36.0
SIDE = 28.0
"""Paper left and right of a row."""
LARGE_LEAST = 54.0
"""A large fact shrinks to this to stay on one line."""
WIDE = 1000
"""A sheet wider than this has labels and values in two columns (pixels of the design, large text counted in)."""
LONGEST_LABEL = "七个字的标签啊"
SENTENCE = 12
"""A remark of more characters is a sentence: no column is wide enough for it."""
INDENT = 1.3
"""Room for a sign before its word, in heights of the text."""


class Air(NamedTuple):
    """Around the cells of a table: paper left and right, between columns, above and below a row."""

    side: float
    gap: float
    row: float


AIR = Air(SIDE, 24, 16)
DENSE = Air(SIDE, 24, 8)
"""Of a table of more rows than MANY: twelve months are to stand on one page."""
CLOSE = Air(20, 14, 8)
MANY = 6


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
    marks: tuple[str, ...] = ()
    """What can be opened from it (wire.Table.opens)."""

    def __repr__(self) -> str:
        return f"<Block {self.height:.0f}>"


def facts_blocks(kit: Kit, width: float, facts: Sequence[Fact]) -> list[Block]:
    """Large ones as rows of their own, the others as label and value, two in a row where they fit."""
    blocks, left = [], list(facts)
    while left:
        count = 2 if len(left) > 1 and all(not fact.large and _beside(kit, width / 2, fact) for fact in left[:2]) else 1
        here, left = left[:count], left[count:]
        blocks.append(_large(kit, width, here[0]) if here[0].large else _pairs(kit, width, here))
    return blocks


def _pairs(kit: Kit, width: float, facts: Sequence[Fact], air: float = 14) -> Block:
    """One fact, or two beside each other."""
    blocks = [_pair(kit, width / len(facts), fact, air) for fact in facts]

    def draw(box: Box) -> None:
        for block, at in zip(blocks, box.split(0, *[1] * len(blocks)), strict=True):
            block.draw(at)

    return Block(max(block.height for block in blocks), draw)


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
    size = kit.fitting(_value(fact), Box(0, 0, inner, kit.height), 72, bold=True, lines=1)
    size = size if size >= LARGE_LEAST else 72.0
    value = kit.tall(_value(fact), inner, size, bold=True)

    def draw(box: Box) -> None:
        at = box.inset(side, kit.px(16))
        kit.rule(box.x + side, box.bottom, box.w - 2 * side)
        kit.words(at, fact.label, 34, colour="soft")
        kit.words(at.top(label)[1], _value(fact), size, bold=True)

    return Block(label + value + kit.px(32), draw)


def _sign_width(kit: Kit, fact: Fact) -> float:
    return kit.look.type(SIZE) * INDENT if _sign(fact.value, fact.cell) else 0.0


def _beside(kit: Kit, width: float, fact: Fact) -> bool:
    """Whether label and value fit on one line of *width*."""
    words = kit.width(fact.label, 34) + kit.px(24) + _sign_width(kit, fact) + kit.width(_value(fact), SIZE, bold=True)
    return words <= width - 2 * kit.px(SIDE)


def _pair(kit: Kit, width: float, fact: Fact, air: float = 14) -> Block:
    side = kit.px(SIDE)
    inner = width - 2 * side
    mark = _sign(fact.value, fact.cell)
    sign = _sign_width(kit, fact)
    words = _value(fact)
    label_width = kit.width(fact.label, 34)
    beside = _beside(kit, width, fact)
    label_tall = kit.tall(fact.label, inner, 34)
    # On a wide sheet the value stands near its label: nobody should have to follow a line across the whole window.
    column = kit.width(LONGEST_LABEL, 34)
    near = beside and inner > kit.look.type(WIDE) and label_width <= column
    value_width = (inner - (column if near else label_width) - kit.px(24) if beside else inner) - sign
    value_tall = kit.tall(words, value_width, SIZE, bold=True)
    height = max(label_tall, value_tall) if beside else label_tall + value_tall

    def draw(box: Box) -> None:
        kit.rule(box.x + side, box.bottom, box.w - 2 * side)
        at = box.inset(side, kit.px(air))
        kit.words(at, fact.label, 34, colour="soft", middle=beside)
        target = Box(at.right - value_width, at.y, value_width, at.h) if beside else Box(
            at.x + sign, at.y + label_tall, value_width, value_tall)  # fmt: skip
        kit.words(target, words, SIZE, bold=True, align="right" if beside and not near else "left", middle=beside,
                  even=True)  # fmt: skip
        if mark:
            x = at.right - kit.width(words, SIZE, bold=True) - sign if beside else at.x
            x = target.x - sign if near else x
            y = target.y + (target.h - kit.look.type(SIZE)) / 2 if beside else target.y + kit.look.type(SIZE) * 0.25
            kit.mark(mark, x, y, kit.look.type(SIZE))

    return Block(height + 2 * kit.px(air), draw)


def table_blocks(kit: Kit, width: float, table: Table) -> list[Block]:
    """Title, heading, and a block for each row (or labelled lines where columns do not fit)."""
    blocks = []
    if table.title:
        blocks.append(title_block(kit, width, table.title))
    usual = DENSE if len(table.rows) > MANY else AIR
    for kept in _shared_lines(table):
        columns = table.columns[:kept]
        for size, air in ((36.0, usual), (34.0, usual), (32.0, usual), (30.0, usual), (30.0, CLOSE)):
            columned = column_widths(kit, width - 2 * kit.px(air.side), columns, table.rows, size, kit.px(air.gap))
            if columned is not None:
                grid = Grid(kit, table.columns, *columned, size, air)
                head = grid.head()
                # Neither the first row nor the last one stands alone on a page.
                count = len(table.rows)
                rows = [grid.row(row, head, keep=n in (0, count - 2) and n + 1 < count)
                        for n, row in enumerate(table.rows)]  # fmt: skip
                return blocks + ([head, *rows] if rows else [])
    return blocks + [_stacked(kit, width, table.columns, row) for row in table.rows]


def _shared_lines(table: Table) -> list[int]:
    """How many columns may stand side by side, the best first: a last column of remarks, which some rows have none of
    or which are whole sentences, stands beneath its row; so may the last column of words or states where there is no
    width."""
    count = len(table.columns)
    last = table.columns[-1].cell
    remarks = [str(row[-1]) for row in table.rows]
    if count > 2 and last is Cell.TEXT and any(not each or len(each) > SENTENCE for each in remarks):
        count -= 1
        last = table.columns[count - 1].cell
    return [count, count - 1] if count > 3 and last in (Cell.TEXT, Cell.STATE) else [count]


def title_block(kit: Kit, width: float, title: str) -> Block:
    """The title of a table; never the last on its page."""
    tall = kit.tall(title, width, 42, bold=True)

    def draw(box: Box) -> None:
        kit.words(box.inset(0, kit.px(8)), title, 42, bold=True)

    return Block(tall + kit.px(24), draw, keep=True, sheet=False)


def column_widths(
    kit: Kit, width: float, columns: Sequence[Column], rows: Sequence[Sequence[str | int]], size: float, gap: float
) -> tuple[list[float], float] | None:
    """Pixels of each column and between two, *gap* or more; None when numbers and dates do not fit beside at least five
    characters of words. What is to spare goes between the columns: money, at the right of its own, must not come nearer
    to the next column's words than these stand to the following."""
    natural, least, single = [], [], []
    for index, column in enumerate(columns):
        sign = kit.look.type(size) * INDENT if column.cell is Cell.STATE else 0.0
        cells = [kit.width(formatting.cell(row[index], column.cell), size) + sign for row in rows]
        label = _heading(column)
        heading = max(kit.width(part, max(SMALL, size - 4)) for part in label.split("\n"))
        natural.append(max([heading, *cells]) + kit.px(2))
        single.append(max(natural[-1], kit.width(label.replace("\n", ""), max(SMALL, size - 4)) + kit.px(2)))
        wraps = column.cell in (Cell.TEXT, Cell.STATE)
        least.append(min(natural[-1], max(heading, kit.look.type(size) * 5 + sign)) if wraps else natural[-1])
    room = width - gap * (len(natural) - 1)
    if sum(least) > room:
        return None
    if sum(single) <= room:  # the unit stands beside its label, too
        natural = single
    if sum(natural) <= room:
        spare = room - sum(natural)
        if len(natural) == 1:
            return [natural[0] + spare], gap
        return natural, gap + spare / (len(natural) - 1)
    give = (room - sum(least)) / max(1e-9, sum(natural) - sum(least))
    return [small + (large - small) * give for small, large in zip(least, natural, strict=True)], gap


def _heading(column: Column) -> str:
    return f"{column.label}\n(元)" if column.cell is Cell.MONEY and "元" not in column.label else column.label


class Grid:
    """A table whose columns stand side by side, as many as there are *widths* (pixels); the others stand beneath their
    row, a line each. Text at *size*."""

    def __init__(
        self, kit: Kit, columns: Sequence[Column], widths: Sequence[float], gap: float, size: float, air: Air
    ) -> None:
        self._kit = kit
        self._columns = columns[: len(widths)]
        self._below = columns[len(widths) :]
        self._widths = widths
        self._gap = gap
        self._size = size
        self._air = air
        self._small = max(SMALL, size - 4)
        self._indent = kit.look.type(size) * INDENT

    def head(self) -> Block:
        kit = self._kit
        size = self._small
        words = [self._label(column, width) for column, width in zip(self._columns, self._widths, strict=True)]
        tall = max(kit.tall(label, width, size) for label, width in zip(words, self._widths, strict=True))

        def draw(box: Box) -> None:
            self._rule(box)
            for at, column, label in zip(self._cells(box), self._columns, words, strict=True):
                align: Align = "right" if column.cell is Cell.MONEY else "left"
                kit.words(at, label, size, colour="soft", middle=True, align=align)

        return Block(tall + kit.px(20), draw, keep=True)

    def _label(self, column: Column, width: float) -> str:
        """The unit beside the label where there is room, else beneath."""
        label = _heading(column)
        beside = label.replace("\n", "")
        return beside if self._kit.width(beside, self._small) <= width else label

    def row(self, row: Sequence[str | int], head: Block, *, keep: bool) -> Block:
        kit = self._kit
        cells = list(zip(row, self._columns, strict=False))
        below = [(value, column) for value, column in zip(row[len(cells) :], self._below, strict=True) if str(value)]
        failed = any(_sign(value, column.cell) == "bad" for value, column in [*cells, *below])
        tall = max(self._tall(value, column, width) for (value, column), width in zip(cells, self._widths, strict=True))
        air = kit.px(self._air.row)
        inner = sum(self._widths) + (len(self._widths) - 1) * self._gap
        beneath = [self._tall(value, column, inner) for value, column in below]

        def draw(box: Box) -> None:
            if failed:
                kit.fill(box.inset(kit.px(4), kit.px(3)), "bad", corner=12)
            self._rule(box)
            line, rest = Box(box.x, box.y + air, box.w, box.h - 2 * air).top(tall)
            for at, (value, column) in zip(self._cells(line), cells, strict=True):
                self._cell(at, value, column)
            for (value, column), high in zip(below, beneath, strict=True):
                at = Box(box.x + kit.px(self._air.side), rest.y, inner, high)
                self._cell(at, value, column, colour="error" if failed else "soft")
                rest = rest.top(high)[1]

        return Block(tall + sum(beneath) + 2 * air, draw, head, keep)

    def _tall(self, value: str | int, column: Column, width: float) -> float:
        room = width - (self._indent if _sign(value, column.cell) else 0)
        return self._kit.tall(formatting.cell(value, column.cell), room, self._size)

    def _rule(self, box: Box) -> None:
        side = self._kit.px(self._air.side)
        self._kit.rule(box.x + side, box.bottom, box.w - 2 * side)

    def _cells(self, box: Box) -> list[Box]:
        boxes, x = [], box.x + self._kit.px(self._air.side)
        for width in self._widths:
            boxes.append(Box(x, box.y, width, box.h))
            x += width + self._gap
        return boxes

    def _cell(self, at: Box, value: str | int, column: Column, colour: str = "ink") -> None:
        kit = self._kit
        mark = _sign(value, column.cell)
        words = formatting.cell(value, column.cell)
        if mark:
            size = kit.look.type(self._size)
            at = Box(at.x + self._indent, at.y, at.w - self._indent, at.h)
            used = kit.tall(words, at.w, self._size)
            kit.mark(mark, at.x - self._indent, at.y + (at.h - used) / 2 + size * 0.22, size)
        align: Align = "right" if column.cell is Cell.MONEY else "left"
        kit.words(at, words, self._size, middle=True, align=align, colour="error" if mark == "bad" else colour)


def _stacked(kit: Kit, width: float, columns: Sequence[Column], row: Sequence[str | int]) -> Block:
    """One record as labels and values on a sheet of its own, two beside each other where they fit; what is empty is
    left out."""
    facts = [
        Fact(label=column.label, value=value, cell=column.cell)
        for column, value in zip(columns, row, strict=True)
        if str(value)
    ]
    lines: list[Block] = []
    while facts:
        two = len(facts) > 1 and all(_beside(kit, width / 2, fact) for fact in facts[:2])
        lines.append(_pairs(kit, width, facts[: 2 if two else 1], air=6))
        del facts[: 2 if two else 1]
    failed = any(_sign(value, column.cell) == "bad" for value, column in zip(row, columns, strict=True))

    def draw(box: Box) -> None:
        paper = Box(box.x, box.y, box.w, box.h - kit.px(16))
        kit.fill(paper, "bad" if failed else "sheet", "error" if failed else "rule", thick=3)
        y = box.y + kit.px(6)
        for line in lines:
            line.draw(Box(box.x, y, box.w, line.height))
            y += line.height

    return Block(sum(line.height for line in lines) + kit.px(12 + 16), draw, sheet=False)


def gap_block(kit: Kit) -> Block:
    """Air between a sheet and what follows."""
    return Block(kit.px(16), lambda _box: None, sheet=False)


def flow(blocks: Sequence[Block], first: float, later: float) -> list[list[Block]]:
    """Blocks onto pages of *first* pixels (the first) and *later* (the others); a row's heading comes again on each
    page. Never an empty page.

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
        room = first if len(pages) == 1 else later
        together = index > 0 and blocks[index - 1].keep and used + block.height <= room
        if pages[-1] and used + needed > room and not together:
            pages.append([])
            used = 0.0
            if block.heading is not None:
                pages[-1].append(block.heading)
                used = block.heading.height
        pages[-1].append(block)
        used += block.height
    return pages
