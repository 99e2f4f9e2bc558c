"""Who is there, and how sure that is: card, ID card or code; then card PIN or service password where an item asks."""

from __future__ import annotations

from typing import TypeVar

from contract import wire
from contract.catalogue import Proof
from contract.faults import Fault
from contract.log_events import Event
from contract.texts import Text
from contract.wire import ShownBy
from drivers.device import Failure
from kiosk.bay import Arrival
from kiosk.concurrency import first
from kiosk.person import Person
from kiosk.views import Nav, PinChoice, PinPad, Way
from kiosk.visit import Visit, is_lost

T = TypeVar("T", bound=wire.Message)


async def identify(visit: Visit, arrival: Arrival) -> Person | None:
    """Read what was shown and open a session with the platform. None: it did not work out and was told."""
    person = await _read(visit, arrival)
    if isinstance(person, Failure):
        await visit.log(Event.CARD_FAULT, fault=person.fault.value)
        await _tell_until_removed(visit, person, arrival.way)
        return None
    session = await visit.busy(Text.BUSY_PLATFORM, open_session(visit, person))
    if isinstance(session, Failure) and not is_lost(session) and session.fault is not Fault.PLATFORM_NOT_KNOWN:
        await _tell_until_removed(visit, session, arrival.way)
        person.forget()
        return None
    if isinstance(session, Failure) and not person.id_number:
        # A code says nothing by itself: with the platform away nobody can be known by it.
        await _tell_until_removed(visit, session, arrival.way)
        return None
    await visit.log(Event.IDENTIFIED, shown_by=person.shown_by.value, id_number=person.id_number)
    return person


async def _read(visit: Visit, arrival: Arrival) -> Person | Failure:
    bay = visit.house.bay
    if arrival.way is Way.CODE:
        return Person(ShownBy.CODE, Proof.PROVED, id_number="", name="", code=arrival.code)
    if arrival.way is Way.ID_CARD:
        assert bay.id_reader is not None
        id_card = await visit.busy(Text.BUSY_READING, bay.id_reader.read(), advice=Text.BUSY_ADVICE_ID, may_leave=False)
        if isinstance(id_card, Failure):
            return id_card
        return Person(ShownBy.ID_CARD, Proof.SHOWN, id_number=id_card.id_number, name=id_card.name)
    assert bay.card_reader is not None
    card = await visit.busy(Text.BUSY_READING, bay.card_reader.read(), advice=Text.BUSY_ADVICE_CARD, may_leave=False)
    if isinstance(card, Failure):
        return card
    return Person(
        ShownBy.CARD,
        Proof.SHOWN,
        id_number=card.id_number,
        name=card.name,
        card_number=card.card_number,
        card_id_code=card.card_id_code,
    )


async def _tell_until_removed(visit: Visit, failure: Failure, way: Way) -> None:
    """A fault of the card: its page stays until it is touched or the card is out."""
    if way is Way.CARD and visit.house.bay.card_is_in():
        await first(visit.tell(failure), visit.house.bay.card_removed())
    else:
        await visit.tell(failure)


async def open_session(visit: Visit, person: Person) -> Failure | None:
    """Open (or open again) the platform's session for *person*; None when it stands."""
    if person.token:
        return None
    if person.shown_by is ShownBy.CODE and not person.code:
        return Failure(Fault.PLATFORM_CODE_EXPIRED)
    answer = await visit.house.central.call(wire.SESSION_OPEN, wire.Session, person.opening())
    person.code = ""  # it is good for one use
    if isinstance(answer, Failure):
        return answer
    person.token = answer.token
    person.matters = answer.matters
    person.id_number = answer.id_number or person.id_number
    person.name = answer.name or person.name
    return None


async def exchange(visit: Visit, route: wire.Route, answer: type[T], ask: wire.Message | None) -> T | Failure:
    """One exchange within the resident's session, opened first where it is not; a session that ended is opened once
    more, because the resident is still here."""
    person = visit.known
    for _attempt in range(2):
        failure = await open_session(visit, person)
        if failure is not None:
            return failure
        result = await visit.house.central.call(route, answer, ask, person.token)
        if not (isinstance(result, Failure) and result.fault is Fault.PLATFORM_SESSION_ENDED):
            return result
        person.token = ""
    return Failure(Fault.PLATFORM_SESSION_ENDED)


async def prove(visit: Visit, person: Person, needed: Proof) -> bool:
    """Whether *person*'s proof is enough for *needed*, after asking for what is missing."""
    if person.proof.satisfies(needed):
        return True
    if person.by_card:
        return await _prove_by_pin(visit, person)
    return await _prove_by_service_password(visit, person)


async def _prove_by_pin(visit: Visit, person: Person) -> bool:
    texts, reader = visit.house.texts, visit.house.bay.card_reader
    assert reader is not None
    error = ""
    while True:
        pin = await visit.ask(PinPad(title=texts(Text.PIN_TITLE), line=texts(Text.PIN_LINE), error=error))
        if pin is Nav.BACK:
            return False
        if isinstance(pin, PinChoice):
            await visit.tell(Failure(Fault.PIN_FORGOTTEN))
            continue
        failure = await visit.busy(Text.BUSY_PIN, reader.verify_pin(pin), may_leave=False)
        del pin
        if failure is None:
            person.proof = Proof.PROVED
            await visit.log(Event.PROVED, by="card_pin")
            if person.token:
                await _elevate(visit, person, wire.Elevate(pin_verified=True))
            return True
        await _log_failed(visit, "card_pin", failure)
        if failure.fault is not Fault.PIN_WRONG or failure.tries_left == 0:
            blocked = failure.fault is Fault.PIN_WRONG
            await visit.tell(Failure(Fault.PIN_BLOCKED) if blocked else failure)
            return False
        error = texts(Text.PIN_WRONG, tries=failure.tries_left if failure.tries_left is not None else 1)


async def _prove_by_service_password(visit: Visit, person: Person) -> bool:
    texts = visit.house.texts
    error = ""
    while True:
        typed = await visit.ask(PinPad(title=texts(Text.SERVICE_TITLE), line=texts(Text.SERVICE_LINE), error=error))
        if typed is Nav.BACK:
            return False
        if isinstance(typed, PinChoice):
            await visit.tell(Failure(Fault.PIN_FORGOTTEN))
            continue
        failure = await visit.busy(
            Text.BUSY_PIN, _elevate(visit, person, wire.Elevate(service_password=typed)), may_leave=False
        )
        del typed
        if failure is None:
            await visit.log(Event.PROVED, by="service_password")
            return True
        await _log_failed(visit, "service_password", failure)
        if failure.fault is not Fault.PLATFORM_WRONG_PASSWORD:
            await visit.tell(failure)
            return False
        error = texts(Text.SERVICE_WRONG, tries=failure.tries_left if failure.tries_left is not None else 1)


async def _elevate(visit: Visit, person: Person, ask: wire.Elevate) -> Failure | None:
    """Tell the platform of the second proof. The card's own word stands without it: a session that could not be raised
    is let go and opened again, with the proof, when it is needed."""
    failure = await open_session(visit, person)
    if failure is not None:
        return failure
    answer = await visit.house.central.call(wire.SESSION_ELEVATE, wire.Session, ask, person.token)
    if isinstance(answer, Failure):
        if ask.pin_verified:
            person.token = ""
        return answer
    person.token = answer.token or person.token
    person.proof = answer.proof
    return None


async def _log_failed(visit: Visit, by: str, failure: Failure) -> None:
    await visit.log(Event.PROOF_FAILED, by=by, fault=failure.fault.value, tries_left=failure.tries_left)
