"""Printers beside the emulated one: on a pseudo-terminal, behind a network plug, on a USB bus below pyusb."""

from __future__ import annotations

import asyncio
import os
import random
import socket
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

import escpos.printer
import pytest
import serial
import usb.backend.libusb1

from contract.slip import PrintOutcome, Slip, Text
from drivers.device import Printed, PrinterStatus, State
from drivers.emulated.printer import EmulatedPrinter
from drivers.emulated.printer.usb_bus import UsbBus
from drivers.printer import EscposPrinter, Kind, PrinterSettings, profile
from tests.drivers.contract.adapter import Adapter, slowed

SLIP = Slip((Text("凭条一张"), Text("两行")))
VENDOR, PRODUCT = 0x04B8, 0x0E15


class _Ledger:
    """Takes every job."""

    async def started(self, job: str) -> bool:
        return bool(job)

    async def ended(self, job: str, outcome: PrintOutcome) -> None:
        assert outcome in PrintOutcome


class PrinterOnPty(Adapter):
    name: ClassVar[str] = "printer, pty"

    async def open(self, folder: Path, surroundings: Any, stack: AsyncExitStack) -> None:
        self._jobs = 0
        self._garbling: asyncio.Task[None] | None = None
        self._peer = await stack.enter_async_context(EmulatedPrinter(folder / "printer", 80, 0.0))
        self._peer.unplug()
        self.driver: EscposPrinter = EscposPrinter(self._settings(folder), _Ledger())

    def _settings(self, folder: Path) -> PrinterSettings:
        return PrinterSettings(path=str(folder / "printer"))

    async def plug(self) -> None:
        self._peer.plug()

    async def unplug(self) -> None:
        self._peer.unplug()

    async def command(self, name: str) -> object:
        if name == "status":
            return await self.driver.status()
        assert name == "print"
        self._jobs += 1
        return await self.driver.print(f"job-{self._jobs}", SLIP)

    def whole(self, name: str, result: object) -> bool:
        if name == "status":
            return isinstance(result, PrinterStatus) and result.state is State.ONLINE
        return result == Printed(PrintOutcome.PRINTED)

    async def silence(self) -> None:
        self._peer.silent = True

    async def garble(self, seed: int) -> None:
        self._peer.silent = True
        dice = random.Random(seed)

        async def babble() -> None:
            while True:
                # No byte that means "all is well" to whoever asked: noise cannot be told from a true answer.
                self._peer._pty.send(bytes(dice.choice((0x00, 0xFF, 0x91, 0x80, 0x11, 0x13)) for _ in range(7)))
                await asyncio.sleep(0.02)

        self._garbling = asyncio.create_task(babble())

    async def heal(self) -> None:
        task, self._garbling = self._garbling, None
        if task is not None:
            task.cancel()
            await asyncio.wait((task,))
        self._peer.silent = False

    def slow_opening(self, monkeypatch: pytest.MonkeyPatch, seconds: float) -> list[float]:
        return slowed(monkeypatch, serial.Serial, "open", seconds)


class PrinterOnTcp(PrinterOnPty):
    """The same printer behind a network plug: bytes to and fro between its line and port 9100's like."""

    name: ClassVar[str] = "printer, TCP"

    def _settings(self, folder: Path) -> PrinterSettings:
        self._link = folder / "printer"
        self._server: asyncio.Server | None = None
        self._plugs: set[asyncio.StreamWriter] = set()
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = probe.getsockname()[1]
        return PrinterSettings(kind=Kind.NETWORK, host="127.0.0.1", port=self._port)

    async def plug(self) -> None:
        self._peer.plug()
        self._server = await asyncio.start_server(self._plugged, "127.0.0.1", self._port)

    async def unplug(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for plug in tuple(self._plugs):
            plug.transport.abort()
        while self._plugs:
            await asyncio.sleep(0.001)
        self._peer.unplug()

    async def open(self, folder: Path, surroundings: Any, stack: AsyncExitStack) -> None:
        await super().open(folder, surroundings, stack)
        stack.push_async_callback(self.unplug)

    async def _plugged(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = os.open(self._link, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        loop = asyncio.get_running_loop()
        loop.add_reader(line, lambda: writer.write(os.read(line, 4096)))
        self._plugs.add(writer)
        try:
            while data := await reader.read(4096):
                os.write(line, data)
        except ConnectionError:
            return
        finally:
            loop.remove_reader(line)
            os.close(line)
            writer.close()
            self._plugs.discard(writer)

    def slow_opening(self, monkeypatch: pytest.MonkeyPatch, seconds: float) -> list[float]:
        return slowed(monkeypatch, escpos.printer.Network, "open", seconds)


class PrinterOnUsb(PrinterOnPty):
    """The same printer on a bus at pyusb's own boundary (usb.backend.IBackend)."""

    name: ClassVar[str] = "printer, USB below pyusb"

    async def open(self, folder: Path, surroundings: Any, stack: AsyncExitStack) -> None:
        self._bus = UsbBus(folder / "printer", VENDOR, PRODUCT)
        self._bus.plugged = False
        stack.enter_context(mock.patch.object(usb.backend.libusb1, "get_backend", return_value=self._bus))
        await super().open(folder, surroundings, stack)

    def _settings(self, folder: Path) -> PrinterSettings:
        return PrinterSettings(kind=Kind.USB, vendor=VENDOR, product=PRODUCT, profile=profile("epson-tm"))

    async def plug(self) -> None:
        self._peer.plug()
        self._bus.plugged = True

    async def unplug(self) -> None:
        self._bus.plugged = False
        self._peer.unplug()

    def slow_opening(self, monkeypatch: pytest.MonkeyPatch, seconds: float) -> list[float]:
        return slowed(monkeypatch, escpos.printer.Usb, "open", seconds)
