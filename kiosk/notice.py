"""An item's one-time notice, taken along: on paper, or where no printer works on the resident's own telephone."""

from __future__ import annotations

from contract.catalogue import Item
from kiosk import pages, slips
from kiosk.views import GuideChoice
from kiosk.visit import Visit


async def take_along(visit: Visit, item: Item, choice: GuideChoice) -> None:
    """What was chosen on the notice's page: to print it, or its QR."""
    house = visit.house
    if choice is GuideChoice.PRINT:
        await visit.hand_out(slips.guide(house, item))
    else:
        await visit.ask(pages.code(house, house.notice(item.number)))
