"""Before a form: what the platform knows of the resident, held against the item's conditions, ticked or why not."""

from __future__ import annotations

from contract import id_number, wire
from contract.catalogue import Item, Offline, Proof
from contract.conditions import Conditions, ConditionsAsk, Finding, Standing
from contract.fields import Answers
from contract.id_number import CitizenNumber
from contract.log_events import Event
from contract.texts import Text
from drivers.device import Failure
from kiosk import guide_pages, pages, slips
from kiosk.identity import exchange
from kiosk.platform import ask_platform
from kiosk.views import GuideChoice
from kiosk.visit import Visit


async def passed(visit: Visit, item: Item, answers: Answers | None = None) -> bool:
    """Whether the resident may go on, and wants to. *answers*: what was filled in; the page is then shown only where
    it stands against something. What is kept while the platform is away is judged when it gets there."""
    found = await _look(visit, item, answers or {})
    if found is None:
        return True
    if isinstance(found, Failure):
        await visit.tell(found, item.number)
        return False
    if answers is not None and found.allowed:
        return True
    return await _page(visit, item, found, start=True)


async def old_enough(visit: Visit, item: Item) -> bool:
    """Whether whoever is here is of the age that *item* asks for at least; who is not is told, whatever the line is."""
    today = visit.house.clock().date()
    number = id_number.parse(visit.known.id_number, today)
    if not isinstance(number, CitizenNumber) or number.age(today) >= item.youngest:
        return True
    texts = visit.house.texts
    why = texts(Text.CONDITION_YOUNGEST, years=item.youngest)
    found = Finding(label=texts(Text.CONDITION_AGE), text=why, standing=Standing.UNMET, words=why)
    return await _page(visit, item, Conditions(findings=(found,)), start=True)


async def shown(visit: Visit, item: Item) -> None:
    """The conditions alone: for somebody who cannot do the item here by themselves."""
    found = await _look(visit, item, {})
    if isinstance(found, Failure):
        await visit.tell(found, item.number)
    elif found is not None:  # pragma: no branch - only what can be kept is passed over
        await _page(visit, item, found, start=False)


async def _page(visit: Visit, item: Item, found: Conditions, *, start: bool) -> bool:
    while True:
        choice = await visit.ask(guide_pages.conditions(visit.house, item, found, start=start))
        if choice is not GuideChoice.PRINT:
            return choice is GuideChoice.START
        await visit.hand_out(slips.conditions(visit.house, visit.known, item, found))


async def _look(visit: Visit, item: Item, answers: Answers) -> Conditions | Failure | None:
    """None: the platform cannot be asked, and the item need not wait for it."""
    ask = ConditionsAsk(item=item.number, answers=dict(answers))
    if item.offline is not Offline.KEPT:
        # A counter's item is looked at by the resident, too: their own proof is enough for that.
        asked = item if item.proof is not Proof.OPERATOR else None
        return await ask_platform(visit, asked, wire.CONDITIONS, Conditions, ask)
    if visit.house.central.away:
        return None
    found = await visit.busy(Text.BUSY_PLATFORM, exchange(visit, wire.CONDITIONS, Conditions, ask))
    if isinstance(found, Failure):
        return None if found.fault in pages.NETWORK_FAULTS else found
    await visit.log(Event.QUERIED, item=item.number)
    return found
