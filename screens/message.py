"""What happened · what you can do · whom to call (views.MessageView), beside one picture."""

from __future__ import annotations

from functools import partial
from typing import Final

from kiosk.views import MessageView, Picture
from screens.input.boxes import Box
from screens.input.heading import heading, heading_height
from screens.input.paging import rows_at_foot
from screens.kit import Kit
from screens.paged import Paged
from screens.records import draw_pages
from screens.rows import row_blocks
from screens.theme import BODY, GAP
from screens.widgets.icon import Icon

TITLE_SIZE: Final = 60
SIZES: Final = (46, 42, 38)
"""Letters of the rows: the largest at which all of them stand on one page, since there is little else on it."""
ALONE: Final = 44
"""Letters of the text where it stands without rows."""
PICTURES: Final = {
    Picture.WARNING: Icon.WARNING, Picture.CARD: Icon.CARD, Picture.NETWORK: Icon.NETWORK_OFF,
    Picture.PAPER: Icon.PAPER, Picture.CLOCK: Icon.CLOCK, Picture.LOCK: Icon.LOCK, Picture.PERSON: Icon.PERSON,
    Picture.DONE: Icon.CHECK,
}  # fmt: skip


class MessageScreen(Paged[MessageView, str]):
    """Picture on a disc, title, text, rows on a sheet, one to three buttons."""

    def _draw(self) -> None:
        kit, view = self._kit, self._view
        kit.clear()
        top = PictureTop(kit, self._area, view)
        room = rows_at_foot(kit, self._area, paged=False)[2].h - top.height(self._area.w, first=True)
        for size in SIZES:
            blocks = [
                block for row in view.rows for block in row_blocks(kit, row, self._area.w, self._area.h * 0.36, size)
            ]
            if sum(block.height for block in blocks) <= room:
                break
        shown = draw_pages(kit, self._area, blocks, self._page, self._turn, top=top, buttons=len(view.actions))
        self._page = shown.page
        shares = [3.0 if action.primary and len(view.actions) > 1 else 2.0 for action in view.actions]
        for box, action in zip(shown.foot.split(kit.px(GAP), *shares), view.actions, strict=True):
            kit.target(box, action.label, f"action:{action.id}", partial(self._answer, action.id), size=44,
                       kind="primary" if action.primary else "plain")  # fmt: skip


class PictureTop:
    """Picture, title and text: above each other upright, side by side where height is dear. On the following pages the
    title alone."""

    def __init__(self, kit: Kit, area: Box, view: MessageView) -> None:
        self._kit = kit
        self._view = view
        self._beside = area.w > area.h or (kit.look.large and len(view.rows) > 2)
        self._letters = BODY if view.rows else ALONE
        self._size = kit.px(150 if self._beside else 208)

    def height(self, width: float, first: bool) -> float:
        kit, view = self._kit, self._view
        if not first:
            return heading_height(kit, width, view.title)
        words = self._words_width(width)
        used = kit.tall(view.title, words, TITLE_SIZE, bold=True) + kit.tall(view.text, words, self._letters)
        if self._beside:
            return max(used, self._size) + kit.px(GAP)
        return kit.px(16) + self._size + kit.px(40) + used + kit.px(GAP)

    def draw(self, box: Box, first: bool) -> None:
        kit, view, size = self._kit, self._view, self._size
        if not first:
            heading(kit, box, view.title)
            return
        if not self._beside:
            box = box.top(0, kit.px(16))[1]
        done = view.picture is Picture.DONE
        kit.dot(box.x + size / 2, box.y + size / 2, size / 2, "success" if done else "notice")
        inner = size * 0.54
        lift = size * 0.03 if view.picture is Picture.WARNING else 0
        corner = (size - inner) / 2
        kit.icon(PICTURES[view.picture], box.x + corner, box.y + corner - lift, inner,
                 "on_primary" if done else "on_notice", weight=7)  # fmt: skip
        words = box.left(size, kit.px(40))[1] if self._beside else box.top(size, kit.px(40))[1]
        if self._beside and not view.text:  # a title alone stands in the middle of its picture
            kit.words(words.top(max(size, self._tall_title(words.w)))[0], view.title, TITLE_SIZE, bold=True, even=True,
                      middle=True)  # fmt: skip
            return
        used = kit.words(words, view.title, TITLE_SIZE, bold=True, even=True)
        kit.words(words.top(used)[1], view.text, self._letters, colour="soft")

    def _tall_title(self, width: float) -> float:
        return self._kit.tall(self._view.title, width, TITLE_SIZE, bold=True)

    def _words_width(self, width: float) -> float:
        return width - self._size - self._kit.px(40) if self._beside else width
