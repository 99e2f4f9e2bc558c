"""What one resident's visit holds while it lasts, and the few things every part of it does: ask, tell, wait, print.

The story itself is kiosk/story.py; the walks through items are kiosk/kinds/.
"""

from __future__ import annotations

import asyncio
import enum
import secrets
import time
from collections.abc import Coroutine
from typing import Any, Literal, NoReturn, TypeVar

from contract import wire
from contract.log_events import Event
from contract.slip import PrintOutcome, Slip
from contract.texts import Text
from contract.waits import Wait
from drivers.device import Failure, Printed
from kiosk import pages, slips
from kiosk.acts import Act
from kiosk.bay import Arrival
from kiosk.concurrency import first
from kiosk.defects import report
from kiosk.house import House
from kiosk.person import Person
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


class Visit:
    """One resident's visit. ``acts`` outlives it: what was submitted stands whatever becomes of the visit."""

    def __init__(self, house: House, acts: asyncio.TaskGroup) -> None:
        self.house = house
        self.id = secrets.token_hex(6)
        self.person: Person | None = None
        self.act: Act | None = None
        """The last act that passed the point of no return, until its result has been seen."""
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

    async def ask(self, view: View[A], leaving: MessageView | None = None) -> A | Back:
        """Show *view* until it is answered; 帮办 and the idle limit are seen to here, 首页 unwinds to the menu: after
        asking whether that is really wanted, where *leaving* says what would be lost."""
        while True:
            answer = await self._watched(view)
            if answer is Nav.HELP or answer is Nav.HOME:
                view = self.house.stage.as_left(view)
                helped = answer is Nav.HELP and await self._watched(pages.help_page(self.house)) is not Nav.HOME
                if not helped and (leaving is None or await self.ask(leaving) == pages.LEAVE):
                    raise GoHomeError
            elif answer is Nav.BACK:
                return Nav.BACK
            else:
                assert not isinstance(answer, Nav)
                return answer

    def somebody_is_here(self) -> None:
        """Something was shown (a card, an ID card, a code): whoever did that is here, and the idle limit begins
        anew, as it does at a touch."""
        self._seen = time.monotonic()

    async def _watched(self, view: View[A]) -> A | Nav:
        return await first(self.house.stage.show(view), self._idle_watch())

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
        view = Progress(words=texts(words), advice=texts(advice) if may_leave else "")
        return await first(work, self._progress(view, may_leave))

    async def _progress(self, view: Progress, may_leave: bool) -> NoReturn:
        stage = self.house.stage
        while True:
            answer = await stage.show(view)
            if answer is Nav.HELP:
                answer = Nav.HOME if await stage.show(pages.help_page(self.house)) is Nav.HOME else None
            if may_leave and answer is not None:  # 返回 gives up the wait too: what led to it is not known here
                raise GoHomeError

    async def tell(self, failure: Failure, item: int = 0) -> str:
        """One fault as a page: what happened, what to do, whom to call. Returns the id of the action touched."""
        await self.log(Event.ITEM_FAULT, item=item, fault=failure.fault.value)
        shown = None if self.person is None else self.person.way
        answer = await self.ask(pages.fault(self.house, failure, shown))
        return pages.OK if answer is Nav.BACK else answer

    async def log(self, event: Event, **values: str | int | bool | None) -> bool:
        """Whether it is on the disk."""
        return await self.house.journal.log(event, visit=self.id, **values)

    # -- what stands -------------------------------------------------------------------------------------------------

    async def perform(self, act: Act) -> Act:
        """The point of no return: from here on nothing of *act* is cancelled, whatever becomes of the visit."""
        self.act = act
        await self.busy(Text.BUSY_SUBMITTING, self._stand(act.perform(self.id)), may_leave=False)
        self.slip_came = self.slip_came or act.has_slip
        return act

    async def print(self, slip: Slip, *, again: str | None = None) -> Printed:
        """Print *slip* because the resident asked for it. *again*: it is printed once more, of this receipt number; it
        is marked 补打 and logged as such."""
        if again is not None:
            slip = slips.again(self.house, slip)
        work = self._stand(self.house.desk.print(slip, self.id, again=again))
        printed = await self.busy(Text.BUSY_PRINTING, work, may_leave=False)
        self.slip_came = self.slip_came or printed.outcome is not PrintOutcome.NOT_PRINTED
        return printed

    async def _stand(self, work: Coroutine[Any, Any, A]) -> A:
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
