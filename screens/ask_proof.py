"""Please insert the card, lay the ID card, show the code (views.AskProof): the ways that work now, each as a picture.

A device answers, not a touch; the foot leads back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from contract.texts import Text
from kiosk.views import AskProof, Nav, Way
from screens.input.boxes import Box
from screens.input.heading import heading
from screens.kit import Kit
from screens.theme import BODY, GAP, LINE_HEIGHT
from screens.widgets.icon import Icon

PICTURES: Final = {Way.CARD: Icon.INSERT, Way.ID_CARD: Icon.ID_CARD, Way.CODE: Icon.PHONE}
NAMES: Final = {Way.CARD: Text.WAY_CARD, Way.ID_CARD: Text.WAY_ID_CARD, Way.CODE: Text.WAY_CODE}
HOW: Final = {Way.CARD: Text.WAY_CARD_HOW, Way.ID_CARD: Text.WAY_ID_CARD_HOW, Way.CODE: Text.WAY_CODE_HOW}


class AskProofScreen:
    """One sheet a way, all of the same size: above each other upright, side by side lying."""

    def __init__(self, kit: Kit, area: Box, view: AskProof, answer: Callable[[Nav | None], None]) -> None:
        self._kit = kit
        kit.clear()
        rest = heading(kit, area, view.title, view.line)
        count = len(view.ways)
        if not count:
            size = min(rest.w, rest.h) * 0.36
            middle = rest.y + rest.h * 0.42
            kit.dot(rest.x + rest.w / 2, middle, size / 2, "notice")
            inner = size * 0.54
            kit.icon(Icon.PERSON, rest.x + (rest.w - inner) / 2, middle - inner / 2, inner, "on_notice", weight=6)
            return
        gap = kit.px(GAP)
        if area.h > area.w:
            tall = min(kit.px(440), (rest.h - gap * (count - 1)) / count)
            boxes = rest.foot(tall * count + gap * (count - 1))[0].grid(1, count, gap)
        else:
            boxes = rest.grid(count, 1, gap)
        letters = min(self._letters(box, way) for box, way in zip(boxes, view.ways, strict=True))
        self._how, self._below = self._words_below(boxes[0], view.ways)
        for box, way in zip(boxes, view.ways, strict=True):
            self._way(box, way, letters)

    def release(self) -> None:
        self._kit.clear()

    def _letters(self, box: Box, way: Way) -> float:
        """The size at which the way's name fits on one line; all sheets take the smallest."""
        inner = box.inset(self._kit.px(44), self._kit.px(36))
        width = inner.w * 0.58 if box.w > box.h * 1.5 else inner.w
        return self._kit.fitting(self._kit.say(NAMES[way]), Box(0, 0, width, inner.h * 0.4), 56, bold=True, lines=1)

    def _words_below(self, box: Box, ways: Sequence[Way]) -> tuple[float, float]:
        """Size and greatest height of the sentences under the names, so that pictures and names stand in one line."""
        inner = box.inset(self._kit.px(44), self._kit.px(36))
        size = min(self._kit.fitting(self._kit.say(HOW[way]), Box(0, 0, inner.w, inner.h * 0.4), BODY) for way in ways)
        return size, max(len(self._kit.balanced(self._kit.say(HOW[way]), inner.w, size)) for way in ways) * (
            self._kit.look.type(size) * LINE_HEIGHT)  # fmt: skip

    def _way(self, box: Box, way: Way, name: float) -> None:
        kit = self._kit
        title, sentence = kit.say(NAMES[way]), kit.say(HOW[way])
        kit.fill(box, "sheet", "outline")
        inner = box.inset(kit.px(44), kit.px(36))
        if box.w > box.h * 1.5:
            size = min(inner.h, inner.w * 0.34, kit.px(280))
            kit.icon(PICTURES[way], inner.x, inner.y + (inner.h - size) / 2, size, weight=3.6)
            words = inner.left(size, kit.px(48))[1]
            above = kit.tall(title, words.w, name, bold=True)
            how = kit.fitting(sentence, Box(0, 0, words.w, words.h - above), BODY)
            used = above + kit.tall(sentence, words.w, how)
            words = Box(words.x, words.y + (words.h - used) / 2, words.w, used)
            kit.words(words, title, name, bold=True)
            kit.words(words.top(above)[1], sentence, how, colour="soft", even=True)
            return
        above = kit.tall(title, inner.w, name, bold=True)
        how, below = self._how, self._below
        size = min(inner.w, inner.h - above - below - kit.px(32), kit.px(360))
        y = inner.y + (inner.h - size - above - below - kit.px(32)) / 2
        kit.icon(PICTURES[way], inner.x + (inner.w - size) / 2, y, size, weight=3.6)
        words = Box(inner.x, y + size + kit.px(32), inner.w, above + below)
        used = kit.words(words, title, name, bold=True, align="center")
        kit.words(words.top(used)[1], sentence, how, colour="soft", align="center")
