"""帮办: a village worker signs in for one visit, by QR (or, the platform away, by their own card) and PIN.

Read ``help_asked`` and ``sign_in`` from top to bottom. Who is on no roster is asked for a PIN like anybody, at the same
cost; only the tries left stand still for them (docs/staff-pin.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

from contract import masking, wire
from contract.faults import Fault
from contract.log_events import Event
from contract.roster import LONGEST_PIN
from contract.texts import Text
from contract.wire import ShownBy
from drivers.device import Failure
from kiosk import identity, pages, staff_pages
from kiosk.bay import Arrival
from kiosk.concurrency import first
from kiosk.staff import Helper, Staff
from kiosk.views import AskProof, Countdown, Nav, PinChoice, PinPad, TakeAway, View, Way
from kiosk.visit import GoHomeError, Left, SignedOutError, Visit, is_lost
from secure.pin import Accepted, Disabled, Refusal, Shown, Verdict, Waiting, Wrong

A = TypeVar("A")


class _Shown:
    """What a worker showed, until the PIN was looked at."""

    def __init__(self, token: Shown, name: str, *, session: str = "", offline: bool = False) -> None:
        self.token, self.name, self.session, self.offline = token, name, session, offline


async def help_asked(visit: Visit) -> None:
    """The 帮办 key: whom to ask; for the worker who came, the way in and the way out."""
    if visit.helper is None:
        if await _ask(visit, pages.help_page(visit.house, sign_in=True)) == pages.SIGN_IN:
            with visit.signing_in():
                await sign_in(visit)
    elif await _ask(visit, staff_pages.helping_page(visit.house, visit.helper)) == staff_pages.SIGN_OUT:
        await visit.helper_leaves(Left.SIGNED_OUT)
        raise SignedOutError


async def sign_in(visit: Visit) -> None:
    """Until a worker is signed in, or gave up, or cannot be; what stands in the way is said in one sentence."""
    staff = visit.house.staff
    fault = Fault.STAFF_NO_ROSTER if staff is None else await staff.standing()
    if staff is None or fault is not None:
        await _tell(visit, fault or Fault.STAFF_NO_ROSTER)
        return
    own_card = False
    try:
        while (shown := await _show(visit, staff)) is not None:
            own_card = own_card or shown.offline
            if not await _type(visit, staff, shown):
                break
    finally:
        await staff.gone()
    if own_card and visit.house.bay.card_is_in():
        # What lies in the slot is taken for the resident's: the worker's own card is out before anybody goes on.
        view = TakeAway(card=True, slip=False, line=visit.house.texts(Text.STAFF_TAKE_CARD))
        await first(visit.house.bay.card_removed(), visit.watched(view))


# -- showing ---------------------------------------------------------------------------------------------------------


async def _show(visit: Visit, staff: Staff) -> _Shown | None:
    """Ask for the QR, or the own card where that is the way; None: gave up, or there is no way."""
    unresolved = False
    while True:
        ways = _ways(visit, staff, unresolved)
        if isinstance(ways, Fault):
            await _tell(visit, ways)
            return None
        arrival = await _shown_at(visit, ways)
        if arrival is None:
            return None
        visit.somebody_is_here()
        found = await (_by_code if arrival.way is Way.CODE else _by_card)(visit, staff, arrival)
        if isinstance(found, _Shown):
            return found
        unresolved = found in pages.NETWORK_FAULTS
        if not unresolved:
            await _tell(visit, found)
        elif not isinstance(_ways(visit, staff, unresolved), Fault):
            await _tell(visit, Fault.STAFF_AWAY)


def _ways(visit: Visit, staff: Staff, unresolved: bool) -> tuple[Way, ...] | Fault:
    """By which ways a worker can sign in now; the fault that says why by none. *unresolved*: a QR was shown just now,
    and the platform could not be asked. The own card is the way where no QR can be resolved, and only there."""
    working = visit.house.bay.ways()
    code = (Way.CODE,) if Way.CODE in working else ()
    away = unresolved or visit.house.central.away
    if code and not away:
        return code
    if not staff.offline_items:
        return Fault.STAFF_NOT_OFFLINE if away else Fault.STAFF_NO_WAY
    if Way.CARD not in working:
        return Fault.STAFF_NO_WAY
    if visit.person is not None and visit.person.by_card:
        return Fault.STAFF_CARD_IN
    return (*code, Way.CARD)


async def _shown_at(visit: Visit, ways: Sequence[Way]) -> Arrival | None:
    texts = visit.house.texts
    line = Text.STAFF_LINE_BOTH if len(ways) > 1 else Text.STAFF_LINE_CARD if Way.CARD in ways else Text.STAFF_LINE_CODE
    view = AskProof(title=texts(Text.STAFF_TITLE), line=texts(line), ways=tuple(ways), speech=texts(Text.STAFF_TITLE))
    while True:
        answer = await first(visit.watched(view), visit.house.bay.arrival(card_in=False))
        if answer is Nav.HOME:
            raise GoHomeError
        if not isinstance(answer, Arrival):
            return None
        if answer.way in ways:
            return answer


async def _by_code(visit: Visit, staff: Staff, arrival: Arrival) -> _Shown | Fault:
    """Whose code it is, the platform says."""
    if arrival.unreadable:
        return Fault.CODE_UNREADABLE
    ask = wire.SessionOpen(shown_by=ShownBy.CODE, code=arrival.code, staff=True)
    call = visit.house.central.call(wire.SESSION_OPEN, wire.Session, ask)
    answer = await visit.busy(Text.BUSY_PLATFORM, call)
    if isinstance(answer, Failure):
        return answer.fault
    known = bool(answer.worker and answer.token.isascii() and answer.token.isprintable())
    token = await staff.code_shown(answer.worker if known else "")
    return Fault.DISK_FULL if token is None else _Shown(token, answer.name, session=answer.token)


async def _by_card(visit: Visit, staff: Staff, arrival: Arrival) -> _Shown | Fault:
    """Whose card it is, the roster knows, and says so to nobody before the PIN."""
    del arrival
    reader = visit.house.bay.card_reader
    assert reader is not None
    card = await visit.busy(Text.BUSY_READING, reader.read(), advice=Text.BUSY_ADVICE_CARD, may_leave=False)
    if isinstance(card, Failure):
        return card.fault
    token = await staff.card_shown(card.card_number)
    return Fault.DISK_FULL if token is None else _Shown(token, card.name, offline=True)


# -- the PIN ---------------------------------------------------------------------------------------------------------


async def _type(visit: Visit, staff: Staff, shown: _Shown) -> bool:
    """Ask for the PIN until it is right or nothing is to be tried any more. True: it must be shown once more."""
    texts, error = visit.house.texts, ""
    words = Text.STAFF_PIN_LINE_OFFLINE if shown.offline else Text.STAFF_PIN_LINE
    while True:
        typed = await _ask(
            visit,
            PinPad(
                title=texts(Text.STAFF_PIN_TITLE), line=texts(words, least=staff.least), length=LONGEST_PIN,
                least=staff.least, error=error,
            ),
        )  # fmt: skip
        if typed is None:
            return False
        if isinstance(typed, PinChoice):
            await _tell(visit, Fault.STAFF_PIN_FORGOTTEN)
            continue
        tried = visit.stand(_tried(visit, staff, shown.token, typed))
        verdict, lockout = await visit.busy(Text.BUSY_PIN, tried, may_leave=False)
        del typed, tried
        match verdict:
            case Accepted():
                await _accepted(visit, shown, verdict)
                return False
            case Wrong(tries_left=left, wait=wait):
                if left == 0:
                    await _ask(visit, staff_pages.disabled(visit.house, lockout))
                    return False
                error = texts(Text.STAFF_WRONG, tries=left)
                if wait and not await _wait(visit, wait):
                    return False
            case Waiting(seconds=seconds):
                if not await _wait(visit, seconds):
                    return False
            case Disabled():
                await _ask(visit, staff_pages.disabled(visit.house, lockout))
                return False
            case Refusal.MALFORMED:
                error = texts(Text.STAFF_MALFORMED, least=staff.least)
            case Refusal.NOT_SHOWN:
                await _tell(visit, Fault.STAFF_NOT_SHOWN)
                return True
            case Refusal.DISK_FULL:
                await _tell(visit, Fault.DISK_FULL)
                return False
            case _:
                await _tell(visit, Fault.STAFF_ROSTER_OVER)
                return False


async def _wait(visit: Visit, seconds: float) -> bool:
    """Count down; whether it was waited for to its end."""
    texts = visit.house.texts
    view = Countdown(
        title=texts(Text.STAFF_WAIT_TITLE), text=texts(Text.STAFF_WAIT_TEXT), seconds=max(1, math.ceil(seconds))
    )
    answer = await visit.watched(view)
    if answer is Nav.HOME:
        raise GoHomeError
    return not isinstance(answer, Nav)


async def _tried(visit: Visit, staff: Staff, shown: Shown, typed: str) -> tuple[Verdict, str]:
    """One try, written down in the log as it is counted, whatever becomes of the visit meanwhile; and of who is
    disabled the number that the county needs, with the platform told."""
    verdict = await staff.check(shown, typed)
    if isinstance(verdict, Wrong):
        left, wait = verdict.tries_left, int(verdict.wait)
        await visit.log(Event.STAFF_PIN_WRONG, operator=verdict.worker, tries_left=left, wait=wait)
    if not (isinstance(verdict, Disabled) or (isinstance(verdict, Wrong) and verdict.tries_left == 0)):
        return verdict, ""
    found = next((one.lockout for one in await staff.lockouts() if one.worker == verdict.worker), "")
    await visit.log(Event.STAFF_PIN_DISABLED, lockout=found, operator=verdict.worker)
    visit.house.disabled.notify()
    return verdict, found


async def _accepted(visit: Visit, shown: _Shown, accepted: Accepted) -> None:
    """From here on the worker helps; the platform is told at once where the resident is in already."""
    visit.helper = Helper(accepted.worker, masking.name(shown.name), accepted.offline_items, shown.session)
    await visit.log(Event.OPERATOR_SIGNED_IN, by=accepted.by.value)
    person = visit.person
    if person is None or not person.token or not visit.helper.token:
        return
    ask = wire.Elevate(operator=visit.helper.token)
    answer = await visit.busy(
        Text.BUSY_PLATFORM, identity.exchange(visit, wire.SESSION_ELEVATE, wire.Session, ask), may_leave=False
    )
    if not isinstance(answer, Failure):
        return
    if is_lost(answer):
        if person.shown_by is not ShownBy.CODE:
            person.token = ""  # opened again, with who helps, when it is needed
        return
    await visit.helper_leaves(Left.NOT_TAKEN)
    await _tell(visit, Fault.STAFF_NOT_TAKEN)


# -- asking ----------------------------------------------------------------------------------------------------------


async def _ask(visit: Visit, view: View[A]) -> A | None:
    """Show *view* until it is answered; 返回 and 帮办 lead back to where the person was (None), 首页 to the menu."""
    answer = await visit.watched(view)
    if answer is Nav.HOME:
        raise GoHomeError
    return None if isinstance(answer, Nav) else answer


async def _tell(visit: Visit, fault: Fault) -> None:
    await visit.log(Event.STAFF_SIGN_IN_FAILED, fault=fault.value)
    await _ask(visit, pages.fault(visit.house, Failure(fault)))
