"""SSI, the packets of Zebra (Symbol) scan engines (device-protocols 4.2). Pure, no I/O.

A packet: length (of all but the checksum), opcode, source (04 host, 00 device), status, data, checksum (16-bit two's
complement of the sum, big-endian). Status bit 0: sent again; bit 1: more follows. Every packet but an acknowledgement
is acknowledged within the device's response time-out, else the device sends it twice more with bit 0 set (Symbol SE955
Integration Guide, chapter SSI: CMD_ACK, DECODE_DATA).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Final

from contract import limits
from drivers.scanner.tokens import Flaw, Reading, judged

HOST: Final = 0x04
_DEVICE: Final = 0x00
_HEADER: Final = 4
_CHECKSUM: Final = 2
_SENT_AGAIN: Final = 0x01
_MORE_FOLLOWS: Final = 0x02
_RESEND: Final = b"\x01"
"""NAK: the checksum was wrong."""


class Opcode(enum.IntEnum):
    """What a device sends, and what is sent to it."""

    REVISION = 0xA4
    IMAGE = 0xB1
    VIDEO = 0xB4
    PARAMETERS = 0xC6
    ACK = 0xD0
    NAK = 0xD1
    CAPABILITIES = 0xD4
    START = 0xE4
    STOP = 0xE5
    DECODE_DATA = 0xF3
    EVENT = 0xF6


_FROM_DEVICE: Final = frozenset(Opcode) - {Opcode.START, Opcode.STOP}


def checksum(body: bytes) -> bytes:
    """Two's complement of the sum of *body*, 16 bits, big-endian."""
    return (-sum(body) & 0xFFFF).to_bytes(2, "big")


def packet(opcode: Opcode, data: bytes = b"") -> bytes:
    """A packet of the host's."""
    body = bytes((_HEADER + len(data), opcode, HOST, 0)) + data
    return body + checksum(body)


@dataclass(frozen=True, slots=True)
class Packet:
    opcode: Opcode
    status: int
    data: bytes = field(repr=False)


class Packets:
    """Packets out of bytes that come in pieces. There is no preamble: what cannot begin one is passed over."""

    def __init__(self) -> None:
        self._held = bytearray()

    @property
    def pending(self) -> bool:
        return bool(self._held)

    def forget(self) -> None:
        self._held.clear()

    def feed(self, data: bytes) -> list[Packet | None]:
        """What *data* completed, in order; None for a packet whose checksum is wrong."""
        self._held += data
        found: list[Packet | None] = []
        while (length := self._begins()) is not None and len(self._held) >= length + _CHECKSUM:
            one = self._at(0)
            # What only looked like a beginning must not swallow the packet behind it.
            del self._held[: 1 if one is None else length + _CHECKSUM]
            found.append(one)
        return found

    def idle(self) -> list[Packet | None]:
        """Nothing more comes: packets that stand whole behind a false beginning; what is left over is dropped."""
        found: list[Packet | None] = []
        at = 0
        while at < len(self._held):
            one = self._at(at)
            if one is not None:
                found.append(one)
                at += self._held[at] + _CHECKSUM
            else:
                at += 1
        if not found and len(self._held) > _HEADER:
            found.append(None)
        self.forget()
        return found

    def _begins(self) -> int | None:
        """Length of the packet that begins here, after passing over what cannot begin one."""
        at = 0
        while at < len(self._held) and not self._plausible(at):
            at += 1
        del self._held[:at]
        return self._held[0] if len(self._held) >= _HEADER else None

    def _plausible(self, at: int) -> bool:
        head = self._held[at : at + 3]
        return (
            head[0] >= _HEADER
            and (len(head) < 2 or head[1] in _FROM_DEVICE)
            and (len(head) < 3 or head[2] == _DEVICE)
        )  # fmt: skip

    def _at(self, at: int) -> Packet | None:
        if not self._plausible(at):
            return None
        end = at + self._held[at]
        body, check = bytes(self._held[at:end]), bytes(self._held[end : end + _CHECKSUM])
        if checksum(body) != check:
            return None
        return Packet(Opcode(body[1]), body[3], body[4:])


class SsiDialect:
    """Codes out of DECODE_DATA packets, several for a long one; what is to be answered lies in ``replies``."""

    def __init__(self) -> None:
        self.silence = limits.SCANNER_PACKET_IDLE
        self.replies = bytearray()
        self.acknowledged = 0
        """Acknowledgements so far, refusals too: the device hears."""
        self._packets = Packets()
        self._text = bytearray()
        self._last: int | None = None
        """Hash of the packet accepted last: it comes again when the acknowledgement was lost. Outlives ``forget``."""
        self._began = self._passed = self._spoilt = False

    @property
    def pending(self) -> bool:
        return self._packets.pending or self._began

    def feed(self, data: bytes) -> list[Reading]:
        return [reading for one in self._packets.feed(data) for reading in self._take(one)]

    def idle(self) -> list[Reading]:
        """Silence for ``silence``: a code whose rest did not come is none."""
        readings = [reading for one in self._packets.idle() for reading in self._take(one)]
        if self._began:
            self._spoilt = True
            readings += self._finish()
        return readings

    def skip(self) -> None:
        self._passed = self._began
        self._text.clear()

    def forget(self) -> None:
        self._packets.forget()
        self._text.clear()
        self._began = self._passed = self._spoilt = False

    def _take(self, one: Packet | None) -> list[Reading]:
        if one is None:
            refusal = packet(Opcode.NAK, _RESEND)
            if not self.replies.endswith(refusal):
                self.replies += refusal
            return []
        if one.opcode in (Opcode.ACK, Opcode.NAK):
            self.acknowledged += 1
            return []
        self.replies += packet(Opcode.ACK)
        if one.opcode is not Opcode.DECODE_DATA or (one.status & _SENT_AGAIN and hash(one.data) == self._last):
            return []
        self._last = hash(one.data)
        self._began = True
        if len(self._text) <= limits.QR_MAX_CHARS:  # more would be kept for nothing: it is too long already
            self._text += one.data[1:]  # the first byte names the symbology
        return [] if one.status & _MORE_FOLLOWS else self._finish()

    def _finish(self) -> list[Reading]:
        text, spoilt, passed = bytes(self._text).rstrip(b"\r\n"), self._spoilt, self._passed
        self._text.clear()
        self._began = self._passed = self._spoilt = False
        if passed:
            return []
        if spoilt:
            return [Flaw.NOT_PRINTABLE]
        reading = judged(text)
        return [] if reading is None else [reading]
