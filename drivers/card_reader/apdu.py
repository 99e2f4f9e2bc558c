"""Command APDUs of the social-security card and what their status words mean (device-protocols 1.2, 1.3, 1.7, 1.8).

Pure: a dialogue is a generator that yields command APDUs and is sent the answers.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Final, TypeVar

from contract.faults import Fault
from drivers.device import Failure

T = TypeVar("T")
Dialogue = Generator[bytes, bytes, T]
"""Yields a command APDU, is sent the whole answer (data and status word), returns T."""

SSSE: Final = b"sx1.sh." + "社会保障".encode("gbk")
"""Name of the social-security application: 15 bytes."""
EF05: Final = 0xEF05
EF06: Final = 0xEF06
SELECT_P1: Final = (0x02, 0x00)
"""Both are in the field; the first one first."""
MAX_FOLLOW_UPS: Final = 8
"""GET RESPONSE and wrong-Le rounds of one command; a card that wants more makes no sense."""


class SW:
    """Status words (ISO/IEC 7816-4)."""

    OK: Final = 0x9000
    MAYBE_BAD: Final = 0x6281
    SHORT: Final = 0x6282
    WRONG_LENGTH: Final = 0x6700
    NOT_AUTHORISED: Final = 0x6982
    PIN_BLOCKED: Final = 0x6983
    LOCKED: Final = 0x6A81
    NO_FILE: Final = 0x6A82
    NO_RECORD: Final = 0x6A83
    CONDITIONS: Final = 0x6985
    WRONG_P1P2: Final = 0x6A86
    NOT_FOUND: Final = 0x6A88
    LOCKED_FOR_EVER: Final = 0x9303


_FINE: Final = frozenset({SW.OK, SW.SHORT})
_DONE: Final = SW.OK.to_bytes(2, "big")


class Plan(bytes):
    """A command, with those that follow it as long as each is answered 9000 and nothing else.

    Whoever drives the dialogue may send them ahead, one after the other with nothing in between, and hand each answer
    over when its command is yielded. Only what reads stands in a plan: sent in vain, it changes nothing on the card.
    """

    following: tuple[bytes, ...]

    def __new__(cls, *commands: bytes) -> Plan:
        made = super().__new__(cls, commands[0])
        made.following = commands[1:]
        return made


def answered(raw: bytes) -> bool:
    """Whether an answer ends with 9000."""
    return raw[-2:] == _DONE


CHALLENGE: Final = 8
CRYPTOGRAM: Final = 8
"""Bytes of a challenge and of a cryptogram, whatever the algorithm (device-protocols 1.6)."""
READER_KEY: Final = 0x0A
"""RKSSSE, the key with which a reader shows a third-generation card that it may read EF06."""
KEY_REFUSED: Final = frozenset({SW.NOT_AUTHORISED, SW.PIN_BLOCKED, 0x6984, SW.CONDITIONS, 0x6988, SW.NOT_FOUND})
"""Answers to an authentication that say no to the key: security status, key locked, stale challenge, conditions,
cryptogram, no such key."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Data and status word of one command; the data are a resident's."""

    data: bytes = field(repr=False)
    sw: int

    @property
    def ok(self) -> bool:
        """9000, or 6282 (the record ended before Le: lengths are checked by whoever reads it)."""
        return self.sw in _FINE


def select_application(name: bytes) -> bytes:
    """SELECT by name."""
    return bytes((0x00, 0xA4, 0x04, 0x00, len(name))) + name


def select_file(file_id: int, p1: int) -> bytes:
    """SELECT an EF by its two-byte id."""
    return bytes((0x00, 0xA4, p1, 0x00, 0x02)) + file_id.to_bytes(2, "big")


def read_tag(tag: int, le: int) -> bytes:
    """READ RECORD of the current EF by tag; *le* is the length of the whole TLV, 0 for all."""
    return bytes((0x00, 0xB2, tag, 0x00, le))


