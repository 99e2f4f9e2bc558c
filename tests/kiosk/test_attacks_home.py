"""首页 and another try from whatever page a visit has come to; and what the platform and the log hear of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from contract import texts, wire
from contract.faults import Fault
from contract.log_events import Event
from contract.texts import Text
from drivers.device import Failure
from kiosk.views import (
    Attract,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    PinPad,
    Progress,
    RecordsView,
    TakeAway,
    View,
)
from tests.kiosk.attacking import WAIT, Resident, answering, play, whole_or_nothing
from tests.kiosk.conftest import Stand
from tests.kiosk.opening import (
    answers,
    has,
)
from tests.kiosk.scripted import SESSION, Step

WORDS = texts.load()


async def test_home_on_a_card_faults_page_is_no_defect(stand: Stand, capsys: Any) -> None:
    await stand.visit(
        Step(Attract, does=lambda: stand.insert(Failure(Fault.CARD_OTHER_KIND))),
        Step(MessageView, Nav.HOME, check=has(stand.faults[Fault.CARD_OTHER_KIND].what)),
        Step(TakeAway, does=stand.pull),
    )
    assert "defect" not in capsys.readouterr().err


async def test_home_while_the_platform_is_asked_goes_to_the_menu(stand: Stand, capsys: Any) -> None:
    """首页 in the first wait of a slow platform: the card says who that is, the platform is asked again later."""
    answering(stand)
    real, asked = stand.central.call, []

    async def slow(route: wire.Route, *arguments: Any) -> Any:
        if route is wire.SESSION_OPEN and not asked:
            asked.append(route)
            await asyncio.Event().wait()
        return await real(route, *arguments)

    stand.central.call = slow  # type: ignore[method-assign]
    homes: list[bool] = []

    def once_home(view: View[Any]) -> Any:
        if isinstance(view, Progress) and "平台" in view.words and not homes:
            homes.append(True)
            return Nav.HOME

    resident = Resident(stand)
    resident.before = once_home
    await play(stand, resident)
    assert "defect" not in capsys.readouterr().err
    assert await whole_or_nothing(stand, resident) == 1


async def test_home_while_a_code_is_asked_about_ends_the_visit(stand: Stand, capsys: Any) -> None:
    answering(stand)

    async def for_ever(route: wire.Route, *_arguments: Any) -> Any:
        await asyncio.Event().wait()

    stand.central.call = for_ever  # type: ignore[method-assign]
    resident = Resident(stand)
    resident.before = lambda view: Nav.HOME if isinstance(view, Progress) else None
    stand.insert = lambda _card=None: stand.scan("opaque")  # type: ignore[method-assign,assignment]
    await play(stand, resident)
    assert not resident.saw(Menu)
    assert "defect" not in capsys.readouterr().err


async def test_back_gives_up_a_wait_as_home_does(stand: Stand) -> None:
    answering(stand)

    async def for_ever(route: wire.Route, *_arguments: Any) -> Any:
        await asyncio.Event().wait()

    stand.central.call = for_ever  # type: ignore[method-assign]
    resident = Resident(stand)
    resident.before = lambda view: {Progress: Nav.BACK, Menu: MenuChoice.LEAVE}.get(type(view))
    await play(stand, resident)
    assert resident.saw(Menu)


@pytest.mark.parametrize("back", [Nav.HOME, Nav.BACK, "ok"])
async def test_help_is_there_while_something_is_waited_for(stand: Stand, back: Any) -> None:
    """Of the help page 首页 gives up the wait; else it goes on, and is over when the answer is there."""
    answering(stand)
    answered, real = asyncio.Event(), stand.central.call

    async def slow(route: wire.Route, *arguments: Any) -> Any:
        await answered.wait()
        return await real(route, *arguments)

    stand.central.call = slow  # type: ignore[method-assign]
    resident, waited = Resident(stand), []

    def at(view: View[Any]) -> Any:
        if isinstance(view, Progress) and "平台" in view.words and not answered.is_set():
            waited.append(view)
            if len(waited) == 1:
                return Nav.HELP
            answered.set()
            return WAIT
        if isinstance(view, MessageView):
            assert view.title == WORDS(Text.HELP_TITLE)
            return back
        if isinstance(view, Menu):
            answered.set()
            return MenuChoice.LEAVE
        return None

    resident.before = at
    await play(stand, resident)
    assert resident.titles() == [WORDS(Text.HELP_TITLE)]
    assert resident.saw(Menu)
    assert len(waited) == (1 if back is Nav.HOME else 2)


async def test_help_is_there_when_the_card_was_pulled(stand: Stand) -> None:
    await stand.visit(
        Step(Attract, does=stand.insert),
        Step(Menu, does=stand.pull),
        Step(MessageView, Nav.HELP, check=has(stand.faults[Fault.CARD_PULLED_IN_VISIT].what)),
        Step(MessageView, "ok", check=has(WORDS(Text.HELP_TITLE))),
    )


async def test_a_dead_code_is_scanned_anew_from_its_own_page(stand: Stand) -> None:
    """「马上再扫」 is true: the page of the fault itself takes the next code."""
    codes: list[str] = []

    def opening(ask: wire.SessionOpen) -> Any:
        codes.append(ask.code)
        return Failure(Fault.PLATFORM_CODE_EXPIRED) if len(codes) == 1 else SESSION

    answering(stand, session_open=opening)
    resident = Resident(stand)

    def at(view: View[Any]) -> Any:
        if isinstance(view, MessageView) and len(codes) == 1:
            stand.scan("fresh")
            return WAIT
        return MenuChoice.LEAVE if isinstance(view, Menu) else None

    resident.before = at
    stand.insert = lambda _card=None: stand.scan("stale")  # type: ignore[method-assign,assignment]
    await play(stand, resident)
    assert codes == ["stale", "fresh"]
    assert resident.saw(Menu)


async def test_a_code_with_the_platform_away_can_be_tried_again(stand: Stand) -> None:
    answering(stand)
    stand.central.away = True
    resident = Resident(stand)

    def at(view: View[Any]) -> Any:
        if isinstance(view, MessageView):
            stand.central.away = False
            return view.actions[0].id
        return MenuChoice.LEAVE if isinstance(view, Menu) else None

    resident.before = at
    stand.insert = lambda _card=None: stand.scan("opaque")  # type: ignore[method-assign,assignment]
    await play(stand, resident)
    assert resident.titles() == [stand.faults[Fault.PLATFORM_AWAY].what]
    assert resident.saw(Menu)


async def test_every_visit_is_signed_out_at_the_platform(stand: Stand) -> None:
    answering(stand)
    await play(stand, Resident(stand))
    assert [name for name, _ in stand.central.asked][-1] == "session_close"


async def test_looking_at_ones_matters_is_in_the_log(stand: Stand) -> None:
    logged: list[Any] = []
    real = stand.journal.log

    async def log(event: Event, **values: Any) -> bool:
        logged.append((event, values))
        return await real(event, **values)

    stand.journal.log = log  # type: ignore[method-assign]
    stand.central.answers = answers(matters=wire.Matters(matters=()))
    await stand.visit(
        Step(Attract, does=stand.insert),
        Step(Menu, MenuChoice.MATTERS),
        Step(PinPad, "123456"),
        Step(RecordsView, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )
    assert [values["item"] for event, values in logged if event is Event.QUERIED] == [0]


async def test_what_cannot_be_given_up_says_so_at_the_foot(stand: Stand) -> None:
    answering(stand)
    resident = Resident(stand)
    await play(stand, resident)
    held = {view.words: view.held for view in resident.seen if isinstance(view, Progress)}
    assert held[WORDS(Text.BUSY_READING)] is held[WORDS(Text.BUSY_PIN)] is held[WORDS(Text.BUSY_SUBMITTING)] is True
    assert held[WORDS(Text.BUSY_PLATFORM)] is False
