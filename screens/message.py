"""What happened · what you can do · whom to call (views.MessageView), beside one picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from kiosk.views import MessageView, Nav, Picture
from screens.input.boxes import Box
from screens.kit import Kit
from screens.records import draw_pages
from screens.rows import row_blocks
from screens.theme import BODY, GAP
from screens.widgets.icon import Icon

PICTURES: Final = {
    Picture.WARNING: Icon.WARNING, Picture.CARD: Icon.CARD, Picture.NETWORK: Icon.NETWORK_OFF,
    Picture.PAPER: Icon.PAPER, Picture.CLOCK: Icon.CLOCK, Picture.LOCK: Icon.LOCK, Picture.PERSON: Icon.PERSON,
    Picture.DONE: Icon.CHECK,
}  # fmt: skip


class MessageScreen:
    """Picture on a disc, title, text, rows on a sheet, one to three buttons."""

    def __init__(self, kit: Kit, area: Box, view: MessageView, answer: Callable[[str | Nav], None]) -> None:
        self._kit = kit
        self._area = area
        self._view = view
        self._answer = answer
        self._page = 0
        self._draw()

    def release(self) -> None:
        self._kit.clear()

    def _draw(self) -> None:
        kit, view = self._kit, self._view
        kit.clear()
        blocks = [block for row in view.rows for block in row_blocks(kit, row, self._area.w, self._area.h * 0.36)]
        foot, self._page = draw_pages(
            kit, self._area, blocks, self._page, self._turn, top=self._top, buttons=len(view.actions)
        )
        shares = [3.0 if action.primary and len(view.actions) > 1 else 2.0 for action in view.actions]
        for box, action in zip(foot.split(kit.px(GAP), *shares), view.actions, strict=True):
            kit.target(box, action.label, f"action:{action.id}", partial(self._answer, action.id), size=44,
                       kind="primary" if action.primary else "plain")  # fmt: skip

    def _top(self, box: Box) -> Box:
        """Upright the picture stands above the words, lying (or where there is much to say) beside them."""
        kit, view = self._kit, self._view
        beside = self._area.w > self._area.h or (kit.look.large and len(view.rows) > 2)
        size = kit.px(150 if beside else 208)
        if beside:
            disc, words = box.left(size, kit.px(40))
            disc = Box(disc.x, disc.y, size, size)
        else:
            _, box = box.top(0, kit.px(16))
            disc, words = Box(box.x, box.y, size, size), box.top(size, kit.px(40))[1]
        done = view.picture is Picture.DONE
        kit.dot(disc.x + size / 2, disc.y + size / 2, size / 2, "success" if done else "notice")
        inner = size * 0.54
        lift = size * 0.03 if view.picture is Picture.WARNING else 0
        kit.icon(PICTURES[view.picture], disc.x + (size - inner) / 2, disc.y + (size - inner) / 2 - lift, inner,
                 "on_primary" if done else "on_notice", weight=7)  # fmt: skip
        used = kit.words(words, view.title, 60, bold=True, even=True)
        used += kit.words(words.top(used)[1], view.text, BODY, colour="soft") if view.text else 0
        end = max(words.y + used, disc.bottom) + kit.px(GAP)
        return Box(box.x, end, box.w, box.bottom - end)

    def _turn(self, by: int) -> None:
        self._page += by
        self._draw()
