"""The printer: its line, its state, what it says of itself (device-protocols 5.2, 5.3), the pace at which it prints."""

from __future__ import annotations

import asyncio
import enum
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from drivers.emulated.printer.machine import Machine
from drivers.emulated.printer.model import Model
from drivers.emulated.printer.paper import Paper, PaperSlip
from drivers.emulated.pty_link import PtyLink

CLEAR_BUFFER: Final = bytes((0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08))
DOTS_PER_MM: Final = 8
DLE: Final = 0x10
XON, XOFF = b"\x11", b"\x13"
Do = Callable[[], object]


class Supply(enum.StrEnum):
    FULL = "full"
    LOW = "low"
    OUT = "out"


class EmulatedPrinter:
    """``async with EmulatedPrinter(link) as printer``: prints onto ``printer.slips``.

    *millimetres_per_second*: how fast it prints; 0: at once. It works off its buffer in order and stops while it is out
    of paper, open or jammed; what is in the buffer then comes out afterwards, as on the real ones.

    What goes wrong is told beforehand, step by step: ``at_line(5, printer.jam)``, ``at_byte(9, printer.fall_silent)``.
    """

    def __init__(
        self, link: Path, width_mm: int = 80, millimetres_per_second: float = 150.0, model: Model | None = None
    ) -> None:
        self.slips: list[PaperSlip] = []
        """Cut, oldest first."""
        self.scraps: list[PaperSlip] = []
        """Torn off by whoever put in new paper."""
        self.silent = False
        """Works, but answers nothing."""
        self.garbling: random.Random | None = None
        """Answers whatever comes out of it."""
        self.delay = 0.0
        """Seconds until an answer goes out: a slow one."""
        self.received = bytearray()
        """Every byte since the line was opened; cleared by whoever looks."""
        self.waiting = False
        """A slip stands in the presenter."""
        self.model = model or Model()
        self._paper = Paper(width_mm)
        self._machine = Machine(self._paper, self._answer, self._cut, self._in_order_status, self._report, self.model)
        self._speed = millimetres_per_second * DOTS_PER_MM
        self._supply = Supply.FULL
        self._cover_open = self._jammed = self._hot = self._broken = self._held = self._full = False
        self._reports = False
        self._at_line: list[tuple[int, Do]] = []
        self._at_byte: list[tuple[int, Do]] = []
        self._lines = self._bytes = 0
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

    # -- what a hand, or time, can do ---------------------------------------------------------------------------------
    def set_paper(self, supply: str) -> None:
        """``full``, ``low`` or ``out``. New paper: what hung out of the slot is torn off."""
        new = Supply(supply)
        if self._supply is Supply.OUT and new is not Supply.OUT and not self._paper.blank:
            self.scraps.append(self._paper.take(cut=False))
        self._supply = new
        self._changed()

    def set_cover(self, open_: bool) -> None:
        self._cover_open = open_
        self._changed()

    def set_hot(self, hot: bool) -> None:
        """The head is too hot; it goes on by itself when it is not."""
        self._hot = hot
        self._changed()

    def jam(self) -> None:
        """The paper or the cutter is stuck."""
        self._jammed = True
        self._changed()

    def clear_jam(self) -> None:
        self._jammed = False
        self._changed()

    def break_down(self) -> None:
        """An error that nothing but switching off mends."""
        self._broken = True
        self._changed()

    def take(self) -> None:
        """Take the slip out of the presenter."""
        self.waiting = False
        self._changed()

    def fall_silent(self) -> None:
        self.silent = True

    def garble(self, seed: int = 1) -> None:
        """Answer rubbish from now on."""
        self.garbling = random.Random(seed)  # noqa: S311 - rubbish, and the same each time

    def hold(self) -> None:
        """XOFF: make the sender wait, until ``release``."""
        self._held = True
        self._pty.send(XOFF)

    def release(self) -> None:
        self._held = False
        self._pty.send(XON)
        self._wake.set()

    def unplug(self) -> None:
        """Pulled off the line and switched off: what was in its buffer is forgotten."""
        self._pty.unplug()
        self._buffer.clear()
        self._tail.clear()
        self._reports = False

    def plug(self) -> None:
        self._pty.plug()

    # -- what is to happen --------------------------------------------------------------------------------------------
    def at_line(self, lines: int, do: Do) -> None:
        """*do* it after so many more lines."""
        self._at_line.append((self._lines + max(lines, 1), do))

    def at_byte(self, count: int, do: Do) -> None:
        """*do* it as soon as so many more bytes have come."""
        self._at_byte.append((self._bytes + max(count, 1), do))

    def at_cut(self, do: Do) -> None:
        """*do* it when the next cut is due, before it is made."""
        self._before_cut = do

    def out_after(self, lines: int) -> None:
        """The paper ends after so many more lines."""
        self.at_line(lines, lambda: self.set_paper("out"))

    def jam_after(self, lines: int) -> None:
        """The paper jams after so many more lines."""
        self.at_line(lines, self.jam)

    def report_now(self) -> None:
        """Tell the present state unasked, whether or not that was wished for."""
        self._answer(self._automatic())

    def have_presenter(self, has: bool) -> None:
        """A model with a presenter, or without."""
        self.model = self._machine.model = replace(self.model, presenter=has)

    def mend(self) -> None:
        """Nothing is wrong with it any more, and what was told beforehand does not happen. Paper and cover are others'
        to see to."""
        self._at_line.clear()
        self._at_byte.clear()
        self._before_cut = None
        self.silent = self._jammed = self._hot = self._broken = self.waiting = False
        self.garbling, self.delay = None, 0.0
        if self._held:
            self.release()
        self._changed()

    # -- what can be seen ---------------------------------------------------------------------------------------------
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

    @property
    def lines(self) -> int:
        """Lines printed since it was switched on."""
        return self._lines

    # -- the line -----------------------------------------------------------------------------------------------------
    def _received(self, data: bytes) -> None:
        for byte in data:
            if not self._pty.plugged:
                return
            self.received.append(byte)
            self._buffer.append(byte)
            self._tail.append(byte)
            self._real_time()
            del self._tail[: -len(CLEAR_BUFFER)]
            self._bytes += 1
            _run_due(self._at_byte, self._bytes)
        if len(self._buffer) >= self.model.buffer and self._pty.plugged:
            self._full = True
            if self.model.xonxoff:
                self._pty.send(XOFF)
            else:
                self._pty.pause()
        self._wake.set()

    def _room_again(self) -> None:
        if self._full and len(self._buffer) < self.model.buffer // 2:
            self._full = False
            if self.model.xonxoff and not self._held:
                self._pty.send(XON)
            self._pty.resume()

    def _real_time(self) -> None:
        """Real-time commands work wherever they stand, inside a picture too."""
        if self._tail[-3:-1] == b"\x10\x04" and self._tail[-1] in self.model.answers:
            self._answer(bytes((self._status(self._tail[-1]),)))
        elif (self._tail[-3:] == b"\x10\x05\x02" and self._jammed) or self._tail.endswith(CLEAR_BUFFER):
            self._buffer.clear()
            self._room_again()

    def _answer(self, data: bytes) -> None:
        if self.silent:
            return
        if self.garbling is not None:
            data = self.garbling.randbytes(len(data))
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self._pty.send, data)
        else:
            self._pty.send(data)

    def _report(self, on: bool) -> None:
        """GS a: tells the present state at once, then every change."""
        on = on and self.model.automatic
        if on and not self._reports:
            self._answer(self._automatic())
        self._reports = on

    def _changed(self) -> None:
        if self._reports:
            self._answer(self._automatic())
        self._wake.set()

    def _status(self, number: int) -> int:
        out, low = self._supply is Supply.OUT, self._supply is not Supply.FULL and self.model.near_end
        end = (0x20 if self.model.presenter else 0x60) if out else 0
        bits = {
            1: self._stopped << 3,
            2: self._cover_open << 2 | out << 5 | (self._jammed or self._hot or self._broken) << 6,
            3: self._jammed << 3 | self._broken << 5 | self._hot << 6,
            4: (0x0C if low else 0) | end | ((self.model.presenter and self.waiting) << 6),
        }
        return 0x12 | bits[number]

    def _automatic(self) -> bytes:
        out, low = self._supply is Supply.OUT, self._supply is not Supply.FULL and self.model.near_end
        first = 0x10 | self._stopped << 3 | self._cover_open << 5
        second = self._jammed << 3 | self._broken << 5 | self._hot << 6
        return bytes((first, second, (0x03 if low else 0) | (0x0C if out else 0), 0))

    def _in_order_status(self) -> int:
        return 0x03 if self._supply is Supply.LOW and self.model.near_end else 0x00

    # -- printing -----------------------------------------------------------------------------------------------------
    _before_cut: Do | None = None

    @property
    def _stopped(self) -> bool:
        return self._supply is Supply.OUT or self._cover_open or self._jammed or self._broken

    async def _work(self) -> None:
        while True:
            length = self._machine.length(self._buffer) if self._buffer else None
            done = length is not None and self._buffer[0] == DLE  # a real-time command, worked off when it came in
            if length is None or ((self._stopped or self._hot or self._held) and not done):
                self._wake.clear()
                await self._wake.wait()
                continue
            command = bytes(self._buffer[:length])
            if self._before_cut is not None and command[:2] == b"\x1d\x56":
                do, self._before_cut = self._before_cut, None
                do()
                continue
            del self._buffer[:length]
            self._room_again()
            down = self._machine.work(command)
            if down:
                self._lines += 1
                _run_due(self._at_line, self._lines)
                await asyncio.sleep(down / self._speed if self._speed else 0)

    def _cut(self) -> None:
        if self._paper.blank:
            self._paper.take(cut=True)
            return
        self.slips.append(self._paper.take(cut=True))
        if self.model.presenter:
            self.waiting = True
            self._changed()


def _run_due(script: list[tuple[int, Do]], now: int) -> None:
    for step in [step for step in script if step[0] <= now]:
        script.remove(step)
        step[1]()
