"""The resident's own records (views.RecordsView) and, built on the same pages, an entry whole (views.DetailView)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial

from kiosk.views import Nav, RecordsChoice, RecordsView
from screens.input.boxes import Box
from screens.input.heading import heading
from screens.input.kit import BUTTON, GAP, Kit
from screens.input.paging import paging
from screens.tables import Block, facts_blocks, flow, table_blocks


def draw_pages(kit: Kit, rest: Box, blocks: Sequence[Block], page: int, turn: Callable[[int], None]) -> int:
    """Lay *blocks* into *rest*, paged where they do not fit. Returns how many pages there are."""
    pages = flow(blocks, rest.h)
    if len(pages) > 1:
        row, rest = rest.foot(kit.px(112), kit.px(GAP))
        pages = flow(blocks, rest.h)
        page = min(page, len(pages) - 1)
        paging(
            kit, row, f"第 {page + 1} 页，共 {len(pages)} 页",
            partial(turn, -1) if page else None, partial(turn, 1) if page + 1 < len(pages) else None,
        )  # fmt: skip
    here = pages[min(page, len(pages) - 1)]
    y = rest.y
    for on_paper, together in itertools.groupby(here, key=lambda block: block.sheet):
        run = list(together)
        if on_paper:
            kit.fill(Box(rest.x, y, rest.w, sum(block.height for block in run)), "sheet", "rule")
        for block in run:
            block.draw(Box(rest.x, y, rest.w, block.height))
            y += block.height
    return len(pages)


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
        foot, rest = self._area.foot(kit.px(BUTTON), kit.px(GAP))
        rest = heading(kit, rest, view.title, view.line)
        blocks = facts_blocks(kit, rest.w, view.facts)
        for table in view.tables:
            blocks += table_blocks(kit, rest.w, table)
        if view.note:
            blocks.append(note_block(kit, rest.w, view.note))
        draw_pages(kit, rest, blocks, self._page, self._turn)
        choices = [RecordsChoice.OLDER] if view.has_older else []
        choices += [RecordsChoice.PRINT] if view.can_print else []
        choices.append(RecordsChoice.DONE)
        for box, choice in zip(foot.split(kit.px(GAP), *[1] * len(choices)), choices, strict=True):
            kit.target(box, choice.value, choice.name.lower(), partial(self._answer, choice), size=42,
                       kind="primary" if choice is RecordsChoice.DONE else "plain")  # fmt: skip

    def _turn(self, by: int) -> None:
        self._page += by
        self._draw()
