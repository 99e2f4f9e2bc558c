"""A code that can be none is said to be none, in the place where it was asked for; one that waited too long is dead."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from contract import limits
from contract.catalogue import Group, Proof
from contract.faults import Fault
from drivers.device import Failure, Happening, since_boot
from kiosk import identity
from kiosk.bay import Arrival
from kiosk.views import (
    AskProof,
    Attract,
    ItemList,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    RecordsView,
    TakeAway,
    View,
    Way,
)
from tests.kiosk.attacking import Resident, answering, play
from tests.kiosk.conftest import Stand
from tests.kiosk.scripted import SESSION, Step
from tests.kiosk.test_story import RECORDS, has


def payment_code(stand: Stand) -> None:
    stand.scanner.tell(Happening.INVALID)


def opened(stand: Stand) -> list[str]:
    return [ask.code for name, ask in stand.central.asked if name == "session_open"]


async def test_what_is_no_code_is_said_where_a_code_was_asked_for(stand: Stand) -> None:
    """And the place in the visit is kept: back to the question, then the code, then what was wanted."""
    answering(stand, records=RECORDS, session_open=msgspec.structs.replace(SESSION, proof=Proof.PROVED))
    said = has(stand.faults[Fault.CODE_UNREADABLE].what)
    await stand.visit(
        Step(Attract, True),
        Step(Menu, Group.INSURANCE),
        Step(ItemList, 25),
        Step(AskProof, does=lambda: payment_code(stand)),
        Step(MessageView, "ok", check=said),
        Step(AskProof, does=lambda: payment_code(stand)),
        Step(MessageView, does=lambda: stand.scan("opaque"), check=said),
        Step(RecordsView, Nav.BACK),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
    )
    assert opened(stand) == ["opaque"]


async def test_said_on_the_menu_too_and_the_menu_stays(stand: Stand) -> None:
    answering(stand)
    await stand.visit(
        Step(Attract, True),
        Step(Menu, does=lambda: payment_code(stand)),
        Step(MessageView, "ok", check=has(stand.faults[Fault.CODE_UNREADABLE].what)),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
    )


async def test_said_on_the_idle_screen_once_while_it_is_held_there(stand: Stand) -> None:
    answering(stand)
    said: list[View[Any]] = []

    def again() -> None:
        for _ in range(5):
            payment_code(stand)
        asyncio.get_running_loop().call_later(0.1, stand.scan, "opaque")

    await stand.visit(
        Step(Attract, does=lambda: payment_code(stand)),
        Step(MessageView, does=again, check=said.append),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
    )
    assert len(said) == 1
    assert opened(stand) == ["opaque"]


async def test_a_code_that_waited_too_long_is_not_sent_any_more(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform was away while it waited; by machine time, whatever the clock is set to."""
    answering(stand)
    stand.central.away = True
    resident = Resident(stand)

    def at(view: View[Any]) -> Any:
        if isinstance(view, MessageView) and len(resident.titles()) == 1:
            stand.central.away = False
            monkeypatch.setattr(limits, "QR_LIFETIME", -1.0)
            return view.actions[0].id
        if isinstance(view, MessageView) and len(resident.titles()) == 2:
            monkeypatch.undo()
            stand.scan("fresh")
        return MenuChoice.LEAVE if isinstance(view, Menu) else None

    resident.before = at
    stand.insert = lambda _card=None: stand.scan("stale")  # type: ignore[method-assign,assignment]
    await play(stand, resident)
    assert resident.titles() == [
        stand.faults[fault].what for fault in (Fault.PLATFORM_AWAY, Fault.PLATFORM_CODE_EXPIRED)
    ]
    assert opened(stand) == ["stale", "fresh"], "the stale one before it was dead"


@pytest.mark.parametrize(
    ("waited", "sent"), [(0.0, True), (limits.QR_LIFETIME - 1, True), (limits.QR_LIFETIME + 1, False)]
)
async def test_sixty_seconds_of_the_machine(stand: Stand, waited: float, sent: bool) -> None:
    answering(stand)
    house = stand.house()

    class Visit:
        def __init__(self) -> None:
            self.house = house
            self.helper = None

    arrival = Arrival(Way.CODE, "opaque", since_boot() - waited)
    person = await identity._read(Visit(), arrival)  # type: ignore[arg-type]
    assert not isinstance(person, Failure)
    failure = await identity.open_session(Visit(), person)  # type: ignore[arg-type]
    assert (failure is None) == sent
    assert (opened(stand) == ["opaque"]) == sent
    assert person.code == ""
    if failure is not None:
        assert failure.fault is Fault.PLATFORM_CODE_EXPIRED


def test_a_code_is_in_no_repr_of_an_arrival() -> None:
    assert "opaque" not in repr(Arrival(Way.CODE, "opaque"))
    assert Arrival(Way.CODE).unreadable
    assert not Arrival(Way.CARD).unreadable
    assert SESSION.token
