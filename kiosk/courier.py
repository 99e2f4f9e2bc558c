"""The courier: what was kept is delivered exactly once, in the background, for as long as it takes.

A row leaves the outbox only on the platform's signed receipt. Without business it asks now and then whether the
platform is there, so that the idle screen says what works before anybody tries.
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NoReturn

import msgspec

from contract import limits, wire
from contract.faults import Fault
from contract.log_events import Event
from drivers.device import Failure
from kiosk.central import Central
from kiosk.concurrency import Signal
from kiosk.defects import report
from kiosk.journal import Journal, JournalLostError
from kiosk.photo_courier import PhotoCourier
from kiosk.retrying import LOST, backoff, seconds_left, spread
from kiosk.witnessing import Witnessing
from secure.business import DiskFull, Entry, OutboxRow
from secure.ledger import Ledger

ReceiptCheck = Callable[[wire.Receipt], bool]
"""Whether the platform's signature on a receipt holds."""


class Undelivered(enum.Enum):
    """Why there is no receipt (yet); the row stays."""

    AWAY = enum.auto()
    """The platform is out of reach: no use trying the next row."""
    UNANSWERED = enum.auto()
    """It answered, but not with a receipt for this row: others may fare better."""


class Courier:
    """Delivers outbox rows. ``deliver`` is also called by an act that would like to know at once."""

    def __init__(
        self,
        device: str,
        central: Central,
        journal: Journal,
        check: ReceiptCheck,
        clock: Callable[[], datetime],
        witnessing: Witnessing | None = None,
        photos: PhotoCourier | None = None,
    ) -> None:
        self._device = device
        self._central = central
        self._journal = journal
        self._check = check
        self._clock = clock
        self._witnessing = witnessing
        self._photos = photos
        self._wake = Signal()
        self._hurried = False
        self._full = False
        """The last receipt found no room on the disk: no use asking for it again at once."""
        self._one_at_a_time = asyncio.Lock()

    async def run(self) -> NoReturn:
        """Deliver what is due, oldest first; wait; try again: backing off with jitter, never giving up for want of an
        answer."""
        while True:
            try:
                await self._round()
            except JournalLostError:
                raise
            except Exception as error:  # a defect of ours: what is kept stays kept, and is tried again
                report(error)
            await self._pause(await self._journal.do(Ledger.pending))

    async def _round(self) -> None:
        """Deliver what is due, have the log witnessed, then send photographs; with nothing to do, look whether the
        platform is there."""
        rows = await self._journal.do(Ledger.pending)
        everything, self._hurried = self._hurried, False
        due = [row for row in rows if everything or not self._seconds_left(row)]
        for row in due:
            if await self.deliver(row.key) is Undelivered.AWAY:
                return
        asked = self._witnessing is not None and await self._witnessing.round()
        if self._photos is not None:
            asked = await self._photos.round(everything=everything) or asked
        if not due and not asked:
            await self._central.call(wire.HEALTH, wire.Health)

    def _seconds_left(self, row: OutboxRow) -> float:
        return seconds_left(row.next_at, self._clock())

    async def _pause(self, rows: tuple[OutboxRow, ...]) -> None:
        """Until the next row is due, or somebody hurries, or it is time for the next look at the platform: not in the
        same second as all the others whose power came back with this terminal's."""
        seen = self._wake.times
        if self._hurried:
            return
        look = spread(limits.PLATFORM_PROBE, 0.75)
        soonest = min((self._seconds_left(row) for row in rows), default=look)
        if self._photos is not None:
            soonest = min(soonest, await self._photos.wait())
        least = look if self._full else limits.DELIVERY_RETRY_FIRST / 2
        wait = min(max(soonest, least), look)
        try:
            async with asyncio.timeout(wait):
                await self._wake.wait(seen)
        except TimeoutError:
            pass  # nobody hurried: it is simply time again

    def hurry(self) -> None:
        """Something was kept, or the platform came back: do not wait, not even for rows that were put off."""
        self._hurried = True
        self._wake.notify()

    async def deliver(self, key: str) -> wire.Receipt | Undelivered:
        """Deliver the row *key* now. Safe to call from several places: the same row is sent once at a time."""
        async with self._one_at_a_time:
            row = await self._journal.do(lambda ledger: ledger.row(key))
            assert row is not None, "a key comes from the outbox"
            if row.receipt is not None:
                return msgspec.json.decode(row.receipt, type=wire.Receipt)
            answer = await self._central.call(wire.DELIVER, wire.Receipt, row.delivery())
            if isinstance(answer, wire.Receipt) and self._is_for(answer, row):
                self._full = not await self._settle(row, answer)
                return answer
            again = self._clock() + timedelta(seconds=backoff(row.tries))
            await self._journal.do(lambda ledger: ledger.attempt_failed(key, again))
            if isinstance(answer, Failure) and answer.fault in LOST:
                return Undelivered.AWAY
            # It answered, without a receipt that holds: staff see it in the log, the row stays.
            fault = answer.fault if isinstance(answer, Failure) else Fault.PLATFORM_GARBLED
            await self._journal.log(Event.ITEM_FAULT, visit="", item=0, fault=fault.value)
            return Undelivered.UNANSWERED

    def _is_for(self, receipt: wire.Receipt, row: OutboxRow) -> bool:
        """A receipt of this device, this key and this body, with the platform's signature; a 200 alone is nothing."""
        same = (receipt.device, receipt.key, receipt.sha256) == (self._device, row.key, row.sha256)
        return same and self._check(receipt)

    async def _settle(self, row: OutboxRow, receipt: wire.Receipt) -> bool:
        """Whether it is on the disk; on a full one the row stays, and the same receipt comes again later."""
        encoded = msgspec.json.encode(receipt)
        values: dict[str, str | int | bool | None] = {
            "key": row.key,
            "receipt": receipt.receipt,
            "verdict": receipt.verdict.value,
        }
        entry = Entry(Event.DELIVERED, values)
        leave = Ledger.settle if receipt.verdict is wire.Verdict.ACCEPTED else Ledger.dead_letter
        return not isinstance(await self._journal.do(lambda ledger: leave(ledger, row.key, encoded, entry)), DiskFull)
