"""Codes out of bytes that come in pieces (device-protocols 4.1). Pure, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from contract import limits
from drivers.scanner.tokens import Flaw, Reading, judged

_ENDS: Final = b"\r\n"
_STX, _ETX = 0x02, 0x03
"""Some modules put them around a code."""
_NOISE: Final = 4
"""Fewer bytes than this that make no sense are the line's own noise, and nobody showed them."""


@dataclass(slots=True)
class Assembler:
    """CR, LF or CRLF ends a code; so does ``idle``, for modules without suffix.

    All or nothing: one byte too many or not printable, and the whole of it to its end is no code.
    """

    silence: float = field(default_factory=lambda: limits.SCANNER_SUFFIX_IDLE)
    """Seconds without a byte after which ``idle`` is to be called."""
    _held: bytearray = field(default_factory=bytearray, repr=False)
    _length: int = 0
    """Bytes since the last end, also those not held."""
    _spoilt: bool = False
    _passed: bool = False
    """What comes up to the next end is not looked at (any more)."""

    @property
    def pending(self) -> bool:
        """Whether something has begun and not ended."""
        return self._length > 0 or self._passed

    def feed(self, data: bytes) -> list[Reading]:
        """What *data* completed, in order. What has grown too long is said at once: its end may never come."""
        readings: list[Reading] = []
        for byte in data:
            if byte in _ENDS:
                readings += self.idle()
            elif byte in (_STX, _ETX):
                continue
            else:
                readings += self._take(byte)
        return readings

    def _take(self, byte: int) -> list[Reading]:
        self._length += 1
        if self._passed:
            return []
        if self._length > limits.QR_MAX_CHARS:
            self.skip()
            return [Flaw.TOO_LONG]
        if not 0x20 <= byte < 0x7F:
            self._spoilt = True
        self._held.append(byte)
        return []

    def idle(self) -> list[Reading]:
        """The end was seen, or nothing came for ``silence``: what is held is the code, when it can be one."""
        held, spoilt, passed = bytes(self._held), self._spoilt, self._passed
        self.forget()
        if passed:
            return []
        if spoilt:
            return [Flaw.NOT_PRINTABLE] if len(held) >= _NOISE else []
        reading = judged(held)
        return [] if reading is None else [reading]

    def skip(self) -> None:
        """What has begun does not count, nor does the rest of it."""
        self._held.clear()
        self._passed = True

    def forget(self) -> None:
        """Begin anew with the next byte."""
        self._held.clear()
        self._length = 0
        self._spoilt = self._passed = False
