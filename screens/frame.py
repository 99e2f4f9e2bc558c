"""Head and foot: around every view, always the same and always in the same place.

Upright, the foot with 返回 · 首页 · 帮办 runs along the bottom; lying, it is a rail at the left, in the same order from
the bottom up to where a hand reaches.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from contract.texts import Text
from kiosk.views import Nav, Surroundings
from screens.input.boxes import Box
from screens.kit import Kit
from screens.theme import BUTTON, GAP, MARGIN
from screens.widgets.icon import Icon

HEAD: Final = 120
FOOT: Final = 168
RAIL: Final = 232
WEEKDAYS: Final = "一二三四五六日"
ICONS: Final = {Nav.BACK: None, Nav.HOME: Icon.HOUSE, Nav.HELP: Icon.PERSON}


def content_of(width: float, height: float, scale: float) -> Box:
    """Where a framed view is drawn, in a window of this size (pixels)."""
    if height > width:
        head, foot = HEAD * scale, FOOT * scale
        return Box(0, head, width, height - head - foot).inset(MARGIN * scale, 40 * scale)
    head, rail = HEAD * scale, RAIL * scale
    return Box(rail, head, width - rail, height - head).inset(48 * scale, 32 * scale)


def clock_text(now: datetime) -> str:
    """「10:24」."""
    return f"{now:%H:%M}"


def date_text(kit: Kit, now: datetime) -> str:
    """「11月23日 星期一」."""
    return kit.say(Text.HEAD_DATE, month=now.month, day=now.day, weekday=WEEKDAYS[now.weekday()])


class Frame:
    """Draws head and foot into *kit*'s part. The clock lives in a panel of its own."""

    def __init__(
        self, kit: Kit, width: float, surroundings: Surroundings, now: datetime,
        nav: Callable[[Nav], None], large: Callable[[], None], contrast: Callable[[], None],
    ) -> None:  # fmt: skip
        self._kit = kit
        self._width = width
        kit.clear()
        head = Box(0, 0, width, kit.px(HEAD))
        upright = kit.height > width
        kit.fill(head, "sheet", corner=0)
        kit.rule(0, head.h, width)
        self._head(head, surroundings, large, contrast)
        self._foot(upright, nav)
        self.tick(now)

    def _head(
        self, head: Box, surroundings: Surroundings, large: Callable[[], None], contrast: Callable[[], None]
    ) -> None:
        kit = self._kit
        x = head.right - kit.px(MARGIN)
        tall = kit.px(96)
        for label, key, act, on in (
            (kit.say(Text.HEAD_CONTRAST), "contrast", contrast, kit.look.contrast),
            (kit.say(Text.HEAD_LARGE), "large", large, kit.look.large),
        ):
            wide = max(kit.px(140), kit.width(label, 34, bold=True) + kit.px(40))
            box = Box(x - wide, (head.h - tall) / 2, wide, tall)
            kit.target(box, label, key, act, kind="chosen" if on else "key", size=34)
            x -= wide + kit.px(GAP)
        wide = kit.width("00:00", 38, bold=True) + kit.px(16)
        self._clock_box = Box(x - wide, 0, wide, head.h)
        self._clock = kit.panel()
        self._clock_text = ""
        place = Box(kit.px(MARGIN), 0, x - wide - kit.px(MARGIN + 12), head.h)
        size = kit.fitting(surroundings.place, place, 36, bold=True, lines=2)
        kit.words(place, surroundings.place, size, bold=True, colour="primary", middle=True, even=True)

    def _foot(self, upright: bool, nav: Callable[[Nav], None]) -> None:
        kit = self._kit
        if upright:
            bar = Box(0, kit.height - kit.px(FOOT), self._width, kit.px(FOOT))
            boxes = bar.inset(kit.px(MARGIN), kit.px((FOOT - BUTTON) / 2)).split(kit.px(GAP), 1, 1, 1)
        else:
            bar = Box(0, kit.px(HEAD), kit.px(RAIL), kit.height - kit.px(HEAD))
            tall = min(kit.px(200), (bar.h - kit.px(32 * 2 + GAP * 2)) / 3)
            column = Box(bar.x, bar.y, bar.w, bar.h).inset(kit.px(20), kit.px(32))
            column = column.foot(tall * 3 + kit.px(GAP) * 2)[0]
            boxes = column.grid(1, 3, kit.px(GAP))
        kit.fill(bar, "sheet", corner=0)
        if upright:
            kit.rule(0, bar.y, self._width)
        else:
            kit.fill(Box(bar.right - kit.px(2), bar.y, kit.px(2), bar.h), "rule", corner=0)
        for box, choice in zip(boxes, Nav, strict=True):
            kit.target(box, choice.value, f"nav:{choice.name.lower()}", partial(nav, choice),
                       kind="notice" if choice is Nav.HELP else "plain", size=44)  # fmt: skip

    def tick(self, now: datetime) -> None:
        """Draw the clock again when the minute has changed."""
        text = clock_text(now)
        if text != self._clock_text:
            self._clock_text = text
            self._clock.clear()
            self._clock.words(self._clock_box, text, 38, bold=True, colour="soft", align="right", middle=True)
