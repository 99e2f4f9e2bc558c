"""The items of a group (views.ItemList): official name, what a neighbour would say, and how long it takes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from kiosk.views import ItemList, ItemRow, Nav
from screens.input.boxes import Box
from screens.input.heading import heading
from screens.input.paging import paging
from screens.input.writing import pack
from screens.kit import Kit
from screens.theme import BODY, BUTTON, GAP, GROUPS

LEAST: Final = 150
"""A row is never lower."""
MOST: Final = 6
"""More than six a page nobody reads."""


class ItemListScreen:
    """Rows in one column upright, two columns lying; paged by the screen itself."""

    def __init__(self, kit: Kit, area: Box, view: ItemList, answer: Callable[[int | Nav], None]) -> None:
        self._kit = kit
        self._area = area
        self._view = view
        self._answer = answer
        self._page = 0
        self._draw()

    def release(self) -> None:
        self._kit.clear()

    def _draw(self) -> None:
        kit, view, gap = self._kit, self._view, self._kit.px(GAP)
        kit.clear()
        columns = 2 if self._area.w > self._area.h * 1.5 else 1
        head = kit.look.type(64 + BODY) * 1.45 + gap
        room = self._area.h - head - kit.px(BUTTON) - gap
        width = (self._area.w - gap * (columns - 1)) / columns
        bands = [view.rows[n : n + columns] for n in range(0, len(view.rows), columns)]
        heights = [max(self._height(row, width) for row in band) for band in bands]
        pages = [
            slice(part.start, min(part.stop, part.start + MOST))
            for whole in pack(heights, room, gap)
            for part in (slice(n, whole.stop) for n in range(whole.start, whole.stop, MOST))
        ]
        self._page = min(self._page, len(pages) - 1)
        where = f"点一下要办的事。第 {self._page + 1} 页，共 {len(pages)} 页" if len(pages) > 1 else "点一下要办的事。"
        rest = heading(kit, self._area, view.group.value, where)
        if len(pages) > 1:
            foot, rest = rest.foot(kit.px(BUTTON), gap)
            paging(
                kit, foot, f"{self._page + 1} / {len(pages)}",
                partial(self._turn, -1) if self._page else None,
                partial(self._turn, 1) if self._page + 1 < len(pages) else None,
            )  # fmt: skip
        here = pages[self._page]
        used = sum(heights[here]) + gap * (here.stop - here.start - 1)
        spare = max(0.0, rest.h - used) / (here.stop - here.start)
        spare = min(spare, kit.px(56))
        y = rest.y
        for band, height in zip(bands[here], heights[here], strict=True):
            tall = height + spare
            for box, row in zip(Box(rest.x, y, rest.w, tall).split(gap, *[1] * columns), band, strict=False):
                self._row(box, row)
            y += tall + gap

    def _tag_width(self, row: ItemRow) -> float:
        return self._kit.width(row.tag, 30, bold=True) + self._kit.px(40) if row.tag else 0.0

    def _words_width(self, row: ItemRow, width: float) -> float:
        tag = self._tag_width(row)
        return width - self._kit.px(72 + 32) - (tag + self._kit.px(24) if tag else 0)

    def _height(self, row: ItemRow, width: float) -> float:
        kit = self._kit
        inner = self._words_width(row, width)
        words = kit.tall(row.name, inner, 40, bold=True) + kit.tall(row.plain, inner, 32)
        return max(kit.px(LEAST), words + kit.px(36))

    def _row(self, box: Box, row: ItemRow) -> None:
        kit = self._kit
        target = kit.target(box, row.name, f"item:{row.number}", partial(self._answer, row.number), kind="key",
                            enabled=row.enabled, say=False)  # fmt: skip
        bar = Box(box.x + kit.px(28), box.y + kit.px(24), kit.px(10), box.h - kit.px(48))
        colour = GROUPS[self._view.group] if not kit.look.contrast else "primary"
        kit.fill(bar, colour if row.enabled else "outline", corner=5, into=target)
        inner = self._words_width(row, box.w)
        tall = kit.tall(row.name, inner, 40, bold=True) + kit.tall(row.plain, inner, 32)
        words = Box(box.x + kit.px(72), box.y + (box.h - tall) / 2, inner, tall)
        used = kit.words(words, row.name, 40, bold=True, even=True, colour="ink" if row.enabled else "off", into=target)
        kit.words(words.top(used)[1], row.plain, 32, colour="soft" if row.enabled else "off", into=target)
        if row.tag:
            wide, high = self._tag_width(row), kit.look.type(30) * 1.9
            tag = Box(box.right - kit.px(32) - wide, box.y + (box.h - high) / 2, wide, high)
            kit.fill(tag, "sheet" if row.enabled else "ground", "outline", corner=14, into=target)
            kit.words(tag, row.tag, 30, bold=True, align="center", middle=True, into=target,
                      colour="ink" if row.enabled else "off")  # fmt: skip

    def _turn(self, by: int) -> None:
        self._page += by
        self._draw()
