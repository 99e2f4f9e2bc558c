"""The line that says what does not work now: a sign and a sentence on a ground of its own."""

from __future__ import annotations

from typing import Final

from screens.input.boxes import Box
from screens.kit import Kit
from screens.theme import GAP
from screens.widgets.icon import Icon
from screens.widgets.part import Part

SIGN: Final = 48
SIDE: Final = 24
LETTERS: Final = 34


def note_height(kit: Kit, width: float, words: str) -> float:
    """Of a note as wide as *width*, in pixels."""
    room = width - kit.px(SIGN + 3 * SIDE)
    return max(kit.px(SIGN), kit.tall(words, room, LETTERS)) + kit.px(SIDE)


def trouble_note(kit: Kit, box: Box, words: str, into: Part | None = None) -> Box:
    """Draw *words* at the top of *box*. Returns what remains below."""
    sign, side = kit.px(SIGN), kit.px(SIDE)
    note, rest = box.top(note_height(kit, box.w, words), kit.px(GAP))
    kit.fill(note, "notice", "outline", into=into)
    kit.icon(Icon.WARNING, note.x + side, note.y + (note.h - sign) / 2, sign, "on_notice", weight=8, into=into)
    said = Box(note.x + sign + 2 * side, note.y, note.w - sign - 3 * side, note.h)
    kit.words(said, words, LETTERS, colour="on_notice", middle=True, even=True, into=into)
    return rest
