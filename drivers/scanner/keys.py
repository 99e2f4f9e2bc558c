"""What a scanner types, turned back into bytes: US layout, as USB HID keyboards have it. Pure, no I/O.

Numbers are those of linux/input-event-codes.h.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

EV_SYN, EV_KEY = 0, 1
SYN_DROPPED: Final = 3
"""The kernel had no room: keys are missing (kernel.org, Documentation/input/event-codes)."""
DOWN: Final = 1
UP: Final = 0
_SHIFTS: Final = frozenset({42, 54})
_ENTERS: Final = frozenset({28, 96})
"""KEY_ENTER, KEY_KPENTER."""
_QUIET: Final = frozenset({58, 69, 70})
"""Caps, Num and Scroll Lock: some scanners set them right before they type."""
_NO_KEY: Final = b"\x00"
"""Stands for what is no character of a code (Tab, Ctrl, Alt with numbers, a key of no layout): it spoils the code."""

_PLAIN: Final = {
    **dict(zip(range(2, 14), "1234567890-=", strict=True)),
    **dict(zip(range(16, 28), "qwertyuiop[]", strict=True)),
    **dict(zip(range(30, 42), "asdfghjkl;'`", strict=True)),
    **dict(zip(range(43, 54), "\\zxcvbnm,./", strict=True)),
    57: " ",
    **dict(zip((71, 72, 73, 75, 76, 77, 79, 80, 81, 82), "7894561230", strict=True)),
    55: "*", 74: "-", 78: "+", 83: ".", 98: "/",
}  # fmt: skip
_SHIFTED: Final = dict(zip("1234567890-=[];'`\\,./", '!@#$%^&*()_+{}:"~|<>?', strict=True))
_KEYPAD: Final = frozenset(range(71, 84)) | {55, 98}
KEYS: Final[Mapping[int, tuple[str, str]]] = MappingProxyType(
    {code: (plain, plain if code in _KEYPAD else _SHIFTED.get(plain, plain.upper())) for code, plain in _PLAIN.items()}
)
"""Key -> what it is alone and with Shift."""


class KeyDecoder:
    """Bytes out of key events, one at a time."""

    def __init__(self) -> None:
        self._shifts: set[int] = set()

    def feed(self, kind: int, code: int, value: int) -> bytes:
        """What one event (``type``, ``code``, ``value``) types: nothing, a character, CR, or a byte that spoils."""
        if kind == EV_SYN and code == SYN_DROPPED:
            self._shifts.clear()  # whether Shift is still down is not known
            return _NO_KEY
        if kind != EV_KEY:
            return b""
        if code in _SHIFTS:
            (self._shifts.discard if value == UP else self._shifts.add)(code)
            return b""
        if value != DOWN or code in _QUIET:  # let go, or repeated by the kernel
            return b""
        if code in _ENTERS:
            return b"\r"
        if code not in KEYS:
            return _NO_KEY
        return KEYS[code][bool(self._shifts)].encode("ascii")
