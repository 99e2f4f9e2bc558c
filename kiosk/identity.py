"""Who is there, and how sure that is: card, ID card or code; then card PIN or service password where an item asks."""

from __future__ import annotations

from typing import Final, TypeVar

from contract import limits, wire
from contract.catalogue import Proof
from contract.faults import Fault
from contract.log_events import Event
from contract.texts import Text
from contract.wire import Reading, ShownBy
from drivers.device import Failure, since_boot
from kiosk import pages
from kiosk.bay import Arrival
from kiosk.concurrency import first
from kiosk.person import Person
from kiosk.views import Nav, PinChoice, PinPad, Way
from kiosk.visit import GoHomeError, LeaveError, Reason, Visit, is_lost

T = TypeVar("T", bound=wire.Message)

NOT_KNOWN: Final = Fault.PLATFORM_NOT_KNOWN
UNREADABLE: Final = Failure(Fault.CODE_UNREADABLE)


async def read(visit: Visit, arrival: Arrival) -> Person | None:
    """Read what was shown. None: it did not work out and was told."""
    person = await _read(visit, arrival)
    if isinstance(person, Failure):
        await visit.log(Event.CARD_FAULT, fault=person.fault.value)
        await tell(visit, person, arrival.way)
        return None
    return person


async def admit(visit: Visit, person: Person) -> Failure | None:
    """Open a session with the platform; None: come in. A card or an ID card says who is there without the platform
    too; a code says nothing by itself."""
    try:
        failure = await visit.busy(Text.BUSY_PLATFORM, open_session(visit, person))
    except GoHomeError:  # not waited for: the platform is asked again when an item needs it
        if not person.id_number:
            raise LeaveError(Reason.FAULT) from None
        failure = None
    if failure is not None and not (person.id_number and failure.fault in pages.NETWORK_FAULTS | {NOT_KNOWN}):
        return failure
    await visit.log(Event.IDENTIFIED, shown_by=person.shown_by.value, id_number=person.id_number)
    return None


async def _read(visit: Visit, arrival: Arrival) -> Person | Failure:
    if arrival.unreadable:
        return UNREADABLE
    if arrival.way is Way.CODE:
        return Person(ShownBy.CODE, Proof.PROVED, id_number="", name="", code=arrival.code, code_at=arrival.at)
    lifted = visit.house.bay.lifted
    found = await read_card(visit, arrival.way)
    if isinstance(found, Failure):
        return found
    return Person(
        found.shown_by,
        Proof.SHOWN,
        id_number=found.id_number,
        name=found.name,
        card_number=found.card_number,
        card_id_code=found.card_id_code,
        readings={found.shown_by: found},
        id_card_at=lifted if arrival.way is Way.ID_CARD else None,
    )


async def read_card(visit: Visit, way: Way) -> Reading | Failure:
    """Have the reader of *way* (not a code) read the card that is there."""
    bay = visit.house.bay
    if way is Way.ID_CARD:
        assert bay.id_reader is not None
        id_card = await visit.busy(Text.BUSY_READING, bay.id_reader.read(), advice=Text.BUSY_ADVICE_ID, may_leave=False)
        if isinstance(id_card, Failure):
            return id_card
        return Reading(shown_by=ShownBy.ID_CARD, id_number=id_card.id_number, name=id_card.name)
    assert bay.card_reader is not None
    card = await visit.busy(Text.BUSY_READING, bay.card_reader.read(), advice=Text.BUSY_ADVICE_CARD, may_leave=False)
    if isinstance(card, Failure):
        return card
    return Reading(
        shown_by=ShownBy.CARD,
        id_number=card.id_number,
        name=card.name,
        card_number=card.card_number,
        card_id_code=card.card_id_code,
    )


async def tell(visit: Visit, failure: Failure, way: Way) -> str:
    """A fault of what was shown: its page stays until it is touched, or the card is out, or something else is shown,
    which begins the next visit."""
    try:
        if way is Way.CARD and visit.house.bay.card_is_in():
            return await first(visit.tell(failure), visit.house.bay.card_removed()) or pages.OK
        answer = await first(visit.tell(failure), visit.arrival(unreadable=False))
    except GoHomeError:  # there is no home yet: nobody is known
        return pages.OK
    if isinstance(answer, Arrival):
        raise LeaveError(Reason.FAULT, answer)
    return answer


