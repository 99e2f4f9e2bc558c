"""Scanners beside their peers: on a pseudo-terminal, looking always or triggered by their maker's commands, as a
keyboard."""

from __future__ import annotations

import random
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, ClassVar

import pytest
import serial

from drivers.emulated.scanner import Answering, EmulatedKeyboard, EmulatedScanner, EmulatedSsiScanner
from drivers.emulated.scanner.keyboard import DROPPED
from drivers.scanner import PROFILES, HidScanner, HidScannerSettings, ScannerSettings, SerialScanner
from tests.drivers.contract.adapter import Adapter, slowed


class OnSerialLine(Adapter):
    """Opened by pyserial."""

    def slow_opening(self, monkeypatch: pytest.MonkeyPatch, seconds: float) -> list[float]:
        return slowed(monkeypatch, serial.Serial, "open", seconds)


class ScannerOnPty(OnSerialLine):
    name: ClassVar[str] = "scanner, pty"
    mute: ClassVar[tuple[str, ...]] = ("arm", "disarm")
    code: ClassVar[str] = "https://qr.example/e/0123456789"
    profile: ClassVar[str] = "presentation"
    answering: ClassVar[Answering] = Answering.NOTHING

    async def open(self, folder: Path, surroundings: Any, stack: AsyncExitStack) -> None:
        self.secrets = (self.code,)
        self._peer = await stack.enter_async_context(EmulatedScanner(folder / "scanner", self.answering))
        self._peer.unplug()
        self.driver: SerialScanner = SerialScanner(
            ScannerSettings(str(folder / "scanner"), profile=PROFILES[self.profile])
        )

    async def plug(self) -> None:
        self._peer.plug()

    async def unplug(self) -> None:
        self._peer.unplug()

    async def silence(self) -> None:
        """It is silent until something is shown to it."""

    async def garble(self, seed: int) -> None:
        await self.driver.arm()
        await self._peer.send(random.Random(seed).randbytes(200).translate(_NOT_PRINTABLE))

    async def heal(self) -> None:
        await self.driver.disarm()

    async def tell_a_secret(self) -> None:
        await self.driver.arm()
        await self._peer.send(self.code)
        await self.until(lambda: any(event.code == self.code for event in self.listen()))


_NOT_PRINTABLE = bytes(0x01 if 0x20 <= byte < 0x7F or byte in b"\r\n\x02\x03" else byte for byte in range(256))


class ScannerByHoneywell(ScannerOnPty):
    """Looks only while it is triggered."""

    name: ClassVar[str] = "scanner, Honeywell"
    profile: ClassVar[str] = "honeywell"
    answering: ClassVar[Answering] = Answering.HONEYWELL

    async def tell_a_secret(self) -> None:
        await self.driver.arm()
        await self.until(lambda: self._peer.triggered)
        assert await self._peer.show(self.code)
        await self.until(lambda: any(event.code == self.code for event in self.listen()))


class ScannerByNewland(ScannerByHoneywell):
    name: ClassVar[str] = "scanner, Newland"
    profile: ClassVar[str] = "newland"
    answering: ClassVar[Answering] = Answering.NEWLAND

    async def silence(self) -> None:
        self._peer.silent = True

    async def heal(self) -> None:
        self._peer.silent = False
        await super().heal()


class ScannerByZebra(ScannerByHoneywell):
    name: ClassVar[str] = "scanner, Zebra"
    profile: ClassVar[str] = "zebra"
    answering: ClassVar[Answering] = Answering.ZEBRA


class ScannerBySsi(OnSerialLine):
    """Codes in packets, each acknowledged."""

    name: ClassVar[str] = "scanner, Zebra SSI"
    mute: ClassVar[tuple[str, ...]] = ("arm", "disarm")
    code: ClassVar[str] = ScannerOnPty.code

    async def open(self, folder: Path, surroundings: Any, stack: AsyncExitStack) -> None:
        self.secrets = (self.code,)
        self._peer = await stack.enter_async_context(EmulatedSsiScanner(folder / "scanner"))
        self._peer.unplug()
        self.driver: SerialScanner = SerialScanner(
            ScannerSettings(str(folder / "scanner"), profile=PROFILES["zebra-ssi"])
        )

    async def plug(self) -> None:
        self._peer.plug()

    async def unplug(self) -> None:
        self._peer.unplug()

    async def silence(self) -> None:
        self._peer.silent = True

    async def garble(self, seed: int) -> None:
        """Noise, and a code none of whose packets is sound."""
        await self.driver.arm()
        await self.until(lambda: self._peer.triggered)
        self._peer.noise(random.Random(seed).randbytes(200))
        self._peer.garbled = range(1_000)
        assert not await self._peer.show(self.code.encode())

    async def heal(self) -> None:
        self._peer.silent, self._peer.garbled = False, ()
        await self.driver.disarm()

    async def tell_a_secret(self) -> None:
        self._peer.garbled = ()
        await self.driver.arm()
        await self.until(lambda: self._peer.triggered)
        await self._peer.show(self.code.encode())
        await self.until(lambda: any(event.code == self.code for event in self.listen()))


class ScannerOnKeyboard(Adapter):
    """A scanner that types, at evdev's own boundary."""

    name: ClassVar[str] = "scanner, HID at evdev's boundary"
    mute: ClassVar[tuple[str, ...]] = ("arm", "disarm")
    code: ClassVar[str] = ScannerOnPty.code

    async def open(self, folder: Path, surroundings: Any, stack: AsyncExitStack) -> None:
        self.secrets = (self.code,)
        self._peer = EmulatedKeyboard()
        self._peer.unplug()
        self.driver: HidScanner = HidScanner(HidScannerSettings("kbd"), opened=self._open)

    def _open(self, path: str) -> Any:
        return self._peer.open(path)

    async def plug(self) -> None:
        self._peer.plug()

    async def unplug(self) -> None:
        self._peer.unplug()

    async def silence(self) -> None:
        """It is silent until something is shown to it."""

    async def garble(self, seed: int) -> None:
        """Too many keys, and a code out of whose middle the kernel lost some."""
        await self.driver.arm()
        self._peer.send("".join(random.Random(seed).choices("abc123?/:", k=700)))
        self._peer.send(self.code[:9], enter="")
        self._peer.put([DROPPED])
        self._peer.send(self.code[9:])

    async def heal(self) -> None:
        await self.driver.disarm()

    async def tell_a_secret(self) -> None:
        await self.driver.arm()
        self._peer.send(self.code)
        await self.until(lambda: any(event.code == self.code for event in self.listen()))

    def slow_opening(self, monkeypatch: pytest.MonkeyPatch, seconds: float) -> list[float]:
        return slowed(monkeypatch, self._peer, "open", seconds)
