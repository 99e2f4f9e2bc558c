"""The way to the printer: python-escpos opens and closes it, the event loop reads and writes."""

from __future__ import annotations

import asyncio
import termios
from collections.abc import Callable
from concurrent.futures import Executor

from escpos.exceptions import DeviceNotFoundError
from escpos.printer import Network, Serial

from contract import limits
from drivers.device import PrinterStatus
from drivers.opening import opened_by
from drivers.printer import status
from drivers.printer.settings import Kind, PrinterSettings
from drivers.serial_line import Line, LineLost


async def open_port(settings: PrinterSettings, worker: Executor) -> Port:
    """Raises LineLost when the printer is not there."""

    def opened() -> tuple[int, Callable[[], None]]:
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

    try:
        descriptor, close = await opened_by(worker, opened, lambda opened: opened[1]())
    except (DeviceNotFoundError, OSError, termios.error) as error:  # the last: gone while it was being opened
        raise LineLost(type(error).__name__) from error
    return Port(Line(descriptor, close))


class Port:
    """An open way to the printer. Every method raises LineLost when the printer is unplugged."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.in_order = False
        """An answer to GS r 1 has come."""

    async def send(self, data: bytes, seconds: float) -> int:
        """How many bytes of *data* went out within *seconds*."""
        return await self._line.write(data, seconds)

    async def status(self) -> PrinterStatus:
        """DLE EOT 1 to 4, each with its deadline. The first silence ends the asking: what is not known is unknown."""
        answers: dict[int, int] = {}
        for number in status.QUERIES:
            answer = await self._ask(number)
            if answer is None:
                break
            answers[number] = answer
        return status.decode(answers)

    async def _ask(self, number: int) -> int | None:
        self._sort(await self._line.read(0))  # what is late belongs to an earlier question
        question = status.query(number)
        if await self._line.write(question, limits.PRINTER_STATUS) < len(question):
            return None
        try:
            async with asyncio.timeout(limits.PRINTER_STATUS):
                while True:
                    answers = self._sort(await self._line.read(None))
                    if answers:
                        return answers[-1]
        except TimeoutError:
            return None

    def _sort(self, data: bytes) -> list[int]:
        """The answers to DLE EOT in *data*; one to GS r is noted, everything else is no answer."""
        self.in_order = self.in_order or any(status.is_in_order(byte) for byte in data)
        return [byte for byte in data if status.is_status(byte)]

    def discard_output(self) -> None:
        self._line.discard_output()

    def close(self) -> None:
        self._line.close()
