"""Unlocks of staff PINs: while a worker is disabled here, the platform is told and asked now and then."""

from __future__ import annotations

import asyncio
import contextlib
from typing import NoReturn

from contract import limits, wire
from contract.log_events import Event
from contract.roster import Lockouts, Unlocks
from kiosk.central import Central
from kiosk.concurrency import Signal
from kiosk.defects import report
from kiosk.journal import Journal, JournalLostError
from kiosk.retrying import spread
from kiosk.staff import Staff


class Unlocking:
    """``run`` for ever. With nobody disabled it asks the platform nothing."""

    def __init__(self, staff: Staff, central: Central, journal: Journal, wake: Signal) -> None:
        """*wake*: notified when somebody was disabled."""
        self._staff, self._central, self._journal, self._wake = staff, central, journal, wake

    async def run(self) -> NoReturn:
        while True:
            waiting, seen = False, self._wake.times
            try:
                waiting = await self.round()
            except JournalLostError:
                raise
            except Exception as error:  # a defect of ours: it is tried again
                report(error)
                waiting = True
            pause = limits.STAFF_UNLOCK_LOOK if waiting else limits.CONFIG_PERIOD
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(spread(pause)):
                    await self._wake.wait(seen)

    async def round(self) -> bool:
        """Tell and ask once; whether somebody is still disabled."""
        before = await self._staff.lockouts()
        if not before:
            return False
        answer = await self._central.call(wire.STAFF_UNLOCKS, Unlocks, Lockouts(lockouts=before))
        if isinstance(answer, Unlocks):
            for unlock in answer.unlocks:
                if await self._staff.unlock(unlock):
                    await self._journal.log(Event.STAFF_PIN_UNLOCKED, operator=unlock.worker, lockout=unlock.lockout)
        return bool(await self._staff.lockouts())
