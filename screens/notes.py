"""The line that says what does not work now: a sign and a sentence on a ground of its own."""

from __future__ import annotations

from screens.input.boxes import Box
from screens.kit import Kit
from screens.theme import GAP
from screens.widgets.icon import Icon
from screens.widgets.part import Part


def trouble_note(kit: Kit, box: Box, words: str, into: Part | None = None) -> Box:
    """Draw *words* at the top of *box*. Returns what remains below."""
    side = kit.px(48)
    room = box.w - side - kit.px(24 * 3)
    size = kit.fitting(words, Box(0, 0, room, box.h), 34, lines=2)
    note, rest = box.top(max(side, kit.tall(words, room, size)) + kit.px(24), kit.px(GAP))
    kit.fill(note, "notice", "outline", into=into)
    kit.icon(Icon.WARNING, note.x + kit.px(24), note.y + (note.h - side) / 2, side, "on_notice", weight=8, into=into)
    kit.words(Box(note.x + side + kit.px(48), note.y, room, note.h), words, size, colour="on_notice", middle=True,
              into=into)  # fmt: skip
    return rest
