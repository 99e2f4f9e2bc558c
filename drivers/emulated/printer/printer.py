"""The printer: its line, its state, its real-time answers (device-protocols 5.2), and the pace at which it prints."""

from __future__ import annotations

import asyncio
import enum
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from drivers.emulated.printer.machine import Machine
from drivers.emulated.printer.paper import Paper, PaperSlip
from drivers.emulated.pty_link import PtyLink

BUFFER: Final = 16_384
"""Bytes it takes before it makes the sender wait."""
CLEAR_BUFFER: Final = bytes((0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08))
DOTS_PER_MM: Final = 8
DLE: Final = 0x10


class Supply(enum.StrEnum):
    FULL = "full"
    LOW = "low"
    OUT = "out"


class EmulatedPrinter:
    """``async with EmulatedPrinter(link) as printer``: prints onto ``printer.slips``.

    *millimetres_per_second*: how fast it prints; 0: at once. It works off its buffer in order and stops while it is out
    of paper, open or jammed; what is in the buffer then comes out afterwards, as on the real ones.
    """

    def __init__(self, link: Path, width_mm: int = 80, millimetres_per_second: float = 150.0) -> None:
        self.slips: list[PaperSlip] = []
        """Cut, oldest first."""
        self.scraps: list[PaperSlip] = []
        """Torn off by whoever put in new paper."""
        self.silent = False
        """Works, but answers nothing."""
        self.received = bytearray()
        """Every byte since the line was opened; cleared by whoever looks."""
        self._paper = Paper(width_mm)
        self._machine = Machine(self._paper, self._answer, self._cut, self._in_order_status)
        self._speed = millimetres_per_second * DOTS_PER_MM
        self._supply = Supply.FULL
        self._cover_open = self._jammed = self._hot = False
        self._out_in: int | None = None
        self._jam_in: int | None = None
        self._buffer = bytearray()
        self._tail = bytearray()
        self._wake = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None
        self._pty = PtyLink(link, self._received)

    async def __aenter__(self) -> Self:
        self._pty.plug()
        self._worker = asyncio.create_task(self._work(), name="emulated printer")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._worker is not None
        self._worker.cancel()
        await asyncio.gather(self._worker, return_exceptions=True)
        self._pty.unplug()

    # -- what a hand can do -------------------------------------------------------------------------------------------
    def set_paper(self, supply: str) -> None:
        """``full``, ``low`` or ``out``. New paper: what hung out of the slot is torn off."""
        new = Supply(supply)
        if self._supply is Supply.OUT and new is not Supply.OUT and not self._paper.blank:
            self.scraps.append(self._paper.take(cut=False))
        self._supply = new
        self._wake.set()

    def set_cover(self, open_: bool) -> None:
        self._cover_open = open_
        self._wake.set()

    def set_hot(self, hot: bool) -> None:
        """The head is too hot; it goes on by itself when it is not."""
        self._hot = hot
        self._wake.set()

    def clear_jam(self) -> None:
        self._jammed = False
        self._wake.set()

    def out_after(self, lines: int) -> None:
        """The paper ends after so many more lines."""
        self._out_in = lines

    def jam_after(self, lines: int) -> None:
        """The paper jams after so many more lines."""
        self._jam_in = lines

    def stop_wearing(self) -> None:
        """Neither ``out_after`` nor ``jam_after`` comes any more."""
        self._out_in = self._jam_in = None

    def unplug(self) -> None:
        """Pulled off the line and switched off: what was in its buffer is forgotten."""
        self._pty.unplug()
        self._buffer.clear()
        self._tail.clear()

    def plug(self) -> None:
        self._pty.plug()

    @property
    def strays(self) -> int:
        """Accidental real-time commands inside picture or QR data."""
        return self._machine.strays

    @property
    def unknown(self) -> list[bytes]:
        """Commands it was sent and does not know."""
        return self._machine.unknown

    @property
    def unprinted(self) -> int:
        """Bytes in its buffer."""
        return len(self._buffer)

    # -- the line -----------------------------------------------------------------------------------------------------
    def _received(self, data: bytes) -> None:
        self.received += data
        for byte in data:
            self._buffer.append(byte)
            self._tail.append(byte)
            self._real_time()
            del self._tail[: -len(CLEAR_BUFFER)]
        if len(self._buffer) >= BUFFER:
            self._pty.pause()
        self._wake.set()

    def _real_time(self) -> None:
        """Real-time commands work wherever they stand, inside a picture too."""
        if self._tail[-3:-1] == b"\x10\x04" and 1 <= self._tail[-1] <= 4:
            self._answer(bytes((self._status(self._tail[-1]),)))
        elif (self._tail[-3:] == b"\x10\x05\x02" and self._jammed) or self._tail.endswith(CLEAR_BUFFER):
            self._buffer.clear()

    def _answer(self, data: bytes) -> None:
        if not self.silent:
            self._pty.send(data)

    def _status(self, number: int) -> int:
        out, low = self._supply is Supply.OUT, self._supply is not Supply.FULL
        bits = {
            1: self._stopped << 3,
            2: self._cover_open << 2 | out << 5 | (self._jammed or self._hot) << 6,
            3: self._jammed << 3 | self._hot << 6,
            4: (0x0C if low else 0) | (0x60 if out else 0),
        }
        return 0x12 | bits[number]

    def _in_order_status(self) -> int:
        return 0x03 if self._supply is Supply.LOW else 0x00

    # -- printing -----------------------------------------------------------------------------------------------------
    @property
    def _stopped(self) -> bool:
        return self._supply is Supply.OUT or self._cover_open or self._jammed

    async def _work(self) -> None:
        while True:
            length = self._machine.length(self._buffer) if self._buffer else None
            done = length is not None and self._buffer[0] == DLE  # a real-time command, worked off when it came in
            if length is None or ((self._stopped or self._hot) and not done):
                self._wake.clear()
                await self._wake.wait()
                continue
            command = bytes(self._buffer[:length])
            del self._buffer[:length]
            if len(self._buffer) < BUFFER:
                self._pty.resume()
            down = self._machine.work(command)
            if down:
                self._wear()
                await asyncio.sleep(down / self._speed if self._speed else 0)

    def _wear(self) -> None:
        if self._out_in is not None:
            self._out_in -= 1
            if self._out_in <= 0:
                self._supply, self._out_in = Supply.OUT, None
        if self._jam_in is not None:
            self._jam_in -= 1
            if self._jam_in <= 0:
                self._jammed, self._jam_in = True, None

    def _cut(self) -> None:
        if self._paper.blank:
            self._paper.take(cut=True)
        else:
            self.slips.append(self._paper.take(cut=True))
