"""Both cards, where an item wants both: each really read in this visit by its own reader, and both one person's.

Read ``read`` from top to bottom. Nobody's word stands for a card. Who comes for somebody else (代办) brings both of
the resident's cards and lays their own ID card besides.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from contract import masking, wire
from contract.catalogue import Item
from contract.faults import Fault
from contract.log_events import Event
from contract.shown import BOTH
from contract.texts import Text
from contract.wire import Reading, ShownBy
from drivers.device import Failure
from kiosk import identity, pages
from kiosk.concurrency import first
from kiosk.house import House
from kiosk.person import WAYS
from kiosk.views import Action, AskProof, GuideRow, MessageView, Nav, Picture, Way
from kiosk.visit import Visit

LACKING: Final = {Way.CARD: Fault.CARDS_NO_CARD_READER, Way.ID_CARD: Fault.CARDS_NO_ID_READER}
SELF: Final = "self"
AGENT: Final = "agent"
GO_ON: Final = "go_on"
STOP: Final = "stop"

Against = Callable[[Reading], Fault | None]
"""Why a card that was read is not the one that is wanted."""


def stands_against(visit: Visit, item: Item) -> Fault | None:
    """Why *item* cannot begin whatever is shown: a card is still to be read, and there is no reader for it now."""
    if not item.both_cards:
        return None
    read_already = {} if visit.person is None else visit.person.readings
    wanted = [WAYS[shown] for shown in BOTH if shown not in read_already]
    return next((LACKING[way] for way in wanted if way not in visit.house.bay.ways()), None)


async def read(visit: Visit, item: Item) -> bool:
    """Whether *item* can begin as far as the cards go: what was not read yet in this visit is asked for, both are held
    against each other, and the platform knows of both."""
    if not item.both_cards:
        return True
    person = visit.known
    person.agent = None
    who = await visit.ask(_who(visit.house)) if item.agent else SELF
    if who is Nav.BACK:
        return False
    for shown in BOTH:
        if shown not in person.readings and not await _second(visit, item, shown):
            return False
    names_differ = len({one.name for one in person.both_cards}) > 1
    if names_differ and await visit.ask(_names(visit.house, person.both_cards)) != GO_ON:
        return False
    if not await _platform_told(visit, item):
        return False
    if who == AGENT:
        found = await _one(visit, item, Way.ID_CARD, _agent_view(visit), _no_agent(visit), person.id_card_at)
        if found is None:
            return False
        person.agent = found[0]
    came = "" if person.agent is None else person.agent.id_number
    if await visit.log(Event.BOTH_CARDS_READ, item=item.number, names_differ=names_differ, agent_id_number=came):
        return True
    await visit.tell(Failure(Fault.DISK_FULL), item.number)
    return False


# -- reading ---------------------------------------------------------------------------------------------------------


async def _second(visit: Visit, item: Item, shown: ShownBy) -> bool:
    """The resident's card that was not read yet; False: it was given up, or cannot be read here."""
    person, way = visit.known, WAYS[shown]

    def against(found: Reading) -> Fault | None:
        return None if found.id_number == person.id_number else Fault.CARDS_OTHER_PERSON

    found = await _one(visit, item, way, _second_view(visit, way), against, None)
    if found is None:
        return False
    person.readings[shown], at = found
    if way is Way.ID_CARD:
        person.id_card_at = at
    await visit.log(Event.IDENTIFIED, shown_by=shown.value, id_number=person.id_number)
    return True


async def _one(
    visit: Visit, item: Item, way: Way, view: AskProof, against: Against, but: int | None
) -> tuple[Reading, int] | None:
    """What is read of the card that *view* asks for, and its place in time (Bay.taken); what cannot be read, or has
    something *against* it, is told and asked for once more. *but*: the card that lay there then is not meant. None:
    given up."""
    bay = visit.house.bay
    while await _laid(visit, item, way, view, but):
        visit.somebody_is_here()
        but = bay.taken(way)
        found = await identity.read_card(visit, way)
        if isinstance(found, Failure):
            await visit.log(Event.CARD_FAULT, fault=found.fault.value)
            await visit.tell(found, item.number, others=False)
        elif (fault := against(found)) is not None:
            await visit.log(Event.PROOF_FAILED, by="both_cards", fault=fault.value, tries_left=None)
            await visit.tell(Failure(fault), item.number)
        else:
            return found, but
    return None


