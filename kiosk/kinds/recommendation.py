"""What fits what was registered, each with its reasons; without a registration, the way to it."""

from __future__ import annotations

from typing import Final

from contract import wire
from contract.catalogue import Item
from contract.faults import Fault
from contract.texts import Text
from drivers.device import Failure
from kiosk.identity import prove
from kiosk.kinds import registration
from kiosk.kinds.browse import FROM_THE_END, place_of, show_detail
from kiosk.platform import ask_platform
from kiosk.views import ListChoice, ListingView, OpenCard, TurnPage
from kiosk.visit import Done, Visit

REGISTRATION_OF: Final = {2: 1, 5: 4, 8: 7, 17: 16}
"""Which registration a recommendation stands on."""


async def walk(visit: Visit, item: Item) -> None:
    page, first = 1, 0
    while True:
        ask = wire.RecommendAsk(item=item.number, page=page)
        found = await ask_platform(visit, item, wire.RECOMMEND, wire.Listing, ask)
        if isinstance(found, Failure):
            await visit.tell(found, item.number)
            if found.fault is Fault.PLATFORM_NOT_REGISTERED:
                await _register(visit, item)
            return
        visit.done = Done(item)
        match await visit.ask(_view(visit, item, found, first)):
            case OpenCard(entry):
                first = place_of(found, entry)
                await show_detail(visit, item, entry)
            case TurnPage(number):
                page, first = number, FROM_THE_END if number < page else 0
            case ListChoice.ACTION:
                await _register(visit, item)
                return
            case _:
                return


async def _register(visit: Visit, item: Item) -> None:
    """The registration asks for its own proof: what a recommendation needs may be set lower."""
    form = visit.house.catalogue[REGISTRATION_OF[item.number]]
    if await prove(visit, visit.known, form.proof):
        await registration.walk(visit, form)


def _view(visit: Visit, item: Item, found: wire.Listing, first: int) -> ListingView:
    texts = visit.house.texts
    return ListingView(
        title=item.name,
        line=(found.note or texts(Text.RECOMMEND_LINE, total=found.total)) if found.cards else "",
        cards=found.cards,
        page=found.page,
        pages=found.pages,
        first=first,
        action_label=texts(Text.RECOMMEND_AGAIN),
        empty="" if found.cards else texts(Text.RECOMMEND_EMPTY),
        speech=item.name,
    )
