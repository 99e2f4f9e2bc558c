"""Chinese words by pinyin (questions.TextQuestion), drawn by ourselves: no system keyboard, clipboard or selection."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from contract.fields import Answer
from contract.texts import Text
from kiosk.questions import TextQuestion
from kiosk.views import Nav
from screens.input.boxes import Box
from screens.input.heading import low, question_heading
from screens.input.keyboard import Keyboard
from screens.input.pinyin import Pinyin
from screens.input.writing import Writing
from screens.kit import Kit
from screens.questions.steps import steps_row
from screens.theme import BUTTON, GAP, SMALL

LOW_KEYS = 620
"""Height of keys and candidates where large letters leave no more (pixels of the design)."""


class WordsScreen:
    """Question, text box with cursor and what may still be written, candidates, keyboard."""

    def __init__(
        self, kit: Kit, area: Box, view: TextQuestion, answer: Callable[[Answer | Nav], None], pinyin: Pinyin | None
    ) -> None:
        self._kit = kit
        self._view = view
        self._answer = answer
        self._writing = Writing(pinyin, view.most, view.value)
        self._error = view.error
        gap = kit.px(GAP)
        self._foot_box, rest = area.foot(kit.px(BUTTON), gap)
        self._portrait = area.h > area.w
        self._low = low(kit)
        self._head = kit.panel()
        self._foot = kit.panel()
        if self._portrait:
            tall = kit.px(860)
        elif self._low:
            tall = kit.px(LOW_KEYS)
        else:
            tall = rest.h - kit.look.type((34 + 46 + 34 * 2) * 1.45) - kit.px(42)
        below, self._head_box = rest.foot(min(tall, rest.h * 0.76), kit.px(16))
        beside = self._asked()[1] if self._low and not self._portrait else None
        self._keyboard = Keyboard(
            kit, below, self._writing, self._touched, columns=7 if self._portrait else 10, beside=beside
        )
        self._draw()

    def _asked(self) -> tuple[Box, Box]:
        """Lying: the question at the left; returns the box of the words at its right, and what is left beneath it."""
        asked, rest = self._head_box.split(self._kit.px(40), 1, 1.2)
        beneath = question_heading(self._head, asked, self._view, short=True)
        return rest, beneath.top(self._kit.look.type(38) * 1.45)[0]

    def now(self) -> TextQuestion:
        """With what is written; letters not chosen yet are dropped."""
        return msgspec.structs.replace(self._view, value=self._writing.text, error=self._error)

    def release(self) -> None:
        self._writing.wipe()
        self._kit.clear()

    def _touched(self) -> None:
        self._error = ""
        self._draw()

    def _draw(self) -> None:
        kit, view = self._head, self._view
        kit.clear()
        error = kit.say(Text.ANSWER_FULL, most=view.most) if self._writing.full else self._error
        if self._portrait:
            rest = question_heading(kit, self._head_box, view, error)
        else:
            rest, _ = self._asked()
            self._keyboard.say(error)
        self._box(rest)
        self._foot.clear()
        steps_row(self._foot, self._foot_box, view, self._answer, self._finish, ready=bool(self._writing.text))

    def _box(self, rest: Box) -> None:
        """The words with the cursor, and how many may still be written."""
        kit, view, text = self._head, self._view, self._writing.text
        count = f"{len(text)} / {view.most}"
        side = kit.width(count, 30) + kit.px(24)
        room = rest.w - kit.px(48) - side
        size = 52.0
        while size > SMALL and kit.tall(text, room, size) > rest.h - kit.px(24):
            size -= 2
        height = min(rest.h, max(kit.tall(text or "村", room, size), kit.look.type(52) * 1.45) + kit.px(24))
        box = rest.top(height)[0] if self._portrait else rest
        kit.fill(box, "sheet", "primary", thick=4)
        inner = Box(box.x + kit.px(24), box.y + kit.px(12), room, box.h - kit.px(24))
        line = kit.look.type(size) * 1.45
        lines = (kit.lines(text, inner.w, size) if text else [""])[-max(1, int(inner.h // line)) :]
        if text:
            kit.words(inner, "\n".join(lines), size, middle=True)
        elif view.example:
            shown = Box(inner.x + kit.px(14), inner.y, inner.w, inner.h)
            kit.words(shown, kit.say(Text.ANSWER_EXAMPLE, example=view.example), 36, colour="soft", middle=True)
        first = inner.y + (inner.h - line * len(lines)) / 2
        kit.caret(
            inner.x + kit.width(lines[-1], size) + kit.px(4),
            Box(inner.x, first + line * (len(lines) - 1), inner.w, line), kit.look.type(size) * 1.1,
        )  # fmt: skip
        kit.words(box.inset(kit.px(24), 0), count, 30, colour="soft", align="right", middle=True)

    def _finish(self) -> None:
        self._answer(self._writing.text)
