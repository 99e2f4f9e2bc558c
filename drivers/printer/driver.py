"""The receipt printer. ``run`` owns the way to it; status and slips are asked of it and worked off one after another.

A slip that was begun is carried to its end even when nobody waits for it any more: half a slip helps no one.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Final

from contract import limits
from contract.faults import Fault
from contract.slip import PrintOutcome, Slip
from drivers.device import (
    DeviceClass,
    DeviceEvent,
    Happening,
    JobLedger,
    Printed,
    PrinterCapabilities,
    PrinterStatus,
    State,
    Supply,
    happenings,
)
from drivers.opening import opening_thread
from drivers.printer import status
from drivers.printer.drawing import Pen
from drivers.printer.port import Port, open_port
from drivers.printer.rendering import Job, cut_off, render
from drivers.printer.settings import Cut, PrinterSettings
from drivers.serial_line import LineLost, Patience

CHUNK: Final = 512
"""Bytes sent at a time; between two of them the deadline counts."""
_SILENCES: Final = 2
"""So many unanswered rounds of questions after a slip: the printer does not say what became of it."""
_GONE: Final = Printed(PrintOutcome.NOT_PRINTED, Fault.PRINTER_GONE)
_UNKNOWN: Final = Printed(PrintOutcome.UNKNOWN, Fault.PRINT_UNKNOWN)


@dataclass(frozen=True, slots=True)
class _Request:
    job: str
    slip: Slip = field(repr=False)
    result: asyncio.Future[Printed] = field(repr=False)

    def answer(self, printed: Printed) -> None:
        if not self.result.done():
            self.result.set_result(printed)

    def fail(self, error: Exception) -> None:
        if not self.result.done():
            self.result.set_exception(error)


class EscposPrinter:
    """Implements drivers.device.Printer."""

    def __init__(self, settings: PrinterSettings, ledger: JobLedger, name: str = "printer") -> None:
        self.name = name
        self._settings = settings
        self._ledger = ledger
        self._pen = Pen(settings.font)
        self._status = status.GONE
        self._port: Port | None = None
        self._left_over = False
        """The last slip was begun and not surely finished: what hangs out of the slot is somebody's."""
        self._requests: asyncio.Queue[_Request] = asyncio.Queue()
        self._asking = asyncio.Lock()
        """Held while a question is out, so that its answer is not taken for another's."""

    @property
    def capabilities(self) -> PrinterCapabilities:
        profile = self._settings.profile
        return PrinterCapabilities(
            device_class=DeviceClass.PRINTER,
            width_mm=self._settings.width_mm,
            native_qr=profile.native_qr,
            cutter=profile.cut is not Cut.NONE,
            deadlines={
                "status": 4 * limits.PRINTER_STATUS + limits.PRINT_JOB,
                "print": limits.PRINT_JOB + 12 * limits.PRINTER_STATUS,
            },
        )

    @property
    def seen(self) -> PrinterStatus:
        return self._status

    @property
    def state(self) -> State:
        return self._status.state

    @property
    def supply(self) -> Supply:
        return self._status.supply

    async def status(self) -> PrinterStatus:
        """Ask the printer now. Deadline: four times limits.PRINTER_STATUS, behind a slip that is being printed."""
        try:
            async with self._asking:
                return await self._port.status() if self._port is not None else status.GONE
        except LineLost:
            return status.GONE

    async def print(self, job: str, slip: Slip) -> Printed:
        """Print *slip* once. A printer that is not there refuses at once."""
        if self._port is None:
            return _GONE
        request = _Request(job, slip, asyncio.get_running_loop().create_future())
        self._requests.put_nowait(request)
        return await request.result

    async def run(self, events: asyncio.Queue[DeviceEvent]) -> None:
        patience = Patience()
        async with opening_thread(self.name) as worker:
            while True:
                try:
                    port = await open_port(self._settings, worker)
                except LineLost:
                    self._become(status.GONE, events)
                    await patience.wait()
                    continue
                patience.succeeded()
                self._port = port
                try:
                    await self._serve(port, worker, events)
                except LineLost:
                    self._become(status.GONE, events)
                finally:
                    self._port, self._status = None, status.GONE
                    self._refuse_waiting()
                    port.close()
                await patience.wait()

    async def _serve(self, port: Port, worker: Executor, events: asyncio.Queue[DeviceEvent]) -> None:
        while True:
            self._become(await self._ask(port), events)
            try:
                async with asyncio.timeout(limits.PRINTER_POLL):
                    request = await self._requests.get()
            except TimeoutError:
                continue
            if request.result.done():
                continue  # given up before it was begun
            try:
                request.answer(await self._print(port, worker, request, events))
            except asyncio.CancelledError:
                request.answer(_UNKNOWN)
                raise
            except Exception as error:
                request.fail(error)

    async def _ask(self, port: Port) -> PrinterStatus:
        async with self._asking:
            return await port.status()

    async def _print(
        self, port: Port, worker: Executor, request: _Request, events: asyncio.Queue[DeviceEvent]
    ) -> Printed:
        try:
            before = await self._ask(port)
            if before.state is State.UNKNOWN and before.supply is Supply.UNKNOWN:
                before = await self._ask(port)
        except LineLost:
            return _GONE
        self._become(before, events)
        fault = status.why_not(before)
        if fault is None and before == status.UNKNOWN:
            # Switched off behind a converter that is still there: what is sent now would come out for somebody else,
            # whenever it is switched on.
            fault = Fault.PRINTER_GONE
        if fault is not None:
            return Printed(PrintOutcome.NOT_PRINTED, fault)
        job = await asyncio.get_running_loop().run_in_executor(worker, render, request.slip, self._settings, self._pen)
        if self._left_over:
            job = job.behind(cut_off(self._settings))
        if not await self._ledger.started(request.job):
            return Printed(PrintOutcome.NOT_PRINTED, Fault.DISK_FULL)
        result = _UNKNOWN
        self._left_over = True
        try:
            result = await self._send(port, job, events)
            self._left_over = result.outcome is not PrintOutcome.PRINTED
        finally:
            await self._ledger.ended(request.job, result.outcome)
        return result

    async def _send(self, port: Port, job: Job, events: asyncio.Queue[DeviceEvent]) -> Printed:
        """Send *job* and wait until the printer says what became of it, at most limits.PRINT_JOB in all."""
        sent = silences = 0
        port.in_order = False
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(limits.PRINT_JOB), self._asking:
                while sent < len(job.data):
                    sent += await port.send(job.data[sent : sent + CHUNK], limits.PRINT_JOB)
                while True:
                    finished = self._worked_off(port, job, loop.time() - began)
                    last = await port.status()
                    self._become(last, events)
                    fault = status.why_not(last)
                    if fault is not None and not finished:
                        await self._forget(port)
                        return Printed(PrintOutcome.NOT_PRINTED, fault)
                    silences = silences + 1 if last == status.UNKNOWN else 0
                    if silences == _SILENCES:
                        return _UNKNOWN
                    if finished and not silences:
                        return Printed(PrintOutcome.PRINTED)
                    await asyncio.sleep(limits.PRINTER_BUSY_POLL)
        except LineLost:
            self._become(status.GONE, events)
            return _GONE if sent < job.visible else _UNKNOWN
        except TimeoutError:
            port.discard_output()
            return _GONE if sent < job.visible else _UNKNOWN

    def _worked_off(self, port: Port, job: Job, seconds: float) -> bool:
        profile = self._settings.profile
        if profile.answers_in_order:
            return port.in_order
        return seconds >= job.millimetres / profile.millimetres_per_second

    async def _forget(self, port: Port) -> None:
        """The rest of a slip that stopped must not come out for the next person."""
        port.discard_output()
        await port.send(status.FORGET, limits.PRINTER_STATUS)

    def _refuse_waiting(self) -> None:
        while not self._requests.empty():
            request = self._requests.get_nowait()
            request.answer(_GONE)

    def _become(self, now: PrinterStatus, events: asyncio.Queue[DeviceEvent]) -> None:
        before, self._status = self._status, now
        told = happenings(before.state, now.state) or ((Happening.STATE_CHANGED,) if now != before else ())
        for happening in told:
            events.put_nowait(DeviceEvent(self.name, happening, now.state, now.supply))
