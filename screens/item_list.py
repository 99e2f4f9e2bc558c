"""The items of a group (views.ItemList): official name, what a neighbour would say, and how long it takes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from contract.texts import Text
from kiosk.views import ItemList, ItemRow, Nav
from screens.input.boxes import Box
from screens.input.heading import heading, heading_height, low
from screens.input.paging import numbers, numbers_room
from screens.input.writing import pack
from screens.kit import Kit
from screens.theme import GAP, GROUPS

LEAST: Final = 150
"""A row is never lower."""
MOST: Final = 6
"""More than six rows a page nobody reads."""
NARROW: Final = 600
"""Two columns only where each is this wide (pixels of the design, large text counted in)."""
NAME: Final = 40
LINE: Final = 32

Band = tuple[float, tuple[ItemRow, ...]]
"""Height of a band, and the rows that stand in it side by side."""


class ItemListScreen:
    """Rows in one column, or in two where there is the width. Every page is one touch away, so that group, page and
    item are three touches at most."""

    def __init__(self, kit: Kit, area: Box, view: ItemList, answer: Callable[[int | Nav], None]) -> None:
        self._kit = kit
        self._area = area
        self._view = view
        self._answer = answer
        self._page = 0
        self._columns = 1
        self._beside = True
        self._draw()

    def release(self) -> None:
        self._kit.clear()

    def _draw(self) -> None:
        kit, gap = self._kit, self._kit.px(GAP)
        kit.clear()
        area, line, column = self._area, kit.say(Text.ITEMS_LINE), None
        pages = self._pages(area, line)
        if len(pages) > 1:
            wide, tall = numbers_room(kit)
            line = "" if low(kit) else kit.say(Text.ITEMS_LINE_PAGES)
            if area.w > area.h:
                area, column = area.split(gap, area.w - gap - wide, wide)
            else:
                column, area = area.foot(tall, gap)
            pages = self._pages(area, line)
        self._page = min(self._page, len(pages) - 1)
        rest = heading(kit, area, self._view.group.value, line)
        if column is not None:
            numbers(kit, column, self._page, len(pages), self._open)
        here = pages[self._page]
        used = sum(height for height, _ in here) + gap * (len(here) - 1)
        spare = min(kit.px(56), max(0.0, rest.h - used) / len(here))
        y = rest.y
        for height, band in here:
            tall = height + spare
            for box, row in zip(Box(rest.x, y, rest.w, tall).split(gap, *[1] * self._columns), band, strict=False):
                self._row(box, row)
            y += tall + gap

    def _pages(self, area: Box, line: str) -> list[list[Band]]:
        """Bands of rows, page by page, with columns and tags arranged so that they are the fewest pages."""
        kit, rows, gap = self._kit, self._view.rows, self._kit.px(GAP)
        room = area.h - heading_height(kit, area.w, self._view.group.value, line)
        best: list[list[Band]] = []
        for columns in (1, 2):
            width = (area.w - gap * (columns - 1)) / columns
            if columns > 1 and width < kit.look.type(NARROW):
                break
            bands = [rows[n : n + columns] for n in range(0, len(rows), columns)]
            for beside in (True, False):
                heights = [max(self._height(row, width, beside) for row in band) for band in bands]
                packed = _packed(list(zip(heights, bands, strict=True)), room, gap)
                if not best or len(packed) < len(best):
                    best, self._columns, self._beside = packed, columns, beside
        return best

    def _tag_width(self, row: ItemRow) -> float:
        return self._kit.width(row.tag, 30, bold=True) + self._kit.px(40) if row.tag else 0.0

    def _widths(self, row: ItemRow, width: float, beside: bool) -> tuple[float, float]:
        """Of the name and of the line under it; the tag stands beside both, or at the end of the line."""
        inner = width - self._kit.px(72 + 32)
        tag = self._tag_width(row)
        short = inner - (tag + self._kit.px(24) if tag else 0)
        return short if beside else inner, short

    def _height(self, row: ItemRow, width: float, beside: bool) -> float:
        kit = self._kit
        of_name, of_line = self._widths(row, width, beside)
        words = kit.tall(row.name, of_name, NAME, bold=True) + kit.tall(row.plain, of_line, LINE)
        return max(kit.px(LEAST), words + kit.px(28))

    def _row(self, box: Box, row: ItemRow) -> None:
        kit = self._kit
        target = kit.target(box, row.name, f"item:{row.number}", partial(self._answer, row.number), kind="key",
                            enabled=row.enabled, say=False)  # fmt: skip
        bar = Box(box.x + kit.px(28), box.y + kit.px(24), kit.px(10), box.h - kit.px(48))
        colour = GROUPS[self._view.group] if not kit.look.contrast else "primary"
        kit.fill(bar, colour if row.enabled else "outline", corner=5, into=target)
        of_name, of_line = self._widths(row, box.w, self._beside)
        name, line = kit.tall(row.name, of_name, NAME, bold=True), kit.tall(row.plain, of_line, LINE)
        words = Box(box.x + kit.px(72), box.y + (box.h - name - line) / 2, of_name, name)
        below = Box(words.x, words.bottom, of_line, line)
        kit.words(words, row.name, NAME, bold=True, even=True, colour="ink" if row.enabled else "off", into=target)
        kit.words(below, row.plain, LINE, even=True, colour="soft" if row.enabled else "off", into=target)
        if row.tag:
            wide, high = self._tag_width(row), kit.look.type(30) * 1.7
            middle = box.y + box.h / 2 if self._beside else below.y + below.h / 2
            tag = Box(box.right - kit.px(32) - wide, middle - high / 2, wide, high)
            kit.fill(tag, "sheet" if row.enabled else "ground", "outline", corner=28, into=target)
            kit.words(tag, row.tag, 30, bold=True, align="center", middle=True, into=target,
                      colour="ink" if row.enabled else "off")  # fmt: skip

    def _open(self, page: int) -> None:
        self._page = page
        self._draw()


def _packed(bands: list[Band], room: float, gap: float) -> list[list[Band]]:
    """Pages of as many bands as fit *room*, and no more than MOST."""
    pages = []
    while bands:
        fit = pack([height for height, _ in bands[:MOST]], room, gap)[0].stop
        pages.append(bands[:fit])
        bands = bands[fit:]
    return pages
