"""What one resident's visit holds while it lasts, and the few things every part of it does: ask, tell, wait, print.

The story itself is kiosk/story.py; the walks through items are kiosk/kinds/.
"""

from __future__ import annotations

import asyncio
import enum
import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, NoReturn, TypeVar

import msgspec

from contract import limits, wire
from contract.catalogue import Item
from contract.faults import Fault
from contract.log_events import Event
from contract.slip import PrintOutcome, Slip
from contract.texts import Text
from contract.waits import Wait
from drivers.device import Failure, Printed
from kiosk import pages, slips, staff_pages
from kiosk.acts import Act
from kiosk.bay import Arrival
from kiosk.concurrency import first
from kiosk.defects import report
from kiosk.house import House
from kiosk.person import Person
from kiosk.staff import Helper
from kiosk.views import MessageView, Nav, Progress, StillThere, View

A = TypeVar("A")
Back = Literal[Nav.BACK]


class Reason(enum.StrEnum):
    """Why a visit ended."""

    DONE = "done"
    PULLED = "card_pulled"
    IDLE = "idle"
    FAULT = "fault"
    INTERNAL = "internal"


class LeaveError(Exception):
    """The visit is over (nobody's error: it unwinds the story)."""

    def __init__(self, reason: Reason, following: Arrival | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.following = following
        """What was shown already for the next visit."""


class GoHomeError(Exception):
    """首页 was touched: back to the menu (unwinds one item)."""


class SignedOutError(GoHomeError):
    """The worker signed out: what was being done on somebody's behalf is not gone on with."""


class HelperGoneError(Exception):
    """The roster no longer has the worker who helps."""


class Left(enum.StrEnum):
    """Why a worker no longer helps."""

    SIGNED_OUT = "signed_out"
    VISIT_ENDED = "visit_ended"
    NOT_ON_ROSTER = "not_on_roster"
    NOT_TAKEN = "not_taken"
    """The platform does not let this worker help this resident."""


async def only_help(visit: Visit) -> None:
    """The 帮办 key where nobody signs in: whom to ask."""
    if await visit.watched(pages.help_page(visit.house)) is Nav.HOME:
        raise GoHomeError


@dataclass(frozen=True, slots=True)
class Done:
    """An act that somebody can say how it was of."""

    item: Item
    receipt: str = ""
    """Of a submission; a query has none, and is the same act however often it is repeated in the visit."""

    @property
    def key(self) -> tuple[int, str]:
        return self.item.number, self.receipt


class Visit:
    """One resident's visit. ``acts`` outlives it: what was submitted stands whatever becomes of the visit."""

    def __init__(
        self, house: House, acts: asyncio.TaskGroup, help_asked: Callable[[Visit], Awaitable[None]] = only_help
    ) -> None:
        """*help_asked*: what the 帮办 key does."""
        self.house = house
        self._help_asked = help_asked
        self.helper: Helper | None = None
        self._nobody_signs_in = asyncio.Event()
        self._nobody_signs_in.set()
        self._waits: set[asyncio.Timeout] = set()
        """What waits for something to be shown, and makes room for a worker who signs in."""
        self.id = secrets.token_hex(6)
        self.person: Person | None = None
        self.act: Act | None = None
        """The last act that passed the point of no return, until its result has been seen."""
        self.done: Done | None = None
        """What was just done, until it was asked how it was (kiosk/rating.py)."""
        self.asked_of: set[tuple[int, str]] = set()
        self.slip_came = False
        """A slip came out, or may have: it is reminded of at the farewell."""
        self._seen = time.monotonic()
        self._acts = acts
        self._closed: asyncio.Future[wire.Empty | Failure] | None = None
        self._standing: set[asyncio.Task[Any]] = set()

    @property
    def known(self) -> Person:
        assert self.person is not None, "an item's walk begins only after its proof"
        return self.person

    # -- showing and asking ------------------------------------------------------------------------------------------

    async def ask(
        self, view: View[A], leaving: MessageView | None = None, *, again: Callable[[], View[A]] | None = None
    ) -> A | Back:
        """Show *view* until it is answered; 帮办 and the idle limit are seen to here, 首页 unwinds to the menu: after
        asking whether that is really wanted, where *leaving* says what would be lost. *again*: what *view* is once a
        worker has signed in, where that makes another page of it."""
        while True:
            view, helper = self._dressed(view), self.helper
            try:
                answer = await self.watched(view)
                if answer is Nav.HELP or answer is Nav.HOME:
                    view = self.house.stage.as_left(view)
                    helped = answer is Nav.HELP and await self._helped()
                    if not helped and (leaving is None or await self.ask(leaving) == pages.LEAVE):
                        raise GoHomeError
                    view = view if again is None or self.helper is helper else again()
                    continue
            except HelperGoneError:
                await self.helper_leaves(Left.NOT_ON_ROSTER)
                await self.tell(Failure(Fault.STAFF_ENDED))
                raise GoHomeError from None
            if answer is Nav.BACK:
                return Nav.BACK
            assert not isinstance(answer, Nav)
            return answer

    async def _helped(self) -> bool:
        """The 帮办 key; False: 首页 was touched there. Who signs a worker out goes home without being asked."""
        try:
            await self._help_asked(self)
        except SignedOutError:
            raise
        except GoHomeError:
            return False
        return True

    def somebody_is_here(self) -> None:
        """Something was shown (a card, an ID card, a code): whoever did that is here, and the idle limit begins
        anew, as it does at a touch."""
        self._seen = time.monotonic()

    async def watched(self, view: View[A]) -> A | Nav:
        """Show *view* under the idle limit, and for as long as who helps may do so (HelperGoneError)."""
        view = self._dressed(view)
        watch = self._idle_watch()
        return await first(
            self.house.stage.show(view), watch if self.helper is None else first(watch, self._helper_watch())
        )

    def _dressed(self, view: View[A]) -> View[A]:
        """*view* with who helps in its head."""
        words = "" if self.helper is None else staff_pages.helper_words(self.house, self.helper)
        return view if view.helper == words else msgspec.structs.replace(view, helper=words)

    async def _helper_watch(self) -> NoReturn:
        staff, helper = self.house.staff, self.helper
        assert staff is not None
        assert helper is not None
        while True:
            if not staff.holds(helper.worker):
                raise HelperGoneError
            await asyncio.sleep(limits.STAFF_LOOK)

    async def _idle_watch(self) -> NoReturn:
        stage = self.house.stage
        while True:
            left = self.house.waits[Wait.IDLE_LIMIT] - min(stage.idle_seconds(), time.monotonic() - self._seen)
            if left > 0:
                await asyncio.sleep(left)
            elif not await stage.overlay(StillThere(seconds=int(self.house.waits[Wait.IDLE_WARNING]))):
                raise LeaveError(Reason.IDLE)

    async def busy(
        self, words: Text, work: Coroutine[Any, Any, A], *, advice: Text = Text.BUSY_ADVICE, may_leave: bool = True
    ) -> A:
        """Do *work* while its words are on the screen. 首页 gives it up (the work is cancelled) where it may."""
        texts = self.house.texts
        view = Progress(words=texts(words), advice=texts(advice) if may_leave else "", held=not may_leave)
        return await first(work, self._progress(view, may_leave))

    async def _progress(self, view: Progress, may_leave: bool) -> NoReturn:
        stage = self.house.stage
        while True:
            answer = await stage.show(self._dressed(view))
            if answer is Nav.HELP:
                page = self._dressed(pages.help_page(self.house))
                answer = Nav.HOME if await stage.show(page) is Nav.HOME else None
            if may_leave and answer is not None:  # 返回 gives up the wait too: what led to it is not known here
                raise GoHomeError

    async def tell(self, failure: Failure, item: int = 0, *, others: bool = True) -> str:
        """One fault as a page: what happened, what to do, whom to call. Returns the id of the action touched. Not
        *others*: showing something else instead would not do."""
        await self.log(Event.ITEM_FAULT, item=item, fault=failure.fault.value)
        shown = None if self.person is None else self.person.way
        answer = await self.ask(pages.fault(self.house, failure, shown, others=others))
        return pages.OK if answer is Nav.BACK else answer

    async def log(self, event: Event, **values: str | int | bool | None) -> bool:
        """Whether it is on the disk. Who helps stands in every record of a visit."""
        return await self.house.journal.log(event, **self.marked, **values)

    @property
    def marked(self) -> dict[str, str | int | bool | None]:
        """Which visit, and who helps: by staff number, never by name."""
        return {"visit": self.id} if self.helper is None else {"visit": self.id, "operator": self.helper.worker}

    @contextmanager
    def signing_in(self) -> Iterator[None]:
        """What is shown while the block lasts is the worker's: nobody else takes it who waits for something."""
        self._nobody_signs_in.clear()
        for wait in self._waits:
            wait.reschedule(asyncio.get_running_loop().time())
        try:
            yield
        finally:
            self._nobody_signs_in.set()

    async def unless_signing_in(self, wait: Callable[[], Coroutine[Any, Any, A]]) -> A:
        """What *wait* gives, begun anew after a worker signed in (a resident's card, a device that came back)."""
        while True:
            await self._nobody_signs_in.wait()
            # No task of its own: who was shown first is told first.
            scope = asyncio.timeout(None)
            try:
                async with scope:
                    self._waits.add(scope)
                    return await wait()
            except TimeoutError:
                continue
            finally:
                self._waits.discard(scope)

    async def arrival(self, *, lying: bool = False, unreadable: bool = True) -> Arrival:
        """Somebody shows something that says who they are (Bay.arrival)."""
        return await self.unless_signing_in(lambda: self.house.bay.arrival(lying=lying, unreadable=unreadable))

    # -- who helps ---------------------------------------------------------------------------------------------------

    async def helper_leaves(self, why: Left) -> None:
        """Whoever helped does no longer: logged, told to the platform without waiting for it."""
        if self.helper is None:
            return
        await self.log(Event.OPERATOR_SIGNED_OUT, reason=why.value)
        token, self.helper = self.helper.token, None
        if token:
            closing = self.house.central.call(wire.STAFF_CLOSE, wire.Empty, wire.StaffOut(operator=token))
            self.aside(closing)

    # -- what stands -------------------------------------------------------------------------------------------------

    async def perform(self, act: Act) -> Act:
        """The point of no return: from here on nothing of *act* is cancelled, whatever becomes of the visit."""
        self.act = act
        await self.busy(Text.BUSY_SUBMITTING, self.stand(act.perform(self.marked)), may_leave=False)
        self.slip_came = self.slip_came or act.has_slip
        return act

    async def print(self, slip: Slip, *, again: str | None = None) -> Printed:
        """Print *slip* because the resident asked for it. *again*: it is printed once more, of this receipt number; it
        is marked 补打 and logged as such."""
        if again is not None:
            slip = slips.again(self.house, slip)
        work = self.stand(self.house.desk.print(slip, self.marked, again=again))
        printed = await self.busy(Text.BUSY_PRINTING, work, may_leave=False)
        self.slip_came = self.slip_came or printed.outcome is not PrintOutcome.NOT_PRINTED
        return printed

    async def hand_out(self, slip: Slip, *, again: str | None = None) -> Printed:
        """``print``, and what became of it on a page; the slip's QR stands on it where the paper failed."""
        printed = await self.print(slip, again=again)
        await self.ask(pages.slip_page(self.house, printed, slips.link_of(slip)))
        return printed

    async def stand(self, work: Coroutine[Any, Any, A]) -> A:
        """What comes of *work*, which is carried to its end also when nobody waits for it any more."""
        outcome: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        task = self._begin(work, outcome)
        self._standing.add(task)
        task.add_done_callback(self._standing.discard)
        return await asyncio.shield(outcome)

    def _begin(self, work: Coroutine[Any, Any, A], outcome: asyncio.Future[A]) -> asyncio.Task[None]:
        task = self._acts.create_task(_carried_out(work, outcome))
        # A terminal that ends before the task's first step never begins the work: it is told so.
        task.add_done_callback(lambda _: work.close())
        return task

    def aside(self, work: Coroutine[Any, Any, A]) -> None:
        """Do *work* as the terminal's, and wait for nothing: also while the visit is being ended."""
        self._begin(work, asyncio.get_running_loop().create_future())

    async def standing(self) -> None:
        """Wait for what was begun and stands (a submission, a slip in the printer); each has its own deadline."""
        while self._standing:
            await asyncio.wait(set(self._standing))

    @property
    def has_standing(self) -> bool:
        return bool(self._standing)

    def let_go(self) -> asyncio.Future[wire.Empty | Failure] | None:
        """Nothing of the resident is reachable through the visit afterwards; the platform's session is being closed,
        and nobody waits for it who has something else to do. Returns what comes of it; None: there was no session."""
        if self.person is not None:
            if self.person.token:
                closing = self.house.central.call(wire.SESSION_CLOSE, wire.Empty, wire.Empty(), self.person.token)
                self._closed = asyncio.get_running_loop().create_future()
                self._begin(closing, self._closed)
            self.person.forget()
        self.person = None
        self.act = None
        return self._closed


async def _carried_out(work: Coroutine[Any, Any, A], outcome: asyncio.Future[A]) -> None:
    """Do *work* and put what came of it into *outcome*, whether or not somebody still waits for it. A defect in it ends
    neither the other acts nor the terminal."""
    try:
        result = await work
    except Exception as error:
        outcome.set_exception(report(error))
        outcome.exception()  # seen: it has been reported, also when nobody waits any more
    else:
        outcome.set_result(result)


def is_lost(failure: Failure) -> bool:
    """Whether *failure* says that the platform cannot be asked now (and not that it said no)."""
    return failure.fault in pages.NETWORK_FAULTS
