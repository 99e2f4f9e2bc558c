"""The warning before an idle visit ends (views.StillThere): a large countdown over what stays beneath."""

from __future__ import annotations

import math
from collections.abc import Callable

from contract.texts import Text
from kiosk.views import Nav, StillThere
from screens.input.boxes import Box
from screens.kit import Kit
from screens.theme import BODY, BUTTON


class StillThereScreen:
    """The whole window is one target: any touch says that somebody is there."""

    def __init__(self, kit: Kit, area: Box, view: StillThere, answer: Callable[[bool | Nav], None]) -> None:
        self._kit = kit
        self._seconds = view.seconds
        self._shown = -1
        kit.clear()
        target = kit.target(
            area,
            kit.say(Text.STILL_HERE),
            "still_there",
            lambda: answer(True),
            say=False,
            fill="shade",
            outline="shade",
        )
        target.canvas.clear()
        kit.fill(area, "shade", corner=0, alpha=0.72, into=target)
        tall = min(area.h * 0.8, kit.px(400) + kit.look.type(64 + BODY * 2 + 160) * 1.45)
        wide = min(area.w - kit.px(112), kit.px(960))
        sheet = Box(area.x + (area.w - wide) / 2, area.y + (area.h - tall) / 2, wide, tall)
        kit.fill(sheet, "sheet", "primary", thick=6, into=target)
        inner = sheet.inset(kit.px(56), kit.px(48))
        button, inner = inner.foot(kit.px(BUTTON), kit.px(32))
        kit.fill(button, "primary", into=target)
        kit.words(
            button,
            kit.say(Text.STILL_HERE),
            48,
            bold=True,
            colour="on_primary",
            align="center",
            middle=True,
            into=target,
        )
        title = kit.say(Text.STILL_TITLE)
        inner = inner.top(kit.words(inner, title, 64, bold=True, align="center", into=target))[1]
        words = kit.say(Text.STILL_LINE)
        size = kit.fitting(words, Box(0, 0, inner.w, inner.h * 0.4), BODY)
        below, self._count_box = inner.foot(kit.tall(words, inner.w, size))
        kit.words(below, words, size, colour="soft", align="center", into=target)
        self._count = kit.panel()
        self.tick(0.0)

    def release(self) -> None:
        self._kit.clear()

    def tick(self, seconds: float) -> None:
        left = max(0, math.ceil(self._seconds - seconds))
        if left != self._shown:
            self._shown = left
            self._count.clear()
            size = self._count.fitting(str(left), self._count_box, 180, bold=True, lines=1)
            self._count.words(self._count_box, str(left), size, bold=True, colour="error", align="center", middle=True)
