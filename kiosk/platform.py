"""Asking the platform within a visit: its words on the screen meanwhile, its faults told, tried again where asked."""

from __future__ import annotations

from typing import TypeVar

from contract import wire
from contract.catalogue import Item, Proof
from contract.faults import Fault
from contract.log_events import Event
from contract.texts import Text
from contract.wire import ShownBy
from drivers.device import Failure
from kiosk import pages
from kiosk.identity import exchange, prove
from kiosk.visit import GoHomeError, LeaveError, Reason, Visit

T = TypeVar("T", bound=wire.Message)


async def ask_platform(
    visit: Visit, item: Item | None, route: wire.Route, answer: type[T], ask: wire.Message
) -> T | Failure:
    """The platform's answer, or the failure that says no; *item* None: 我的办件. A platform out of reach is told here:
    the resident tries again, or goes to the menu. Where the proof is no longer taken it is asked for once more."""
    number, needed = (item.number, item.proof) if item is not None else (0, Proof.PROVED)
    asked_again = False
    while True:
        result = await visit.busy(Text.BUSY_PLATFORM, exchange(visit, route, answer, ask))
        if not isinstance(result, Failure):
            # Who looked at what is on the disk before it is on the screen, or it is not on the screen.
            return result if await visit.log(Event.QUERIED, item=number) else Failure(Fault.DISK_FULL)
        if result.fault in pages.NETWORK_FAULTS:
            if await visit.tell(result, number) != pages.AGAIN:
                raise GoHomeError
        elif result.fault is Fault.PLATFORM_SESSION_ENDED and visit.known.shown_by is ShownBy.CODE:
            await visit.tell(result, number)
            raise LeaveError(Reason.FAULT)
        elif result.fault is Fault.PLATFORM_NOT_ALLOWED and not asked_again and not visit.known.proof.satisfies(needed):
            asked_again = True
            if not await prove(visit, visit.known, needed, again=True):
                raise GoHomeError
        else:
            return result
