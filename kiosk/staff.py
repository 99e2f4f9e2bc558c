"""The desk of the staff PIN, seen from the event loop: its roster is on the shelf, its counts are in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from contract.configuration import BUILT
from contract.contents import Contents
from contract.faults import Fault
from contract.roster import DIGITS_WITH_TPM, DIGITS_WITHOUT_TPM, Lockout, Roster, Unlock
from kiosk.journal import Journal
from secure.business import DiskFull
from secure.config import marks, trusted_time
from secure.ledger import Ledger
from secure.pin import NOBODY, Pepper, Refusal, Shown, StaffDesk, Verdict, boot_id, boot_time

T = TypeVar("T")

NO_PEPPER: Final = b""


@dataclass(frozen=True, slots=True)
class Helper:
    """A worker who is signed in for a visit (帮办)."""

    worker: str
    """Staff number: what the log, the slip and the platform know them by."""
    name: str = field(repr=False)
    """Masked: for the screen and the slip, never for the log."""
    offline_items: tuple[int, ...] | None
    """None: whatever the platform allows. Else this is a labelled offline 帮办, and these are its items."""
    token: str = field(default="", repr=False)
    """Of the worker's session on the platform; empty offline."""

    @property
    def offline(self) -> bool:
        return self.offline_items is not None

    def may(self, item: int) -> bool:
        return self.offline_items is None or item in self.offline_items


class Staff:
    """See the module. Every method but ``holds`` waits for the ledger's thread."""

    def __init__(
        self,
        journal: Journal,
        device: str,
        *,
        contents: Callable[[], Contents],
        pepper: Pepper | None,
        unlock_signed: Callable[[Unlock], bool],
        tpm: bool,
        clock: Callable[[], datetime],
        uptime: Callable[[], float] = boot_time,
        boot: Callable[[], str] = boot_id,
    ) -> None:
        """*pepper* None: the platform's papers brought none, so that no PIN can be looked at."""
        self._journal, self._device, self._contents, self._pepper = journal, device, contents, pepper
        self._unlock_signed, self._tpm, self._clock = unlock_signed, tpm, clock
        self._uptime, self._boot = uptime, boot
        self._desk: StaffDesk | None = None
        self._used: Roster | None = None
        self._floor = BUILT

    @property
    def least(self) -> int:
        """The fewest digits of a PIN at this machine."""
        return DIGITS_WITH_TPM if self._tpm else DIGITS_WITHOUT_TPM

    @property
    def roster(self) -> Roster | None:
        """As signed configuration applied it last, also within a visit: who was taken off it is off at once."""
        return None if self._pepper is None else self._contents().rosters.get(self._device.lower())

    @property
    def offline_items(self) -> tuple[int, ...]:
        roster = self.roster
        return () if roster is None else roster.offline_items

    def holds(self, worker: str) -> bool:
        """Whether *worker* is still who may assist here."""
        roster = self.roster
        return roster is not None and roster.has(worker, self._device) and roster.valid(self._now())

    async def open(self) -> None:
        """At the start: waits left over from an earlier boot begin anew."""
        await self._do(lambda _desk: None)

    async def standing(self) -> Fault | None:
        """Why nobody can sign in here now; None: they can."""
        if self.roster is None:
            return Fault.STAFF_NO_ROSTER
        if await self._do(lambda desk: desk.lockouts()) is None:
            return Fault.DISK_FULL
        roster = self.roster
        return None if roster is not None and roster.valid(self._now()) else Fault.STAFF_ROSTER_OVER

    async def code_shown(self, worker: str) -> Shown | None:
        """*worker* empty: the platform knows them as nobody of this service point; they are asked all the same."""
        return await self._do(lambda desk: desk.code_shown(worker or NOBODY))

    async def card_shown(self, card_number: str) -> Shown | None:
        return await self._do(lambda desk: desk.card_shown(card_number))

    async def check(self, shown: Shown, pin: str) -> Verdict:
        found = await self._do(lambda desk: desk.check(shown, pin))
        return Refusal.DISK_FULL if found is None else found

    async def gone(self) -> None:
        await self._do(lambda desk: desk.gone())

    async def lockouts(self) -> tuple[Lockout, ...]:
        return await self._do(lambda desk: desk.lockouts()) or ()

    async def unlock(self, unlock: Unlock) -> bool:
        return bool(await self._do(lambda desk: desk.unlock(unlock)))

    # -- inside ------------------------------------------------------------------------------------------------------

    def _now(self) -> datetime:
        return max(self._clock(), self._floor)

    async def _do(self, work: Callable[[StaffDesk], T]) -> T | None:
        """*work* at the desk, in the ledger's thread, with the roster as it is now. None: the waits of an earlier boot
        cannot be written down, so that nothing can be tried."""
        return await self._journal.do(lambda ledger: self._at_desk(ledger, work))

    def _at_desk(self, ledger: Ledger, work: Callable[[StaffDesk], T]) -> T | None:
        if self._desk is None:
            try:
                self._desk = self._made(ledger)
            except OSError:
                return None
        self._raise_floor(ledger)
        roster = self.roster
        if roster is not self._used:
            self._desk.use(roster)
            self._used = roster
        return work(self._desk)

    def _made(self, ledger: Ledger) -> StaffDesk:
        def store(work: Callable[..., None]) -> DiskFull | None:
            return ledger.within(work)

        return StaffDesk(
            device_id=self._device, store=store, pepper=self._pepper or _no_pepper, unlock_signed=self._unlock_signed,
            tpm=self._tpm, clock=self._now, uptime=self._uptime, boot=self._boot,
        )  # fmt: skip

    def _raise_floor(self, ledger: Ledger) -> None:
        """A clock that was set back does not bring an expired roster to life."""
        found = ledger.within(marks.load)
        if not isinstance(found, DiskFull):
            cosigned = ledger.upkeep.last_cosigned_at()
            self._floor = max(self._floor, trusted_time.floor(found[0].server_time, cosigned))


def _no_pepper(_message: bytes) -> bytes:
    """Fits nothing."""
    return NO_PEPPER
