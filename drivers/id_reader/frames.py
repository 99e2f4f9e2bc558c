"""SAM_V frames: commands, answers, resynchronisation (device-protocols 2.2 to 2.5). Pure, no I/O."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from functools import reduce
from operator import xor
from typing import Final

PREAMBLE: Final = bytes.fromhex("AAAAAA9669")
LONGEST: Final = 0x0C00
"""A length field above this is noise: the longest answer (text, photo, fingerprint) says 090A."""


class Command(enum.Enum):
    """CMD and PARA (2.3)."""

    RESET = b"\x10\xff"
    STATUS = b"\x11\xff"
    FIND = b"\x20\x01"
    SELECT = b"\x20\x02"
    READ = b"\x30\x01"


class Sw3(enum.IntEnum):
    """The third status byte (2.5)."""

    OK = 0x90
    FOUND = 0x9F
    RECEIVED_CHECKSUM = 0x10
    RECEIVED_LENGTH = 0x11
    COMMAND = 0x21
    NOT_ALLOWED = 0x23
    UNKNOWN = 0x24
    CARD_REFUSED_READER = 0x31
    READER_REFUSED_CARD = 0x32
    INFORMATION = 0x33
    CARD_TYPE = 0x40
    READ_FAILED = 0x41
    RANDOM = 0x47
    SELF_TEST = 0x60
    NOT_AUTHORISED = 0x66
    NO_CARD = 0x80
    SELECT_FAILED = 0x81
    NO_ITEM = 0x91


BROKEN: Final = frozenset({Sw3.SELF_TEST, Sw3.NOT_AUTHORISED})
"""The module itself does not work; no card can help."""


@dataclass(frozen=True, slots=True)
class Answer:
    sw3: int
    data: bytes = field(repr=False)


def checksum(body: bytes) -> int:
    """XOR of the length's first byte to the last data byte."""
    return reduce(xor, body, 0)


def frame(payload: bytes) -> bytes:
    """Preamble, length, *payload* and checksum: what stands on the line, both ways."""
    body = (len(payload) + 1).to_bytes(2, "big") + payload
    return PREAMBLE + body + bytes((checksum(body),))


def command(which: Command) -> bytes:
    return frame(which.value)


class Receiver:
    """Answers out of bytes that come in pieces. Looks for the preamble again after noise or a wrong checksum."""

    def __init__(self) -> None:
        self._held = bytearray()

    def forget(self) -> None:
        """Drop what is held; it may be of a person."""
        self._held.clear()

    def feed(self, data: bytes) -> list[Answer]:
        """The whole and sound answers that *data* completed, in order."""
        self._held += data
        answers: list[Answer] = []
        while (payload := self._next()) is not None:
            if len(payload) >= 3:  # SW1 SW2 SW3
                answers.append(Answer(payload[2], payload[3:]))
        return answers

    def _next(self) -> bytes | None:
        while True:
            at = self._held.find(PREAMBLE)
            if at < 0:
                # Keep no more than could be the beginning of a preamble.
                del self._held[: max(0, len(self._held) - len(PREAMBLE) + 1)]
                return None
            del self._held[:at]
            head = len(PREAMBLE) + 2
            if len(self._held) < head:
                return None
            length = int.from_bytes(self._held[len(PREAMBLE) : head], "big")
            if not 1 <= length <= LONGEST:
                del self._held[: len(PREAMBLE)]
                continue
            if len(self._held) < head + length:
                return None
            body = bytes(self._held[len(PREAMBLE) : head + length])
            if checksum(body) != 0:  # XOR over length to checksum is 0 in a sound frame
                del self._held[: len(PREAMBLE)]
                continue
            del self._held[: head + length]
            return body[2:-1]
