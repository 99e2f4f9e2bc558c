"""The printing desk: one slip at a time, its job's id in the ledger before the first byte, its outcome in the log."""

from __future__ import annotations

import asyncio
import uuid

from contract.faults import Fault
from contract.log_events import Event
from contract.slip import PrintOutcome, Slip
from drivers.device import Printed, Printer
from kiosk.journal import Journal


class PrintDesk:
    """Prints for visits. Without a printer it says so; it never repeats a job."""

    def __init__(self, printer: Printer | None, journal: Journal) -> None:
        self._printer = printer
        self._journal = journal
        self._one_at_a_time = asyncio.Lock()

    async def print(self, slip: Slip, visit: str) -> Printed:
        """Print *slip* once and say what became of it."""
        if self._printer is None:
            return Printed(PrintOutcome.NOT_PRINTED, Fault.PRINTER_GONE)
        job = uuid.uuid4().hex
        async with self._one_at_a_time:
            await self._journal.log(Event.PRINT_STARTED, visit=visit, job=job)
            printed = await self._printer.print(job, slip)
            await self._journal.log(Event.PRINT_ENDED, visit=visit, job=job, outcome=printed.outcome.value)
        return printed