def read_number(number: int) -> bytes:
    """READ RECORD of the current EF by record number."""
    return bytes((0x00, 0xB2, number, 0x04, 0x00))


def verify(pin: str) -> bytes:
    """VERIFY with the PIN as packed BCD, an odd digit filled with F. 4 to 16 ASCII digits."""
    assert pin_has_shape(pin)
    digits = bytes.fromhex(pin + "F" * (len(pin) % 2))
    return bytes((0x00, 0x20, 0x00, 0x00, len(digits))) + digits


def get_challenge() -> bytes:
    """GET CHALLENGE for eight bytes (ISO/IEC 7816-4)."""
    return bytes((0x00, 0x84, 0x00, 0x00, CHALLENGE))


def internal_authenticate(factor: bytes, source: bytes) -> bytes:
    """INTERNAL AUTHENTICATE (LD/T 32.5-2015, 7.7): process factor and source, eight bytes each."""
    assert len(factor) == len(source) == CHALLENGE
    return bytes((0x00, 0x88, 0x00, 0x00, 2 * CHALLENGE)) + factor + source


def external_authenticate(cryptogram: bytes, source: bytes) -> bytes:
    """EXTERNAL AUTHENTICATE with RKSSSE (LD/T 32.5-2015, 7.4): cryptogram and source, eight bytes each."""
    assert len(cryptogram) == len(source) == CHALLENGE
    return bytes((0x00, 0x82, 0x00, READER_KEY, 2 * CHALLENGE)) + cryptogram + source


def pin_has_shape(pin: str) -> bool:
    return 4 <= len(pin) <= 16 and pin.isascii() and pin.isdigit()


def send(command: bytes) -> Dialogue[Answer]:
    """One command, with 61xx followed by GET RESPONSE and 6Cxx by the same command with the right Le."""
    raw = yield command
    if raw[-2:] == _DONE:  # nearly always: nothing more is made of it
        return Answer(raw[:-2], SW.OK)
    return (yield from _followed_up(command, raw))


def _followed_up(command: bytes, raw: bytes) -> Dialogue[Answer]:
    """After an answer that was not the whole; as many rounds as MAX_FOLLOW_UPS, the first one included."""
    data = b""
    for number in range(MAX_FOLLOW_UPS):
        answer = parse(data, (yield command) if number else raw)
        data = answer.data
        high, low = answer.sw >> 8, answer.sw & 0xFF
        if high == 0x61:
            command = bytes((0x00, 0xC0, 0x00, 0x00, low))
        elif high == 0x6C:
            command = command[:4] + bytes((low,)) if len(command) == 5 else command + bytes((low,))
        else:
            return answer
    return Answer(b"", 0)


def parse(before: bytes, raw: bytes) -> Answer:
    """Split data and status word; fewer than two bytes is no answer, status word 0."""
    if len(raw) < 2:
        return Answer(b"", 0)
    return Answer(before + raw[:-2], int.from_bytes(raw[-2:], "big"))


def tlv(data: bytes, tag: int) -> bytes | None:
    """Value of a simple TLV that is exactly *data* with that *tag*; filling of 00 or FF behind it is forgiven."""
    if len(data) < 2 or data[0] != tag or len(data) < 2 + data[1]:
        return None
    end = 2 + data[1]
    if len(data) == end:
        return data[2:]
    if data[end:].strip(b"\x00") and data[end:].strip(b"\xff"):
        return None
    return data[2:end]


def refusal(what: str, answer: Answer) -> Failure:
    """What a status word other than 9000 means to a person; *what* names the command, for staff."""
    detail = f"{what} {answer.sw:04X}"
    match answer.sw:
        case SW.NOT_AUTHORISED:
            return Failure(Fault.CARD_NOT_AUTHORISED, detail)
        case SW.LOCKED | SW.LOCKED_FOR_EVER:
            return Failure(Fault.CARD_LOCKED, detail)
        case _:
            return Failure(Fault.CARD_UNREADABLE, detail)
