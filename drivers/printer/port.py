"""The way to the printer: python-escpos opens and closes it; what comes is told apart as it comes, whoever asked."""

from __future__ import annotations

import asyncio
import fcntl
import struct
import termios
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Final, Protocol

from escpos.exceptions import DeviceNotFoundError
from escpos.printer import Network, Serial

from contract import limits
from drivers.device import PrinterStatus
from drivers.opening import opened_by
from drivers.printer import status
from drivers.printer.answers import Answer, Automatic, Decoder, InOrder, Mark, Rubbish, Said
from drivers.printer.settings import Kind, PrinterSettings, Profile
from drivers.printer.usb_line import UsbLine, open_usb
from drivers.serial_line import Line, LineLost

LATE: Final = 2 * limits.PRINTER_STATUS
"""After a question without an answer: so long until the next one, so that an answer which comes late is not taken for
the next question's."""
MOST_SILENCES: Final = 2
"""Unanswered questions in one round; a third one is not put."""


class Wire(Protocol):
    """What Line and UsbLine have in common."""

    async def read(self, seconds: float | None) -> bytes: ...

    async def write(self, data: bytes, seconds: float) -> int: ...

    def discard_output(self) -> None: ...

    def close(self) -> None: ...


async def open_port(settings: PrinterSettings, worker: Executor, changed: Callable[[], None]) -> Port:
    """*changed* is called when the printer said something of itself, or is lost. Raises LineLost when it is not
    there."""
    line: Line | UsbLine
    try:
        if settings.kind is Kind.USB:
            line = await open_usb(settings.vendor, settings.product, worker)
            return Port(line, settings.profile, changed, _always)
        descriptor, close = await opened_by(worker, lambda: _opened(settings), lambda opened: opened[1]())
    except (DeviceNotFoundError, OSError, termios.error) as error:  # the last: gone while it was being opened
        raise LineLost(type(error).__name__) from error
    line = Line(descriptor, close)
    there = _always if settings.kind is Kind.NETWORK else lambda: _raises_a_line(descriptor)
    return Port(line, settings.profile, changed, there)


def _opened(settings: PrinterSettings) -> tuple[int, Callable[[], None]]:
    """Blocking, in the worker thread."""
    if settings.kind is Kind.NETWORK:
        network = Network(settings.host, settings.port, timeout=limits.PRINTER_CONNECT)
        network.open()
        return network.device.fileno(), network.close
    serial = Serial(settings.path, settings.baud, timeout=0, xonxoff=settings.profile.xonxoff)
    serial.open()

    def close() -> None:
        # Not python-escpos' own close, which waits until a silent printer has taken everything. Named here, the
        # object also lives as long as the line: collected, it would close it.
        serial.device.close()

    return serial.device.fileno(), close


def _always() -> bool:
    """USB and network: a printer that is switched off is not on the bus, and refuses the connection."""
    return True


def _raises_a_line(descriptor: int) -> bool:
    """Serial: DSR or CTS is raised, so that something with power is at the other end (a pseudo-terminal has none)."""
    try:
        lines = struct.unpack("I", fcntl.ioctl(descriptor, termios.TIOCMGET, struct.pack("I", 0)))[0]
    except OSError:
        return False
    return bool(lines & (termios.TIOCM_DSR | termios.TIOCM_CTS))


class Port:
    """An open way to the printer. Every method raises LineLost when the printer is unplugged."""

    def __init__(self, line: Wire, profile: Profile, changed: Callable[[], None], there: Callable[[], bool]) -> None:
        self._line = line
        self._profile = profile
        self._changed = changed
        self._there = there
        self._decoder = Decoder()
        self._lost: LineLost | None = None
        self._waiting: asyncio.Future[int] | None = None
        self._unsent = b""
        """The rest of a question that the line did not take whole: it goes first, or what follows would be its end."""
        self._not_before = 0.0
        self.answered = False
        """Something was answered when it was last asked."""
        self.automatic: PrinterStatus | None = None
        """The last automatic status since ``forget``."""
        self.in_order = False
        """An answer to GS r 1 has come since ``forget``."""
        self.marks: set[str] = set()
        self.garbled = False
        """Bytes came, since ``forget``, that no printer sends."""
        self._pump = asyncio.get_running_loop().create_task(self._listen(), name="printer line")

    @property
    def surely_there(self) -> bool:
        """Something with power is at the other end, whether or not it answers."""
        return self._there()

    def check(self) -> None:
        """Raises LineLost when the printer is gone."""
        if self._lost is not None:
            raise LineLost(*self._lost.args)

    def forget(self) -> None:
        """What has come until now belongs to nothing that is asked from now on."""
        self.automatic, self.in_order, self.garbled = None, False, False
        self.marks.clear()

    async def send(self, data: bytes, seconds: float) -> int:
        """How many bytes of *data* went out within *seconds*."""
        self.check()
        if self._unsent:
            self._unsent = self._unsent[await self._line.write(self._unsent, seconds) :]
            if self._unsent:
                return 0
        return await self._line.write(data, seconds)

    async def report_changes(self) -> None:
        """Switch the automatic status on, or off, as the model has it."""
        await self.send(status.report_changes(self._profile.automatic), limits.PRINTER_STATUS)

    async def status(self) -> PrinterStatus:
        """DLE EOT, each with its deadline. One that is not answered leaves its part unknown; a printer that answers
        nothing, or keeps silent twice, is not asked further."""
        answers: dict[int, int] = {}
        silences = 0
        for number in self._profile.answers:
            answer = await self._ask(number)
            if answer is not None:
                answers[number] = answer
                continue
            silences += 1
            if not answers or silences == MOST_SILENCES:
                break
        self.answered = bool(answers)
        return status.decode(answers, self._profile)

    async def _ask(self, number: int) -> int | None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(self._not_before - loop.time(), 0))
        question, began = status.query(number), loop.time()
        self._waiting = loop.create_future()
        try:
            sent = await self.send(question, limits.PRINTER_STATUS)
            if 0 < sent < len(question):
                self._unsent = question[sent:]
            if sent < len(question):
                return None
            async with asyncio.timeout_at(began + limits.PRINTER_STATUS):
                return await self._waiting
        except TimeoutError:
            self._not_before = loop.time() + LATE
            return None
        except asyncio.CancelledError:  # nobody waits for this answer, which may come all the same
            self._not_before = loop.time() + LATE
            raise
        finally:
            self._waiting = None

    async def _listen(self) -> None:
        try:
            while True:
                for said in self._decoder.feed(await self._line.read(None)):
                    self._note(said)
        except LineLost as lost:
            self._lost = lost
            if self._waiting is not None and not self._waiting.done():
                self._waiting.set_exception(LineLost(*lost.args))
            self._changed()

    def _note(self, said: Said) -> None:
        match said:
            case Answer(byte=byte) if self._waiting is not None and not self._waiting.done():
                self._waiting.set_result(byte)
            case Automatic(four=four) if self._profile.automatic:
                self.automatic = status.decode_automatic(four, self._profile)
                self._changed()
            case InOrder():
                self.in_order = True
            case Mark(name=name):
                self.marks.add(name)
            case Rubbish():
                self.garbled = True

    def discard_output(self) -> None:
        self._unsent = b""
        self._line.discard_output()

    async def close(self) -> None:
        self._pump.cancel()
        try:
            await asyncio.wait((self._pump,))  # not the task itself: its cancellation must not hide the caller's own
        finally:
            self._line.close()
