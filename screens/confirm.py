"""Everything on one sheet before it is handed in (questions.Confirm)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from contract.texts import Text
from kiosk.questions import Confirm, ConfirmChoice, ConfirmRow
from kiosk.views import Nav
from screens.input.boxes import Box
from screens.input.heading import heading, heading_height
from screens.input.paging import Step, page_of, paging, rows_at_foot, turning
from screens.input.writing import pack
from screens.kit import Kit
from screens.theme import GAP


class ConfirmScreen:
    """Rows with 修改 each; long forms are paged, and 提交 stands on the last page only: nobody hands in the unseen."""

    def __init__(self, kit: Kit, area: Box, view: Confirm, answer: Callable[[ConfirmChoice | int | Nav], None]) -> None:
        self._kit = kit
        self._area = area
        self._view = view
        self._answer = answer
        self._page = 0
        self._per = 1
        self._draw()

    def release(self) -> None:
        self._kit.clear()

    def _draw(self) -> None:
        kit, view = self._kit, self._view
        kit.clear()
        gap = kit.px(GAP)
        foot, _, rest = rows_at_foot(kit, self._area, paged=False)
        self._per = 2 if rest.w > kit.look.type(1400) else 1
        column = (rest.w - gap * (self._per - 1)) / self._per
        heights = [self._height(row, column) for row in view.rows]
        above = heading_height(kit, rest.w, view.title, view.line)
        later = heading_height(kit, rest.w, view.title, following=True)
        of_note = kit.tall(view.declaration, rest.w - kit.px(48), 32) + kit.px(24) if view.declaration else 0.0
        pages = self._pages(heights, rest.h - above, rest.h - later, of_note + kit.px(16) if of_note else 0.0)
        self._page = min(self._page, len(pages) - 1)
        last = self._page == len(pages) - 1
        body = heading(kit, rest, view.title, view.line if self._page == 0 else "", following=self._page > 0)
        end = body.y
        for box, part in zip(body.split(gap, *[1] * self._per), pages[self._page], strict=False):
            tall = sum(heights[part])
            kit.fill(Box(box.x, box.y, box.w, tall), "sheet", "rule")
            y = box.y
            for index in range(part.start, part.stop):
                self._row(Box(box.x, y, box.w, heights[index]), index, y > box.y)
                y += heights[index]
            end = max(end, y)
        if last and view.declaration:
            note = Box(rest.x, min(end + gap, rest.bottom - of_note), rest.w, of_note)
            kit.fill(note, "notice")
            kit.words(note.inset(kit.px(24), 0), view.declaration, 32, colour="on_notice", middle=True)
        self._foot(foot, len(pages))

    def _pages(self, heights: list[float], first: float, later: float, note: float) -> list[list[slice]]:
        """Columns of rows, page by page: *first* and *later* are a column's pixels on the first and on the other pages,
        *note* what the declaration takes off the last one."""
        pages: list[list[slice]] = []
        start = 0
        while True:
            room = later if pages else first
            left = [slice(part.start + start, part.stop + start) for part in pack(heights[start:], room - note, 0)]
            if len(left) <= self._per:
                return [*pages, left]
            part = [slice(one.start + start, one.stop + start) for one in pack(heights[start:], room, 0)][: self._per]
            if part[-1].stop == len(heights):  # the declaration must not stand alone
                part[-1] = slice(part[-1].start, len(heights) - 1)
            pages.append([one for one in part if one.stop > one.start])
            start = pages[-1][-1].stop

    def _foot(self, foot: Box, pages: int) -> None:
        """One row: the page before, where one is, and onward; 提交 is the last page's way onward."""
        kit = self._kit
        if pages == 1:
            self._submit(foot)
            return
        before, after = turning(kit, self._page, pages, self._turn)
        onward = (
            Step(after.act, kit.say(Text.PAGE_ONWARD), primary=True)
            if after
            else Step(self._hand_in, ConfirmChoice.SUBMIT.value, primary=True)
        )
        keys = ("page:before", "page:after" if after else "submit")
        paging(kit, foot, page_of(kit, self._page, pages), before, onward, keys=keys)

    def _submit(self, box: Box) -> None:
        self._kit.target(box, ConfirmChoice.SUBMIT.value, "submit", self._hand_in, kind="primary", size=48)

    def _hand_in(self) -> None:
        self._answer(ConfirmChoice.SUBMIT)

    def _shares(self, width: float) -> tuple[float, float, float]:
        """Widths of label, value and 修改."""
        button = self._kit.width(self._kit.say(Text.CONFIRM_CHANGE), 36, bold=True) + self._kit.px(56)
        label = min(width * 0.3, self._kit.width("六个字的标签", 34))
        return label, width - label - button - self._kit.px(24 * 4), button

    def _height(self, row: ConfirmRow, width: float) -> float:
        label, value, _ = self._shares(width)
        kit = self._kit
        return max(
            kit.px(124), kit.tall(row.value, value, 38) + kit.px(24), kit.tall(row.label, label, 34) + kit.px(24)
        )

    def _row(self, box: Box, index: int, ruled: bool) -> None:
        kit, row = self._kit, self._view.rows[index]
        label, value, button = self._shares(box.w)
        side = kit.px(24)
        if ruled:
            kit.rule(box.x + side, box.y, box.w - 2 * side)
        kit.words(Box(box.x + side, box.y, label, box.h), row.label, 34, colour="soft", middle=True)
        kit.words(Box(box.x + side * 2 + label, box.y, value, box.h), row.value, 38, middle=True, even=True)
        tall = kit.px(100)
        kit.target(
            Box(box.right - side - button, box.y + (box.h - tall) / 2, button, tall),
            kit.say(Text.CONFIRM_CHANGE), f"change:{index}", partial(self._answer, index), size=36,
        )  # fmt: skip

    def _turn(self, by: int) -> None:
        self._page += by
        self._draw()
