"""Nothing can be done yet (views.Countdown): what is waited for, and the seconds that are left, large."""

from __future__ import annotations

import math
from collections.abc import Callable

from kiosk.views import Countdown, Nav
from screens.input.boxes import Box
from screens.input.heading import heading
from screens.kit import Kit


class CountdownScreen:
    """Answers by itself at zero; the foot leads away before."""

    restless = True

    def __init__(self, kit: Kit, area: Box, view: Countdown, answer: Callable[[Nav | None], None]) -> None:
        self._kit = kit
        self._seconds = view.seconds
        self._answer = answer
        self._shown = -1
        kit.clear()
        rest = heading(kit, area, view.title, view.text)
        tall = min(rest.h, kit.px(480))
        self._box = Box(rest.x, rest.y + (rest.h - tall) * 0.4, rest.w, tall)
        kit.fill(self._box, "sheet", "primary", thick=4)
        self._count = kit.panel()
        self.tick(0.0)

    def release(self) -> None:
        self._kit.clear()

    def tick(self, seconds: float) -> None:
        left = max(0, math.ceil(self._seconds - seconds))
        if left != self._shown:
            self._shown = left
            self._count.clear()
            size = self._count.fitting(str(left), self._box, 240, bold=True, lines=1)
            self._count.words(self._box, str(left), size, bold=True, colour="error", align="center", middle=True)
        if not left:
            self._answer(None)
