"""What is happening, in words, with a moving sign (views.Progress); after a while, what to do if it takes long."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from contract import limits
from kiosk.views import Nav, Progress
from screens.input.boxes import Box
from screens.kit import Kit
from screens.theme import BODY

DOTS: Final = 5
STEP: Final = 0.3
"""How long the sign stays on one dot (seconds)."""


class ProgressScreen:
    """Dots that light up in turn. Never answers by itself."""

    restless = True

    def __init__(self, kit: Kit, area: Box, view: Progress, answer: Callable[[Nav | None], None]) -> None:
        self._kit = kit
        self._advice_words = view.advice
        kit.clear()
        middle = area.h * (0.42 if area.h > area.w else 0.36)
        size = kit.fitting(view.words, Box(0, 0, area.w, area.h * 0.3), 60, bold=True)
        tall = kit.tall(view.words, area.w, size, bold=True)
        self._row = Box(area.x, area.y + middle - kit.px(140), area.w, kit.px(80))
        words = Box(area.x, area.y + middle, area.w, tall)
        kit.words(words, view.words, size, bold=True, align="center")
        self._advice_box = Box(area.x, words.bottom + kit.px(40), area.w, area.bottom - words.bottom - kit.px(40))
        self._dots = kit.panel()
        self._advice = kit.panel()
        self._lit = -1
        self.tick(0.0)

    def release(self) -> None:
        self._kit.clear()

    def tick(self, seconds: float) -> None:
        lit = int(seconds / STEP) % DOTS
        if lit != self._lit:
            self._lit = lit
            self._dots.clear()
            apart = self._kit.px(88)
            left = self._row.x + self._row.w / 2 - apart * (DOTS - 1) / 2
            for index in range(DOTS):
                here = index == lit
                radius = self._kit.px(30 if here else 18)
                self._dots.dot(
                    left + index * apart, self._row.y + self._row.h / 2, radius, "primary" if here else "outline"
                )
        if self._advice_words and seconds >= limits.PROGRESS_ADVICE:
            self._advice.words(self._advice_box, self._advice_words, BODY, colour="soft", align="center")
            self._advice_words = ""
