"""A scanner that is a keyboard, at evdev's own boundary: stands where evdev.InputDevice would.

The kernel is not in it (that would take /dev/uinput): its descriptor is a pipe that is readable while there are events,
and its events are evdev's own objects.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Iterable

from evdev import InputEvent, ecodes

_SHIFTED = dict(zip('!@#$%^&*()_+{}:"~|<>?', "1234567890-=[];'`\\,./", strict=True))
_NAMES = {
    "-": "MINUS", "=": "EQUAL", "[": "LEFTBRACE", "]": "RIGHTBRACE", ";": "SEMICOLON", "'": "APOSTROPHE",
    "`": "GRAVE", "\\": "BACKSLASH", ",": "COMMA", ".": "DOT", "/": "SLASH", " ": "SPACE",
}  # fmt: skip


def strokes(character: str) -> list[tuple[int, int]]:
    """(key, value) for one character, Shift and all, by evdev's own table of names."""
    plain = _SHIFTED.get(character, character.lower())
    key = ecodes.ecodes[f"KEY_{_NAMES.get(plain, plain.upper())}"]
    stroke = [(key, 1), (key, 0)]
    if plain != character:
        return [(ecodes.KEY_LEFTSHIFT, 1), *stroke, (ecodes.KEY_LEFTSHIFT, 0)]
    return stroke


class Opened:
    """One opening of the keyboard."""

    def __init__(self, keyboard: EmulatedKeyboard) -> None:
        self._keyboard = keyboard
        self._readable, self._writable = os.pipe()
        self._events: deque[InputEvent] = deque()
        self.grabbed = self.gone = self.closed = False

    def fileno(self) -> int:
        return self._readable

    def grab(self) -> None:
        if self._keyboard.held_by_another:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        self.grabbed = True

    def put(self, events: Iterable[InputEvent]) -> None:
        self._events.extend(events)
        os.write(self._writable, b"!")

    def read(self) -> Iterable[InputEvent]:
        if self.gone:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        if not self._events:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        os.read(self._readable, 65_536)
        events = list(self._events)
        self._events.clear()
        return events

    def unplug(self) -> None:
        self.gone = True
        os.write(self._writable, b"!")

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self._keyboard.openings.remove(self)
            os.close(self._readable)
            os.close(self._writable)


class EmulatedKeyboard:
    """``HidScanner(settings, opened=keyboard.open)``; then ``send`` types."""

    def __init__(self) -> None:
        self.plugged = True
        self.held_by_another = False
        self.openings: list[Opened] = []

    def open(self, path: str) -> Opened:
        if not self._there():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        opened = Opened(self)
        self.openings.append(opened)
        if not self._there():  # any more: it is opened in another thread
            opened.unplug()
        return opened

    def _there(self) -> bool:
        return self.plugged

    def send(self, text: str, *, enter: str = "KEY_ENTER") -> None:
        """Type *text* and, unless empty, the key *enter*."""
        keys = [stroke for character in text for stroke in strokes(character)]
        if enter:
            keys += [(ecodes.ecodes[enter], 1), (ecodes.ecodes[enter], 0)]
        self.put([event for key, value in keys for event in pressed(key, value)])

    def put(self, events: Iterable[InputEvent]) -> None:
        events = list(events)
        for opened in tuple(self.openings):
            opened.put(events)

    def unplug(self) -> None:
        self.plugged = False
        for opened in tuple(self.openings):
            opened.unplug()

    def plug(self) -> None:
        self.plugged = True


def pressed(key: int, value: int) -> list[InputEvent]:
    """What the kernel reports for one change of one key."""
    return [InputEvent(0, 0, ecodes.EV_KEY, key, value), InputEvent(0, 0, ecodes.EV_SYN, ecodes.SYN_REPORT, 0)]


DROPPED = InputEvent(0, 0, ecodes.EV_SYN, ecodes.SYN_DROPPED, 0)
"""The kernel lost keys."""