async def _laid(visit: Visit, item: Item, way: Way, view: AskProof, but: int | None) -> bool:
    """Whether a card came; False: 返回 was touched, or its reader is no more (that is told)."""
    bay = visit.house.bay
    with bay.changes() as change:
        while way in bay.ways():
            came = visit.unless_signing_in(lambda: first(bay.laid(way, but), change()))
            answer = await first(came, visit.ask(view))
            if answer is True or answer is Nav.BACK:
                return answer is True
    await visit.tell(Failure(LACKING[way]), item.number)
    return False


async def _platform_told(visit: Visit, item: Item) -> bool:
    """Tell the platform what was read besides what the visit began with. It holds both against each other itself, and
    what it does not take counts as not read. Said anew for each item: it may have been away."""
    person = visit.known
    while True:
        ask = wire.Elevate(readings=person.beside)
        answer = await visit.busy(Text.BUSY_PLATFORM, identity.exchange(visit, wire.SESSION_ELEVATE, wire.Session, ask))
        if not isinstance(answer, Failure):
            return True
        lost = answer.fault in pages.NETWORK_FAULTS
        if not lost:
            await visit.log(Event.PROOF_FAILED, by="both_cards", fault=answer.fault.value, tries_left=None)
            for one in person.beside:
                del person.readings[one.shown_by]
        if await visit.tell(answer, item.number, others=False) != pages.AGAIN or not lost:
            return False


# -- pages -----------------------------------------------------------------------------------------------------------


def _who(house: House) -> MessageView:
    texts = house.texts
    return MessageView(
        title=texts(Text.BOTH_WHO_TITLE),
        text=texts(Text.BOTH_WHO_TEXT),
        picture=Picture.PERSON,
        actions=(Action(AGENT, texts(Text.BOTH_WHO_AGENT)), Action(SELF, texts(Text.BOTH_WHO_SELF), True)),
        speech=texts(Text.BOTH_WHO_TITLE),
    )


def _names(house: House, both: tuple[Reading, ...]) -> MessageView:
    """One number, two names: whoever stands there looks at the cards themselves."""
    texts = house.texts
    masked = [(texts(pages.WAY_NAMES[WAYS[one.shown_by]]), masking.name(one.name)) for one in both]
    tells = len({name for _, name in masked}) > 1
    return MessageView(
        title=texts(Text.BOTH_NAMES_TITLE),
        text=texts(Text.BOTH_NAMES_TEXT),
        picture=Picture.PERSON,
        rows=tuple(GuideRow(label, (name,)) for label, name in masked) if tells else (),
        actions=(Action(STOP, texts(Text.BOTH_NAMES_STOP)), Action(GO_ON, texts(Text.BOTH_NAMES_GO_ON), True)),
        speech=texts(Text.BOTH_NAMES_TITLE),
    )


def _second_view(visit: Visit, way: Way) -> AskProof:
    title, line = Text.BOTH_CARD_TITLE, Text.BOTH_CARD_LINE
    if way is Way.ID_CARD:
        title = Text.BOTH_ID_TITLE
        line = Text.BOTH_ID_LINE_CARD_IN if visit.known.by_card else Text.BOTH_ID_LINE
    return _view(visit, way, title, line)


def _agent_view(visit: Visit) -> AskProof:
    return _view(visit, Way.ID_CARD, Text.BOTH_AGENT_TITLE, Text.BOTH_AGENT_LINE)


def _view(visit: Visit, way: Way, title: Text, line: Text) -> AskProof:
    texts = visit.house.texts
    words = texts(line, name=visit.known.masked_name)
    return AskProof(title=texts(title), line=words, ways=(way,), speech=texts(title))


def _no_agent(visit: Visit) -> Against:
    person = visit.known
    return lambda found: Fault.CARDS_AGENT_NEEDED if found.id_number == person.id_number else None
