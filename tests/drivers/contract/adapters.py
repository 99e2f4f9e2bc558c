"""The drivers and their peers, one adapter each. A new one goes into ADAPTERS and is held to the whole contract."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import time
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import escpos.printer
import pytest
import serial
from smartcard import scard

from contract.slip import PrintOutcome, Slip, Text
from deploy.local.pcscd import Pcscd
from drivers.card_reader import CardReaderSettings, PcscCardReader, worker
from drivers.device import CardHolder, Failure, IdCardHolder, Medium, Printed, PrinterStatus, State
from drivers.emulated.card import CardSlot, EmulatedCard, Script, read_cast
from drivers.emulated.printer import EmulatedPrinter
from drivers.emulated.sam_v import Document, EmulatedSamV
from drivers.emulated.sam_v import Script as SamVScript
from drivers.emulated.scanner import EmulatedScanner
from drivers.id_reader import IdReaderSettings, SamvIdReader
from drivers.printer import EscposPrinter, PrinterSettings
from drivers.printer.settings import Kind
from drivers.scanner import ScannerSettings, SerialScanner
from tests.drivers.contract.adapter import Adapter

TODAY = date(2026, 11, 23)
CAST = Path(__file__).parents[3] / "deploy" / "demo" / "cast.toml"
PCSCD_PORT = 36950
SLIP = Slip((Text("凭条一张"), Text("两行")))
_PCSCD_NOTICES = 0.9
"""Seconds until pcscd has surely seen that a card was pulled."""
WITH_CARDS = ("employee", "graduate")


def people() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(CAST.read_text(encoding="utf-8"))["person"]
    return [person for key in WITH_CARDS for person in found if person["key"] == key]


def slowed(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, seconds: float) -> list[float]:
    """*owner.name* begins with a blocking wait, as a library does on a device that thinks about it."""
    plain: Callable[..., Any] = getattr(owner, name)
    began: list[float] = []

    def slow(*arguments: Any, **named: Any) -> Any:
        began.append(time.monotonic())
        time.sleep(seconds)
        return plain(*arguments, **named)

    monkeypatch.setattr(owner, name, slow)
    return began


class _OnSerialLine(Adapter):
    """Opened by pyserial."""

    def slow_opening(self, monkeypatch: pytest.MonkeyPatch, seconds: float) -> list[float]:
        return slowed(monkeypatch, serial.Serial, "open", seconds)


class CardReaderOnPcscd(Adapter):
    """The card reader on the real pcscd with vpcd; unplugging is the end of pcscd."""

    name: ClassVar[str] = "card reader, pcscd"

    @classmethod
    @asynccontextmanager
    async def surroundings(cls) -> AsyncIterator[Pcscd]:
        async with Pcscd(port=PCSCD_PORT, friendly_name="SSC Contact") as session:
            await session.stop()
            yield session

    async def open(self, folder: Path, surroundings: Any, stack: AsyncExitStack) -> None:
        cast = read_cast(CAST)
        self._cards = [EmulatedCard(cast[key]) for key in WITH_CARDS]
        self.secrets = tuple(text for card in self._cards for text in (card.person.name, card.person.id_number))
        self._pcscd: Pcscd = surroundings
        self._slot = await stack.enter_async_context(CardSlot(self._pcscd.port))
        stack.push_async_callback(self._pcscd.stop)
        self.driver: PcscCardReader = PcscCardReader(CardReaderSettings(self._pcscd.friendly_name), today=lambda: TODAY)

    async def plug(self) -> None:
        await self._pcscd.start()

    async def unplug(self) -> None:
        await self._pcscd.stop()

    async def ready(self) -> None:
        if self.driver.medium is not Medium.PRESENT:
            await self.insert()
            await self.medium(Medium.PRESENT)
        # A PIN goes only to a card that was read.
        assert isinstance(await self.driver.read(), CardHolder)

    async def command(self, name: str) -> object:
        return await (self.driver.read() if name == "read" else self.driver.verify_pin(self._cards[0].person.pin))

    def whole(self, name: str, result: object) -> bool:
        if name == "verify_pin":
            return result is None
        return isinstance(result, CardHolder) and result.id_number == self._cards[0].person.id_number

    async def silence(self) -> None:
        self._cards[0].script = Script(delay=3600.0)

    async def garble(self, seed: int) -> None:
        self._cards[0].script = Script(garbage_from=self._cards[0].count + 1 + seed % 4)

    async def heal(self) -> None:
        await self._slot.pull()
        if self.running is not None and self.driver.state is State.ONLINE:
            await self.medium(Medium.NOT_PRESENT)
        else:
            await asyncio.sleep(_PCSCD_NOTICES)

    async def insert(self, which: int = 0) -> None:
        await self._slot.insert(self._cards[which])

    async def remove(self) -> None:
        await self._slot.pull()

    def slow_opening(self, monkeypatch: pytest.MonkeyPatch, seconds: float) -> list[float]:
        return slowed(monkeypatch, scard, "SCardEstablishContext", seconds)

    def pauses(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        noted: list[float] = []
        plain = worker.Worker._idle

        def idle(thread: worker.Worker, seconds: float) -> None:
            noted.append(seconds)
            plain(thread, 0.001)

        monkeypatch.setattr(worker.Worker, "_idle", idle)
        return noted


class IdReaderOnPty(_OnSerialLine):
    name: ClassVar[str] = "ID reader, pty"

    async def open(self, folder: Path, surroundings: Any, stack: AsyncExitStack) -> None:
        self._documents = [Document.of(person) for person in people()]
        self.secrets = tuple(text for one in self._documents for text in (one.name, one.id_number, one.address))
        self._peer = await stack.enter_async_context(EmulatedSamV(folder / "id_reader"))
        self._peer.unplug()
        self.driver: SamvIdReader = SamvIdReader(IdReaderSettings(str(folder / "id_reader")), today=lambda: TODAY)

    async def plug(self) -> None:
        self._peer.plug()

    async def unplug(self) -> None:
        self._peer.unplug()

    async def ready(self) -> None:
        await self.insert()
        await self.medium(Medium.PRESENT)

    async def command(self, name: str) -> object:
        command: Callable[..., Awaitable[object]] = getattr(self.driver, name)
        return await (command(115_200) if name == "set_baud" else command())

    def whole(self, name: str, result: object) -> bool:
        if name != "read":
            return not isinstance(result, Failure)
        return isinstance(result, IdCardHolder) and result.id_number == self._documents[0].id_number

    async def silence(self) -> None:
        self._peer.script = SamVScript(silent=True)

    async def garble(self, seed: int) -> None:
        self._peer.script = SamVScript(bad_checksum=True, noise=random.Random(seed).randbytes(40))

    async def heal(self) -> None:
        self._peer.script = SamVScript()
        self._peer.lift()

    async def insert(self, which: int = 0) -> None:
        self._peer.lay(self._documents[which])

    async def remove(self) -> None:
        self._peer.lift()


class ScannerOnPty(_OnSerialLine):
    name: ClassVar[str] = "scanner, pty"
    mute: ClassVar[tuple[str, ...]] = ("arm", "disarm")
    code: ClassVar[str] = "https://qr.example/e/0123456789"

    async def open(self, folder: Path, surroundings: Any, stack: AsyncExitStack) -> None:
        self.secrets = (self.code,)
        self._peer = await stack.enter_async_context(EmulatedScanner(folder / "scanner"))
        self._peer.unplug()
        self.driver: SerialScanner = SerialScanner(ScannerSettings(str(folder / "scanner")))

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


class _Ledger:
    """Takes every job."""

    async def started(self, job: str) -> bool:
        return bool(job)

    async def ended(self, job: str, outcome: PrintOutcome) -> None:
        assert outcome in PrintOutcome


class PrinterOnPty(_OnSerialLine):
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


ADAPTERS: tuple[type[Adapter], ...] = (CardReaderOnPcscd, IdReaderOnPty, ScannerOnPty, PrinterOnPty, PrinterOnTcp)
