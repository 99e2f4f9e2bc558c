"""Another card, a code, or a card that stays: whose visit it is, at every moment."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import pytest

from contract import wire
from contract.catalogue import Group, Proof
from contract.faults import Fault
from drivers.device import Failure, Happening, State
from kiosk.questions import Confirm, TextQuestion
from kiosk.views import (
    AskProof,
    Attract,
    ItemList,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    PinPad,
    RecordsView,
    ResultView,
    TakeAway,
    View,
)
from tests.kiosk.attacking import WAIT, Resident, answering, play
from tests.kiosk.conftest import Stand
from tests.kiosk.opening import (
    RECORDS,
    has,
    to_item,
    with_id_reader,
)
from tests.kiosk.scripted import MADE_UP, Step

OTHER = dataclasses.replace(MADE_UP, id_number="140999197505052037", name="李试验", card_number="A00000002")


def swap(stand: Stand) -> None:
    """Out and in again before anybody looked."""
    assert stand.reader is not None
    stand.reader.pull()
    stand.reader.insert(OTHER)


@pytest.mark.parametrize("where", [Menu, ItemList, PinPad, TextQuestion, Confirm, ResultView])
async def test_another_card_at_once_never_enters_the_first_ones_visit(stand: Stand, where: type[View[Any]]) -> None:
    answering(stand, session_open=lambda ask: wire.Session(
        token="t", proof=Proof.SHOWN, name=ask.name, id_number=ask.id_number
    ))  # fmt: skip
    resident = Resident(stand)
    swapped: list[bool] = []

    def at(view: View[Any]) -> Any:
        if isinstance(view, where) and not swapped:
            swapped.append(True)
            swap(stand)
            return WAIT
        if swapped and isinstance(view, Menu):
            return MenuChoice.LEAVE

    resident.before = at
    await play(stand, resident)
    opened = [ask.name for name, ask in stand.central.asked if name == "session_open"]
    assert opened == ["张测试", "李试验"]
    menus = [view.title for view in resident.seen if isinstance(view, Menu)]
    assert "张" in menus[0]
    assert "李" in menus[-1]
    pads = [n for n, view in enumerate(resident.seen) if isinstance(view, PinPad)]
    said = next(n for n, v in enumerate(resident.seen) if isinstance(v, MessageView) and "取出来" in v.title)
    assert all(n < said for n in pads)


async def test_swapped_while_the_platform_is_asked_who_that_is(stand: Stand) -> None:
    """The first one's session stands when the second one's card is in: it must never be theirs."""
    answering(stand)

    def opening(ask: wire.SessionOpen) -> wire.Session:
        if ask.name == "张测试":
            swap(stand)
        return wire.Session(token="t", proof=Proof.SHOWN, name=ask.name, id_number=ask.id_number)

    answering(stand, session_open=opening, records=RECORDS)
    resident = Resident(stand, Group.INSURANCE, 25)
    await play(stand, resident)
    lines = [view.line for view in resident.seen if isinstance(view, RecordsView)]
    assert len(lines) == 1
    assert lines[0].startswith("李*")


async def test_pulled_while_the_platform_is_asked_is_said_at_once(stand: Stand) -> None:
    answering(stand)
    real = stand.central.call

    async def for_ever(route: wire.Route, *arguments: Any) -> Any:
        if route is wire.SESSION_OPEN:
            stand.pull()
            await asyncio.Event().wait()
        return await real(route, *arguments)

    stand.central.call = for_ever  # type: ignore[method-assign]
    resident = Resident(stand)
    await play(stand, resident)
    assert resident.titles() == [stand.faults[Fault.CARD_PULLED_IN_VISIT].what]


async def test_a_reader_that_goes_away_is_not_a_pulled_card(stand: Stand) -> None:
    answering(stand)
    resident = Resident(stand)

    def gone(view: View[Any]) -> Any:
        if isinstance(view, PinPad):
            assert stand.reader is not None
            stand.reader.state = State.NO_DEVICE
            stand.pull()
            return WAIT

    resident.before = gone
    await play(stand, resident)
    assert resident.titles() == [stand.faults[Fault.READER_GONE].what]


async def test_a_code_shown_at_the_pulled_page_begins_the_next_visit(stand: Stand) -> None:
    answering(stand)
    resident = Resident(stand)
    shown: list[str] = []

    def at(view: View[Any]) -> Any:
        if isinstance(view, PinPad):
            stand.pull()
            return WAIT
        if isinstance(view, MessageView):
            stand.scan("opaque")
            return WAIT
        if isinstance(view, Menu) and resident.titles():
            shown.append(view.title)
            return MenuChoice.LEAVE

    resident.before = at
    await play(stand, resident)
    assert shown
    assert [ask.code for name, ask in stand.central.asked if name == "session_open"] == ["", "opaque"]


async def test_a_code_shown_while_a_card_is_in_changes_nothing(stand: Stand) -> None:
    answering(stand, records=RECORDS)
    resident = Resident(stand, Group.INSURANCE, 25)
    resident.before = lambda view: stand.scan("somebody else's") if isinstance(view, PinPad) else None
    await play(stand, resident)
    assert [name for name, _ in stand.central.asked if name == "session_open"] == ["session_open"]


async def test_card_and_code_at_once_is_one_visit(stand: Stand) -> None:
    answering(stand, records=RECORDS)
    resident = Resident(stand, Group.INSURANCE, 25)

    stand_insert, stand.insert = stand.insert, lambda _card=None: (stand_insert(), stand.scan("opaque"))  # type: ignore[method-assign,assignment,func-returns-value]
    await play(stand, resident)
    assert len([name for name, _ in stand.central.asked if name == "session_open"]) == 1
    assert sum(isinstance(view, RecordsView) for view in resident.seen) == 1


async def test_a_card_left_in_for_ever_is_reminded_of_and_nobody_else_gets_in(stand: Stand) -> None:
    answering(stand)
    resident = Resident(stand)
    resident.before = lambda view: WAIT if isinstance(view, TakeAway) else None
    playing = asyncio.create_task(play(stand, resident))
    async with asyncio.timeout(10):
        while not resident.saw(TakeAway):
            await asyncio.sleep(0.01)
    stand.scan("opaque")
    await asyncio.sleep(0.05)
    assert isinstance(resident.seen[-1], TakeAway)
    assert not playing.done()
    stand.pull()
    await playing


async def test_an_id_card_that_lies_there_already_is_read_when_it_is_asked_for(stand: Stand) -> None:
    answering(stand, browse=Failure(Fault.PLATFORM_NOT_FOUND))
    id_reader = with_id_reader(stand)
    await stand.visit(
        Step(Attract, True),
        Step(Menu, Group.WORK),
        Step(ItemList, 3, check=lambda view: id_reader.insert()),
        Step(AskProof, does=lambda: None),
        Step(MessageView, "ok", check=has(stand.faults[Fault.PLATFORM_NOT_FOUND].what)),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
    )


async def test_the_ways_on_the_screen_follow_the_devices(stand: Stand) -> None:
    """A reader that comes back while the screen asks for a card is offered at once."""
    answering(stand, browse=Failure(Fault.PLATFORM_NOT_FOUND))
    assert stand.reader is not None
    reader = stand.reader
    reader.state = State.NO_DEVICE

    def back() -> None:
        reader.state = State.ONLINE
        reader.tell(Happening.STATE_CHANGED)

    await stand.visit(
        Step(Attract, True),
        *to_item(Group.WORK, 3),
        Step(AskProof, does=back, check=lambda view: stand.expect("card" not in view.ways)),
        Step(AskProof, does=stand.insert, check=lambda view: stand.expect("card" in view.ways)),
        Step(MessageView, "ok"),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )
