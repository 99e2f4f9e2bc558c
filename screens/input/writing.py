"""The words being written on a TextQuestion: what is in the box, what is being spelt, and what may be chosen.

Knows nothing of pixels: the keyboard tells it which key was touched and asks what to show. Without librime the same
object takes digits and punctuation, and says so (``spelling`` is False).
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Final

from screens.input.pinyin import Pinyin

DIGITS: Final = tuple("1234567890")
MARKS: Final = ("，", "。", "、", "（", "）", "·", "：", "-", "/", "《", "》", "号")
"""What turns up in addresses and in a line about oneself; 号 because house numbers end with it."""
LETTERS: Final = tuple("abcdefghijklmnopqrstuvwxyz")
CAPITALS: Final = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
"""As they are, in names of houses and of things: A座, B区, KTV."""
PART: Final = "'"
"""Parts two syllables: xi'an."""


class Page(enum.StrEnum):
    """The pages of the keyboard, named as their keys are."""

    PINYIN = "拼音"
    CAPITALS = "英文"
    DIGITS = "数字"
    MARKS = "标点"


class Writing:
    """State of one text box. ``wipe`` empties it; nothing of it has a telling repr."""

    def __init__(self, pinyin: Pinyin | None, most: int, text: str = "") -> None:
        assert most > 0
        self._pinyin = pinyin
        self.most = most
        self.text = text[:most]
        self.full = False
        """The last touch wanted to write more than ``most`` characters."""

    def __repr__(self) -> str:
        return "<Writing>"

    @property
    def spelling(self) -> bool:
        """Whether pinyin can be typed on this machine."""
        return self._pinyin is not None

    @property
    def letters(self) -> str:
        """What is spelt and not chosen yet: 「yang shu cun」."""
        return self._pinyin.preedit.replace(PART, " ") if self._pinyin else ""

    @property
    def offered(self) -> Sequence[str]:
        """All candidates, best first."""
        return self._pinyin.candidates() if self._pinyin and self._pinyin.preedit else ()

    def touch(self, key: str) -> None:
        """One key: a letter is spelt, anything else goes into the box as it is."""
        self.full = False
        if self._pinyin is not None and (key in LETTERS or key == PART):
            self._put(self._pinyin.type(key))
        else:
            self._drop_letters()
            self._put(key)

    def choose(self, index: int) -> None:
        """Candidate *index* of ``offered``."""
        assert self._pinyin is not None
        self.full = False
        self._put(self._pinyin.choose(index))

    def back(self) -> None:
        """退格: the last letter being spelt, else the last character in the box."""
        self.full = False
        if self._pinyin is not None and self._pinyin.preedit:
            self._put(self._pinyin.backspace())
        else:
            self.text = self.text[:-1]

    def clear(self) -> None:
        """清空: the letters and the whole box."""
        self.full = False
        self._drop_letters()
        self.text = ""

    def wipe(self) -> None:
        """The visit is over, or the screen is released: nothing of it stays, in the library neither."""
        self.clear()
        if self._pinyin is not None:
            self._pinyin.forget()
        self._pinyin = None

    def _drop_letters(self) -> None:
        if self._pinyin is not None:
            self._pinyin.clear()

    def _put(self, words: str) -> None:
        room = self.most - len(self.text)
        self.full = len(words) > room
        self.text += words[:room]


def pack(widths: Sequence[float], available: float, gap: float) -> list[slice]:
    """Pages of candidates: as many of *widths* side by side as fit into *available* with *gap* between; never none."""
    pages: list[slice] = []
    start, used = 0, 0.0
    for index, width in enumerate(widths):
        wanted = width if index == start else used + gap + width
        if index > start and wanted > available:
            pages.append(slice(start, index))
            start, used = index, width
        else:
            used = wanted
    if start < len(widths):
        pages.append(slice(start, len(widths)))
    return pages
