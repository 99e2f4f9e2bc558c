"""What comes from a printer, told apart byte by byte (device-protocols 5.3). Pure.

Five kinds share one line and can be cut anywhere: answers to DLE EOT (0xx1xx10), automatic status of four bytes
(0xx1xx00, then three of 0xx0xxxx), the answer to GS r (one 0xx0xxxx), the process ID (37h 22h, four characters, 00h),
XON and XOFF. A GS r answer looks like the tail of an automatic status whose head was lost; it therefore counts only
when it stands alone, which shows with the next byte of another kind. Doubt is never read as success.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

XON: Final = 0x11
XOFF: Final = 0x13
MARK_HEAD: Final = b"\x37\x22"
MARK_TAIL: Final = b"\x00"
MARK_LETTERS: Final = "ABCDEFGHIJKLMNO"
"""Of these a process ID is made: 0xx0xxxx, so that an answer to DLE EOT in between is told from it."""
_MARK_BYTES: Final = 7
_AUTOMATIC_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """To DLE EOT n; which n it belongs to is known by who asked."""

    byte: int


@dataclass(frozen=True, slots=True)
class Automatic:
    """The four bytes of an automatic status (GS a)."""

    four: bytes


@dataclass(frozen=True, slots=True)
class InOrder:
    """The answer to GS r 1."""

    byte: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A process ID: what stood before it was worked off."""

    name: str


@dataclass(frozen=True, slots=True)
class Flow:
    """XON (True: go on) or XOFF."""

    on: bool


@dataclass(frozen=True, slots=True)
class Rubbish:
    """Bytes that are none of these."""

    bytes: bytes


Said = Answer | Automatic | InOrder | Mark | Flow | Rubbish


def is_answer(byte: int) -> bool:
    """0xx1xx10."""
    return byte & 0b1001_0011 == 0b0001_0010


def is_automatic(byte: int) -> bool:
    """0xx1xx00: the first of four."""
    return byte & 0b1001_0011 == 0b0001_0000


def is_plain(byte: int) -> bool:
    """0xx0xxxx: the rest of an automatic status, a GS r answer, or a part of a process ID."""
    return byte & 0b1001_0000 == 0


class Decoder:
    """Feed it whatever came; it says what that was. What is not complete yet waits for the next piece."""

    def __init__(self) -> None:
        self._automatic = bytearray()
        self._mark = bytearray()
        self._loose = bytearray()

    def feed(self, data: bytes) -> list[Said]:
        return [said for byte in data for said in self._take(byte)]

    def _take(self, byte: int) -> Iterator[Said]:
        if byte in (XON, XOFF):
            yield Flow(byte == XON)
        elif is_plain(byte):
            yield from self._plain(byte)
        elif is_answer(byte):
            yield from self._close_loose()
            yield Answer(byte)
        elif is_automatic(byte):
            yield from self._close_all()
            self._automatic.append(byte)
        elif byte == MARK_HEAD[0]:
            yield from self._close_all()
            self._mark.append(byte)
        else:
            yield from self._close_all()
            yield Rubbish(bytes((byte,)))

    def _plain(self, byte: int) -> Iterator[Said]:
        if self._mark:
            self._mark.append(byte)
            if not _begins_mark(self._mark):
                yield self._rubbish(self._mark)
            elif len(self._mark) == _MARK_BYTES:
                yield Mark(self._mark[2:6].decode("ascii"))
                self._mark.clear()
        elif self._automatic:
            self._automatic.append(byte)
            if len(self._automatic) == _AUTOMATIC_BYTES:
                yield Automatic(bytes(self._automatic))
                self._automatic.clear()
        else:
            self._loose.append(byte)

    def _close_all(self) -> Iterator[Said]:
        for part in (self._mark, self._automatic):
            if part:
                yield self._rubbish(part)
        yield from self._close_loose()

    def _close_loose(self) -> Iterator[Said]:
        if len(self._loose) == 1:
            yield InOrder(self._loose[0])
            self._loose.clear()
        elif self._loose:
            yield self._rubbish(self._loose)

    @staticmethod
    def _rubbish(part: bytearray) -> Rubbish:
        said = Rubbish(bytes(part))
        part.clear()
        return said


def _begins_mark(part: bytearray) -> bool:
    at = len(part) - 1
    if at < 2:
        return part[at] == MARK_HEAD[at]
    return part[at] == MARK_TAIL[0] if at == _MARK_BYTES - 1 else chr(part[at]) in MARK_LETTERS
