"""Digits behind dots: held in one bytearray that is overwritten, never in a widget's text."""

from __future__ import annotations


class Secret:
    """At most *length* digits, *least* at least. Its repr and its length are all that it tells."""

    __slots__ = ("_digits", "least", "length")

    def __init__(self, length: int, least: int = 0) -> None:
        assert length > 0
        self.length = length
        self.least = least or length
        self._digits = bytearray()

    def __len__(self) -> int:
        return len(self._digits)

    def __repr__(self) -> str:
        return f"<Secret of {self.length}>"

    @property
    def complete(self) -> bool:
        return len(self._digits) >= self.least

    @property
    def full(self) -> bool:
        return len(self._digits) == self.length

    def add(self, digit: str) -> None:
        """One digit more; a digit too many is passed over."""
        assert len(digit) == 1
        assert digit in "0123456789"
        if not self.full:
            self._digits.append(ord(digit))

    def back(self) -> None:
        """退一位."""
        if self._digits:
            self._digits[-1] = 0
            del self._digits[-1]

    def wipe(self) -> None:
        """清空, and whenever the screen is released: overwritten, then empty."""
        for index in range(len(self._digits)):
            self._digits[index] = 0
        self._digits.clear()

    def take(self) -> str:
        """The digits, given away once: the visit wipes them after use, here nothing stays."""
        assert self.complete
        digits = self._digits.decode("ascii")
        self.wipe()
        return digits
