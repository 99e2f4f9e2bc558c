"""The terminal's one file, seen from the event loop: the ledger works in one thread of its own, in order."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from contract.log_events import Event
from contract.slip import PrintOutcome
from secure.business import DiskFull, Entry
from secure.ledger import Ledger, WrongDeviceError

T = TypeVar("T")


class JournalLostError(Exception):
    """The file can no longer be written or read, and not for want of room: without it nothing may be done."""


class Journal:
    """Sealed log, outbox and print-job ledger. Also the printer's ``JobLedger``."""

    def __init__(self, open_ledger: Callable[[], Ledger]) -> None:
        self._open_ledger = open_ledger
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._ledger: Ledger | None = None

    async def open(self) -> None:
        self._ledger = await asyncio.get_running_loop().run_in_executor(self._thread, self._open_ledger)

    async def close(self) -> None:
        try:
            await self.do(Ledger.close)
        finally:
            self._thread.shutdown()

    async def do(self, work: Callable[[Ledger], T]) -> T:
        """Run *work* on the ledger in its thread. Shielded: what was begun is written whole, and in order.
        Raises JournalLostError, which carries nothing of what was to be written."""
        ledger = self._ledger
        assert ledger is not None, "the journal is opened before anything is logged"
        try:
            return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, work, ledger))
        except (sqlite3.Error, OSError, WrongDeviceError) as error:
            raise JournalLostError(type(error).__name__) from None

    async def log(self, event: Event, **values: str | int | bool | None) -> bool:
        """Whether it is on the disk: on a full one it is not."""
        return not isinstance(await self.do(lambda ledger: ledger.append(Entry(event, values))), DiskFull)

    async def started(self, job: str) -> bool:
        return not isinstance(await self.do(lambda ledger: ledger.job_started(job)), DiskFull)

    async def ended(self, job: str, outcome: PrintOutcome) -> None:
        await self.do(lambda ledger: ledger.job_ended(job, outcome.value))
