"""A resident who answers whatever comes, so that a visit can be disturbed anywhere; and what must hold afterwards."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from typing import Any, Final

import msgspec

from contract import formatting, wire
from contract.catalogue import Group, Proof
from contract.faults import Fault
from contract.fields import Field
from drivers.device import CardHolder, Failure, Medium
from kiosk.acts import Act
from kiosk.person import Person
from kiosk.questions import ChoiceQuestion, Confirm, ConfirmChoice, NumberQuestion, Question, TextQuestion
from kiosk.story import Story, serve
from kiosk.views import (
    AskProof,
    Attract,
    Guide,
    GuideChoice,
    ItemList,
    ListingView,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    PinPad,
    Progress,
    RatingChoice,
    RatingView,
    RecordsView,
    ResultChoice,
    ResultView,
    StillThere,
    TakeAway,
    View,
)
from kiosk.visit import Visit
from tests.kiosk.conftest import Stand
from tests.kiosk.scripted import MADE_UP, SESSION

WAIT: Final = object()
"""The resident does nothing; a device, or time, goes on."""
WORDS: Final = {"wage": "3000", "years": "5", "village": "杨树村", "phone": "13800000101", "past": None}
SECRET_PIN: Final = "123456"


class Resident:
    """The window with somebody before it who goes to *item* and does all that is asked, then goes."""

    def __init__(self, stand: Stand, group: Group = Group.WORK, item: int = 1) -> None:
        self.stand, self.group, self.item = stand, group, item
        self.seen: list[View[Any]] = []
        self.cleared = 0
        self.overlays = 0
        self.idle = 0.0
        self.still_there: Any = True
        self.stays_idle = False
        self.visited = False
        self.ended = asyncio.Event()
        self.before: Callable[[View[Any]], Any] = lambda view: None
        """Called with every view; may return an answer of its own (WAIT included)."""
        self.by_question: dict[str, Field] = {f.question: f for f in stand.catalogue[1].fields}

    async def show(self, view: View[Any]) -> Any:
        self.seen.append(view)
        own = self.before(view)
        answer = own if own is not None else self.answer(view)
        if answer is WAIT:
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        return None if answer == "none" else answer

    def answer(self, view: View[Any]) -> Any:
        match view:
            case Attract():
                reader = self.stand.reader
                if self.visited and (reader is None or reader.medium is not Medium.PRESENT):
                    self.ended.set()
                return WAIT
            case Menu():
                done = any(isinstance(seen, ResultView | RecordsView | ListingView) for seen in self.seen)
                return MenuChoice.LEAVE if done else self.group
            case ItemList():
                done = any(isinstance(seen, RecordsView | ListingView) for seen in self.seen)
                return Nav.BACK if done else self.item
            case Guide():
                return GuideChoice.START
            case PinPad():
                return SECRET_PIN
            case Question():
                return self._field(view)
            case Confirm():
                return ConfirmChoice.SUBMIT
            case ResultView():
                return ResultChoice.FINISH
            case MessageView():
                return view.actions[-1].id
            case RatingView():
                return RatingChoice.SKIP
            case TakeAway():
                if view.card:
                    self.stand.pull()
                return WAIT
            case RecordsView() | ListingView():
                return Nav.BACK
            case Progress() | AskProof():
                return WAIT
            case _:
                raise AssertionError(type(view).__name__)

    def _field(self, view: Question) -> Any:
        field = self.by_question[view.question]
        if field.key in WORDS:
            return WORDS[field.key] if WORDS[field.key] is not None else "none"
        assert isinstance(view, ChoiceQuestion)
        return (view.options[0].code,)

    async def overlay(self, view: StillThere) -> bool:
        self.overlays += 1
        await asyncio.sleep(0)
        if not self.stays_idle:
            self.idle = 0.0
        answer = self.still_there() if callable(self.still_there) else self.still_there
        return bool(answer)

    def idle_seconds(self) -> float:
        return self.idle

    def clear(self) -> None:
        self.cleared += 1

    def saw(self, kind: type[View[Any]]) -> bool:
        return any(isinstance(view, kind) for view in self.seen)

    def titles(self) -> list[str]:
        return [view.title for view in self.seen if isinstance(view, MessageView)]


async def play(
    stand: Stand, resident: Resident, card: CardHolder | Failure | None = None, *, insert: bool = True
) -> None:
    """From the idle screen to the idle screen."""
    stand.stage = resident  # type: ignore[assignment]
    house = stand.house()
    tasks = [asyncio.create_task(house.bay.run())]
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(serve(house)))
    ended = asyncio.create_task(resident.ended.wait())
    try:
        async with asyncio.timeout(15):
            while not resident.saw(Attract):
                await asyncio.sleep(0)
            resident.visited = True
            if insert:
                stand.insert(card)
            await asyncio.wait({*tasks, ended}, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
        await asyncio.sleep(0.01)  # the session is closed behind the visit
    finally:
        for task in (*tasks, ended):
            task.cancel()
        await asyncio.gather(*tasks, ended, return_exceptions=True)


def answering(stand: Stand, **more: Any) -> None:
    stand.central.answers = {
        "session_open": SESSION,
        "session_elevate": msgspec.structs.replace(SESSION, proof=Proof.PROVED),
        "health": wire.Health(at="", version=""),
        "deliver": stand.accepting,
        **more,
    }


async def whole_or_nothing(stand: Stand, resident: Resident) -> int:
    """One submission with its slip and its words, or none at all and said so; how many there are."""
    rows: list[Any] = await stand.journal.do(
        lambda ledger: ledger._connection.execute("SELECT number, state FROM outbox").fetchall()
    )
    assert len(rows) <= 1
    await stand.until_delivered()
    assert stand.delivered == len(rows)
    assert len(stand.printer.slips) == len(rows)
    if rows:
        number = formatting.receipt(rows[0][0])
        slip = repr(stand.printer.slips[0])
        assert number in slip
        assert "张*" in slip, "the slip says whose it is, also when they have left"
        said = [view for view in resident.seen if number in repr(view)]
        assert said, "the number was on the screen"
    in_visit = stand.faults[Fault.CARD_PULLED_IN_VISIT].what
    after = stand.faults[Fault.CARD_PULLED_AFTER_SUBMIT].what
    assert in_visit not in resident.titles() if rows else after not in resident.titles()
    assert stand.faults[Fault.INTERNAL].what not in resident.titles()
    return len(rows)


def nobody_stays(stand: Stand, resident: Resident) -> None:
    resident.seen.clear()
    stand.central.asked.clear()
    gc.collect()
    left = [thing for thing in gc.get_objects() if isinstance(thing, Person | Act | Visit | Story)]
    assert left == []


__all__ = [
    "MADE_UP",
    "WAIT",
    "NumberQuestion",
    "Resident",
    "TextQuestion",
    "answering",
    "nobody_stays",
    "play",
    "whole_or_nothing",
]
