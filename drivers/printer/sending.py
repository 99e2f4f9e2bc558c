"""One slip on its way into the printer: the bytes, the wait for the printer's word, and what may be said of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from contract import limits
from contract.faults import Fault
from contract.slip import PrintOutcome
from drivers.device import Printed, PrinterStatus, State
from drivers.printer import status
from drivers.printer.port import Port
from drivers.printer.rendering import Job
from drivers.printer.settings import End, Profile
from drivers.serial_line import LineLost

CHUNK: Final = 512
"""Bytes sent at a time; between two of them the deadline counts."""
SILENCES: Final = 2
"""So many unanswered rounds of questions after a slip: the printer does not say what became of it."""
GONE: Final = Printed(PrintOutcome.NOT_PRINTED, Fault.PRINTER_GONE)
UNKNOWN: Final = Printed(PrintOutcome.UNKNOWN, Fault.PRINT_UNKNOWN)


class Sending:
    """Sends *job* and waits until the printer says what became of it, at most limits.PRINT_JOB in all."""

    def __init__(self, port: Port, job: Job, profile: Profile, become: Callable[[PrinterStatus], None]) -> None:
        self._port = port
        self._job = job
        self._profile = profile
        self._become = become
        self._loop = asyncio.get_running_loop()
        self._sent = 0
        self._began = self._loop.time()
        self._until = self._began + limits.PRINT_JOB
        self._well = 0.0
        """Seconds during which the printer said that all is well (End.TIME)."""

    async def carry_out(self) -> Printed:
        """Never raises for what the printer does."""
        self._port.forget()
        try:
            fault = await self._send()
            if fault is not None:
                return await self._stopped(fault)
            if self._sent < len(self._job.data):
                return await self._given_up()
            return await self._word()
        except LineLost:
            self._become(status.GONE)
            return GONE if self._sent < self._job.visible else UNKNOWN

    async def _send(self) -> Fault | None:
        """All of it, or as much as the time allows. Nothing is asked in the middle: a question inside a picture would
        be taken for dots by some models. What the printer reports by itself stops it."""
        data = self._job.data
        while self._sent < len(data):
            left = self._until - self._loop.time()
            if left <= 0:
                return None
            part = data[self._sent : self._sent + CHUNK]
            self._sent += await self._port.send(part, min(left, limits.PRINTER_BUSY_POLL))
            reported = self._port.automatic
            if reported is not None and status.why_not(reported) is not None:
                self._become(reported)
                return status.why_not(reported)
        return None

    async def _word(self) -> Printed:
        """All bytes went out: what does the printer say?"""
        silences, before = 0, self._began
        while True:
            last = await self._port.status()
            self._become(last)
            now = self._loop.time()
            if last.state is State.ONLINE or not self._profile.answers:
                self._well += now - before
            before = now
            if self._worked_off():
                return self._outcome(last)
            fault = status.why_not(last)
            reported = self._port.automatic
            if not self._port.answered and reported is not None:
                fault = status.why_not(reported)  # it takes no questions: what it told by itself stands
                self._become(reported if fault is not None else last)
            if fault is not None:
                return await self._stopped(fault)
            silences = silences + 1 if self._profile.answers and not self._port.answered else 0
            if now >= self._until and (late := status.why_late(last)) is not None:
                return await self._stopped(late)  # or it would come out as soon as it has cooled, with nobody there
            if silences == SILENCES or now >= self._until:
                return UNKNOWN
            await asyncio.sleep(limits.PRINTER_BUSY_POLL)

    def _worked_off(self) -> bool:
        match self._profile.end:
            case End.PROCESS_ID:
                return self._job.mark in self._port.marks
            case End.IN_ORDER:
                return self._port.in_order
            case End.TIME:
                return self._well >= self._job.millimetres / self._profile.speed

    def _outcome(self, last: PrinterStatus) -> Printed:
        """The end came: whether that is the printer's word for a whole slip."""
        match self._profile.end:
            case End.PROCESS_ID:
                sure = True  # four characters of this very job: nothing else says them
            case End.IN_ORDER:
                sure = not self._port.garbled and self._port.answered
            case End.TIME:
                sure = last.state is State.ONLINE
        return Printed(PrintOutcome.PRINTED) if sure else UNKNOWN

    async def _stopped(self, fault: Fault) -> Printed:
        """It stopped in the middle: the rest of it must not come out for the next person."""
        self._port.discard_output()
        await self._port.send(status.FORGET, limits.PRINTER_STATUS)
        return Printed(PrintOutcome.NOT_PRINTED, fault)

    async def _given_up(self) -> Printed:
        """It did not take the bytes in time. The cause is asked for now that nothing more is sent."""
        self._port.discard_output()
        await self._port.send(status.FORGET, limits.PRINTER_STATUS)
        last = await self._port.status()
        self._become(last)
        if self._sent >= self._job.visible:
            return UNKNOWN
        return Printed(PrintOutcome.NOT_PRINTED, status.why_late(last) or Fault.PRINTER_GONE)
