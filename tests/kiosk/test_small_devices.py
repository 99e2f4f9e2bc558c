"""Power and presence in the course of visits, and what is offered when a device is not there (docs/devices.md)."""

from __future__ import annotations

import asyncio
import concurrent.futures
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from contract import limits, wire
from contract.catalogue import Group
from contract.faults import Fault
from contract.texts import Text
from drivers.device import Failure, Happening, PowerStatus, State
from kiosk import pages
from kiosk.bay import Bay
from kiosk.house import House
from kiosk.outfit import make_bay
from kiosk.questions import Confirm, ConfirmChoice
from kiosk.settings import load
from kiosk.story import wait_for_somebody
from kiosk.views import (
    Attract,
    Guide,
    GuideChoice,
    ItemList,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    PinPad,
    Resting,
    ResultChoice,
    ResultView,
    TakeAway,
    Way,
)
from tests.kiosk.conftest import Stand
from tests.kiosk.scripted import FakeDevice, Step
from tests.kiosk.test_settings import WHOLE, written
from tests.kiosk.test_story import answers, form_steps, has, to_item


class FakePower(FakeDevice):
    name = "power"
    seen = PowerStatus(State.ONLINE)

    def low(self) -> None:
        self.seen = PowerStatus(State.ONLINE, on_battery=True, charge=10, low=True)
        self.tell(Happening.LOW)

    def back(self) -> None:
        self.seen = PowerStatus(State.ONLINE)
        self.tell(Happening.RECOVERED)


class FakePresence(FakeDevice):
    name = "presence"
    somebody: bool | None = False

    def comes(self) -> None:
        self.somebody = True
        self.tell(Happening.CAME)

    def goes(self) -> None:
        self.somebody = False
        self.tell(Happening.WENT)

    def breaks(self) -> None:
        self.somebody = None
        self.tell(Happening.STATE_CHANGED, state=State.NO_DEVICE)


@pytest.fixture
def power(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> FakePower:
    """The stand's house with a UPS."""
    made, plain = FakePower(), stand.house

    def house() -> House:
        built = plain()
        built.bay.power = made  # type: ignore[assignment]
        return built

    monkeypatch.setattr(stand, "house", house)
    return made


LOW = has("停电了，机器快没电了")


async def test_on_a_battery_that_is_nearly_empty_no_visit_begins(stand: Stand, power: FakePower) -> None:
    stand.central.answers = answers()
    await stand.visit(
        Step(Attract, does=power.low),
        Step(MessageView, "ok", check=LOW),
        Step(MessageView, does=power.back, check=has("帮办员")),
        Step(Attract, True),
        Step(Menu, MenuChoice.LEAVE),
    )


async def test_a_card_that_comes_meanwhile_begins_its_visit_when_the_power_is_back(
    stand: Stand, power: FakePower
) -> None:
    stand.central.answers = answers()
    await stand.visit(
        Step(Attract, does=power.low),
        Step(MessageView, "ok", check=lambda _view: stand.insert()),
        Step(MessageView, does=power.back, check=LOW),
        Step(Attract, does=lambda: None),  # the card that is in begins it, nobody's touch
        Step(Menu, MenuChoice.LEAVE, check=has("张*")),
        Step(TakeAway, does=stand.pull),
    )


async def test_a_touch_at_the_very_moment_begins_nothing(stand: Stand, power: FakePower) -> None:
    await stand.visit(
        Step(Attract, True, check=lambda _view: power.low()),
        Step(MessageView, does=power.back, check=LOW),
    )


async def test_a_visit_that_runs_goes_on_and_is_told(stand: Stand, power: FakePower) -> None:
    await stand.visit(
        Step(Attract, True),
        Step(Menu, Group.WORK, check=lambda _view: power.low()),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE, check=has("备用电源快用完")),
        Step(MessageView, does=power.back, check=LOW),
    )


async def test_an_act_that_stands_finishes_and_its_slip_is_printed(stand: Stand, power: FakePower) -> None:
    """The power goes low between the touch on 提交 and the platform's answer."""

    def accepting(ask: Any) -> Any:
        power.low()
        return stand.accepting(ask)

    stand.central.answers = answers(deliver=accepting)
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.WORK, 1),
        Step(Guide, GuideChoice.START),
        Step(PinPad, "123456"),
        *form_steps(stand),
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.FINISH, check=stand.note_result),
        Step(TakeAway, does=stand.pull),
        Step(MessageView, does=power.back, check=LOW),
    )
    assert stand.result is not None
    assert not stand.result.pending
    assert len(stand.printer.slips) == 1
    assert await stand.pending() == 0


# -- the screen at rest ----------------------------------------------------------------------------------------------


class Dark:
    """The stage's overlay for a test: dark until touched."""

    def __init__(self, stand: Stand) -> None:
        self.now = asyncio.Event()
        self.touched = asyncio.Event()
        self.times = 0
        self._stand = stand

    async def overlay(self, view: Resting) -> bool:
        assert isinstance(view, Resting)
        self.now.set()
        self.times += 1
        try:
            await self.touched.wait()
            self.touched.clear()
            self._stand.stage.idle = 0.0
        finally:
            self.now.clear()
        return True


