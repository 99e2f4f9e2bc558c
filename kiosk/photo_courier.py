"""Photographed pages to the platform: after business, a few a round, each until the platform has signed for it."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from contract import limits, wire
from contract.faults import Fault
from contract.log_events import Event
from drivers.device import Failure
from kiosk.central import Central
from kiosk.journal import Journal
from kiosk.retrying import LOST, backoff, seconds_left
from secure.business import DiskFull


class PhotoCourier:
    """``round`` is the courier's to call. Its own line of waiting: a page under way holds up no submission."""

    def __init__(
        self,
        device: str,
        central: Central,
        journal: Journal,
        check: Callable[[wire.Receipt], bool],
        clock: Callable[[], datetime],
    ) -> None:
        self._device, self._central, self._journal, self._check, self._clock = device, central, journal, check, clock
        self._full = False
        """The last receipt found no room on the disk: no use asking for it again at once."""

    async def round(self, *, everything: bool = False) -> bool:
        """Deliver what is due, or with *everything* also what was put off; whether the platform was asked."""
        waiting = await self._journal.do(lambda ledger: ledger.photos.pending())
        now = self._clock()
        due = [photo for photo in waiting if everything or not seconds_left(photo.next_at, now)]
        for photo in due[: limits.PHOTOS_A_ROUND]:
            if not await self._deliver(photo.key, photo.tries):
                break
        return bool(due)

    async def wait(self) -> float:
        """Seconds until the next one is due; inf when none waits."""
        waiting = await self._journal.do(lambda ledger: ledger.photos.pending())
        if self._full and waiting:
            return limits.PLATFORM_PROBE
        now = self._clock()
        return min((seconds_left(photo.next_at, now) for photo in waiting), default=math.inf)

    async def _deliver(self, key: str, tries: int) -> bool:
        """Whether there is use in trying the next one."""
        delivery = await self._journal.do(lambda ledger: ledger.photos.delivery(key))
        assert delivery is not None, "the courier alone settles what waits"
        answer = await self._central.call(wire.DELIVER_PHOTO, wire.Receipt, delivery)
        if isinstance(answer, wire.Receipt) and self._is_for(answer, delivery):
            encoded, taken = msgspec.json.encode(answer), answer.verdict is wire.Verdict.ACCEPTED
            verdict = answer.verdict.value
            done = await self._journal.do(lambda ledger: ledger.photos.settle(key, encoded, verdict, taken=taken))
            self._full = isinstance(done, DiskFull)
            return not self._full
        again = self._clock() + timedelta(seconds=backoff(tries))
        await self._journal.do(lambda ledger: ledger.photos.attempt_failed(key, again))
        if isinstance(answer, Failure) and answer.fault in LOST:
            return False
        # It answered, without a receipt that holds: staff see it in the log, the page stays.
        fault = answer.fault if isinstance(answer, Failure) else Fault.PLATFORM_GARBLED
        await self._journal.log(Event.ITEM_FAULT, visit="", item=0, fault=fault.value)
        return True

    def _is_for(self, receipt: wire.Receipt, delivery: wire.Delivery) -> bool:
        same = (receipt.device, receipt.key, receipt.sha256) == (self._device, delivery.key, delivery.sha256)
        return same and self._check(receipt)
