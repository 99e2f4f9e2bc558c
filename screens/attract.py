"""Nobody is there (views.Attract): what this is, notices and pictures in turn, and one clear way to begin;
without a card, the four groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from contract.catalogue import Group
from contract.texts import Text
from kiosk.views import Attract, Nav, Way
from screens.frame import date_text
from screens.input.boxes import Box
from screens.kit import Kit
from screens.notes import note_height, trouble_note
from screens.theme import BUTTON, CORNER, GAP, GROUPS, LINE_HEIGHT
from screens.widgets.icon import GROUP_PICTURES, Icon

NOTICE_TURN: Final = 15.0
"""How long one notice stays (seconds)."""
TUCK: Final = 20
"""Upright, the sheet covers so much of the notices' lower edge."""
WORDS: Final = {Way.CARD: Text.IDLE_CARD, Way.ID_CARD: Text.IDLE_ID_CARD, Way.CODE: Text.IDLE_CODE}
ALSO: Final = {Way.CARD: Text.WAY_CARD, Way.ID_CARD: Text.WAY_ID_CARD, Way.CODE: Text.IDLE_ALSO_CODE}
PICTURES: Final = {Way.CARD: Icon.INSERT, Way.ID_CARD: Icon.ID_CARD, Way.CODE: Icon.PHONE}
LONGEST_DATE: Final = datetime(2026, 12, 30, 20, 0)


