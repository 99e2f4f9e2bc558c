"""The resident's own records (views.RecordsView) and, built on the same pages, an entry whole (views.DetailView)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial

from kiosk.views import Nav, RecordsChoice, RecordsView
from screens.input.boxes import Box
from screens.input.heading import heading
from screens.input.paging import paging, rows_at_foot
from screens.kit import Kit
from screens.tables import Block, facts_blocks, flow, table_blocks
from screens.theme import GAP


def draw_pages(
    kit: Kit,
    area: Box,
    blocks: Sequence[Block],
    page: int,
    turn: Callable[[int], None],
    *,
    top: Callable[[Box], Box],
    buttons: int,
) -> tuple[Box, int]:
    """Lay *blocks* below what *top* draws, paged where they do not fit; returns the box for the screen's own buttons
    and the page shown (*page*, or the last one there is).

    *top* draws the heading and returns what remains below it; it is called once.
    """
    rest = top(rows_at_foot(kit, area, paged=False)[2])
    foot, row, _ = rows_at_foot(kit, area, paged=False)
    pages = flow(blocks, rest.h)
    page = 0 if len(pages) == 1 else page
    if len(pages) > 1:
        foot, row, body = rows_at_foot(kit, area, paged=True, buttons=buttons)
        rest = Box(rest.x, rest.y, rest.w, min(rest.bottom, body.bottom) - rest.y)
        pages = flow(blocks, rest.h)
        page = min(page, len(pages) - 1)
        assert row is not None
        paging(
            kit,
            row,
            f"第 {page + 1} 页，共 {len(pages)} 页",
            partial(turn, -1) if page else None,
            partial(turn, 1) if page + 1 < len(pages) else None,
        )
    y = rest.y
    for on_paper, together in itertools.groupby(pages[page], key=lambda block: block.sheet):
        run = list(together)
        if on_paper:
            kit.fill(Box(rest.x, y, rest.w, sum(block.height for block in run)), "sheet", "rule")
        for block in run:
            block.draw(Box(rest.x, y, rest.w, block.height))
            y += block.height
    return foot, page


def note_block(kit: Kit, width: float, words: str) -> Block:
    """A paragraph under the tables."""

    def draw(box: Box) -> None:
        kit.words(box.inset(0, kit.px(12)), words, 34)

    return Block(kit.tall(words, width, 34) + kit.px(24), draw, sheet=False)


class RecordsScreen:
    """Facts, tables, a note; 更早的 on the last page, 打印, 看完了."""

    def __init__(self, kit: Kit, area: Box, view: RecordsView, answer: Callable[[RecordsChoice | Nav], None]) -> None:
        self._kit = kit
        self._area = area
        self._view = view
        self._answer = answer
        self._page = 0
        self._draw()

    def release(self) -> None:
        self._kit.clear()

    def _draw(self) -> None:
        kit, view = self._kit, self._view
        kit.clear()
        width = self._area.w
        blocks = facts_blocks(kit, width, view.facts)
        for table in view.tables:
            blocks += table_blocks(kit, width, table)
        if view.note:
            blocks.append(note_block(kit, width, view.note))
        choices = [RecordsChoice.OLDER] if view.has_older else []
        choices += [RecordsChoice.PRINT] if view.can_print else []
        choices.append(RecordsChoice.DONE)
        foot, self._page = draw_pages(
            kit,
            self._area,
            blocks,
            self._page,
            self._turn,
            top=lambda box: heading(kit, box, view.title, view.line),
            buttons=len(choices),
        )
        for box, choice in zip(foot.split(kit.px(GAP), *[1] * len(choices)), choices, strict=True):
            kit.target(box, choice.value, choice.name.lower(), partial(self._answer, choice), size=42,
                       kind="primary" if choice is RecordsChoice.DONE else "plain")  # fmt: skip

    def _turn(self, by: int) -> None:
        self._page += by
        self._draw()
