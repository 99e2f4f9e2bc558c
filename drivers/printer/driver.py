"""The receipt printer. ``run`` owns the way to it; status and slips are asked of it and worked off one after another.

A slip that was begun is carried to its end even when nobody waits for it any more: half a slip helps no one. What
became of it is said by the printer or not at all: without its word the outcome is unknown.
"""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import Executor
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
from drivers.printer.answers import MARK_LETTERS
from drivers.printer.drawing import Pen
from drivers.printer.paper import PaperWatch
from drivers.printer.port import LATE, MOST_SILENCES, Port, open_port
from drivers.printer.rendering import cut_off, render
from drivers.printer.requests import Request, Requests
from drivers.printer.sending import GONE, UNKNOWN, Sending
from drivers.printer.settings import Cut, End, PrinterSettings
from drivers.serial_line import LineLost, Patience

ASKING: Final = len(status.QUERIES) * limits.PRINTER_STATUS + MOST_SILENCES * LATE
"""One round of questions, at most."""
BEGIN_WAIT: Final = limits.PRINT_JOB + 8 * ASKING
"""A slip that another one holds up for longer is given back unprinted."""


class EscposPrinter:
    """Implements drivers.device.Printer.

    *left_over*: a slip was begun before this program started, and nobody knows how far it came: whatever of it is still
    in the printer is thrown away and cut off before the next one.
    """

    def __init__(
        self, settings: PrinterSettings, ledger: JobLedger, name: str = "printer", *, left_over: bool = False
    ) -> None:
        self.name = name
        self._settings = settings
        self._ledger = ledger
        self._pen = Pen(settings.font)
        self._status = status.GONE
        self._port: Port | None = None
        self._left_over = left_over
        """The last slip was begun and not surely finished: what hangs out of the slot is somebody's."""
        self._wake = asyncio.Event()
        self._requests = Requests(self._wake.set)
        self._paper = PaperWatch()
        self._asking = asyncio.Lock()
        """Held while a question is out, so that its answer is not taken for another's."""

    @property
    def capabilities(self) -> PrinterCapabilities:
        profile = self._settings.profile
        return PrinterCapabilities(
            device_class=DeviceClass.PRINTER,
            media=profile.presenter is not None,
            width_mm=self._settings.width_mm,
            native_qr=profile.native_qr,
            cutter=profile.cut is not Cut.NONE,
            near_end=bool(profile.near_end),
            automatic_status=profile.automatic,
            presenter=profile.presenter is not None,
            deadlines={
                "status": 3 * ASKING,
                "print": BEGIN_WAIT + limits.PRINT_JOB + 4 * ASKING + limits.LEDGER_BUSY,
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
        """Ask the printer now. While it works on a slip it is asked all the time: then what it last said."""
        if self._requests.under_way:
            return self._status
        try:
            return await self._ask(self._port) if self._port is not None else status.GONE
        except LineLost:
            return status.GONE

    async def print(self, job: str, slip: Slip) -> Printed:
        """Print *slip* once. A printer that is not there refuses at once; a job that was asked for before is not
        printed again. Cancelled before it was begun, it is not printed; afterwards it is carried to its end."""
        known = self._requests.find(job)
        if known is not None:
            return await asyncio.shield(known.result)
        if self._port is None:
            return GONE
        return await self._requests.wait_for(Request(job, slip), BEGIN_WAIT, GONE)

    async def run(self, events: asyncio.Queue[DeviceEvent]) -> None:
        patience = Patience()
        async with opening_thread(self.name) as worker:
            try:
                while True:
                    try:
                        await self._open_and_serve(worker, events, patience)
                    except LineLost:
                        self._become(status.GONE, events)
                    await patience.wait()
            finally:
                self._status = status.GONE

    async def _open_and_serve(self, worker: Executor, events: asyncio.Queue[DeviceEvent], patience: Patience) -> None:
        port = await open_port(self._settings, worker, self._wake.set)
        patience.succeeded()
        self._port = port
        try:
            await port.report_changes()
            await self._serve(port, worker, events)
        finally:
            self._port = None
            self._requests.refuse(GONE)
            await port.close()

    async def _serve(self, port: Port, worker: Executor, events: asyncio.Queue[DeviceEvent]) -> None:
        while True:
            port.check()
            if port.automatic is not None and status.why_not(port.automatic) is not None:
                self._become(port.automatic, events)  # bad news at once; good news is asked for
            self._wake.clear()
            self._become(await self._ask(port), events)
            if not self._requests.waiting:
                try:
                    async with asyncio.timeout(limits.PRINTER_POLL):
                        await self._wake.wait()
                except TimeoutError:
                    pass
            request = self._requests.begin()
            if request is None:
                continue
            try:
                request.answer(await self._print(port, worker, request, events))
            except asyncio.CancelledError:
                request.answer(UNKNOWN)
                raise
            except Exception as error:
                request.fail(error)

    async def _ask(self, port: Port) -> PrinterStatus:
        async with self._asking:
            return await port.status()

    async def _print(
        self, port: Port, worker: Executor, request: Request, events: asyncio.Queue[DeviceEvent]
    ) -> Printed:
        fault = await self._why_not(port, events)
        if fault is not None:
            return Printed(PrintOutcome.NOT_PRINTED, fault)
        settings = self._settings
        mark = "".join(secrets.choice(MARK_LETTERS) for _ in range(4)) if settings.profile.end is End.PROCESS_ID else ""
        loop = asyncio.get_running_loop()
        job = await loop.run_in_executor(worker, render, request.slip, settings, self._pen, mark)
        if self._left_over:
            job = job.behind(status.FORGET + cut_off(settings))
        if not await self._ledger.started(request.job):
            return Printed(PrintOutcome.NOT_PRINTED, Fault.DISK_FULL)
        result = UNKNOWN
        self._left_over = True
        try:
            async with self._asking:
                sending = Sending(port, job, settings.profile, lambda now: self._become(now, events))
                result = await sending.carry_out()
            self._left_over = result.outcome is not PrintOutcome.PRINTED
        finally:
            await self._ledger.ended(request.job, result.outcome)
        return result

    async def _why_not(self, port: Port, events: asyncio.Queue[DeviceEvent]) -> Fault | None:
        """What is known against printing now. A status that cannot be had is nothing against it, unless the printer may
        be switched off behind a converter that is still there: what is sent then would come out for somebody else,
        whenever it is switched on."""
        try:
            before = await self._ask(port)
            if not port.answered and self._settings.profile.answers:
                before = await self._ask(port)
        except LineLost:
            return Fault.PRINTER_GONE
        self._become(before, events)
        if not port.answered and self._settings.profile.answers and not port.surely_there:
            return Fault.PRINTER_GONE
        return status.why_not(before)

    def _become(self, now: PrinterStatus, events: asyncio.Queue[DeviceEvent]) -> None:
        before, self._status = self._status, now
        told = happenings(before.state, now.state)
        if now != before and Happening.STATE_CHANGED not in told:
            told = (Happening.STATE_CHANGED, *told)
        of_paper = self._paper.note(now, asyncio.get_running_loop().time())
        for happening in dict.fromkeys((*told, *of_paper)):
            events.put_nowait(DeviceEvent(self.name, happening, now.state, now.supply))
