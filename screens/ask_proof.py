"""Please insert the card, lay the ID card, show the code (views.AskProof): the ways that work now, each as a picture.

A device answers, not a touch; the foot leads back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kiosk.views import AskProof, Nav, Way
from screens.input.boxes import Box
from screens.input.heading import heading
from screens.kit import Kit
from screens.theme import BODY, GAP
from screens.widgets.icon import Icon

PICTURES: Final = {Way.CARD: Icon.INSERT, Way.ID_CARD: Icon.ID_CARD, Way.CODE: Icon.PHONE}
NAMES: Final = {Way.CARD: "插社保卡", Way.ID_CARD: "放身份证", Way.CODE: "扫电子社保卡"}
HOW: Final = {
    Way.CARD: "芯片朝上，插到底，先别拔。",
    Way.ID_CARD: "平放在读卡的地方，别动。",
    Way.CODE: "手机上打开电子社保卡的二维码，对准扫码口。",
}


class AskProofScreen:
    """One sheet a way, all of the same size: above each other upright, side by side lying."""

    def __init__(self, kit: Kit, area: Box, view: AskProof, answer: Callable[[Nav | None], None]) -> None:
        self._kit = kit
        kit.clear()
        rest = heading(kit, area, view.title, view.line)
        count = len(view.ways)
        if not count:
            side = min(rest.w, rest.h) * 0.4
            kit.icon(Icon.PERSON, rest.x + (rest.w - side) / 2, rest.y + (rest.h - side) / 2, side, "outline", weight=4)
            return
        gap = kit.px(GAP)
        if area.h > area.w:
            tall = min(kit.px(440), (rest.h - gap * (count - 1)) / count)
            boxes = rest.foot(tall * count + gap * (count - 1))[0].grid(1, count, gap)
        else:
            boxes = rest.grid(count, 1, gap)
        letters = min(self._letters(box, way) for box, way in zip(boxes, view.ways, strict=True))
        for box, way in zip(boxes, view.ways, strict=True):
            self._way(box, way, letters)

    def release(self) -> None:
        self._kit.clear()

    def _letters(self, box: Box, way: Way) -> float:
        """The size at which the way's name fits on one line; all sheets take the smallest."""
        inner = box.inset(self._kit.px(44), self._kit.px(36))
        width = inner.w * 0.58 if box.w > box.h * 1.5 else inner.w
        return self._kit.fitting(NAMES[way], Box(0, 0, width, inner.h * 0.4), 56, bold=True, lines=1)

    def _way(self, box: Box, way: Way, name: float) -> None:
        kit = self._kit
        kit.fill(box, "sheet", "outline")
        inner = box.inset(kit.px(44), kit.px(36))
        if box.w > box.h * 1.5:
            size = min(inner.h, inner.w * 0.34, kit.px(280))
            kit.icon(PICTURES[way], inner.x, inner.y + (inner.h - size) / 2, size, weight=3.6)
            words = inner.left(size, kit.px(48))[1]
            above = kit.tall(NAMES[way], words.w, name, bold=True)
            how = kit.fitting(HOW[way], Box(0, 0, words.w, words.h - above), BODY)
            used = above + kit.tall(HOW[way], words.w, how)
            words = Box(words.x, words.y + (words.h - used) / 2, words.w, used)
            kit.words(words, NAMES[way], name, bold=True)
            kit.words(words.top(above)[1], HOW[way], how, colour="soft")
            return
        above = kit.tall(NAMES[way], inner.w, name, bold=True)
        how = kit.fitting(HOW[way], Box(0, 0, inner.w, inner.h * 0.4), BODY)
        below = kit.tall(HOW[way], inner.w, how)
        size = min(inner.w, inner.h - above - below - kit.px(32), kit.px(360))
        y = inner.y + (inner.h - size - above - below - kit.px(32)) / 2
        kit.icon(PICTURES[way], inner.x + (inner.w - size) / 2, y, size, weight=3.6)
        words = Box(inner.x, y + size + kit.px(32), inner.w, above + below)
        used = kit.words(words, NAMES[way], name, bold=True, align="center")
        kit.words(words.top(used)[1], HOW[way], how, colour="soft", align="center")