async def open_session(visit: Visit, person: Person) -> Failure | None:
    """Open (or open again) the platform's session for *person*; None when it stands."""
    if person.token:
        return None
    if person.shown_by is ShownBy.CODE and not person.code:
        return Failure(Fault.PLATFORM_SESSION_ENDED, "a code opens one session")
    if person.shown_by is ShownBy.CODE and since_boot() - person.code_at > limits.QR_LIFETIME:
        person.code = ""  # dead: whoever had it since then shall not be able to use it
        return Failure(Fault.PLATFORM_CODE_EXPIRED, "it waited here for too long")
    operator = "" if visit.helper is None else visit.helper.token
    answer = await visit.house.central.call(wire.SESSION_OPEN, wire.Session, person.opening(operator))
    if isinstance(answer, Failure):
        if not is_lost(answer):
            person.code = ""
        not_taken = operator and answer.fault is Fault.PLATFORM_NOT_ALLOWED
        return Failure(Fault.STAFF_NOT_TAKEN) if not_taken else answer
    person.code = ""  # it is good for one use
    if not answer.token or not answer.token.isascii() or not answer.token.isprintable():
        return Failure(Fault.PLATFORM_GARBLED, "no token")
    if person.id_number and answer.id_number not in ("", person.id_number):
        return Failure(Fault.PLATFORM_GARBLED, "a session for somebody else")
    person.token = answer.token
    person.matters = answer.matters
    person.id_number = answer.id_number or person.id_number
    person.name = answer.name or person.name
    if not person.by_card:
        person.proof = answer.proof  # what a code, or a session opened again, is worth the platform says
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


async def prove(visit: Visit, person: Person, needed: Proof, *, again: bool = False) -> bool:
    """Whether *person*'s proof is enough for *needed*, after asking for what is missing. *again*: the platform no
    longer takes the proof that was given before."""
    if person.proof.satisfies(needed):
        return True
    if needed is Proof.OPERATOR:
        return visit.helper is not None
    if person.by_card:
        return await _prove_by_pin(visit, person)
    if person.shown_by is ShownBy.CODE:
        await visit.tell(Failure(Fault.PLATFORM_NOT_ALLOWED))
        return False
    return await _prove_by_service_password(visit, person, Text.PROVE_AGAIN_TITLE if again else Text.SERVICE_TITLE)


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
                await visit.busy(Text.BUSY_PLATFORM, _raise_session(visit, person))
            return True
        await _log_failed(visit, "card_pin", failure)
        if failure.fault is not Fault.PIN_WRONG or failure.tries_left == 0:
            blocked = failure.fault is Fault.PIN_WRONG
            await visit.tell(Failure(Fault.PIN_BLOCKED) if blocked else failure)
            return False
        error = _wrong(visit, Text.PIN_WRONG, failure)


async def _prove_by_service_password(visit: Visit, person: Person, title: Text) -> bool:
    texts = visit.house.texts
    error = ""
    while True:
        typed = await visit.ask(PinPad(title=texts(title), line=texts(Text.SERVICE_LINE), error=error))
        if typed is Nav.BACK:
            return False
        if isinstance(typed, PinChoice):
            await visit.tell(Failure(Fault.PIN_FORGOTTEN))
            continue
        ask = wire.Elevate(service_password=typed)
        del typed
        failure = await visit.busy(Text.BUSY_PIN, _elevate(visit, person, ask), may_leave=False)
        del ask
        if failure is None:
            await visit.log(Event.PROVED, by="service_password")
            return True
        await _log_failed(visit, "service_password", failure)
        error = ""
        if failure.fault is Fault.PLATFORM_WRONG_PASSWORD:
            error = _wrong(visit, Text.SERVICE_WRONG, failure)
        elif await visit.tell(failure) != pages.AGAIN:
            return False


def _wrong(visit: Visit, words: Text, failure: Failure) -> str:
    """The line by the dots after a wrong PIN or password; how many tries are left is said only where it is known."""
    texts = visit.house.texts
    return texts(Text.WRONG_ONCE_MORE) if failure.tries_left is None else texts(words, tries=failure.tries_left)


async def _raise_session(visit: Visit, person: Person) -> None:
    """Tell the platform that the card took the PIN. The card's own word stands without it: a session that could not be
    raised, or was not waited for, is let go and opened again, with the proof, when it is needed."""
    token, person.token = person.token, ""
    answer = await visit.house.central.call(wire.SESSION_ELEVATE, wire.Session, wire.Elevate(pin_verified=True), token)
    if isinstance(answer, wire.Session) and answer.proof.satisfies(Proof.PROVED):
        person.token = token


async def _elevate(visit: Visit, person: Person, ask: wire.Elevate) -> Failure | None:
    """Let the platform check the service password."""
    answer = await exchange(visit, wire.SESSION_ELEVATE, wire.Session, ask)
    if isinstance(answer, Failure):
        return answer
    person.proof = answer.proof
    return None if answer.proof.satisfies(Proof.PROVED) else Failure(Fault.PLATFORM_NOT_ALLOWED)


async def _log_failed(visit: Visit, by: str, failure: Failure) -> None:
    await visit.log(Event.PROOF_FAILED, by=by, fault=failure.fault.value, tries_left=failure.tries_left)
