"""Who somebody is: no proof is taken for more than it is worth, and none is asked for twice without saying why."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from contract import wire
from contract.catalogue import Group, Proof
from contract.faults import Fault
from drivers.device import Failure
from kiosk.acts import Act
from kiosk.person import Person
from kiosk.questions import Confirm
from kiosk.views import (
    Attract,
    ItemList,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    PinChoice,
    PinPad,
    RecordsView,
    TakeAway,
    View,
)
from tests.kiosk.attacking import Resident, answering, play, whole_or_nothing
from tests.kiosk.conftest import Stand
from tests.kiosk.opening import (
    LEAVE,
    RECORDS,
    answers,
    has,
    to_item,
    with_id_reader,
)
from tests.kiosk.scripted import MADE_UP, SESSION, Step

PROVED = msgspec.structs.replace(SESSION, proof=Proof.PROVED)


def password(right: str = "246810") -> Any:
    tries = [5]

    def check(ask: wire.Elevate) -> Any:
        if ask.service_password == right:
            return PROVED
        tries[0] -= 1
        return Failure(Fault.PLATFORM_WRONG_PASSWORD, tries_left=tries[0])

    return check


async def test_an_id_card_needs_the_service_password_for_what_is_personal(stand: Stand) -> None:
    reader = with_id_reader(stand)
    stand.central.answers = answers(session_elevate=password(), records=RECORDS)
    await stand.visit(
        Step(Attract, does=reader.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "111111", check=has("服务密码")),
        Step(PinPad, "246810", check=has("还可以试 4 次")),
        Step(RecordsView, Nav.BACK),
        *LEAVE,
        Step(TakeAway, None),
    )


async def test_a_password_is_asked_again_when_the_session_ended_meanwhile(stand: Stand) -> None:
    """A session opened again is worth what an ID card is worth: the terminal must not go on thinking it is proved."""
    reader = with_id_reader(stand)
    ended: list[bool] = []

    def records(_ask: Any) -> Any:
        if not ended:
            ended.append(True)
            return Failure(Fault.PLATFORM_SESSION_ENDED)
        opened = [name for name, _ in stand.central.asked].count("session_open")
        raised = [name for name, _ in stand.central.asked].count("session_elevate")
        return RECORDS if raised >= opened else Failure(Fault.PLATFORM_NOT_ALLOWED)

    stand.central.answers = answers(session_elevate=password(), records=records)
    await stand.visit(
        Step(Attract, does=reader.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "246810"),
        Step(PinPad, "246810", check=has("再确认")),
        Step(RecordsView, Nav.BACK),
        *LEAVE,
        Step(TakeAway, None),
    )


async def test_who_does_not_prove_again_goes_home(stand: Stand) -> None:
    reader = with_id_reader(stand)
    once: list[bool] = []

    def records(_ask: Any) -> Any:
        once.append(True)
        return Failure(Fault.PLATFORM_SESSION_ENDED if len(once) == 1 else Fault.PLATFORM_NOT_ALLOWED)

    stand.central.answers = answers(session_elevate=password(), records=records)
    await stand.visit(
        Step(Attract, does=reader.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "246810"),
        Step(PinPad, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
    )


async def test_a_password_the_platform_does_not_raise_the_session_for_proves_nothing(stand: Stand) -> None:
    reader = with_id_reader(stand)
    stand.central.answers = answers(session_elevate=SESSION)  # it answers, and the proof is no better than before
    await stand.visit(
        Step(Attract, does=reader.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "246810"),
        Step(MessageView, "ok", check=has(stand.faults[Fault.PLATFORM_NOT_ALLOWED].what)),
        *LEAVE,
        Step(TakeAway, None),
    )
    assert "records" not in [name for name, _ in stand.central.asked]


async def test_the_password_can_be_tried_again_when_the_platform_is_back(stand: Stand) -> None:
    """「再试一次」 asks again; it does not throw the resident back."""
    reader = with_id_reader(stand)
    away = [True]

    def elevate(ask: wire.Elevate) -> Any:
        return Failure(Fault.PLATFORM_AWAY) if away.pop() else PROVED

    away[:] = [False, True]
    stand.central.answers = answers(session_elevate=elevate, records=RECORDS)
    await stand.visit(
        Step(Attract, does=reader.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "246810"),
        Step(MessageView, "again", check=has(stand.faults[Fault.PLATFORM_AWAY].what)),
        Step(PinPad, "246810"),
        Step(RecordsView, Nav.BACK),
        *LEAVE,
        Step(TakeAway, None),
    )


async def test_forgotten_and_wrong_without_a_number_guess_nothing(stand: Stand) -> None:
    """A card that does not say how many tries are left (6300): none is invented."""
    assert stand.reader is not None
    stand.central.answers = answers(records=RECORDS)
    real = stand.reader.verify_pin

    async def silent(pin: str) -> Failure | None:
        return Failure(Fault.PIN_WRONG) if pin == "000000" else await real(pin)

    stand.reader.verify_pin = silent  # type: ignore[method-assign]
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "000000"),
        Step(
            PinPad,
            PinChoice.FORGOTTEN,
            check=lambda view: stand.expect("试" not in view.error and "不对" in view.error),
        ),
        Step(MessageView, "ok", check=has(stand.faults[Fault.PIN_FORGOTTEN].what)),
        Step(PinPad, Nav.BACK),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )


async def test_an_act_without_its_proof_cannot_be_made(stand: Stand) -> None:
    person = Person(wire.ShownBy.ID_CARD, Proof.SHOWN, MADE_UP.id_number, MADE_UP.name)
    with pytest.raises(AssertionError):
        Act(stand.house(), stand.catalogue[1], person, {})


async def test_a_recommendation_with_a_lower_proof_does_not_let_anybody_register(stand: Stand) -> None:
    """The county may lower what a recommendation asks for; the registration it leads to keeps its own proof."""
    real = stand.catalogue[2]
    stand.catalogue._items = {**stand.catalogue._items, 2: msgspec.structs.replace(real, proof=Proof.SHOWN)}  # type: ignore[attr-defined]
    stand.central.answers = answers(recommend=Failure(Fault.PLATFORM_NOT_REGISTERED), deliver=stand.accepting)
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.WORK, 2),
        Step(MessageView, "ok"),
        Step(PinPad, Nav.BACK),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )
    assert await stand.pending() == 0


async def test_a_code_that_ended_is_said_and_the_visit_ends_so_that_it_can_be_scanned_again(stand: Stand) -> None:
    stand.without_card_reader()
    stand.central.answers = answers(session_open=PROVED, records=Failure(Fault.PLATFORM_SESSION_ENDED))
    await stand.visit(
        Step(Attract, does=lambda: stand.scan("opaque")),
        *to_item(Group.INSURANCE, 25),
        Step(MessageView, "ok", check=has(stand.faults[Fault.PLATFORM_SESSION_ENDED].what)),
    )
    assert [name for name, _ in stand.central.asked].count("session_open") == 1  # a code is good once


async def test_a_code_worth_less_than_proved_opens_nothing_personal(stand: Stand) -> None:
    stand.without_card_reader()
    stand.central.answers = answers(session_open=SESSION, records=RECORDS)
    await stand.visit(
        Step(Attract, does=lambda: stand.scan("opaque")),
        *to_item(Group.INSURANCE, 25),
        Step(MessageView, "ok", check=has(stand.faults[Fault.PLATFORM_NOT_ALLOWED].what)),
        *LEAVE,
        Step(TakeAway, None),
    )
    assert "records" not in [name for name, _ in stand.central.asked]


async def test_the_session_may_end_in_the_middle_of_the_form_and_the_form_stands(stand: Stand) -> None:
    answering(stand)
    resident = Resident(stand)

    def ends(view: View[Any]) -> Any:
        if isinstance(view, Confirm):
            stand.central.answers["session_open"] = Failure(Fault.PLATFORM_SESSION_ENDED)
            stand.central.answers["session_elevate"] = Failure(Fault.PLATFORM_SESSION_ENDED)

    resident.before = ends
    await play(stand, resident)
    assert await whole_or_nothing(stand, resident) == 1
