"""A code of capital letters and digits, copied off a paper (questions.CodeQuestion): in fours, as one compares them."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from contract import formatting
from contract.fields import Answer
from contract.texts import Text
from kiosk.questions import CodeQuestion
from kiosk.views import Nav
from screens.input.boxes import Box
from screens.input.code_keys import code_keys, height_of
from screens.input.heading import question_heading
from screens.kit import Kit
from screens.questions.steps import steps_row
from screens.theme import BUTTON, GAP, LINE_HEIGHT, SMALL

LETTERS = 60.0
TWO_LINES = 38.0
"""Before letters become smaller than this the code is broken into two lines."""
EDGE = 24


class CodeScreen:
    """Question, the code with the cursor and how many characters it has, the keys; lying and upright alike."""

    def __init__(self, kit: Kit, area: Box, view: CodeQuestion, answer: Callable[[Answer | Nav], None]) -> None:
        self._kit = kit
        self._view = view
        self._answer = answer
        self._most = max(view.lengths)
        self._code = "".join(one for one in view.value if one in view.alphabet)[: self._most]
        self._error = view.error
        self._full = False
        self._upright = area.h > area.w
        self._foot_box, rest = area.foot(kit.px(BUTTON), kit.px(GAP))
        tall = height_of(kit, view.alphabet, self._upright, rest.h - self._asked(rest.w))
        keys, self._head_box = rest.foot(tall, kit.px(GAP))
        self._head = kit.panel()
        self._foot = kit.panel()
        code_keys(kit, keys, view.alphabet, self._upright, self._touched, self._back, self._clear)
        self._draw()

    def _asked(self, width: float) -> float:
        """Height of question, two lines of why the last answer was not taken, and the code."""
        kit, question = self._kit, self._view.question
        if self._upright:
            asked = kit.tall(question, width, 56, bold=True) + kit.look.type(2 * 34 * LINE_HEIGHT)
        else:
            asked = kit.look.type((46 + (0 if kit.look.large else 34)) * LINE_HEIGHT)
        return asked + kit.look.type((2 * 38 + LETTERS) * LINE_HEIGHT) + kit.px(EDGE + 60)

    def now(self) -> CodeQuestion:
        """With what is typed."""
        return msgspec.structs.replace(self._view, value=self._code, error=self._error)

    def release(self) -> None:
        self._code = ""
        self._kit.clear()

    def _draw(self) -> None:
        kit, view = self._head, self._view
        kit.clear()
        error = kit.say(Text.ANSWER_DIGITS, most=self._most) if self._full else self._error
        self._box(question_heading(kit, self._head_box, view, error, short=not self._upright))
        self._foot.clear()
        steps_row(self._foot, self._foot_box, view, self._answer, self._finish, ready=bool(self._code))

    def _box(self, rest: Box) -> None:
        kit = self._head
        shown = formatting.code(self._code)
        count = kit.say(Text.ANSWER_COUNT, count=len(self._code))
        box = rest.top(min(rest.h, kit.look.type(LETTERS) * 1.45 + kit.px(EDGE)))[0]
        kit.fill(box, "sheet", "primary", thick=4)
        whole = box.inset(kit.px(EDGE), 0)
        side = kit.width(count, SMALL) + kit.px(EDGE)
        inner = Box(whole.x, whole.y, whole.w - side - kit.px(12), whole.h)
        if shown:
            size = kit.fitting(shown, inner, LETTERS, bold=True, lines=1)
            if size < TWO_LINES:
                size = kit.fitting(shown, inner, LETTERS, bold=True, lines=2)
            kit.words(inner, shown, size, bold=True, middle=True)
            lines = kit.lines(shown, inner.w, size, bold=True)
        else:
            size, lines = LETTERS, [""]
            hint = kit.say(Text.ANSWER_EXAMPLE, example=formatting.code(self._view.example))
            beside = Box(inner.x + kit.px(14), inner.y, inner.w - kit.px(14), inner.h)
            if self._view.example and kit.width(hint, SMALL) <= beside.w:
                kit.words(beside, hint, kit.fitting(hint, beside, 36, lines=1), colour="soft", middle=True)
        high = kit.look.type(size) * LINE_HEIGHT
        last = Box(inner.x, inner.y + (inner.h + high * len(lines)) / 2 - high, inner.w, high)
        at = inner.x + (kit.width(lines[-1], size, bold=True) if shown else 0) + kit.px(4)
        kit.caret(at, last, kit.look.type(size) * 1.1)
        kit.words(whole, count, SMALL, colour="soft", align="right", middle=True)

    def _touched(self, key: str) -> None:
        self._error = ""
        self._full = len(self._code) >= self._most
        if not self._full:
            self._code += key
        self._draw()

    def _back(self) -> None:
        self._full = False
        self._code = self._code[:-1]
        self._draw()

    def _clear(self) -> None:
        self._full = False
        self._code = ""
        self._draw()

    def _finish(self) -> None:
        self._answer(self._code)
