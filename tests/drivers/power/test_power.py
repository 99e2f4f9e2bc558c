"""The UPS as upsd tells of it: mains, battery, nearly empty, back; and everything upsd can do instead of answering."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import limits
from drivers.device import DeviceEvent, Happening, State
from drivers.emulated.upsd import EmulatedUpsd, Trouble
from drivers.power import NutPower, PowerSettings, status_of, words_of


class Desk:
    def __init__(self, driver: NutPower, peer: EmulatedUpsd) -> None:
        self.driver = driver
        self.peer = peer
        self.events: asyncio.Queue[DeviceEvent] = asyncio.Queue()

    async def told(self, happening: Happening) -> list[Happening]:
        """Everything up to *happening*."""
        heard: list[Happening] = []
        async with asyncio.timeout(10):
            while happening not in heard:
                heard.append((await self.events.get()).happening)
        return heard

    async def until(self, state: State) -> None:
        async with asyncio.timeout(10):
            while self.driver.state is not state:
                await self.events.get()


@pytest.fixture
async def desk(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    for name, seconds in (("POWER_POLL", 0.02), ("POWER_ANSWER", 0.2), ("DEVICE_REOPEN_FIRST", 0.02),
                          ("DEVICE_REOPEN_LAST", 0.1)):  # fmt: skip
        monkeypatch.setattr(limits, name, seconds)
    async with EmulatedUpsd() as peer:
        desk = Desk(NutPower(PowerSettings("village", port=peer.port)), peer)
        running = asyncio.create_task(desk.driver.run(desk.events))
        await desk.until(State.ONLINE)
        yield desk
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert desk.driver.state is State.NO_DEVICE


async def test_on_mains_it_is_online_and_only_asked(desk: Desk) -> None:
    seen = desk.driver.seen
    assert (seen.on_battery, seen.charge, seen.seconds_left, seen.low) == (False, 100, 1800, False)
    await asyncio.sleep(0.1)
    assert set(desk.peer.asked) == {"LIST VAR village"}, "nothing else is ever said to upsd"


async def test_mains_gone_then_low_then_back(desk: Desk) -> None:
    desk.peer.variables |= {"ups.status": "OB DISCHRG", "battery.charge": "80"}
    await desk.told(Happening.STATE_CHANGED)
    assert desk.driver.seen.on_battery
    assert not desk.driver.seen.low
    desk.peer.variables["battery.charge"] = "20"
    assert Happening.RECOVERED not in await desk.told(Happening.LOW)
    assert desk.driver.seen.low
    desk.peer.variables["ups.status"] = "OL CHRG"
    await desk.told(Happening.RECOVERED)
    assert not desk.driver.seen.low
    assert desk.events.empty()


async def test_low_is_told_once(desk: Desk) -> None:
    desk.peer.variables |= {"ups.status": "OB LB"}
    await desk.told(Happening.LOW)
    for charge in (9, 8, 7):
        desk.peer.variables["battery.charge"] = str(charge)
        await asyncio.sleep(0.05)
    assert desk.driver.seen.charge == 7
    assert desk.events.empty()


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (Trouble.STALE, State.HARDWARE_ERROR),
        (Trouble.NO_DRIVER, State.HARDWARE_ERROR),
        (Trouble.SILENT, State.UNKNOWN),
        (Trouble.GARBLED, State.UNKNOWN),
        (Trouble.ENDLESS, State.UNKNOWN),
        (Trouble.ENDLESS_LINE, State.UNKNOWN),
        (Trouble.HANGS_UP, State.NO_DEVICE),
    ],
)
async def test_no_trouble_of_upsd_lasts_longer_than_itself(desk: Desk, trouble: Trouble, state: State) -> None:
    desk.peer.trouble = trouble
    await desk.until(state)
    assert not desk.driver.seen.low
    desk.peer.trouble = Trouble.NONE
    await desk.until(State.ONLINE)


async def test_upsd_away_and_back(desk: Desk) -> None:
    desk.peer.unplug()
    await desk.until(State.NO_DEVICE)
    await desk.peer.plug()
    assert await desk.told(Happening.RECOVERED) == [Happening.STATE_CHANGED, Happening.RECOVERED]


async def test_a_ups_of_another_name_is_not_there() -> None:
    async with EmulatedUpsd("other") as peer:
        driver = NutPower(PowerSettings("village", port=peer.port))
        events: asyncio.Queue[DeviceEvent] = asyncio.Queue()
        running = asyncio.create_task(driver.run(events))
        async with asyncio.timeout(5):
            while not peer.asked:
                await asyncio.sleep(0.01)
        assert driver.state is State.NO_DEVICE
        assert events.empty(), "absent without fuss"
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_silence_makes_a_low_battery_no_fuller_until_it_cannot_have_been_low(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("POWER_POLL", "DEVICE_REOPEN_FIRST", "DEVICE_REOPEN_LAST"):
        monkeypatch.setattr(limits, name, 0.02)
    now = 0.0
    async with EmulatedUpsd() as peer:
        peer.variables["ups.status"] = "OB LB"
        desk = Desk(NutPower(PowerSettings("village", port=peer.port), clock=lambda: now), peer)
        running = asyncio.create_task(desk.driver.run(desk.events))
        await desk.told(Happening.LOW)
        peer.trouble = Trouble.STALE
        await desk.until(State.HARDWARE_ERROR)
        assert desk.driver.seen.low
        now = limits.POWER_SILENCE + 1
        assert await desk.told(Happening.STATE_CHANGED) == [Happening.STATE_CHANGED]
        assert not desk.driver.seen.low
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize(
    ("variables", "low"),
    [
        ({"ups.status": "OL", "battery.charge": "3"}, False),
        ({"ups.status": "OL CHRG LB", "battery.charge": "3"}, False),
        ({"ups.status": "OB"}, False),
        ({"ups.status": "OB", "battery.charge": "21", "battery.runtime": "301"}, False),
        ({"ups.status": "OB", "battery.charge": "20"}, True),
        ({"ups.status": "OB", "battery.charge": "90", "battery.runtime": "300"}, True),
        ({"ups.status": "OB LB"}, True),
        ({"ups.status": "FSD OL"}, True),
        ({"ups.status": "OB", "battery.charge": "nan", "battery.runtime": "-1"}, False),
        ({}, False),
    ],
)
def test_when_a_battery_is_low(variables: dict[str, str], low: bool) -> None:
    assert status_of(variables).low is low


def test_a_ups_that_does_not_say_is_unknown() -> None:
    assert status_of({}).state is State.UNKNOWN
    assert status_of({"ups.status": "OFF"}).state is State.UNKNOWN
    assert status_of({"ups.status": "OL"}).state is State.ONLINE


@given(st.dictionaries(st.sampled_from(["ups.status", "battery.charge", "battery.runtime"]), st.text()))
def test_no_value_breaks_it(variables: dict[str, str]) -> None:
    seen = status_of(variables)
    assert seen.charge is None or 0 <= seen.charge <= 100


@given(st.text())
def test_no_line_breaks_it(line: str) -> None:
    words_of(line)


@given(st.text(st.characters(blacklist_characters="\n\r")))
def test_a_quoted_value_is_read_as_it_was_written(value: str) -> None:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    assert words_of(f'VAR village ups.mfr "{quoted}"')[3:] == [value]


@pytest.mark.parametrize("name", ["", "a b", "a\nFSD village", "x" * 65])
def test_a_name_that_upsd_would_take_for_more_than_a_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="UPS"):
        PowerSettings(name)
