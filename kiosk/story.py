"""The resident's way, from somebody's coming to their leaving. Read ``serve`` and ``Story.told`` from top to bottom.

Leaving is cancellation: the card pulled, the idle limit, the way out touched each end the story, and one ``finally``
lets go of the resident.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
from typing import Final, Literal, NoReturn

from contract import limits
from contract.catalogue import Group, Item, Kind, Proof
from contract.faults import Fault
from contract.log_events import Event
from contract.texts import Text
from contract.waits import Wait
from drivers.device import Failure
from kiosk import assisted, both_cards, conditions, disclosure, guide_pages, identity, matters, notice, pages, rating
from kiosk.bay import Arrival
from kiosk.concurrency import first
from kiosk.defects import report
from kiosk.house import House
from kiosk.journal import JournalLostError
from kiosk.kinds import WALKS
from kiosk.resting import rest_when_alone
from kiosk.views import Guide, GuideChoice, MenuChoice, MessageView, Nav, Progress, TakeAway
from kiosk.visit import Back, GoHomeError, LeaveError, Left, Reason, SignedOutError, Visit
from secure.ledger import Ledger

NOT_TAKEN: Final = frozenset({Fault.PLATFORM_NOT_KNOWN, Fault.PLATFORM_CARD_NOT_VALID})
"""With these the platform will refuse whatever is submitted."""


Came = Arrival | Group | Literal[True]
"""How a visit begins: something was shown, a group was touched on the idle screen, or anything else on it was."""


async def serve(house: House, early: Came | None = None) -> NoReturn:
    """Visit after visit, for ever, but none begins on a battery that is nearly empty. *early*: somebody began before
    the equipment was ready."""
    following: Came | None = early
    async with asyncio.TaskGroup() as acts:
        while True:
            came = following or await wait_for_somebody(house)
            house = renewed(house)
            following = None
            if not house.bay.power_is_low():
                following = await attend(house, acts, came)
            del came  # with the visit what was shown is let go of, and not when the next one begins
    raise AssertionError("visits never end")  # pragma: no cover - said to the type checker


def renewed(house: House) -> House:
    """The house with what was configured since; never asked for within a visit."""
    current = house.current()
    if current is not house:
        current.stage.reword(current.texts)
    return current


async def wait_for_somebody(house: House) -> Came:
    """The idle screen, dark when nobody is there, until somebody touches it or shows something that says who they
    are."""
    return await first(_somebody(house), rest_when_alone(house))


async def _somebody(house: House) -> Came:
    """What is shown is waited for once, however often the idle screen has something new to say meanwhile: a wait that
    was begun anew would lose what came in between."""
    while True:
        if house.bay.power_is_low():
            await _power_returns(house)
        came = await first(house.bay.arrival(), _touched(house))
        if came is not None:
            return came


async def _touched(house: House) -> Group | Literal[True] | None:
    """The idle screen, always with what works now, until it is touched. None: the power is nearly gone."""
    with house.bay.changes() as change:
        while not house.bay.power_is_low():
            house, news = renewed(house), house.news.times
            page = house.stage.show(pages.attract(house))
            touched = await first(page, first(house.news.wait(news), change()))
            if touched is True or isinstance(touched, Group):
                return touched
    return None


async def _power_returns(house: House) -> None:
    """Say that no visit begins, for as long as that is so. Mains back is told by the UPS; no touch hurries it."""
    while house.bay.power_is_low():
        await first(house.stage.show(pages.closed(house)), house.bay.changed())


async def attend(house: House, acts: asyncio.TaskGroup, came: Came) -> Arrival | None:
    """One visit, whole: the story, the watch over the card, the farewell, and letting go. Returns what was shown
    already for the next one."""
    story = Story(Visit(house, acts, assisted.help_asked))
    visit, reason = story.visit, Reason.INTERNAL
    await visit.log(Event.VISIT_BEGAN, shown_by=came.way.value if isinstance(came, Arrival) else "touch")
    try:
        reason = await first(story.told(came), story.card_pulled())
        await story.farewell(reason)
        return story.following
    finally:
        closed = visit.let_go()
        house.stage.clear()
        try:
            await visit.log(Event.VISIT_ENDED, reason=reason.value)
            await visit.helper_leaves(Left.VISIT_ENDED)
        except JournalLostError:
            # Serving ends with this, and with it every task of the terminal: the platform's session is closed first.
            if closed is not None:
                await asyncio.wait({closed}, timeout=limits.PLATFORM_CONNECT)
            raise
        del story, visit
        gc.collect()


class Story:
    """The course of one visit."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.following: Arrival | None = None
        self._by_card = asyncio.Event()
        self._removals = 0

    async def told(self, came: Came) -> Reason:
        """The story, with every way it can end turned into a reason."""
        try:
            await self._tell(came)
        except LeaveError as leaving:
            self.following = leaving.following
            return leaving.reason
        except JournalLostError:
            raise
        except Exception as error:
            # The one place where a defect of ours meets a resident: a sentence, a log record, and the terminal goes on.
            report(error)
            await self.visit.log(Event.ITEM_FAULT, item=0, fault=Fault.INTERNAL.value)
            await self._linger(pages.fault(self.visit.house, Failure(Fault.INTERNAL)))
            return Reason.INTERNAL

    async def _tell(self, came: Came) -> NoReturn:
        if isinstance(came, Arrival):
            await self._welcome(came)
        elif isinstance(came, Group):
            with contextlib.suppress(GoHomeError):
                await self._group(came)
        while True:
            with contextlib.suppress(GoHomeError):
                await self._menu()

    async def _welcome(self, arrival: Arrival) -> None:
        """Learn who it is; what cannot be read ends the visit with its sentence. From the moment a card has been read
        its removal ends the visit, also when another card is in before anybody looked."""
        visit, removals = self.visit, self.visit.house.bay.removals
        visit.somebody_is_here()
        person = await identity.read(visit, arrival)
        if person is None:
            raise LeaveError(Reason.FAULT)
        if person.by_card:
            self._removals = removals
            self._by_card.set()
        while (failure := await identity.admit(visit, person)) is not None:
            self._by_card.clear()  # the page that says why ends with the card
            if await identity.tell(visit, failure, person.way) != pages.AGAIN:
                person.forget()
                raise LeaveError(Reason.FAULT)
        visit.person = person

    async def _menu(self) -> None:
        """The home of a visit, once."""
        visit = self.visit
        view = pages.menu(visit.house, visit.person)
        if visit.person is None:
            choice = await first(visit.arrival(), visit.ask(view))
        else:
            choice = await visit.ask(view)
        match choice:
            case Arrival() if choice.unreadable:
                if (shown := await self._unreadable()) is not None:
                    await self._welcome(shown)
            case Arrival():
                await self._welcome(choice)
            case Group():
                await self._group(choice)
            case MenuChoice.MATTERS:
                if await self._known() and await identity.prove(visit, visit.known, Proof.PROVED):
                    await matters.show(visit)
            case MenuChoice.NOTICES:
                await disclosure.notices(visit)
            case _:
                raise LeaveError(Reason.DONE)

    async def _group(self, group: Group) -> None:
        house = self.visit.house
        while (number := await self.visit.ask(pages.items(house, group))) is not Nav.BACK:
            await self._item(house.catalogue[number])

    async def _item(self, item: Item) -> None:
        """One item: its notice where there is something to bring or to fill in, who it is, then its walk."""
        visit = self.visit
        await visit.log(Event.ITEM_OPENED, item=item.number)
        if not guide_pages.needs_notice(item):
            if await self._ensure(item):
                await self._walk(item)
            return

        def guide() -> Guide:
            return guide_pages.guide(visit.house, item, helped=visit.helper is not None)

        while (choice := await visit.ask(guide(), again=guide)) is not Nav.BACK:
            if choice in (GuideChoice.PRINT, GuideChoice.QR):
                await notice.take_along(visit, item, choice)
            elif not guide_pages.can_start(item, helped=visit.helper is not None):
                if await self._known() and await identity.prove(visit, visit.known, Proof.PROVED):
                    await conditions.shown(visit, item)
            elif await self._ensure(item):
                await self._walk(item)
                return

    async def _walk(self, item: Item) -> None:
        """The item to its end; and, by whichever way they leave what was done, how it was. A worker who signs out, a
        card pulled and the time that is over ask nothing more."""
        visit = self.visit
        visit.done = None
        try:
            await WALKS[item.kind](visit, item)
        except SignedOutError:
            raise
        except GoHomeError:
            await rating.ask(visit)
            raise
        except LeaveError as leaving:
            if leaving.reason is Reason.DONE:
                await rating.ask(visit)
            raise
        await rating.ask(visit)

    async def _ensure(self, item: Item) -> bool:
        """Whether the proof *item* needs is there; asks for it when not."""
        helper = self.visit.helper
        if item.proof is Proof.OPERATOR and helper is None:
            await self.visit.tell(Failure(Fault.OPERATOR_NEEDED), item.number)
            return False
        if helper is not None and not helper.may(item.number):
            await self.visit.tell(Failure(Fault.STAFF_NOT_OFFLINE_ITEM), item.number)
            return False
        if (lacking := both_cards.stands_against(self.visit, item)) is not None:
            await self.visit.tell(Failure(lacking), item.number)
            return False
        # One that is open to everybody asks too: the platform answers sessions only, and there is none for nobody.
        return (
            await self._known()
            and await identity.prove(self.visit, self.visit.known, item.proof)
            and await both_cards.read(self.visit, item)
            and (item.kind is not Kind.REGISTRATION or await self._may_submit(item))
        )

    async def _may_submit(self, item: Item) -> bool:
        """Whether there is room to keep what will be filled in and the platform knows this person, asked before the
        form and not after it; when the platform cannot be asked, what is filled in is kept all the same."""
        visit = self.visit
        if await visit.house.journal.do(Ledger.full) is not None:
            await visit.tell(Failure(Fault.DISK_FULL), item.number)
            return False
        if visit.house.central.away:
            return True
        failure = await visit.busy(Text.BUSY_PLATFORM, identity.open_session(visit, visit.known))
        no = failure is not None and failure.fault in NOT_TAKEN
        if failure is not None and no:
            await visit.tell(failure, item.number)
        return not no

    async def _known(self) -> bool:
        """Whether it is known who is there; asks to show something when not."""
        visit = self.visit
        if visit.person is None:
            answer: Arrival | None = None
            while answer is None:
                shown = await first(visit.arrival(lying=True), self._ask_proof())
                if shown is Nav.BACK:
                    return False
                answer = await self._unreadable() if shown.unreadable else shown
            await self._welcome(answer)
        return True

    async def _ask_proof(self) -> Back:
        """The ways to show who one is, always those that work now."""
        with self.visit.house.bay.changes() as change:
            while True:
                answer = await first(
                    self.visit.ask(pages.ask_proof(self.visit.house)), self.visit.unless_signing_in(change)
                )
                if answer is Nav.BACK:
                    return answer

    async def _unreadable(self) -> Arrival | None:
        """Say that what was shown is no code; what is shown instead meanwhile, None when the page was touched away."""
        answer = await first(self.visit.tell(identity.UNREADABLE), self.visit.arrival(unreadable=False))
        return answer if isinstance(answer, Arrival) else None

    # -- leaving -----------------------------------------------------------------------------------------------------

    async def card_pulled(self) -> Reason:
        """Ends when the card that says who this is has been taken out."""
        await self._by_card.wait()
        await self.visit.house.bay.card_removed(self._removals)
        await self._by_card.wait()
        return Reason.PULLED

    async def farewell(self, reason: Reason) -> None:
        """Let what stands finish, say what happened, remind of card and slip."""
        visit, house = self.visit, self.visit.house
        act = visit.act
        visit.let_go()
        house.stage.clear()
        if visit.has_standing:
            await first(visit.standing(), _show_for_ever(house, Progress(words=house.texts(Text.LEAVE_PENDING))))
        slip = visit.slip_came or (act is not None and act.has_slip)
        if reason is Reason.PULLED:
            await self._last_words(pages.pulled(house, act))
        elif house.bay.card_is_in():
            line = house.faults[Fault.IDLE_ENDED].do if reason is Reason.IDLE else house.texts(Text.LEAVE_LINE)
            view = TakeAway(card=True, slip=slip, line=line)
            await first(house.bay.card_removed(), _show_for_ever(house, view))
        elif reason is Reason.IDLE:
            await self._last_words(pages.ended(house, Fault.IDLE_ENDED))
        elif reason is Reason.DONE:
            view = TakeAway(card=False, slip=slip, line=house.texts(Text.LEAVE_LINE))
            await first(asyncio.sleep(house.waits[Wait.FAREWELL]), _show_for_ever(house, view))

    async def _last_words(self, view: MessageView) -> None:
        """A message that goes away by itself, or makes room for whoever shows something."""
        self.following = await first(self._linger(view), self.visit.house.bay.arrival(unreadable=False))

    async def _linger(self, view: MessageView) -> None:
        """A message after which nobody may come: it goes away by itself."""
        stage = self.visit.house.stage
        with contextlib.suppress(TimeoutError):
            linger = self.visit.house.waits[Wait.MESSAGE_LINGER]
            async with asyncio.timeout(linger) as limit:
                if await stage.show(view) is Nav.HELP:
                    limit.reschedule(asyncio.get_running_loop().time() + linger)
                    await stage.show(pages.help_page(self.visit.house))


async def _show_for_ever(house: House, view: Progress | TakeAway) -> NoReturn:
    while True:
        await house.stage.show(view)
