"""Please take your card and slip (views.TakeAway). A device answers, not a touch. Nothing of the visit is on it."""

from __future__ import annotations

from collections.abc import Callable

from contract.texts import Text
from kiosk.views import Nav, TakeAway
from screens.input.boxes import Box
from screens.kit import Kit
from screens.qr import draw_qr
from screens.theme import BODY
from screens.widgets.icon import Icon


class TakeAwayScreen:
    """The card drawn leaving the slot, the paper leaving the printer, one sentence."""

    def __init__(self, kit: Kit, area: Box, view: TakeAway, answer: Callable[[Nav | None], None]) -> None:
        self._kit = kit
        kit.clear()
        area = area.inset(kit.px(72))
        title = kit.say(_title(view))
        size = kit.fitting(title, Box(0, 0, area.w, area.h * 0.3), 80, bold=True)
        words = kit.tall(title, area.w, size, bold=True)
        line = kit.tall(view.line, area.w, BODY + 4)
        code = kit.px(320) if view.qr else 0.0
        picture = min(kit.px(440), area.h - words - line - code - kit.px(160))
        icons = [Icon.TAKE] * view.card + [Icon.PAPER] * view.slip or [Icon.CHECK]
        used = picture + words + line + kit.px(72) + (code + kit.px(40) if code else 0)
        y = area.y + (area.h - used) / 2
        apart = kit.px(72)
        x = area.x + (area.w - picture * len(icons) - apart * (len(icons) - 1)) / 2
        for icon in icons:
            kit.icon(icon, x, y, picture, weight=3)
            x += picture + apart
        rest = Box(area.x, y + picture + kit.px(48), area.w, area.bottom - y - picture - kit.px(48))
        rest = rest.top(kit.words(rest, title, size, bold=True, align="center"), kit.px(24))[1]
        rest = rest.top(kit.words(rest, view.line, BODY + 4, colour="soft", align="center"), kit.px(40))[1]
        if view.qr:
            draw_qr(kit, Box(rest.x + (rest.w - code) / 2, rest.y, code, code), view.qr)

    def release(self) -> None:
        self._kit.clear()


def _title(view: TakeAway) -> Text:
    if view.card and view.slip:
        return Text.LEAVE_BOTH
    if view.card:
        return Text.LEAVE_CARD
    return Text.LEAVE_SLIP if view.slip else Text.LEAVE_NOTHING
