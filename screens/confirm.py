"""Everything on one sheet before it is handed in (views.Confirm)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kiosk.views import Confirm, ConfirmChoice, ConfirmRow, Nav
from screens.input.boxes import Box
from screens.input.heading import heading
from screens.input.paging import paging, rows_at_foot
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
        self._draw()

    def release(self) -> None:
        self._kit.clear()

    def _draw(self) -> None:
        kit, view = self._kit, self._view
        kit.clear()
        gap = kit.px(GAP)
        foot, row_box, rest = rows_at_foot(kit, self._area, paged=False)
        rest = heading(kit, rest, view.title, view.line)
        spread = rest.w > kit.look.type(1400)
        declaration = kit.tall(view.declaration, rest.w - kit.px(48), 32) + kit.px(24) if view.declaration else 0.0
        column = (rest.w - gap) / 2 if spread else rest.w
        heights = [self._height(row, column) for row in view.rows]
        room = rest.h - (declaration + gap if declaration else 0)
        if len(pack(heights, room, 0)) > (2 if spread else 1):
            foot, row_box, body = rows_at_foot(kit, self._area, paged=True)
            room -= rest.bottom - body.bottom
        columns = pack(heights, room, 0)
        per = 2 if spread else 1
        pages = [columns[n : n + per] for n in range(0, len(columns), per)]
        self._page = min(self._page, len(pages) - 1)
        last = self._page == len(pages) - 1
        if row_box is not None:
            paging(
                kit, row_box, f"第 {self._page + 1} 页，共 {len(pages)} 页",
                partial(self._turn, -1) if self._page else None, None if last else partial(self._turn, 1),
            )  # fmt: skip
        body = Box(rest.x, rest.y, rest.w, room)
        for box, part in zip(body.split(gap, *[1] * per), pages[self._page], strict=False):
            tall = sum(heights[part])
            kit.fill(Box(box.x, box.y, box.w, tall), "sheet", "rule")
            y = box.y
            for index in range(part.start, part.stop):
                self._row(Box(box.x, y, box.w, heights[index]), index, y > box.y)
                y += heights[index]
        if last and view.declaration:
            note, _ = Box(rest.x, rest.y + room + gap, rest.w, declaration).top(declaration)
            kit.fill(note, "notice")
            kit.words(note.inset(kit.px(24), 0), view.declaration, 32, colour="on_notice", middle=True)
        if last:
            back, submit = foot.split(gap, 2, 3)
            kit.target(back, "再看看", "back_step", lambda: self._answer(Nav.BACK))
            kit.target(submit, "提交", "submit", lambda: self._answer(ConfirmChoice.SUBMIT), kind="primary", size=48)
        else:
            back, onward = foot.split(gap, 2, 3)
            kit.target(back, "再看看", "back_step", lambda: self._answer(Nav.BACK))
            kit.target(onward, "往下看", "onward", partial(self._turn, 1), kind="primary", size=44)

    def _shares(self, width: float) -> tuple[float, float, float]:
        """Widths of label, value and 修改."""
        button = self._kit.width("修改", 36, bold=True) + self._kit.px(56)
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
        kit.words(Box(box.x + side * 2 + label, box.y, value, box.h), row.value, 38, middle=True)
        tall = kit.px(100)
        kit.target(
            Box(box.right - side - button, box.y + (box.h - tall) / 2, button, tall), "修改", f"change:{index}",
            partial(self._answer, index), size=36,
        )  # fmt: skip

    def _turn(self, by: int) -> None:
        self._page += by
        self._draw()
