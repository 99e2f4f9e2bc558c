"""How the devices are, into the log: each change of state, and what the power does.

Whether somebody stands before the terminal is not logged: it says nothing of the terminal and something of people.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Final, NoReturn

from contract import limits
from contract.log_events import Event
from drivers.device import DeviceEvent, Happening, PowerStatus, State
from kiosk.bay import Bay
from kiosk.journal import Journal

Values = dict[str, str | int | bool | None]
MAINS: Final = (False, False)
"""On battery, low."""


class DeviceLog:
    """Every change is a record, until a device comes and goes too often (a loose plug): then now and then one that says
    how it is by that time."""

    def __init__(self, bay: Bay, journal: Journal, uptime: Callable[[], float] = time.monotonic) -> None:
        self._bay = bay
        self._journal = journal
        self._uptime = uptime
        self._began = uptime()
        self._said: dict[str, State] = {}
        self._times: dict[str, deque[float]] = {}
        self._power = MAINS

    async def run(self) -> NoReturn:
        """For ever."""
        with self._bay.listen() as ear:
            while True:
                try:
                    async with asyncio.timeout(self._until_next()):
                        await self._hear(await ear.get())
                except TimeoutError:
                    await self._catch_up()

    async def _hear(self, event: DeviceEvent) -> None:
        if event.happening is Happening.STATE_CHANGED:
            await self._tell(event.device, event.state)
        await self._power_tells()

    async def _catch_up(self) -> None:
        """What was put off, and the roll call: a configured device that was never there says nothing itself."""
        for device in self._bay.devices:
            if device.name in self._said or self._roll_call() <= 0:
                await self._tell(device.name, device.state)

    def _roll_call(self) -> float:
        """Seconds until every configured device is told of, heard of or not."""
        return self._began + limits.DEVICE_ROLL_CALL - self._uptime()

    def _until_next(self) -> float | None:
        """Seconds until something is to be told without an event; None: nothing is."""
        waits = []
        for device in self._bay.devices:
            if device.name not in self._said:
                waits.append(self._roll_call())
            elif self._said[device.name] is not device.state:
                waits.append(self._quiet(device.name))
        return max(0.0, min(waits)) if waits else None

    def _quiet(self, name: str) -> float:
        """Seconds until the device may be told of again."""
        times = self._times.get(name, deque[float]())
        if len(times) < limits.DEVICE_LOG_BURST:
            return 0.0
        return times[0] + limits.DEVICE_LOG_QUIET - self._uptime()

    async def _tell(self, name: str, state: State) -> None:
        if self._said.get(name) is state or self._quiet(name) > 0:
            return
        self._said[name] = state
        self._times.setdefault(name, deque(maxlen=limits.DEVICE_LOG_BURST)).append(self._uptime())
        await self._journal.log(Event.DEVICE_STATE, device=name, state=state.value, detail="")

    async def _power_tells(self) -> None:
        """Lost, low, back; what the terminal does then stands in each event's meaning."""
        power = self._bay.power
        if power is None:
            return
        seen = power.seen
        before, now = self._power, (seen.on_battery, seen.low)
        if before == now or (now == MAINS and seen.state is not State.ONLINE):
            return  # a UPS that fell silent does not say that the mains are back
        self._power = now
        if seen.low and not before[1]:
            await self._journal.log(Event.POWER_LOW, device=power.name, **_left(seen))
        elif seen.on_battery and not before[0]:
            await self._journal.log(Event.POWER_LOST, device=power.name, **_left(seen))
        elif now == MAINS:
            await self._journal.log(Event.POWER_BACK, device=power.name, charge=seen.charge)


def _left(seen: PowerStatus) -> Values:
    return {"charge": seen.charge, "seconds_left": seen.seconds_left}
