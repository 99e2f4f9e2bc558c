"""What the document camera sees (kiosk.viewfinder.Viewfinder): the picture as it is now, and what to do below it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from kiosk.viewfinder import PageChoice, Viewfinder
from kiosk.views import Nav
from screens.input.boxes import Box
from screens.input.heading import heading, lying
from screens.kit import Kit
from screens.theme import BUTTON, GAP

SAYING: Final = 40.0


class ViewfinderScreen:
    """The picture moves by itself: its panel alone is drawn again when the camera has looked again."""

    restless = True

    def __init__(self, kit: Kit, area: Box, view: Viewfinder, answer: Callable[[PageChoice | Nav], None]) -> None:
        self._kit, self._view = kit, view
        gap = kit.px(GAP)
        foot, rest = area.foot(kit.px(BUTTON), gap)
        rest = heading(kit, rest, view.title, view.line, view.error)
        if not view.sight.line:  # a page that was taken: there is nothing to be done but to look at it
            self._picture, self._said = rest, rest
        elif lying(kit):
            self._picture, self._said = rest.split(gap, 3, 2)
        else:
            self._said, self._picture = rest.foot(kit.look.type(SAYING) * 1.45 * 2 + kit.px(32), gap)
        for box, choice in zip(foot.split(gap, *[1] * len(view.choices)), view.choices, strict=True):
            last = choice is view.choices[-1]
            kit.target(
                box, choice.value, choice.name.lower(), partial(answer, choice),
                kind="primary" if last else "plain", size=44,
            )  # fmt: skip
        self._live = kit.panel()
        self._looks = -1
        self.tick(0.0)

    def release(self) -> None:
        self._live.clear()
        self._kit.clear()

    def tick(self, seconds: float) -> None:
        del seconds
        sight = self._view.sight
        if sight.looks != self._looks:
            self._looks = sight.looks
            self._draw()

    def _draw(self) -> None:
        kit, sight = self._live, self._view.sight
        kit.clear()
        kit.fill(self._picture, "sheet", "outline")
        if sight.rgb:
            inner = self._picture.inset(kit.px(6))
            scale = min(inner.w / sight.width, inner.h / sight.height)
            wide, high = sight.width * scale, sight.height * scale
            box = Box(inner.x + (inner.w - wide) / 2, inner.y + (inner.h - high) / 2, wide, high)
            kit.picture(box, sight.width, sight.height, sight.rgb)
            kit.outline(box, sight.corners, "success" if sight.ready else "wait")
        if not sight.line:
            return
        kit.fill(self._said, "sheet", "success" if sight.ready else "outline")
        size = kit.look.type(52)
        side = kit.px(20)
        if sight.looks:
            middle = self._said.y + (self._said.h - size) / 2
            kit.mark("ok" if sight.ready else "wait", self._said.x + side, middle, size)
        words = Box(self._said.x + 2 * side + size, self._said.y, self._said.w - 3 * side - size, self._said.h)
        kit.words(words, sight.line, kit.fitting(sight.line, words, SAYING, bold=True), bold=True, middle=True)
