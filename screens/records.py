"""The resident's own records (views.RecordsView) and, built on the same pages, an entry whole (views.DetailView)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple, Protocol

from kiosk.views import OpenRow, RecordsChoice, RecordsView
from screens.input.boxes import Box
from screens.input.heading import heading, heading_height
from screens.input.paging import page_of, paging, rows_at_foot, turning
from screens.kit import Kit
from screens.openers import opening_blocks
from screens.paged import Paged
from screens.rows import said_block
from screens.tables import Block, facts_blocks, flow, gap_block, table_blocks
from screens.theme import GAP

NOTE_LINES: Final = 3


class Top(Protocol):
    """What stands above the blocks: all of it on the first page, the least on the following ones."""

    def height(self, width: float, first: bool) -> float: ...

    def draw(self, box: Box, first: bool) -> None: ...


class TitleTop:
    """Title and line; on the following pages the title alone."""

    def __init__(self, kit: Kit, title: str, line: str) -> None:
        self._kit = kit
        self._title = title
        self._line = line

    def height(self, width: float, first: bool) -> float:
        return heading_height(self._kit, width, self._title, self._line if first else "", following=not first)

    def draw(self, box: Box, first: bool) -> None:
        heading(self._kit, box, self._title, self._line if first else "", following=not first)


class Shown(NamedTuple):
    """*foot*: the box for the screen's own buttons; the page shown, from 0."""

    foot: Box
    page: int


def draw_pages(
    kit: Kit, area: Box, blocks: Sequence[Block], page: int, turn: Callable[[int], None], *,
    top: Top, buttons: int, width: float = 0.0, holding: str = "",
) -> Shown:  # fmt: skip
    """Lay *blocks*, *width* wide, below *top*, paged where they do not fit. *holding*: instead of *page*, the one from
    which this can be opened."""
    foot, row, rest = rows_at_foot(kit, area, paged=False)
    width = width or area.w
    heights = top.height(area.w, True), top.height(area.w, False)
    pages = flow(blocks, rest.h - heights[0], rest.h - heights[1])
    if len(pages) > 1:
        foot, row, rest = rows_at_foot(kit, area, paged=True, buttons=buttons)
        pages = flow(blocks, rest.h - heights[0], rest.h - heights[1])
    if holding:
        page = next((n for n, here in enumerate(pages) if any(holding in block.marks for block in here)), page)
    page = min(page, len(pages) - 1)
    if row is not None:
        paging(kit, row, page_of(kit, page, len(pages)), *turning(kit, page, len(pages), turn))
    top.draw(rest, page == 0)
    y = rest.y + heights[0 if page == 0 else 1]
    for on_paper, together in itertools.groupby(pages[page], key=lambda block: block.sheet):
        run = list(together)
        if on_paper:
            kit.fill(Box(rest.x, y, width, sum(block.height for block in run)), "sheet", "rule")
        for block in run:
            block.draw(Box(rest.x, y, width, block.height))
            y += block.height
    return Shown(foot, page)


def note_blocks(kit: Kit, width: float, words: str) -> list[Block]:
    """Paragraphs under the tables, a few lines a block, so that a long one goes on on the next page."""
    blocks = []
    for paragraph in words.split("\n"):
        lines = kit.lines(paragraph, width, 34)
        for at in range(0, len(lines), NOTE_LINES):
            here = "\n".join(lines[at : at + NOTE_LINES])
            blocks.append(_note(kit, width, here, last=at + NOTE_LINES >= len(lines)))
    return blocks


def _note(kit: Kit, width: float, words: str, *, last: bool) -> Block:
    def draw(box: Box) -> None:
        kit.words(box, words, 34)

    return Block(kit.tall(words, width, 34) + (kit.px(12) if last else 0), draw, sheet=False)


class RecordsScreen(Paged[RecordsView, RecordsChoice | OpenRow]):
    """Facts, tables, a note; 更早的 where there are older ones, 打印, 看完了: on every page the same, so that nobody
    has to turn all pages to come to the year before."""

    _turned = False

    def _draw(self) -> None:
        kit, view = self._kit, self._view
        kit.clear()
        width = self._area.w
        blocks = facts_blocks(kit, width, view.facts)
        for table in view.tables:
            opens = bool(table.opens)
            blocks += opening_blocks(kit, width, table, self._answer) if opens else table_blocks(kit, width, table)
        if view.note and not blocks:
            blocks.append(said_block(kit, width, view.note))
        elif view.note:
            blocks += [gap_block(kit), *note_blocks(kit, width, view.note)]
        choices = [RecordsChoice.OLDER] if view.has_older else []
        choices += [RecordsChoice.PRINT] if view.can_print else []
        choices.append(RecordsChoice.DONE)
        shown = draw_pages(kit, self._area, blocks, self._page, self._turn, top=TitleTop(kit, view.title, view.line),
                           buttons=len(choices), holding="" if self._turned else view.first)  # fmt: skip
        self._page, self._turned = shown.page, True
        for box, choice in zip(shown.foot.split(kit.px(GAP), *[1] * len(choices)), choices, strict=True):
            label = view.print_label or choice.value if choice is RecordsChoice.PRINT else choice.value
            kit.target(box, label, choice.name.lower(), partial(self._answer, choice), size=42,
                       kind="primary" if choice is RecordsChoice.DONE else "plain")  # fmt: skip
