"""How was it (views.RatingView): five faces, each with its words and another mouth, and one key to leave it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from contract.fields import Option
from kiosk.views import Nav, RatingChoice, RatingView
from screens.input.boxes import Box
from screens.input.heading import heading
from screens.input.paging import rows_at_foot
from screens.kit import Kit
from screens.theme import GAP, NAME
from screens.widgets.icon import Icon

FACES: Final = {
    "5": (Icon.FACE_LAUGHS, "success"), "4": (Icon.FACE_SMILES, "success"), "3": (Icon.FACE_STRAIGHT, "primary"),
    "2": (Icon.FACE_SAD, "error"), "1": (Icon.FACE_CROSS, "error"),
}  # fmt: skip
"""The drawing says it, and the words beside it; the colour goes along."""
TALLEST: Final = 184
"""A row is no higher: the best as well as the poorest lies in the lower two thirds, where hands reach."""
LEAST_FACE: Final = 72
LONG: Final = 4
"""Characters of words that may be broken."""


class RatingScreen:
    """Five rows upright, five columns lying; all of one size, the best first."""

    def __init__(
        self, kit: Kit, area: Box, view: RatingView, answer: Callable[[str | RatingChoice | Nav], None]
    ) -> None:
        self._kit = kit
        self._answer = answer
        kit.clear()
        foot, _, rest = rows_at_foot(kit, area, paged=False)
        kit.target(foot, RatingChoice.SKIP.value, "skip", partial(answer, RatingChoice.SKIP), size=44)
        rest = heading(kit, rest, view.title, view.line)
        gap, count = kit.px(GAP), len(view.levels)
        self._upright = area.h > area.w
        if self._upright:
            tall = min(kit.px(TALLEST), (rest.h - gap * (count - 1)) / count)
            boxes = rest.foot(tall * count + gap * (count - 1))[0].grid(1, count, gap)
        else:
            boxes = rest.grid(count, 1, gap)
        room = self._words_box(boxes[0])
        labels = [level.label for level in view.levels]
        # One size for all; lying, what has four characters or more may take two lines.
        self._size = min(kit.fitting(label, room, NAME, bold=True, lines=1 if self._upright or len(label) < LONG else 2)
                         for label in labels)  # fmt: skip
        self._lines = max(kit.tall(label, room.w, self._size, bold=True) for label in labels)
        for box, level in zip(boxes, view.levels, strict=True):
            self._level(box, level)

    def release(self) -> None:
        self._kit.clear()

    def _words_box(self, box: Box) -> Box:
        """Upright, beside the face; lying, all of the column's width."""
        kit = self._kit
        if self._upright:
            return box.inset(kit.px(44), kit.px(20)).left(box.h - kit.px(40), kit.px(44))[1]
        return box.inset(kit.px(14), kit.px(28))

    def _level(self, box: Box, level: Option) -> None:
        kit = self._kit
        touch = kit.target(box, level.label, f"level:{level.code}", partial(self._answer, level.code), kind="key",
                           say=False)  # fmt: skip
        icon, colour = FACES[level.code]
        words = self._words_box(box)
        if self._upright:
            side = words.h
            face = Box(box.x + kit.px(44), words.y, side, side)
        else:
            side = max(kit.px(LEAST_FACE), min(words.w * 0.8, words.h - self._lines - kit.px(28)))
            whole = side + kit.px(28) + self._lines
            face = Box(words.x + (words.w - side) / 2, words.y + (words.h - whole) / 2, side, side)
            words = Box(words.x, face.bottom + kit.px(28), words.w, self._lines)
        kit.icon(icon, face.x, face.y, side, colour, into=touch, weight=5)
        kit.words(words, level.label, self._size, bold=True, align="left" if self._upright else "center",
                  middle=self._upright, into=touch)  # fmt: skip
