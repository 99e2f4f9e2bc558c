"""A scanner that says it is a keyboard (USB HID), through evdev and grabbed: nothing it types reaches the window."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Final, Protocol

from evdev import InputDevice

from drivers.device import ScannerCapabilities
from drivers.opening import opened_by
from drivers.scanner.driver import BarcodeScanner, Source
from drivers.scanner.keys import KeyDecoder
from drivers.scanner.profiles import PRESENTATION
from drivers.serial_line import LineHeld, LineLost, Watched

_READS: Final = 16
"""So many reads without waiting at most: a device that never stops typing holds nobody."""


class Event(Protocol):
    """evdev.InputEvent."""

    type: int
    code: int
    value: int


class KeyDevice(Protocol):
    """As much of evdev.InputDevice as is used."""

    def fileno(self) -> int: ...

    def grab(self) -> None: ...

    def read(self) -> Iterable[Event]: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class HidScannerSettings:
    path: str
    """/dev/input/by-id/…-event-kbd"""


class Keyboard:
    """A grabbed device as a Source."""

    def __init__(self, device: KeyDevice) -> None:
        self._device = device
        self._decoder = KeyDecoder()
        self._watched = Watched(device.fileno())

    async def read(self, seconds: float | None) -> bytes:
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await self._watched.readable()
                    typed = self._typed()
                    if typed:
                        return typed
        except TimeoutError:
            return b""

    def _typed(self) -> bytes:
        """What has been typed and not read; raises LineLost when the device was unplugged (ENODEV)."""
        try:
            return b"".join(self._decoder.feed(event.type, event.code, event.value) for event in self._device.read())
        except BlockingIOError:
            return b""
        except OSError as error:
            raise LineLost(error.strerror or "read") from error

    async def write(self, data: bytes, seconds: float) -> int:
        """A keyboard is told nothing."""
        return 0

    def take_input(self) -> bytes:
        typed = b""
        try:
            for _ in range(_READS):
                more = self._typed()
                if not more:
                    break
                typed += more
        except LineLost:
            pass  # the next read says so
        return typed

    def close(self) -> None:
        """Closing lets go of the grab (EVIOCGRAB is the descriptor's)."""
        self._watched.close()
        try:
            self._device.close()
        except OSError:
            return  # it was gone already


class HidScanner(BarcodeScanner):
    """Always looks; what it types comes in the same order and form as over a serial line."""

    def __init__(
        self,
        settings: HidScannerSettings,
        name: str = "scanner",
        opened: Callable[[str], KeyDevice] = InputDevice,
    ) -> None:
        super().__init__(PRESENTATION, name)
        self._settings = settings
        self._opened = opened

    @property
    def capabilities(self) -> ScannerCapabilities:
        return replace(super().capabilities, exclusive=True)

    async def _open(self, worker: Executor) -> Source:
        return Keyboard(await opened_by(worker, self._grabbed, lambda device: device.close()))

    def _grabbed(self) -> KeyDevice:
        """Raises LineLost when it is not there, LineHeld when it is and cannot be had for oneself alone: typed into the
        window a code would be seen, so it is not listened to at all."""
        device: KeyDevice | None = None
        try:
            device = self._opened(self._settings.path)
            device.grab()
        except OSError as error:
            if device is not None:
                device.close()
            if error.errno in (errno.EBUSY, errno.EACCES, errno.EPERM):
                raise LineHeld(error.strerror or "grab") from error
            raise LineLost(error.strerror or "open") from error
        return device
