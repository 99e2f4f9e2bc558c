"""Head and foot: around every view, always the same and always in the same place.

Upright, the foot with 返回 · 首页 · 帮办 and 大字 · 高对比 runs along the bottom: nobody has to reach higher than two
thirds. Lying, 返回 · 首页 · 帮办 are a rail at the left, in the same order, and the switches stand in the head.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from contract.texts import Text
from kiosk.views import Nav, Surroundings
from screens.input.boxes import Box
from screens.kit import Kit
from screens.theme import BUTTON, GAP, MARGIN

HEAD: Final = 120
FOOT: Final = 168
RAIL: Final = 232
WEEKDAYS: Final = "一二三四五六日"
NAV_SHARE: Final = 12
SWITCH_SHARE: Final = 10
"""Widths in the foot, against each other."""


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


class Switch(NamedTuple):
    """大字 or 高对比: what it says, and whether it is on."""

    label: str
    key: str
    act: Callable[[], None]
    on: bool


class Frame:
    """Draws head and foot into *kit*'s part. The clock lives in a panel of its own."""

    def __init__(
        self, kit: Kit, width: float, surroundings: Surroundings, now: datetime,
        nav: Callable[[Nav], None], large: Callable[[], None], contrast: Callable[[], None], helper: str = "",
        held: bool = False,
    ) -> None:  # fmt: skip
        """*helper*: who helps (帮办), for as long as they do. *held*: 返回 and 首页 rest."""
        self._kit = kit
        self.helper, self.held = helper, held
        self._width = width
        kit.clear()
        head = Box(0, 0, width, kit.px(HEAD))
        upright = kit.height > width
        kit.fill(head, "sheet", corner=0)
        kit.rule(0, head.h, width)
        switches = (
            Switch(kit.say(Text.HEAD_LARGE), "large", large, kit.look.large),
            Switch(kit.say(Text.HEAD_CONTRAST), "contrast", contrast, kit.look.contrast),
        )
        self._head(head, surroundings, () if upright else switches)
        if upright:
            self._foot(nav, switches)
        else:
            self._rail(nav)
        self.tick(now)

    def _head(self, head: Box, surroundings: Surroundings, switches: Sequence[Switch]) -> None:
        kit = self._kit
        x = head.right - kit.px(MARGIN)
        tall = kit.px(96)
        for switch in reversed(switches):
            wide = max(kit.px(140), kit.width(switch.label, 34, bold=True) + kit.px(40))
            self._switch(Box(x - wide, (head.h - tall) / 2, wide, tall), switch)
            x -= wide + kit.px(GAP)
        wide = kit.width("00:00", 38, bold=True) + kit.px(16)
        self._clock_box = Box(x - wide, 0, wide, head.h)
        self._clock = kit.panel()
        self._clock_text = ""
        place = Box(kit.px(MARGIN), 0, x - wide - kit.px(MARGIN + 12), head.h)
        if self.helper:
            place, chip = place.inset(0, kit.px(8)).top((place.h - kit.px(16)) / 2)
            size = kit.fitting(self.helper, chip.inset(kit.px(16), 0), 36, bold=True, lines=1)
            wide = min(chip.w, kit.width(self.helper, size, bold=True) + kit.px(32))
            kit.fill(Box(chip.x, chip.y, wide, chip.h), "notice", corner=12)
            words = chip.inset(kit.px(16), 0)
            kit.words(words, self.helper, size, bold=True, colour="on_notice", middle=True)
        size = kit.fitting(surroundings.place, place, 36, bold=True, lines=1 if self.helper else 2)
        kit.words(place, surroundings.place, size, bold=True, colour="primary", middle=True, even=True)

    def _switch(self, box: Box, switch: Switch) -> None:
        self._kit.target(box, switch.label, switch.key, switch.act, kind="chosen" if switch.on else "key", size=34)

    def _foot(self, nav: Callable[[Nav], None], switches: Sequence[Switch]) -> None:
        """Upright: 返回 · 首页 · 帮办, and beside them the switches, where a hand reaches from a wheelchair too."""
        kit = self._kit
        bar = Box(0, kit.height - kit.px(FOOT), self._width, kit.px(FOOT))
        kit.fill(bar, "sheet", corner=0)
        kit.rule(0, bar.y, self._width)
        row = bar.inset(kit.px(MARGIN), kit.px((FOOT - BUTTON) / 2))
        *boxes, large, contrast = row.split(kit.px(GAP), *[NAV_SHARE] * 3, *[SWITCH_SHARE] * 2)
        self._navigation(boxes, nav)
        for box, switch in zip((large, contrast), switches, strict=True):
            self._switch(box, switch)

    def _rail(self, nav: Callable[[Nav], None]) -> None:
        """Lying: the same three at the left."""
        kit = self._kit
        bar = Box(0, kit.px(HEAD), kit.px(RAIL), kit.height - kit.px(HEAD))
        tall = min(kit.px(200), (bar.h - kit.px(32 * 2 + GAP * 2)) / 3)
        column = Box(bar.x, bar.y, bar.w, bar.h).inset(kit.px(20), kit.px(32))
        column = column.foot(tall * 3 + kit.px(GAP) * 2)[0]
        kit.fill(bar, "sheet", corner=0)
        kit.fill(Box(bar.right - kit.px(2), bar.y, kit.px(2), bar.h), "rule", corner=0)
        self._navigation(column.grid(1, 3, kit.px(GAP)), nav)

    def _navigation(self, boxes: Sequence[Box], nav: Callable[[Nav], None]) -> None:
        for box, choice in zip(boxes, Nav, strict=True):
            self._kit.target(box, choice.value, f"nav:{choice.name.lower()}", partial(nav, choice),
                             kind="notice" if choice is Nav.HELP else "plain", size=44,
                             enabled=choice is Nav.HELP or not self.held)  # fmt: skip

    def tick(self, now: datetime) -> None:
        """Draw the clock again when the minute has changed."""
        text = clock_text(now)
        if text != self._clock_text:
            self._clock_text = text
            self._clock.clear()
            self._clock.words(self._clock_box, text, 38, bold=True, colour="soft", align="right", middle=True)
