"""Chinese words by pinyin (views.TextQuestion), drawn by ourselves: no system keyboard, clipboard or selection."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from contract.fields import Answer
from kiosk.views import Nav, TextQuestion
from screens.input.boxes import Box
from screens.input.heading import question_heading
from screens.input.keyboard import Keyboard
from screens.input.pinyin import Pinyin
from screens.input.writing import Writing
from screens.kit import Kit
from screens.questions.steps import steps_row
from screens.theme import BUTTON, GAP


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
        portrait = area.h > area.w
        head = 46 * 1.45 + 40 * 1.45 if kit.look.large else (34 + 46 + 40) * 1.45
        tall = kit.px(860) if portrait else rest.h - kit.look.type(head) - kit.px(42)
        below, self._head_box = rest.foot(min(tall, rest.h * 0.74), kit.px(16))
        self._portrait = portrait
        self._head = kit.panel()
        self._foot = kit.panel()
        self._keyboard = Keyboard(kit, below, self._writing, self._touched, columns=7 if portrait else 10)
        self._draw()

    def now(self) -> TextQuestion:
        """With what is written; letters not chosen yet are dropped."""
        return dataclasses.replace(self._view, value=self._writing.text, error=self._error)

    def release(self) -> None:
        self._writing.wipe()
        self._kit.clear()

    def _touched(self) -> None:
        self._error = ""
        self._draw()

    def _draw(self) -> None:
        kit, view = self._head, self._view
        kit.clear()
        error = f"最多写 {view.most} 个字，已经写满了。" if self._writing.full else self._error
        if self._portrait:
            rest = question_heading(kit, self._head_box, view, error)
        else:
            asked, rest = self._head_box.split(kit.px(40), 1, 1.2)
            question_heading(kit, asked, view, short=True)
            self._keyboard.say(error)
        size = 52.0
        text = self._writing.text
        beside = f"{len(text)} / {view.most}"
        room = rest.w - kit.px(48)
        side = kit.width(beside, 30) + kit.px(24)
        while size > 20 and kit.tall(text, room - side, size) > rest.h - kit.px(24):
            size -= 2
        height = min(rest.h, max(kit.tall(text or "村", room - side, size), kit.look.type(52) * 1.45) + kit.px(24))
        box = rest.top(height)[0] if self._portrait else rest
        kit.fill(box, "sheet", "primary", thick=4)
        inner = Box(box.x + kit.px(24), box.y + kit.px(12), room - side, box.h - kit.px(24))
        lines = kit.lines(text, inner.w, size) if text else [""]
        if text:
            kit.words(inner, text, size, middle=True)
        elif view.example:
            shown = Box(inner.x + kit.px(14), inner.y, inner.w, inner.h)
            kit.words(shown, f"比如：{view.example}", 36, colour="soft", middle=True)
        line = kit.look.type(size) * 1.45
        first = inner.y + (inner.h - line * len(lines)) / 2
        kit.caret(
            inner.x + kit.width(lines[-1], size) + kit.px(4),
            Box(inner.x, first + line * (len(lines) - 1), inner.w, line), kit.look.type(size) * 1.1,
        )  # fmt: skip
        kit.words(box.inset(kit.px(24), 0), beside, 30, colour="soft", align="right", middle=True)
        self._foot.clear()
        steps_row(self._foot, self._foot_box, view, self._answer, self._finish, ready=bool(text))

    def _finish(self) -> None:
        self._answer(self._writing.text)