class AttractScreen:
    """A banner, the notices, and a sheet that says how to begin."""

    def __init__(
        self, kit: Kit, area: Box, view: Attract, answer: Callable[[Group | bool | Nav], None], *,
        place: str = "", clock: Callable[[], datetime] | None = None,
    ) -> None:  # fmt: skip
        """*place* and what *clock* tells stand above everything else."""
        self._kit = kit
        self._place = place
        self._clock = clock
        self._above = ""
        self._view = view
        self._shown = self._second = -1
        kit.clear()
        upright = area.h > area.w
        side = kit.px(56)
        kit.fill(area, "primary" if not kit.look.contrast else "ground", corner=0)
        if upright:
            banner, sheet = area.top(min(area.h * 0.31, kit.px(600)))
            notices, sheet = sheet.inset(side, 0).top(kit.px(300))
            tuck = kit.px(TUCK)
            sheet = Box(sheet.x, sheet.y - tuck, sheet.w, area.bottom - sheet.y + tuck - side)
            banner = banner.inset(side + kit.px(8), kit.px(48))
        else:
            left, sheet = area.inset(side, kit.px(64)).split(kit.px(64), 1, 1)
            banner, notices = left.top(left.h * 0.56, kit.px(GAP))
        # The longest that the line can get decides whether it is one or two, so that nothing moves during the year.
        self._apart = "　" if kit.width(f"{place}　{date_text(kit, LONGEST_DATE)}　00:00", 34) <= banner.w else "\n"
        lines = 0 if not place else 1 if self._apart == "　" else 2
        self._line_box, banner = banner.top(kit.look.type(34) * LINE_HEIGHT * lines, kit.px(12))
        self._line = kit.panel()
        self._banner(banner)
        self._notices_box = notices
        self._tucked = upright
        if view.notices or view.pictures:
            # Upright it reaches far enough under the sheet that its rounded corners do not show beside the sheet's.
            paper = Box(notices.x, notices.y, notices.w, notices.h + (kit.px(2 * CORNER) if upright else 0))
            kit.fill(paper, "ground", "primary" if kit.look.contrast else "")
        self._notices = kit.panel()
        self._begin(sheet, answer)
        self.tick(0.0)

    def release(self) -> None:
        self._kit.clear()

    def tick(self, seconds: float) -> None:
        """The next notice when its turn has come, the next minute when it is there; nothing is drawn in between."""
        if int(seconds) != self._second:
            self._second = int(seconds)
            self._tell_time()
        notices, pictures = self._view.notices, self._view.pictures
        count = len(notices) + len(pictures)
        turn = int(seconds / NOTICE_TURN) % count if count else -1
        if turn == self._shown:
            return
        self._shown = turn
        self._notices.clear()
        box = self._notices_box
        if self._tucked:
            box = Box(box.x, box.y, box.w, box.h - self._notices.px(TUCK))
        if turn < len(notices):
            self._notice(box, turn, count)
        else:
            self._notices.poster(box.inset(self._notices.px(12), self._notices.px(12)), pictures[turn - len(notices)])

    def _notice(self, box: Box, turn: int, count: int) -> None:
        """The notice, and which of *count* that come round it is."""
        kit, notices = self._notices, self._view.notices
        box = box.inset(kit.px(48), kit.px(28))
        size = min(kit.px(140), box.h * 0.6)
        kit.icon(Icon.BOOK, box.x, box.y + (box.h - size) / 2, size, "primary")
        words = box.left(size, kit.px(48))[1]
        title, text = notices[turn].title, notices[turn].text
        dots = kit.px(36) if count > 1 else 0.0
        room = Box(words.x, words.y, words.w, words.h - dots)
        of_title = kit.fitting(title, Box(0, 0, room.w, room.h * 0.4), 44, bold=True, lines=1)
        above = kit.tall(title, room.w, of_title, bold=True)
        of_text = kit.fitting(text, Box(0, 0, room.w, room.h - above), 36)
        used = above + kit.tall(text, room.w, of_text)
        start = Box(room.x, room.y + (room.h - used) / 2, room.w, used)
        rest = start.top(kit.words(start, title, of_title, bold=True))[1]
        kit.words(rest, text, of_text, colour="soft")
        for index in range(count if dots else 0):
            colour = "primary" if index == turn else "rule"
            kit.dot(words.x + kit.px(8) + index * kit.px(32), words.bottom - kit.px(8), kit.px(8), colour)

    def _tell_time(self) -> None:
        now = self._clock() if self._clock is not None else None
        above = self._place
        if now is not None:
            above += f"{self._apart}{date_text(self._kit, now)}　{now:%H:%M}"
        if above == self._above or not self._place:
            return
        self._above = above
        kit = self._line
        kit.clear()
        colour = "on_primary" if not kit.look.contrast else "ink"
        size = kit.fitting(above, self._line_box, 34)
        kit.words(self._line_box, above, size, colour=colour, middle=True)

    def _banner(self, box: Box) -> None:
        kit = self._kit
        colour = "on_primary" if not kit.look.contrast else "ink"
        line = kit.say(Text.IDLE_LINE, items=self._view.items)
        name = kit.say(Text.IDLE_NAME)
        of_line = kit.fitting(line, Box(0, 0, box.w, box.h * 0.28), 38, lines=2)
        below = kit.tall(line, box.w, of_line)
        size = kit.fitting(name, Box(0, 0, box.w, (box.h - below - kit.px(16))), 128, bold=True)
        for words in name.split("\n"):
            while kit.look.type(size) * 1.3 * 2 > box.h - below - kit.px(16) or kit.width(words, size, True) > box.w:
                size -= 2
        y = box.y
        for words in name.split("\n"):
            kit.words(Box(box.x, y, box.w, 0), words, size, bold=True, colour=colour)
            y += kit.look.type(size) * 1.3
        kit.words(Box(box.x, y + kit.px(16), box.w, below), line, of_line, colour=colour)

    def _begin(self, sheet: Box, answer: Callable[[Group | bool | Nav], None]) -> None:
        """How to begin with something in the hand, and below it the four groups for whoever has nothing: so that
        group, page and item are three touches from here. Whoever touches the picture of the card has begun as well."""
        kit, view = self._kit, self._view
        kit.fill(sheet, "sheet", "outline" if kit.look.contrast else "sheet")
        inner = sheet.inset(kit.px(40), kit.px(40))
        tiles, above = inner.foot(2 * kit.px(BUTTON) + kit.px(GAP), kit.px(GAP))
        self._groups(tiles.grid(2, 2, kit.px(GAP)), answer)
        if view.ways:
            look = kit.say(Text.IDLE_LOOK)
            of_look = kit.fitting(look, Box(0, 0, above.w, above.h * 0.2), 38, lines=2)
            caption, above = above.foot(kit.tall(look, above.w, of_look), kit.px(16))
            kit.words(caption, look, of_look, bold=True, align="center")
        first = view.ways[0] if view.ways else None
        title = kit.say(WORDS[first] if first else Text.IDLE_NO_WAY)
        target = kit.target(above, title, "begin", lambda: answer(True), say=False, fill="sheet", outline="sheet")
        inner = above.inset(kit.px(16), kit.px(8))
        if view.trouble:
            note, inner = inner.foot(note_height(kit, inner.w, view.trouble), kit.px(24))
            trouble_note(kit, note, view.trouble, into=target)
        others = [kit.say(ALSO[way]) for way in view.ways[1:]]
        line = kit.say(Text.IDLE_ALSO, ways="、".join(others)) if others else ""
        of_title = kit.fitting(title, Box(0, 0, inner.w, inner.h * 0.4), 76, bold=True, lines=2)
        words = kit.tall(title, inner.w, of_title, bold=True) + (kit.tall(line, inner.w, 40) if line else 0)
        picture = min(inner.w * 0.7, inner.h - words - kit.px(24), kit.px(420))
        icon = PICTURES[first] if first else Icon.HAND
        y = inner.y + max(0.0, (inner.h - picture - words - kit.px(24)) / 2)
        kit.icon(icon, inner.x + (inner.w - picture) / 2, y, picture, "primary", weight=3.2, into=target)
        below = Box(inner.x, y + picture + kit.px(24), inner.w, words)
        used = kit.words(below, title, of_title, bold=True, align="center", into=target)
        kit.words(below.top(used)[1], line, 40, colour="soft", align="center", into=target)

    def _groups(self, boxes: Sequence[Box], answer: Callable[[Group | bool | Nav], None]) -> None:
        """Picture and name, in one size; the picture and the name say what the colour says."""
        kit = self._kit
        icon, between = kit.px(64), kit.px(20)
        room = Box(0, 0, boxes[0].w - icon - between - kit.px(40), boxes[0].h)
        size = min(kit.fitting(group.value, room, 48, bold=True, lines=1) for group in Group)
        wide = max(kit.width(group.value, size, bold=True) for group in Group)
        for box, group in zip(boxes, Group, strict=True):
            colour = GROUPS[group]
            target = kit.target(box, group.value, f"look:{group.name.lower()}", partial(answer, group), say=False,
                                fill=colour, outline="on_group" if kit.look.contrast else colour)  # fmt: skip
            x = box.x + (box.w - icon - between - wide) / 2
            kit.icon(GROUP_PICTURES[group], x, box.y + (box.h - icon) / 2, icon, "on_group", weight=6.5, into=target)
            words = Box(x + icon + between, box.y, wide, box.h)
            kit.words(words, group.value, size, bold=True, colour="on_group", middle=True, into=target)