@asynccontextmanager
async def waiting(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, presence: FakePresence | None
) -> AsyncIterator[tuple[Dark, asyncio.Task[Any]]]:
    """Nobody has touched it for longer than SCREEN_REST."""
    monkeypatch.setattr(limits, "SCREEN_REST", 0.15)
    dark = Dark(stand)
    monkeypatch.setattr(stand.stage, "overlay", dark.overlay)
    stand.stage.idle = 10.0
    house = dataclasses.replace(stand.house(), bay=Bay(presence=presence))  # type: ignore[arg-type]
    running = asyncio.create_task(house.bay.run())
    await asyncio.sleep(0)
    task = asyncio.create_task(wait_for_somebody(house))
    yield dark, task
    for each in (running, task):
        each.cancel()
    await asyncio.gather(running, task, return_exceptions=True)


async def is_dark(dark: Dark) -> None:
    await asyncio.wait_for(dark.now.wait(), 5)


async def stays_lit(dark: Dark) -> None:
    await asyncio.sleep(0.3)
    assert not dark.now.is_set()


async def test_without_a_sensor_a_touch_wakes_it_and_begins_nothing(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with waiting(stand, monkeypatch, None) as (dark, task):
        await is_dark(dark)
        dark.touched.set()
        await stays_lit(dark)
        assert not task.done()
        stand.stage.idle = 10.0
        await is_dark(dark)


async def test_who_comes_wakes_it_and_it_stays_lit_while_they_stand_there(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    presence = FakePresence()
    async with waiting(stand, monkeypatch, presence) as (dark, _):
        await is_dark(dark)
        presence.comes()
        await stays_lit(dark)
        presence.goes()
        await is_dark(dark)
        assert dark.times == 2


async def test_a_sensor_that_breaks_keeps_nobody_in_the_light_or_in_the_dark(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    presence = FakePresence()
    async with waiting(stand, monkeypatch, presence) as (dark, _):
        await is_dark(dark)
        presence.comes()
        await stays_lit(dark)
        presence.breaks()
        await is_dark(dark)
        dark.touched.set()
        await stays_lit(dark)


# -- what is offered without each device (docs/devices.md) -----------------------------------------------------------

SECTIONS = {
    "card_reader": 'reader = "x"',
    "id_reader": 'path = "/none/id"',
    "scanner": 'path = "/none/scanner"',
    "printer": 'path = "/none/printer"',
    "camera": 'path = "/none/video"',
    "speaker": 'device = "none"',
    "presence": 'sensor = "none"',
    "power": 'ups = "none"\nport = 9',
}


class NoSeal:
    def seal(self, picture: bytes) -> bytes:
        raise AssertionError("nothing is photographed here")


def no_keys(_ask: wire.CardAuthAsk) -> concurrent.futures.Future[wire.CardAuth | Failure]:
    raise AssertionError("no card is read here")


@pytest.mark.parametrize(
    "absent",
    [(), *((name,) for name in SECTIONS), tuple(SECTIONS)],
    ids=lambda names: "all" if len(names) > 1 else "".join(names) or "none",
)
def test_a_device_without_its_section_is_not_there(tmp_path: Path, stand: Stand, absent: tuple[str, ...]) -> None:
    text = "".join(f"[{name}]\n{body}\n" for name, body in SECTIONS.items() if name not in absent)
    bay = make_bay(
        load(written(tmp_path, WHOLE + text)),
        stand.journal,
        no_keys,
        NoSeal(),
    )
    assert {name for name in SECTIONS if getattr(bay, name) is None} == set(absent)
    assert len(bay.devices) == len(SECTIONS) - len(absent)
    assert {device.name for device in bay.devices} == set(SECTIONS) - set(absent)
    assert bay.power_is_low() is False
    assert bay.somebody() is None


async def test_small_devices_that_are_named_and_missing_are_absent_without_fuss(tmp_path: Path, stand: Stand) -> None:
    small = ("camera", "speaker", "presence", "power")
    text = "".join(f"[{name}]\n{SECTIONS[name]}\n" for name in small)
    bay = make_bay(
        load(written(tmp_path, WHOLE + text)),
        stand.journal,
        no_keys,
        NoSeal(),
    )
    with bay.listen() as ear:
        running = asyncio.create_task(bay.run())
        await asyncio.sleep(0.5)
        assert ear.empty()
    assert {device.state for device in bay.devices} == {State.NO_DEVICE}
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("gone", ["camera", "speaker", "presence", "power"])
def test_no_small_device_changes_the_idle_screen_by_its_absence(stand: Stand, gone: str) -> None:
    house = stand.house()
    assert getattr(house.bay, gone) is None
    assert pages.trouble(house) == ""
    assert pages.attract(house).ways == (Way.CARD, Way.CODE)


def test_with_no_device_at_all_the_guides_are_there(stand: Stand) -> None:
    house = dataclasses.replace(stand.house(), bay=Bay())
    assert pages.attract(house).ways == ()
    assert pages.trouble(house) == ""
    assert sum(tile.count for tile in pages.menu(house, None).groups) == len(house.catalogue)


def test_low_power_is_the_gravest_trouble(stand: Stand, power: FakePower) -> None:
    power.seen = PowerStatus(State.ONLINE, on_battery=True, low=True)
    house = stand.house()
    stand.central.away = True
    assert pages.trouble(house) == house.texts(Text.TROUBLE_POWER)
    view = pages.closed(house)
    assert view.title == house.faults[Fault.POWER_LOW].what
    assert house.settings.terminal.telephone in repr(view.rows)
