"""Big cards to choose from (questions.ChoiceQuestion). A touch marks, 下一步 goes on: who trembles may mark again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec

from contract.fields import Answer, Option
from contract.texts import Text
from kiosk.questions import ChoiceQuestion
from kiosk.views import Nav
from screens.input.boxes import Box
from screens.input.heading import question_heading
from screens.input.paging import page_of, paging, rows_at_foot, turning
from screens.kit import Kit
from screens.questions.steps import steps_row
from screens.theme import GAP

PER_PAGE = 6
FEW = 3
"""Upright, so many stand above each other, as wide as the sheet."""
LETTERS = 46.0


class ChoiceScreen:
    """Six or fewer cards a page; single choice moves the mark, several up to ``most`` with a sentence when full."""

    def __init__(self, kit: Kit, area: Box, view: ChoiceQuestion, answer: Callable[[Answer | Nav], None]) -> None:
        self._kit = kit
        self._area = area
        self._view = view
        self._answer = answer
        known = {option.code for option in view.options}
        self._chosen = [code for code in view.chosen if code in known][: max(1, view.most)]
        first = next((n for n, option in enumerate(view.options) if option.code in self._chosen), 0)
        self._page = first // PER_PAGE
        self._error = view.error
        self._draw()

    def now(self) -> ChoiceQuestion:
        """With what is marked."""
        return msgspec.structs.replace(self._view, chosen=tuple(self._chosen), error=self._error)

    def release(self) -> None:
        self._chosen.clear()
        self._kit.clear()

    def _draw(self) -> None:
        kit, view = self._kit, self._view
        kit.clear()
        gap = kit.px(GAP)
        pages = -(-len(view.options) // PER_PAGE)
        foot, row, rest = rows_at_foot(kit, self._area, paged=pages > 1, buttons=1 if view.required else 2)
        rest = question_heading(kit, rest, view, self._error)
        if row is not None:
            paging(kit, row, page_of(kit, self._page, pages), *turning(kit, self._page, pages, self._turn))
        shown = view.options[self._page * PER_PAGE : (self._page + 1) * PER_PAGE]
        columns = 3 if rest.w > rest.h * 1.6 else 1 if len(shown) <= FEW and rest.h > rest.w else 2
        rows = -(-(PER_PAGE if pages > 1 else len(shown)) // columns)
        height = min(rest.h, rows * kit.px(240) + (rows - 1) * gap)
        cards, _ = rest.foot(height)
        boxes = cards.grid(columns, rows, gap)
        if pages == 1 and columns == 2 and len(shown) % 2:  # the last one has its row to itself
            last = boxes[len(shown) - 1]
            boxes[len(shown) - 1] = Box(last.x, last.y, cards.w, last.h)
        for box, option in zip(boxes, shown, strict=False):
            self._card(box, option)
        steps_row(kit, foot, view, self._answer, self._finish, ready=bool(self._chosen))

    def _card(self, box: Box, option: Option) -> None:
        kit = self._kit
        chosen = option.code in self._chosen
        touch = kit.target(
            box, option.label, f"option:{option.code}", partial(self._touch, option.code),
            kind="chosen" if chosen else "key", say=False,
        )  # fmt: skip
        size = LETTERS
        sign = kit.px(20 + 52 + 12)
        inner = box.inset(kit.px(24), 0)
        if kit.width(option.label, size, bold=True) <= box.w - 2 * sign:
            pass  # the sign has room beside it: chosen or not, the words stand in the same place
        elif chosen:
            inner = Box(box.x + sign, inner.y, inner.right - box.x - sign, inner.h)
        while size > 26 and kit.tall(option.label, inner.w, size, bold=True) > box.h:
            size -= 2
        kit.words(inner, option.label, size, bold=True, align="center", middle=True, into=touch)
        if chosen:
            kit.mark("ok", box.x + kit.px(20), box.y + (box.h - kit.px(52)) / 2, kit.px(52), "primary", into=touch)

    def _touch(self, code: str) -> None:
        self._error = ""
        if code in self._chosen:
            self._chosen.remove(code)
        elif self._view.most <= 1:
            self._chosen = [code]
        elif len(self._chosen) < self._view.most:
            self._chosen.append(code)
        else:
            self._error = self._kit.say(Text.ANSWER_CHOICES, most=self._view.most)
        self._draw()

    def _turn(self, by: int) -> None:
        self._page += by
        self._draw()

    def _finish(self) -> None:
        order = [option.code for option in self._view.options if option.code in self._chosen]
        self._answer(tuple(order) if self._view.most > 1 else order[0])
