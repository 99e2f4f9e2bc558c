"""How a scanner speaks: bare text with or without answers to commands, or packets. Pure, no I/O.

An answer to a command must never be taken for a code, nor a code be cut by one: an answer is looked for between codes
only, where nothing has begun.
"""

from __future__ import annotations

import enum
from typing import Final, Protocol

from drivers.scanner.assembler import Assembler
from drivers.scanner.tokens import Reading

_ACK, _ENQ, _NAK = 0x06, 0x05, 0x15
_SOH, _STX, _ETX = 0x01, 0x02, 0x03
_LONGEST_ANSWER: Final = 64
_SSI_ANSWERS: Final = {b"\x04\xd0": 6, b"\x05\xd1": 7}
"""ACK and NAK packets (device-protocols 4.2): beginning -> how many bytes the whole has."""


class Dialect(Protocol):
    """What the driver asks of each. ``feed`` and ``idle`` never raise, whatever comes."""

    silence: float
    """Seconds without a byte after which ``idle`` is to be called while something is ``pending``."""
    replies: bytearray
    """What is to be sent back; the driver empties it."""
    acknowledged: int
    """How many commands the scanner has answered so far, with yes or no."""

    @property
    def pending(self) -> bool: ...

    def feed(self, data: bytes) -> list[Reading]: ...

    def idle(self) -> list[Reading]: ...

    def skip(self) -> None:
        """What has begun does not count, nor does the rest of it."""
        ...

    def forget(self) -> None: ...


class Answers(enum.Enum):
    """What a scanner that sends bare text answers to a command."""

    NONE = "none"
    BYTES = "bytes"
    """One of ACK, ENQ, NAK, and the command's end with it (Honeywell: ``.`` or ``!``)."""
    FRAME = "frame"
    """Newland: begins with SOH (a STX or ~ before it), repeats the command, ends with ACK or NAK, ``;`` and ETX."""
    SSI = "ssi"
    """Zebra in raw text with ACK/NAK handshaking on."""


class TextDialect:
    """Codes as bare text; answers are taken out before the assembler sees them."""

    def __init__(self, answers: Answers = Answers.NONE) -> None:
        self._answers = answers
        self._assembler = Assembler()
        self._answer = bytearray()
        """An answer that has begun."""
        self._after = False
        """The last byte was an answer; its command's end may follow."""
        self.silence = self._assembler.silence
        self.replies = bytearray()
        self.acknowledged = 0

    @property
    def pending(self) -> bool:
        return bool(self._answer) or self._after or self._assembler.pending

    def feed(self, data: bytes) -> list[Reading]:
        if self._answers is Answers.NONE:
            return self._assembler.feed(data)
        return [reading for byte in data for reading in self._sort(byte)]

    def _sort(self, byte: int) -> list[Reading]:
        if self._answer:
            self._answer.append(byte)
            return self._ended()
        after, self._after = self._after, False
        if not self._assembler.pending:
            if after and byte in b".!":
                return []
            if self._answers is Answers.BYTES and byte in (_ACK, _ENQ, _NAK):
                self._after = True
                self.acknowledged += 1
                return []
            if (self._answers is Answers.FRAME and byte == _SOH) or (self._answers is Answers.SSI and byte in (4, 5)):
                self._answer.append(byte)
                return []
        return self._assembler.feed(bytes((byte,)))

    def _ended(self) -> list[Reading]:
        """Whether the answer that has begun is complete, or was none after all: then it is rubbish like any other."""
        answer = bytes(self._answer)
        if self._answers is Answers.FRAME:
            if answer.endswith((b"\x06;\x03", b"\x15;\x03")):
                self.acknowledged += 1
                self._answer.clear()
            elif len(answer) >= _LONGEST_ANSWER or answer[-1] in b"\r\n":
                return self._no_answer(answer)
            return []
        whole = _SSI_ANSWERS.get(answer[:2])
        if whole is None:
            return self._no_answer(answer)
        if len(answer) == whole:
            self.acknowledged += 1
            self._answer.clear()
        return []

    def _no_answer(self, answer: bytes) -> list[Reading]:
        self._answer.clear()
        return self._assembler.feed(answer)

    def idle(self) -> list[Reading]:
        self._after = False
        self._answer.clear()  # it broke off; nobody showed it
        return self._assembler.idle()

    def skip(self) -> None:
        self._after = False
        if self._assembler.pending:  # an answer goes on to its end: it is told from a code anyway
            self._assembler.skip()

    def forget(self) -> None:
        self._answer.clear()
        self._after = False
        self._assembler.forget()
