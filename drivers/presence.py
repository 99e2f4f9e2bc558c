"""Whether somebody stands there: a proximity or presence sensor of Linux's Industrial I/O (IIO).

IIO and not a module on a serial line, because it is one form for what is really built in: USB sensor hubs with human
presence (HID, driver hid-sensor-prox), and the optical chips behind a panel (vcnl4000, vcnl3020 ...). Each has
``in_proximity_raw``, a number that grows as somebody comes nearer, and many ``in_proximity_nearlevel``, from where on
that is near (kernel, Documentation/ABI/testing/sysfs-bus-iio). It is read as a file, without rights, daemon or protocol
of ours. Sensors that tell a distance (in_distance_raw) run the other way round and are not taken.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contract import limits
from drivers.device import Capabilities, DeviceClass, DeviceEvent, Happening, State, Status, happenings
from drivers.serial_line import Patience

DEVICES: Final = Path("/sys/bus/iio/devices")
_VALUE: Final = re.compile(r"in_proximity\d*_raw")
_LONGEST: Final = 64
"""Bytes of a sensor's value; the kernel writes one number."""


class SensorLostError(Exception):
    """No such sensor, or it says nothing that is a number. Stays within drivers."""


@dataclass(frozen=True, slots=True)
class PresenceSettings:
    sensor: str
    """What the kernel calls it: the content of ``/sys/bus/iio/devices/iio:device*/name`` (prox, vcnl4040 ...)."""
    near: int | None = None
    """From which value on somebody is near; None: what the kernel knows of it (in_proximity_nearlevel), or 1."""


@dataclass(frozen=True, slots=True)
class Sensor:
    """One sensor that was found."""

    value: Path
    near: int

    def is_near(self) -> bool:
        """Read it once. Raises SensorLostError."""
        return _number(self.value) >= self.near


def _number(path: Path) -> int:
    try:
        # Not to wait for anything: whoever put something else there (a pipe) cannot hold the thread.
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            return int(float(os.read(file, _LONGEST)))
        finally:
            os.close(file)
    except (OSError, ValueError, OverflowError) as error:
        raise SensorLostError(type(error).__name__) from error


def found(settings: PresenceSettings, devices: Path = DEVICES) -> Sensor:
    """Look for it; its number changes from one plugging-in to the next. Raises SensorLostError."""
    try:
        for folder in sorted(devices.iterdir()):
            if (folder / "name").read_text(encoding="utf-8", errors="replace").strip() != settings.sensor:
                continue
            for value in sorted(file for file in folder.iterdir() if _VALUE.fullmatch(file.name)):
                return Sensor(value, _near_level(settings, value))
    except OSError as error:
        raise SensorLostError(type(error).__name__) from error
    raise SensorLostError("not there")


def _near_level(settings: PresenceSettings, value: Path) -> int:
    if settings.near is not None:
        return settings.near
    try:
        return _number(value.with_name(value.name.replace("_raw", "_nearlevel")))
    except SensorLostError:
        return 1


class IioPresence:
    """Implements drivers.device.Presence: CAME at once, WENT after limits.PRESENCE_GONE without anybody near."""

    def __init__(
        self,
        settings: PresenceSettings,
        name: str = "presence",
        *,
        devices: Path = DEVICES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._settings = settings
        self._devices = devices
        self._clock = clock
        self._state = State.NO_DEVICE
        self._somebody: bool | None = None

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(device_class=DeviceClass.PRESENCE)

    @property
    def seen(self) -> Status:
        return Status(self._state)

    @property
    def state(self) -> State:
        return self._state

    @property
    def somebody(self) -> bool | None:
        return self._somebody

    async def run(self, events: asyncio.Queue[DeviceEvent]) -> None:
        patience = Patience()
        worker = ThreadPoolExecutor(1, thread_name_prefix=self.name)
        try:
            while True:
                try:
                    await self._watch(worker, events, patience)
                except SensorLostError:
                    self._become(State.NO_DEVICE, events)
                except TimeoutError:
                    self._become(State.HARDWARE_ERROR, events)
                await patience.wait()
        finally:
            self._state, self._somebody = State.NO_DEVICE, None
            worker.shutdown(wait=False, cancel_futures=True)

    async def _watch(self, worker: ThreadPoolExecutor, events: asyncio.Queue[DeviceEvent], patience: Patience) -> None:
        """Read it for ever. Raises SensorLostError, TimeoutError."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(limits.PRESENCE_READ):
            sensor = await loop.run_in_executor(worker, found, self._settings, self._devices)
        last = self._clock() - limits.PRESENCE_GONE
        while True:
            async with asyncio.timeout(limits.PRESENCE_READ):
                near = await loop.run_in_executor(worker, sensor.is_near)
            patience.succeeded()
            self._become(State.ONLINE, events)
            if near:
                last = self._clock()
            somebody = near or self._clock() - last < limits.PRESENCE_GONE
            if somebody is not self._somebody:
                self._somebody = somebody
                happening = Happening.CAME if somebody else Happening.WENT
                events.put_nowait(DeviceEvent(self.name, happening, self._state))
            await asyncio.sleep(limits.PRESENCE_POLL)

    def _become(self, state: State, events: asyncio.Queue[DeviceEvent]) -> None:
        before, self._state = self._state, state
        if state is not State.ONLINE:
            self._somebody = None  # not known; who stands there may stay and may go
        for happening in happenings(before, state):
            events.put_nowait(DeviceEvent(self.name, happening, state))
