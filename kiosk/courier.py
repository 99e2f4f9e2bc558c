"""The courier: what was kept is delivered exactly once, in the background, for as long as it takes.

A row leaves the outbox only on the platform's signed receipt. It also asks now and then whether the platform is there,
so that the idle screen says what works before anybody tries.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import NoReturn

import msgspec

from contract import limits, wire
from contract.faults import Fault
from contract.log_events import Event
from drivers.device import Failure
from kiosk.central import Central
from kiosk.concurrency import Signal
from kiosk.journal import Journal
from secure.ledger import Entry, Ledger, OutboxRow

ReceiptCheck = Callable[[wire.Receipt], bool]
"""Whether the platform's signature on a receipt holds."""


class Courier:
    """Delivers outbox rows. ``deliver`` is also called by an act that would like to know at once."""

    def __init__(self, device: str, central: Central, journal: Journal, check: ReceiptCheck) -> None:
        self._device = device
        self._central = central
        self._journal = journal
        self._check = check
        self._wake = Signal()
        self._one_at_a_time = asyncio.Lock()

    async def run(self) -> NoReturn:
        """Deliver what is due, wait, try again: backing off with jitter, never giving up for want of an answer."""
        wait = limits.DELIVERY_RETRY_FIRST
        while True:
            rows = await self._journal.do(Ledger.pending)
            delivered = False
            for row in rows:
                if await self.deliver(row.key) is None:
                    break
                delivered = True
            if not rows:
                await self._central.call(wire.HEALTH, wire.Health)
                wait = limits.DELIVERY_RETRY_FIRST
                pause = limits.PLATFORM_PROBE
            else:
                wait = limits.DELIVERY_RETRY_FIRST if delivered else min(wait * 2, limits.DELIVERY_RETRY_LAST)
                pause = wait
            try:
                async with asyncio.timeout(pause * random.uniform(0.5, 1.0)):  # noqa: S311  # jitter, not a secret
                    await self._wake.wait()
                wait = limits.DELIVERY_RETRY_FIRST
            except TimeoutError:
                pass

    def hurry(self) -> None:
        """Something was kept, or the platform came back: do not wait."""
        self._wake.notify()

    async def deliver(self, key: str) -> wire.Receipt | None:
        """Deliver the row *key* now. None: no receipt (yet); the row stays. Safe to call from several places."""
        async with self._one_at_a_time:
            row = await self._journal.do(lambda ledger: ledger.row(key))
            if row is None:
                return None
            if row.receipt is not None:
                return msgspec.json.decode(row.receipt, type=wire.Receipt)
            answer = await self._central.call(wire.DELIVER, wire.Receipt, row.delivery())
            if isinstance(answer, Failure):
                if answer.fault is Fault.PLATFORM_CONFLICT:
                    # Cannot be: keys are random and a body is sealed once. Kept, told to staff through the log.
                    await self._journal.log(Event.ITEM_FAULT, visit="", item=0, fault=answer.fault.value)
                return None
            if not self._is_for(answer, row):
                return None
            await self._settle(row, answer)
            return answer

    def _is_for(self, receipt: wire.Receipt, row: OutboxRow) -> bool:
        """A receipt of this device, this key and this body, with the platform's signature; a 200 alone is nothing."""
        same = (receipt.device, receipt.key, receipt.sha256) == (self._device, row.key, row.sha256)
        return same and self._check(receipt)

    async def _settle(self, row: OutboxRow, receipt: wire.Receipt) -> None:
        encoded = msgspec.json.encode(receipt)
        entry = Entry(Event.DELIVERED, {"key": row.key, "receipt": receipt.receipt, "verdict": receipt.verdict.value})
        await self._journal.do(lambda ledger: ledger.settle(row.key, encoded, entry))
