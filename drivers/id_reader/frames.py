"""SAM_V frames: commands, answers, resynchronisation (device-protocols 2.2 to 2.5). Pure, no I/O."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import xor
from types import MappingProxyType
from typing import Final

from contract.faults import Fault
from drivers.device import Failure

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
    NEWEST_ADDRESS = b"\x30\x03"
    SAM_ID = b"\x12\xff"
    BAUD_115200 = b"\x60\x00"
    BAUD_57600 = b"\x60\x01"
    BAUD_38400 = b"\x60\x02"
    BAUD_19200 = b"\x60\x03"
    BAUD_9600 = b"\x60\x04"


BAUDS: Final[Mapping[int, Command]] = MappingProxyType(
    {
        115200: Command.BAUD_115200,
        57600: Command.BAUD_57600,
        38400: Command.BAUD_38400,
        19200: Command.BAUD_19200,
        9600: Command.BAUD_9600,
    }
)
"""The rates a module can be set to (2.1, 2.3), the usual one first."""


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

FAULTS: Final[Mapping[int, Fault]] = MappingProxyType(
    {
        Sw3.SELF_TEST: Fault.ID_READER_SELF_TEST,
        Sw3.NOT_AUTHORISED: Fault.ID_READER_NOT_AUTHORISED,
        Sw3.CARD_TYPE: Fault.ID_CARD_OTHER_KIND,
        # What went there was garbled, or this module does not know it: the line or the module, never the card.
        Sw3.RECEIVED_CHECKSUM: Fault.READER_GONE,
        Sw3.RECEIVED_LENGTH: Fault.READER_GONE,
        Sw3.COMMAND: Fault.READER_GONE,
        Sw3.NOT_ALLOWED: Fault.READER_GONE,
        # The card: how it lies, another card over it, its chip, or that it is none of this country's.
        Sw3.UNKNOWN: Fault.ID_CARD_UNREADABLE,
        Sw3.CARD_REFUSED_READER: Fault.ID_CARD_UNREADABLE,
        Sw3.READER_REFUSED_CARD: Fault.ID_CARD_UNREADABLE,
        Sw3.INFORMATION: Fault.ID_CARD_UNREADABLE,
        Sw3.READ_FAILED: Fault.ID_CARD_UNREADABLE,
        Sw3.RANDOM: Fault.ID_CARD_UNREADABLE,
        Sw3.NO_CARD: Fault.ID_CARD_UNREADABLE,
        Sw3.SELECT_FAILED: Fault.ID_CARD_UNREADABLE,
        Sw3.NO_ITEM: Fault.ID_CARD_UNREADABLE,
        # Good in themselves, and no answer to what was asked.
        Sw3.OK: Fault.ID_CARD_UNREADABLE,
        Sw3.FOUND: Fault.ID_CARD_UNREADABLE,
    }
)
"""What each status means to the resident when it was not the one that was hoped for."""


@dataclass(frozen=True, slots=True)
class Answer:
    sw3: int
    data: bytes = field(repr=False)
    card_sw: int = 0
    """SW1 SW2: the card's own status word, with SW3 31, 41, 47 and 81."""

    @property
    def failure(self) -> Failure:
        """What it says when it is not what was hoped for. An SW3 of no table is the card's."""
        detail = f"SW3 {self.sw3:02X}" + (f" SW {self.card_sw:04X}" if self.card_sw else "")
        return Failure(FAULTS.get(self.sw3, Fault.ID_CARD_UNREADABLE), detail)


def checksum(body: bytes) -> int:
    """XOR of the length's first byte to the last data byte. Folded in halves: a READ's answer has 1290 of them, and one
    by one they take as long as all the rest of the exchange."""
    while len(body) > 64:
        half = (len(body) + 1) // 2
        folded = int.from_bytes(body[:half], "big") ^ int.from_bytes(body[half:], "big")
        body = folded.to_bytes(half, "big")
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
                answers.append(Answer(payload[2], payload[3:], int.from_bytes(payload[:2], "big")))
        return answers

    @property
    def pending(self) -> bool:
        """Whether a frame may have begun."""
        return bool(self._held)

    def idle(self) -> list[Answer]:
        """Nothing has come for a while: whole and sound answers behind a beginning that says more than ever came. What
        has begun stays: its rest may only be late."""
        at = self._held.find(PREAMBLE, 1)
        while at >= 0:
            behind = Receiver()
            answers = behind.feed(bytes(self._held[at:]))
            if answers:
                self._held = behind._held
                return answers
            at = self._held.find(PREAMBLE, at + 1)
        return []

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
