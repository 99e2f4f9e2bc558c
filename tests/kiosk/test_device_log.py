"""What the log says of devices: every change of state, the power, no device too often, nobody's coming and going."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from contract import limits
from contract.log_events import Event
from drivers.device import Happening, State
from drivers.emulated.upsd import EmulatedUpsd
from drivers.power import NutPower, PowerSettings
from kiosk.bay import Bay
from kiosk.device_log import DeviceLog
from tests.kiosk.scripted import FakeDevice


class Small(FakeDevice):
    def __init__(self, name: str, state: State = State.NO_DEVICE) -> None:
        super().__init__()
        self.name, self.state = name, state

    def becomes(self, state: State) -> None:
        self.state = state
        self.tell(Happening.STATE_CHANGED, state=state)


@dataclass
class Journal:
    """Keeps what is logged; every value must be a declared field."""

    records: list[tuple[Event, dict[str, Any]]] = field(default_factory=list)

    async def log(self, event: Event, **values: Any) -> bool:
        assert values.keys() == set(event.value.fields)
        self.records.append((event, values))
        return True

    def states(self, device: str) -> list[str]:
        return [values["state"] for event, values in self.records if values["device"] == device and "state" in values]

    async def until(self, there: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not there():
                await asyncio.sleep(0.005)


@asynccontextmanager
async def logging(bay: Bay) -> AsyncIterator[Journal]:
    journal = Journal()
    tasks = [asyncio.create_task(bay.run()), asyncio.create_task(DeviceLog(bay, journal).run())]  # type: ignore[arg-type]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    try:
        yield journal
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("name", ["card_reader", "id_reader", "scanner", "printer", "camera", "speaker", "presence"])
async def test_each_change_of_every_device_is_a_record(name: str) -> None:
    device = Small(name)
    async with logging(Bay(**{name: device})) as journal:  # type: ignore[arg-type]
        for state in (State.ONLINE, State.NO_DEVICE, State.ONLINE, State.HARDWARE_ERROR):
            device.becomes(state)
        await journal.until(lambda: len(journal.records) == 4)
    assert journal.states(name) == ["online", "noDevice", "online", "hardwareError"]
    assert {event for event, _ in journal.records} == {Event.DEVICE_STATE}


async def test_what_never_appeared_is_told_at_the_roll_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DEVICE_ROLL_CALL", 0.1)
    async with logging(Bay(camera=Small("camera"), speaker=Small("speaker"))) as journal:  # type: ignore[arg-type]
        assert journal.records == []
        await journal.until(lambda: len(journal.records) == 2)
    assert journal.states("camera") == journal.states("speaker") == ["noDevice"]


async def test_a_loose_plug_does_not_fill_the_log_and_what_it_came_to_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DEVICE_LOG_QUIET", 0.4)
    device = Small("camera")
    async with logging(Bay(camera=device)) as journal:  # type: ignore[arg-type]
        for _ in range(50):
            device.becomes(State.ONLINE)
            device.becomes(State.NO_DEVICE)
        device.becomes(State.HARDWARE_ERROR)
        await journal.until(lambda: journal.states("camera")[-1:] == ["hardwareError"])
    assert len(journal.records) == limits.DEVICE_LOG_BURST + 1


async def test_who_comes_and_goes_is_not_logged() -> None:
    device = Small("presence", State.ONLINE)
    async with logging(Bay(presence=device)) as journal:  # type: ignore[arg-type]
        device.tell(Happening.CAME)
        device.tell(Happening.WENT)
        device.becomes(State.NO_DEVICE)
        await journal.until(lambda: bool(journal.records))
    assert len(journal.records) == 1


async def test_power_lost_low_and_back_on_a_real_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver asks upsd; a UPS that falls silent meanwhile says nothing of the mains."""
    monkeypatch.setattr(limits, "POWER_POLL", 0.02)
    monkeypatch.setattr(limits, "DEVICE_REOPEN_FIRST", 0.02)
    async with EmulatedUpsd() as upsd:
        power = NutPower(PowerSettings("village", port=upsd.port))
        async with logging(Bay(power=power)) as journal:
            await journal.until(lambda: power.state is State.ONLINE)
            for status, charge, event in (
                ("OB DISCHRG", "80", Event.POWER_LOST),
                ("OB DISCHRG LB", "9", Event.POWER_LOW),
                ("OL CHRG", "10", Event.POWER_BACK),
                ("OB DISCHRG LB", "9", Event.POWER_LOW),
            ):
                upsd.variables |= {"ups.status": status, "battery.charge": charge}
                await journal.until(lambda event=event: journal.records[-1][0] is event)  # type: ignore[misc]
                assert journal.records[-1][1]["charge"] == int(charge)
            upsd.unplug()
            await journal.until(lambda: journal.states("power")[-1:] == ["noDevice"])
            upsd.variables |= {"ups.status": "OL", "battery.charge": "60"}
            await upsd.plug()
            await journal.until(lambda: journal.records[-1][0] is Event.POWER_BACK)
    told = [event for event, _ in journal.records if event is not Event.DEVICE_STATE]
    assert told == [Event.POWER_LOST, Event.POWER_LOW, Event.POWER_BACK, Event.POWER_LOW, Event.POWER_BACK]
