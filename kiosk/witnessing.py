"""The log's errands at the platform, run in the background by the courier: witness, delivery of closed segments,
pruning of what the platform has had for long enough. No visit ever waits for any of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from contract import limits, wire
from contract.faults import Fault
from contract.log_events import Event
from contract.witnessing import Checkpoint, Cosignature, LogPart, LogReceipt
from drivers.device import Failure
from kiosk.central import Central
from kiosk.journal import Journal
from secure import notices
from secure.business import DiskFull, Entry, Position
from secure.ledger import Ledger

SignatureCheck = Callable[[Cosignature | LogReceipt], bool]
"""Whether the platform's signature holds."""


class Witnessing:
    """One round after another (``round``); what has no answer yet is asked again, the same, before anything newer."""

    def __init__(
        self,
        device: str,
        central: Central,
        journal: Journal,
        check: SignatureCheck,
        *,
        keep_days: int = limits.LOG_KEPT_DAYS,
        ledger: Path | None = None,
        uptime: Callable[[], float] = time.monotonic,
    ) -> None:
        self._device, self._central, self._journal, self._check = device, central, journal, check
        self._keep_days, self._uptime = keep_days, uptime
        self._ledger = ledger
        """Beside which commands leave their notices."""
        self._asked: Checkpoint | None = None
        """Without an answer so far. An older place that arrives after a newer one would look like a second history."""
        self._forked = False
        self._stands: tuple[int, int] | None = None
        """Where the platform last said that it has the log."""
        self._prune_at = 0.0

    async def round(self) -> bool:
        """Whether the platform was asked anything."""
        await self._notices()
        asked = await self._witness()
        asked = await self._deliver() or asked
        await self._prune()
        return asked

    async def _witness(self) -> bool:
        asked = False
        for _ in range(2):  # a segment's opening, and then the head
            checkpoint = self._asked or await self._journal.do(lambda ledger: ledger.upkeep.checkpoint())
            if self._forked or checkpoint is None:
                break
            self._asked, asked = checkpoint, True
            if not await self._take(checkpoint, await self._central.call(wire.WITNESS, Cosignature, checkpoint)):
                break
        return asked

    async def _take(self, checkpoint: Checkpoint, answer: Cosignature | Failure) -> bool:
        """Whether it is witnessed now."""
        if isinstance(answer, Failure):
            if answer.fault is Fault.PLATFORM_CONFLICT:
                await self._fork(checkpoint.place)
            return False
        if not answer.is_of(checkpoint) or not self._check(answer):
            return False
        done = await self._journal.do(lambda ledger: ledger.upkeep.witnessed(checkpoint, answer))
        if isinstance(done, DiskFull):
            return False
        self._asked = None
        return True

    async def _deliver(self) -> bool:
        asked = False
        for _ in range(limits.LOG_PARTS_A_ROUND):
            part = await self._next_part()
            if part is None or self._forked:
                break
            asked = True
            if not await self._receive(await self._central.call(wire.DELIVER_LOG, LogReceipt, part)):
                break
        return asked

    async def _next_part(self) -> LogPart | None:
        after = self._stands
        return await self._journal.do(lambda ledger: ledger.upkeep.part(after or ledger.upkeep.delivered()))

    async def _receive(self, answer: LogReceipt | Failure) -> bool:
        """Whether the platform has more of the log than before."""
        if isinstance(answer, Failure):
            if answer.fault is Fault.PLATFORM_CONFLICT:
                await self._fork(self._stands or (0, 0))
            return False
        if answer.device != self._device or not self._check(answer):
            return False
        if answer.place == (0, 0):
            self._stands = answer.place  # it has nothing of this log: from the beginning, as far as that is still here
            return False
        taken = await self._journal.do(lambda ledger: ledger.upkeep.received(answer))
        if taken is False:
            await self._fork(answer.place)
        before, self._stands = self._stands, answer.place
        return taken is True and answer.place != before

    async def _fork(self, place: tuple[int, int]) -> None:
        """The platform has another history of this log. Said once; asking again changes nothing, staff must come."""
        if not self._forked:
            self._forked = True
            await self._journal.log(Event.FORKED, segments=place[0], size=place[1])

    async def _notices(self) -> None:
        """Seal what commands left; a file goes when its record is on the disk."""
        if self._ledger is None:
            return
        for path, entry in notices.collect(self._ledger):
            if entry is not None and isinstance(await self._journal.do(partial(_append, entry)), DiskFull):
                return
            path.unlink(missing_ok=True)

    async def _prune(self) -> None:
        if self._uptime() >= self._prune_at:
            self._prune_at = self._uptime() + limits.LOG_PRUNE_EVERY
            await self._journal.do(lambda ledger: ledger.upkeep.prune(self._keep_days))


def _append(entry: Entry, ledger: Ledger) -> Position | DiskFull:
    return ledger.append(entry)
