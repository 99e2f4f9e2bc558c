"""A stage that answers from a list, devices without hardware and a platform without a network: a visit in milliseconds.

The same visits run through the real window, the real pcscd and the real platform in tests/local (the tour).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from contract import wire
from contract.catalogue import Proof
from contract.faults import Fault
from contract.slip import PrintOutcome, Slip
from contract.texts import Texts
from drivers.device import (
    CardHolder,
    DeviceEvent,
    Failure,
    Happening,
    Hint,
    Look,
    Medium,
    Photo,
    Printed,
    PrinterStatus,
    State,
    Supply,
)
from kiosk.views import Nav, Progress, RatingChoice, RatingView, StillThere, TakeAway, View


@dataclass
class Step:
    """One expected view and what the resident does at it."""

    view: type[View[Any]]
    answer: Any = None
    check: Callable[[Any], None] = lambda view: None
    does: Callable[[], None] | None = None
    """Something that happens instead of a touch (a card pulled): the view is then left unanswered."""


class UnexpectedError(pytest.fail.Exception):
    """Another view than the list says. A test's verdict, and no Exception: the story would take it for a defect and go
    on."""


class ListStage:
    """Answers ``show`` from a list of steps; Progress and TakeAway pass by unless they are expected, and nobody says
    how it was unless a step does."""

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.seen: list[View[Any]] = []
        self.cleared = 0
        self.idle = 0.0
        self.still_there = True
        self.overlays = 0
        self.left: View[Any] | None = None
        """What a view looks like after somebody typed on it and touched 帮办; None: as it was."""
        self.ended = asyncio.Event()
        self.texts: Texts | None = None
        """What the screens themselves would say."""

    async def show(self, view: View[Any]) -> Any:
        self.seen.append(view)
        passing = isinstance(view, Progress | TakeAway)
        if passing and not (self.steps and isinstance(view, self.steps[0].view)):
            await asyncio.Event().wait()
        if isinstance(view, RatingView) and not (self.steps and isinstance(view, self.steps[0].view)):
            return RatingChoice.SKIP
        if not self.steps:
            self.ended.set()
            await asyncio.Event().wait()
        step = self.steps.pop(0)
        if not isinstance(view, step.view):
            raise UnexpectedError(f"expected {step.view.__name__}, got {view!r}")
        try:
            step.check(view)
        except AssertionError as wrong:
            raise UnexpectedError(str(wrong)) from wrong
        if step.does is not None:
            step.does()
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        return step.answer

    def as_left(self, view: View[Any]) -> View[Any]:
        return view if self.left is None else self.left

    async def overlay(self, view: View[bool]) -> bool:
        self.overlays += isinstance(view, StillThere)
        self.idle = 0.0
        return self.still_there

    def reword(self, texts: Texts) -> None:
        self.texts = texts

    def idle_seconds(self) -> float:
        return self.idle

    def clear(self) -> None:
        self.cleared += 1


class FakeDevice:
    name = "device"

    def __init__(self) -> None:
        self.state = State.ONLINE
        self.events: asyncio.Queue[DeviceEvent] | None = None

    async def run(self, events: asyncio.Queue[DeviceEvent]) -> None:
        self.events = events
        await asyncio.Event().wait()

    def tell(self, happening: Happening, **values: Any) -> None:
        assert self.events is not None
        self.events.put_nowait(DeviceEvent(self.name, happening, **values))


class FakeCardReader(FakeDevice):
    name = "card_reader"

    def __init__(self, card: CardHolder | Failure | None = None, pin: str = "123456", tries: int = 3) -> None:
        super().__init__()
        self.card, self.pin, self.tries = card, pin, tries
        self.medium = Medium.NOT_PRESENT

    def insert(self, card: CardHolder | Failure | None = None) -> None:
        self.card = card or self.card
        self.medium = Medium.PRESENT
        self.tell(Happening.INSERTED)

    def pull(self) -> None:
        self.medium = Medium.NOT_PRESENT
        self.tell(Happening.REMOVED)

    async def read(self) -> CardHolder | Failure:
        await asyncio.sleep(0)
        if self.medium is not Medium.PRESENT:
            return Failure(Fault.CARD_PULLED)
        assert self.card is not None
        return self.card

    async def verify_pin(self, pin: str) -> Failure | None:
        await asyncio.sleep(0)
        if self.tries == 0:
            return Failure(Fault.PIN_BLOCKED)
        if pin == self.pin:
            return None
        self.tries -= 1
        return Failure(Fault.PIN_WRONG, tries_left=self.tries)


class FakePrinter(FakeDevice):
    name = "printer"

    def __init__(self, outcome: Printed | None = None) -> None:
        super().__init__()
        self.supply = Supply.FULL
        self.outcome = outcome or Printed(PrintOutcome.PRINTED)
        self.slips: list[Slip] = []
        self.defect = False

    @property
    def seen(self) -> PrinterStatus:
        return PrinterStatus(self.state, self.supply)

    async def status(self) -> PrinterStatus:
        return self.seen

    async def print(self, job: str, slip: Slip) -> Printed:
        self.slips.append(slip)
        await asyncio.sleep(0)
        if self.defect:
            raise KeyError(MADE_UP.id_number)
        return self.outcome


class FakeCamera(FakeDevice):
    """Gives what its list says: hints and pages, one a capture; READY looks otherwise."""

    name = "camera"

    def __init__(self, *gives: Photo | Failure) -> None:
        super().__init__()
        self.gives = list(gives)
        self.hint = Hint.READY
        self.looks = 0

    async def look(self) -> Look | Failure:
        await asyncio.sleep(0)
        if self.state is not State.ONLINE:
            return Failure(Fault.CAMERA_GONE)
        self.looks += 1
        return Look(self.hint, 2, 1, b"\x01\x02\x03" * 2, ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)))

    async def capture(self) -> Photo | Failure:
        await asyncio.sleep(0)
        return self.gives.pop(0)


@dataclass
class FakeCentral:
    """The platform's answers by route; a callable gets the question."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    away: bool = False
    slow: bool = False

    async def call(self, route: wire.Route, answer: type[Any], ask: Any = None, token: str = "") -> Any:
        self.asked.append((route.name, ask))
        await asyncio.sleep(0)
        if self.away:
            return Failure(Fault.PLATFORM_AWAY)
        if route is wire.SESSION_CLOSE:
            return wire.Empty()
        found = self.answers[route.name]
        return found(ask) if callable(found) else found


MADE_UP = CardHolder(
    id_number="140999198001010018",
    name="张测试",
    sex="1",
    ethnicity="01",
    born=date(1980, 1, 1),
    card_number="A00000001",
    card_id_code="140900D1560000050000000000000001",
    version="2.00",
    issued=date(2020, 1, 1),
    expires=date(2040, 1, 1),
)

SESSION = wire.Session(token="t", proof=Proof.SHOWN, name=MADE_UP.name, id_number=MADE_UP.id_number)
NAV_BACK = Nav.BACK
