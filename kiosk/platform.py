"""Asking the platform within a visit: its words on the screen meanwhile, its faults told, tried again where asked."""

from __future__ import annotations

from typing import TypeVar

from contract import wire
from contract.catalogue import Item
from contract.log_events import Event
from contract.texts import Text
from drivers.device import Failure
from kiosk import pages
from kiosk.identity import exchange
from kiosk.visit import GoHomeError, Visit

T = TypeVar("T", bound=wire.Message)


async def ask_platform(visit: Visit, item: Item, route: wire.Route, answer: type[T], ask: wire.Message) -> T | Failure:
    """The platform's answer, or the failure that says no. A platform out of reach is told here: the resident tries
    again, or goes to the menu."""
    while True:
        result = await visit.busy(Text.BUSY_PLATFORM, exchange(visit, route, answer, ask))
        if not isinstance(result, Failure):
            await visit.log(Event.QUERIED, item=item.number)
            return result
        if result.fault not in pages.NETWORK_FAULTS:
            return result
        if await visit.tell(result, item.number) != pages.AGAIN:
            raise GoHomeError
