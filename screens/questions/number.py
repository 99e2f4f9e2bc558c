"""A number by the pad (questions.NumberQuestion): grouped as it is read out, the unit beside it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from contract import formatting
from contract.fields import Answer
from contract.texts import Text
from kiosk.questions import NumberQuestion
from kiosk.views import Nav
from screens.input.boxes import Box
from screens.input.heading import question_heading
from screens.input.number_pad import number_pad
from screens.kit import Kit
from screens.questions.steps import steps_row
from screens.theme import BUTTON, GAP


class NumberScreen:
    """Box with the number, the pad below it (portrait) or beside it (landscape)."""

    def __init__(self, kit: Kit, area: Box, view: NumberQuestion, answer: Callable[[Answer | Nav], None]) -> None:
        self._kit = kit
        self._view = view
        self._answer = answer
        self._digits = "".join(character for character in view.value if character in "0123456789")[: view.digits]
        self._full = False
        gap = kit.px(GAP)
        self._foot_box, rest = area.foot(kit.px(BUTTON), gap)
        if area.h > area.w:
            pad, rest = rest.foot(min(kit.px(4 * 160 + 3 * GAP), rest.h * 0.58), kit.px(32))
        else:
            rest, pad = rest.split(kit.px(56), 1, 1)
        self._head = kit.panel()
        self._head_box = rest
        self._foot = kit.panel()
        number_pad(kit, pad, self._digit, self._clear, self._back)
        self._error = view.error
        self._draw()

    def now(self) -> NumberQuestion:
        """With what is typed."""
        return msgspec.structs.replace(self._view, value=self._digits, error=self._error)

    def release(self) -> None:
        self._digits = ""
        self._kit.clear()

    def _draw(self) -> None:
        kit, view = self._head, self._view
        kit.clear()
        error = kit.say(Text.ANSWER_DIGITS, most=view.digits) if self._full else self._error
        rest = question_heading(kit, self._head_box, view, error)
        height = kit.look.type(72) * 1.7
        if self._head_box.h > self._head_box.w:
            box, _ = rest.top(height)
        else:
            box, _ = rest.foot(height, 0)
        kit.fill(box, "sheet", "primary", thick=4)
        inner = box.inset(kit.px(32), 0)
        unit = kit.width(view.unit, 44) + kit.px(16) if view.unit else 0
        grouped = self._grouped()
        number, rest = Box(inner.x, inner.y, inner.w - unit, inner.h), inner
        size = 72.0
        while size > 36 and kit.width(grouped, size, bold=True) > number.w - kit.px(12):
            size -= 4
        kit.words(number, grouped, size, bold=True, middle=True)
        at = number.x + (kit.width(grouped, size, bold=True) if grouped else 0) + kit.px(6)
        kit.caret(at, box, kit.look.type(64))
        if view.unit:
            kit.words(inner, view.unit, 44, align="right", middle=True, colour="soft")
        self._foot.clear()
        steps_row(self._foot, self._foot_box, view, self._answer, self._finish, ready=bool(self._digits))

    def _grouped(self) -> str:
        if self._view.grouping or not self._digits:
            return formatting.grouped(self._digits, self._view.grouping)
        if self._view.unit == "元":
            return formatting.whole(int(self._digits))
        return self._digits

    def _digit(self, digit: str) -> None:
        self._error = ""
        self._full = len(self._digits) >= self._view.digits
        if not self._full:
            self._digits += digit
        self._draw()

    def _back(self) -> None:
        self._full = False
        self._digits = self._digits[:-1]
        self._draw()

    def _clear(self) -> None:
        self._full = False
        self._digits = ""
        self._draw()

    def _finish(self) -> None:
        self._answer(self._digits)
