"""The keyboard of a TextQuestion: candidates with paging above, then letters, capitals, digits or punctuation.

Letters stand in the order of the alphabet, in keys as large as the window allows: who searches for a letter finds it
where the school primer has it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from contract.texts import Text
from screens.input.boxes import Box
from screens.input.heading import error_line
from screens.input.writing import CAPITALS, DIGITS, LETTERS, MARKS, PART, Page, Writing, pack
from screens.kit import Kit

GAP: Final = 16
"""Between keys; a touch target's own edge lies inside it."""
CANDIDATE: Final = 56


class Keyboard:
    """Draws into *box* and drives *writing*; ``changed`` is called after every key. *beside*: where the letters being
    spelt stand when there is no height for a line of their own."""

    def __init__(
        self, kit: Kit, box: Box, writing: Writing, changed: Callable[[], None], columns: int, beside: Box | None = None
    ) -> None:
        self._kit = kit
        self._writing = writing
        self._changed = changed
        self._columns = columns
        self._page = Page.PINYIN if writing.spelling else Page.DIGITS
        self._shown = 0
        self._said = ""
        gap = kit.px(GAP)
        rows = -(-28 // columns)
        share = 1.15 + rows + 1
        self._beside = beside is not None
        if beside is None:
            unit = (box.h - gap * (rows + 2)) / (share + 0.55)
            self._letters_box, rest = box.top(unit * 0.55, gap)
        else:
            unit = (box.h - gap * (rows + 1)) / share
            self._letters_box, rest = beside, box
        self._candidates_box, rest = rest.top(unit * 1.15, gap)
        self._keys_box, self._bottom_box = rest.foot(unit, gap)[::-1]
        self._rows = rows
        self._candidates = kit.panel()
        self._keys = kit.panel()
        self.draw()

    def draw(self) -> None:
        """All of it: the page of keys changed, or the library came."""
        self._draw_keys()
        self._draw_candidates()

    def say(self, error: str) -> None:
        """A sentence in place of the letters' hint: where there is no room for it above."""
        if error != self._said:
            self._said = error
            self._draw_candidates()

    def _draw_candidates(self) -> None:
        kit, writing = self._candidates, self._writing
        kit.clear()
        letters = writing.letters
        hint = kit.say(Text.KEYS_HINT) if self._page is Page.PINYIN else ""
        if not writing.spelling:
            hint = kit.say(Text.KEYS_NO_PINYIN)
        where = self._candidates_box if self._beside and not letters else self._letters_box
        if self._said:
            error_line(kit, where, self._said)
        elif letters:
            kit.words(where, _tail(kit, letters, where.w), 38, bold=True, colour="primary", middle=True)
        elif hint:
            kit.words(where, hint, 34, colour="soft", middle=True)
        offered = writing.offered
        if not offered:
            if letters:
                kit.words(
                    self._candidates_box,
                    kit.say(Text.KEYS_NOTHING),
                    36,
                    colour="error",
                    middle=True,
                    bold=True,
                )
            return
        gap = kit.px(GAP)
        arrow = kit.px(120)
        right, row = self._candidates_box.right - arrow, self._candidates_box
        room = row.w - 2 * (arrow + gap)
        least = kit.px(104)
        widths = [max(least, kit.width(words, CANDIDATE, bold=True) + kit.px(40)) for words in offered[:60]]
        pages = pack(widths, room, gap)
        self._shown = min(self._shown, len(pages) - 1)
        here = pages[self._shown]
        kit.target(Box(row.x, row.y, arrow, row.h), kit.say(Text.KEYS_BEFORE), "candidates:before",
                   partial(self._turn, -1), size=36, enabled=self._shown > 0)  # fmt: skip
        kit.target(Box(right, row.y, arrow, row.h), kit.say(Text.KEYS_MORE), "candidates:after",
                   partial(self._turn, 1), size=36, enabled=self._shown + 1 < len(pages))  # fmt: skip
        x = row.x + arrow + gap
        for index in range(here.start, here.stop):
            width = min(widths[index], room)
            kit.target(Box(x, row.y, width, row.h), offered[index], f"candidate:{index}",
                       partial(self._choose, index), kind="key", size=CANDIDATE)  # fmt: skip
            x += width + gap

    def _draw_keys(self) -> None:
        kit = self._keys
        kit.clear()
        gap = kit.px(GAP)
        alphabet = (self._columns, self._rows)
        names, grid = {
            Page.PINYIN: ((*LETTERS, PART), alphabet),
            Page.CAPITALS: (CAPITALS, alphabet),
            Page.DIGITS: (DIGITS, (5, 2)),
            Page.MARKS: (MARKS, (6, 2)),
        }[self._page]
        cells = self._keys_box.grid(*grid, gap)
        for index, name in enumerate(names):
            box = cells[index]
            if name == PART:  # the cell after it is free
                box = Box(box.x, box.y, cells[index + 1].right - box.x, box.h)
            label = kit.say(Text.KEYS_PART) if name == PART else name
            key = kit.target(box, label, f"key:{name}", partial(self._key, name), kind="key",
                             size=38 if name == PART else 54)  # fmt: skip
            key.repeats = True
        pages = [page for page in Page if page is not Page.PINYIN or self._writing.spelling]
        shares = [1.0] * len(pages) + [1.2, 1.2]
        boxes = self._bottom_box.split(kit.px(24), *shares)
        for box, page in zip(boxes, pages, strict=False):
            kit.target(box, page.value, f"page:{page.name.lower()}", partial(self._open, page), size=38,
                       kind="chosen" if page is self._page else "plain")  # fmt: skip
        kit.target(boxes[-2], kit.say(Text.KEYS_BACK), "back", self._back, size=38).repeats = True
        kit.target(boxes[-1], kit.say(Text.KEYS_CLEAR), "clear", self._clear, size=38)

    def _key(self, name: str) -> None:
        self._writing.touch(name)
        self._after()

    def _choose(self, index: int) -> None:
        self._writing.choose(index)
        self._after()

    def _back(self) -> None:
        self._writing.back()
        self._after()

    def _clear(self) -> None:
        self._writing.clear()
        self._after()

    def _after(self) -> None:
        self._shown = 0
        self._draw_candidates()
        self._changed()

    def _turn(self, by: int) -> None:
        self._shown += by
        self._draw_candidates()

    def _open(self, page: Page) -> None:
        self._page = page
        self.draw()


def _tail(kit: Kit, letters: str, width: float) -> str:
    """What was spelt last, as much as *width* takes."""
    if kit.width(letters, 38, bold=True) <= width:
        return letters
    while kit.width(f"…{letters}", 38, bold=True) > width:
        letters = letters[1:]
    return f"…{letters}"
