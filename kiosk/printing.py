"""The printing desk: one slip at a time, its job's id in the ledger before the first byte, its outcome in the log."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping

from contract.faults import Fault
from contract.log_events import Event
from contract.slip import PrintOutcome, Slip
from drivers.device import Printed, Printer
from kiosk.journal import Journal
from secure.business import DiskFull, Entry
from secure.ledger import Ledger

Marks = Mapping[str, str | int | bool | None]


class PrintDesk:
    """Prints for visits. Without a printer it says so; it never repeats a job. A slip printed again because somebody
    asked for it is another job, marked as such on the slip and in the log."""

    def __init__(self, printer: Printer | None, journal: Journal) -> None:
        self._printer = printer
        self._journal = journal
        self._one_at_a_time = asyncio.Lock()

    async def print(self, slip: Slip, visit: Marks, *, again: str | None = None) -> Printed:
        """Print *slip* once and say what became of it. *visit*: which one and who helps, for the log. *again*: it is
        补打, of this receipt number (empty: of a slip that has none)."""
        if self._printer is None:
            return Printed(PrintOutcome.NOT_PRINTED, Fault.PRINTER_GONE)
        job = uuid.uuid4().hex
        async with self._one_at_a_time:
            if again is not None:
                await self._journal.log(Event.PRINT_AGAIN, **visit, job=job, receipt=again)
            await self._journal.log(Event.PRINT_STARTED, **visit, job=job)
            printed = await self._printer.print(job, slip)
            await self._journal.log(Event.PRINT_ENDED, **visit, job=job, outcome=printed.outcome.value)
        return printed


async def close_unfinished(journal: Journal) -> int:
    """At the start: jobs of which nobody knows the end (the power was cut in the middle) are closed as unknown and
    logged; nothing is printed. How many there were. Cut off itself, it does the rest at the next start."""
    return await journal.do(_close_unfinished)


def _close_unfinished(ledger: Ledger) -> int:
    jobs = ledger.jobs_open()
    for job in jobs:
        if isinstance(ledger.append(Entry(Event.PRINT_BROKEN_OFF, {"job": job})), DiskFull):
            break  # it stays open, and is logged when there is room
        ledger.job_ended(job, PrintOutcome.UNKNOWN.value)
    return len(jobs)
