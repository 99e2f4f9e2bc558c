"""Presence beside a sensor as the kernel shows it, in files of the test's own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract import limits
from drivers.device import DeviceEvent, Happening, State
from drivers.emulated.presence import EmulatedSysfs as FakeSysfs
from drivers.presence import IioPresence, PresenceSettings, SensorLostError, found


class Desk:
    def __init__(self, driver: IioPresence) -> None:
        self.driver = driver
        self.events: asyncio.Queue[DeviceEvent] = asyncio.Queue()

    async def told(self, happening: Happening) -> None:
        async with asyncio.timeout(10):
            while (await self.events.get()).happening is not happening:
                pass

    async def until(self, state: State) -> None:
        async with asyncio.timeout(10):
            while self.driver.state is not state:
                await asyncio.sleep(0.01)


@pytest.fixture
def sysfs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeSysfs:
    for name, seconds in (("PRESENCE_POLL", 0.02), ("PRESENCE_GONE", 0.3), ("DEVICE_REOPEN_FIRST", 0.02),
                          ("DEVICE_REOPEN_LAST", 0.05)):  # fmt: skip
        monkeypatch.setattr(limits, name, seconds)
    return FakeSysfs(tmp_path)


@pytest.fixture
async def desk(sysfs: FakeSysfs) -> AsyncIterator[Desk]:
    sysfs.plug("accel_3d")
    sysfs.plug(near="200\n", value="12\n")
    desk = Desk(IioPresence(PresenceSettings("prox"), devices=sysfs.devices))
    running = asyncio.create_task(desk.driver.run(desk.events))
    await desk.told(Happening.WENT)
    yield desk
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (desk.driver.state, desk.driver.somebody) == (State.NO_DEVICE, None)


async def test_somebody_comes_and_goes(desk: Desk, sysfs: FakeSysfs) -> None:
    assert desk.driver.somebody is False
    sysfs.says("200\n")
    await desk.told(Happening.CAME)
    assert desk.driver.somebody is True
    sysfs.says("199\n")
    await desk.told(Happening.WENT)
    assert desk.driver.somebody is False


async def test_who_moves_has_not_gone(desk: Desk, sysfs: FakeSysfs) -> None:
    sysfs.says("900\n")
    await desk.told(Happening.CAME)
    for _ in range(4):
        sysfs.says("0\n")
        await asyncio.sleep(0.08)
        sysfs.says("900\n")
        await asyncio.sleep(0.08)
    assert desk.events.empty()


@pytest.mark.parametrize("nonsense", ["", "\n", "near", "1e999"])
async def test_a_sensor_that_says_nonsense_is_not_there_until_it_makes_sense(
    desk: Desk, sysfs: FakeSysfs, nonsense: str
) -> None:
    sysfs.says(nonsense)
    await desk.until(State.NO_DEVICE)
    assert desk.driver.somebody is None
    sysfs.says("900")
    await desk.told(Happening.CAME)


async def test_unplugged_and_back_under_another_number(desk: Desk, sysfs: FakeSysfs) -> None:
    sysfs.unplug()
    await desk.until(State.NO_DEVICE)
    sysfs.plug(value="900", near="200")
    await desk.told(Happening.CAME)


async def test_a_pipe_in_its_place_holds_nobody(desk: Desk, sysfs: FakeSysfs) -> None:
    (sysfs.folder / "in_proximity_raw").unlink()
    os.mkfifo(sysfs.folder / "in_proximity_raw")
    await desk.until(State.NO_DEVICE)


async def test_a_sensor_that_is_not_there_is_absent_without_fuss(sysfs: FakeSysfs) -> None:
    driver, events = IioPresence(PresenceSettings("prox"), devices=sysfs.devices), asyncio.Queue[DeviceEvent]()
    running = asyncio.create_task(driver.run(events))
    await asyncio.sleep(0.1)
    assert (driver.state, driver.somebody) == (State.NO_DEVICE, None)
    assert events.empty()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_from_where_on_somebody_is_near(sysfs: FakeSysfs) -> None:
    sysfs.plug()
    assert found(PresenceSettings("prox"), sysfs.devices).near == 1
    assert found(PresenceSettings("prox", 50), sysfs.devices).near == 50
    with pytest.raises(SensorLostError):
        found(PresenceSettings("vcnl4040"), sysfs.devices)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=80))
def test_no_value_breaks_it(tmp_path: Path, data: bytes) -> None:
    folder = tmp_path / "devices" / "iio:device0"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "name").write_text("prox", encoding="ascii")
    (folder / "in_proximity_raw").write_bytes(data)
    sensor = found(PresenceSettings("prox"), tmp_path / "devices")
    try:
        assert sensor.is_near() in (True, False)
    except SensorLostError:
        return
