"""The home of a visit (views.Menu): four groups, each with its own colour, picture and word; two more; the way out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

from contract.catalogue import Group
from contract.texts import Text
from kiosk.views import GroupTile, Menu, MenuChoice, Nav
from screens.input.boxes import Box
from screens.kit import Kit
from screens.notes import trouble_note
from screens.theme import BODY, BUTTON, GAP, GROUPS, LINE_HEIGHT, NAME, SMALL, TILE
from screens.widgets.icon import GROUP_PICTURES, Icon

COUNT: Final = 34
"""Letters of a tile's count and of the line under its name."""


class Face(NamedTuple):
    """How the four tiles are drawn: picture beside the words or above them, its side, sizes of name and line, heights
    of the name and of the lines under it."""

    beside: bool
    icon: float
    name: float
    line: float
    tall: float
    below: float


class MenuScreen:
    """Upright, everything to touch lies in the lower two thirds."""

    def __init__(self, kit: Kit, area: Box, view: Menu, answer: Callable[[Group | MenuChoice | Nav], None]) -> None:
        self._kit = kit
        self._answer = answer
        kit.clear()
        gap = kit.px(GAP)
        upright = area.h > area.w
        size = kit.fitting(view.title, Box(0, 0, area.w, area.h * 0.2), 64, bold=True, lines=2)
        rest = area.top(kit.words(area, view.title, size, bold=True, even=True))[1]
        rest = rest.top(kit.words(rest, view.line, BODY, colour="soft"), gap)[1]
        if view.trouble:
            rest = trouble_note(kit, rest, view.trouble)
        leave = (view.leave, "leave", MenuChoice.LEAVE)
        label = f"{MenuChoice.MATTERS.value} {view.matters}" if view.matters else MenuChoice.MATTERS.value
        more = [(label, Icon.LIST, MenuChoice.MATTERS), (MenuChoice.NOTICES.value, Icon.BOOK, MenuChoice.NOTICES)]
        if upright:
            foot, rest = rest.foot(kit.px(BUTTON), gap)
            row, rest = rest.foot(kit.px(168), gap)
            boxes = row.split(gap, 1, 1)
            rest = rest.foot(min(rest.h, kit.px(420) * 2 + gap))[0]
        else:
            row, rest = rest.foot(kit.px(BUTTON), gap)
            *boxes, foot = row.split(gap, 1, 1, 1)
        kit.target(foot, leave[0], leave[1], partial(answer, leave[2]), kind="primary", size=44)
        for box, (text, icon, choice) in zip(boxes, more, strict=True):
            self._small(box, text, icon, choice)
        boxes = rest.grid(2, 2, gap)
        face = self._face(boxes[0], view.groups)
        for box, tile in zip(boxes, view.groups, strict=True):
            self._tile(box, tile, face)

    def release(self) -> None:
        self._kit.clear()

    def _face(self, box: Box, tiles: Sequence[GroupTile]) -> Face:
        """What all four have in common, so that names and pictures stand in line: sizes that the longest words fit."""
        kit = self._kit
        inner = box.inset(kit.px(36), kit.px(28))
        beside = inner.h < kit.px(300) and inner.w > kit.px(440)
        icon = kit.px(120)
        room = inner.w
        if beside:
            icon = min(icon, inner.w * 0.22)
            room -= icon + kit.px(28)
        sides = [kit.width(kit.say(Text.ITEMS_COUNT, count=tile.count), COUNT) + kit.px(20) for tile in tiles]
        largest = NAME if beside else NAME + 8
        name = min(
            kit.fitting(tile.group.value, Box(0, 0, room - side, inner.h * 0.5), largest, bold=True, lines=1)
            for tile, side in zip(tiles, sides, strict=True)
        )
        tall = kit.look.type(name) * LINE_HEIGHT
        under = Box(0, 0, room, inner.h - tall)
        line = min(kit.fitting(tile.line, under, COUNT, lines=1) for tile in tiles)
        if line < SMALL:  # rather two lines than letters nobody reads
            line = min(kit.fitting(tile.line, under, COUNT, lines=2) for tile in tiles)
        below = max(kit.tall(tile.line, room, line) for tile in tiles)
        if not beside:
            icon = min(icon, inner.h - tall - below - kit.px(12))
        return Face(beside, icon, name, line, tall, below)

    def _tile(self, box: Box, tile: GroupTile, face: Face) -> None:
        kit = self._kit
        assert box.h >= kit.px(TILE) - 1, "a tile is never lower than TILE"
        colour = GROUPS[tile.group]
        key = f"group:{tile.group.name.lower()}"
        target = kit.target(box, tile.group.value, key, partial(self._answer, tile.group), say=False,
                            fill=colour, outline="on_group" if kit.look.contrast else colour)  # fmt: skip
        inner = box.inset(kit.px(36), kit.px(28))
        y = inner.y + (inner.h - face.icon) / 2 if face.beside else inner.y
        kit.icon(GROUP_PICTURES[tile.group], inner.x, y, face.icon, "on_group", weight=6.5, into=target)
        if face.beside:
            inner = inner.left(face.icon, kit.px(28))[1]
            words = Box(inner.x, inner.y + (inner.h - face.tall - face.below) / 2, inner.w, face.tall + face.below)
        else:
            words = inner.foot(face.tall + face.below)[0]
        top, rest = words.top(face.tall)
        kit.words(top, tile.group.value, face.name, bold=True, colour="on_group", into=target)
        wide = kit.width(tile.group.value, face.name, bold=True) + kit.px(20)
        count = kit.say(Text.ITEMS_COUNT, count=tile.count)
        beside = Box(top.x + wide, top.y, top.w - wide, top.h)
        kit.words(beside, count, COUNT, colour="on_group", middle=True, into=target)
        kit.words(rest, tile.line, face.line, colour="on_group", even=True, into=target)

    def _small(self, box: Box, text: str, icon: Icon, choice: MenuChoice) -> None:
        kit = self._kit
        target = kit.target(box, text, choice.name.lower(), partial(self._answer, choice), kind="key", say=False)
        side = min(kit.px(72), box.h * 0.55)
        room = box.w - side - kit.px(32 + 24 + 24)
        size = kit.fitting(text, Box(0, 0, room, box.h), 42, bold=True, lines=2 if kit.look.large else 1)
        wide = max(kit.width(line, size, bold=True) for line in kit.lines(text, room, size, bold=True))
        x = box.x + max(kit.px(24), (box.w - side - kit.px(24) - wide) / 2)
        kit.icon(icon, x, box.y + (box.h - side) / 2, side, "primary", weight=6.5, into=target)
        words = Box(x + side + kit.px(24), box.y, room, box.h)
        kit.words(words, text, size, bold=True, middle=True, into=target)
