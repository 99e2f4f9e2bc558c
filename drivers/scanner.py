"""2D barcode scanner on a serial line (RS-232 or USB-CDC), presentation mode (device-protocols 4.1).

A code is an opaque token: bounded, printable, used once, never logged and in no repr.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

from contract import limits
from drivers.device import DeviceClass, DeviceEvent, Happening, ScannerCapabilities, State, Status, happenings
from drivers.opening import opening_thread
from drivers.serial_line import Line, LineLost, Patience, open_serial

_ENDS: Final = b"\r\n"
_STX, _ETX = 0x02, 0x03
"""Some modules put them around a code."""


@dataclass(frozen=True, slots=True)
class ScannerSettings:
    path: str
    """A stable path: /dev/serial/by-id/…"""
    baud: int = 9600


@dataclass(slots=True)
class Assembler:
    """Codes out of bytes that come in pieces. CR, LF or CRLF ends a code; ``idle`` does for modules without suffix."""

    _held: bytearray = field(default_factory=bytearray, repr=False)
    _spoilt: bool = False

    @property
    def pending(self) -> bool:
        """Whether a code has begun and not ended."""
        return bool(self._held) or self._spoilt

    def feed(self, data: bytes) -> list[str]:
        """The codes that *data* completed, in order."""
        codes: list[str] = []
        for byte in data:
            if byte in _ENDS:
                codes += self.idle()
            elif byte in (_STX, _ETX):
                continue
            elif 0x20 <= byte < 0x7F and len(self._held) < limits.QR_MAX_CHARS:
                self._held.append(byte)
            else:
                self._spoilt = True  # too long, or not printable: the whole of it is no code
        return codes

    def idle(self) -> list[str]:
        """Nothing came for limits.SCANNER_SUFFIX_IDLE: what is held is the code, when it can be one."""
        text = "" if self._spoilt else self._held.decode("ascii").strip()
        self.forget()
        return [text] if text else []

    def forget(self) -> None:
        self._held.clear()
        self._spoilt = False


class SerialScanner:
    """Implements drivers.device.Scanner: reports the first code after ``arm``, then is deaf until armed again."""

    def __init__(self, settings: ScannerSettings, name: str = "scanner") -> None:
        self.name = name
        self._settings = settings
        self._state = State.UNKNOWN
        self._armed = False
        self._assembler = Assembler()
        self._line: Line | None = None

    @property
    def capabilities(self) -> ScannerCapabilities:
        return ScannerCapabilities(device_class=DeviceClass.SCANNER)

    @property
    def seen(self) -> Status:
        return Status(self._state)

    @property
    def state(self) -> State:
        return self._state

    async def arm(self) -> None:
        """What was shown before now does not count."""
        self._assembler.forget()
        if self._line is not None:
            self._line.discard_input()
        self._armed = True

    async def disarm(self) -> None:
        self._armed = False
        self._assembler.forget()

    async def run(self, events: asyncio.Queue[DeviceEvent]) -> None:
        patience = Patience()
        async with opening_thread(self.name) as worker:
            while True:
                try:
                    line = await open_serial(self._settings.path, self._settings.baud, worker)
                except LineLost:
                    self._become(State.NO_DEVICE, events)
                    await patience.wait()
                    continue
                patience.succeeded()
                self._line = line
                try:
                    self._become(State.ONLINE, events)
                    await self._listen(line, events)
                except LineLost:
                    self._become(State.NO_DEVICE, events)
                finally:
                    self._line, self._state = None, State.NO_DEVICE
                    self._assembler.forget()
                    line.close()
                await patience.wait()

    async def _listen(self, line: Line, events: asyncio.Queue[DeviceEvent]) -> None:
        while True:
            data = await line.read(limits.SCANNER_SUFFIX_IDLE if self._assembler.pending else None)
            if not self._armed:
                continue
            codes = self._assembler.feed(data) if data else self._assembler.idle()
            if codes:
                self._armed = False
                self._assembler.forget()
                events.put_nowait(DeviceEvent(self.name, Happening.SCANNED, self._state, code=codes[0]))

    def _become(self, state: State, events: asyncio.Queue[DeviceEvent]) -> None:
        before, self._state = self._state, state
        for happening in happenings(before, state):
            events.put_nowait(DeviceEvent(self.name, happening, state))
