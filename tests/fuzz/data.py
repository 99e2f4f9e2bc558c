"""What the harnesses share: bytes taken off one after another, and an opinion of their own on what a person is."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Final

TODAY: Final = date(2026, 11, 23)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Bytes:
    """Takes from the front; behind the end there are only zeros, so that every input is a whole story."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return max(0, len(self._data) - self._at)

    def byte(self) -> int:
        return self.take(1)[0]

    def take(self, count: int) -> bytes:
        part = self._data[self._at : self._at + count]
        self._at += count
        return part.ljust(count, b"\0")

    def rest(self) -> bytes:
        return self.take(self.left)

    def pieces(self) -> list[bytes]:
        """What is left, in pieces whose lengths stand before them."""
        found = []
        while self.left:
            found.append(self.take(min(self.byte(), self.left)))
        return found


def sound_number(number: str) -> bool:
    """GB 11643, reckoned here once more: 18 places, a day that was, the right check digit."""
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return False
    if number[17] != "10X98765432"[sum(w * int(c) for w, c in zip(_WEIGHTS, number[:17], strict=True)) % 11]:
        return False
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14])) <= TODAY
    except ValueError:
        return False


def sound_text(text: str) -> bool:
    """Something that can be shown and printed."""
    return bool(text.strip()) and not any(unicodedata.category(char) in ("Cc", "Cs", "Cn") for char in text)
