"""The drivers and their peers, one adapter each. A new one goes into ADAPTERS and is held to the whole contract."""

from __future__ import annotations

import asyncio
import random
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pytest
from smartcard import scard

from deploy.local.pcscd import Pcscd
from drivers.card_reader import CardReaderSettings, PcscCardReader, worker
from drivers.device import CardHolder, Failure, IdCardHolder, Medium, State
from drivers.emulated.card import CardSlot, EmulatedCard, Script, read_cast
from drivers.emulated.sam_v import Document, EmulatedSamV
from drivers.emulated.sam_v import Script as SamVScript
from drivers.id_reader import IdReaderSettings, SamvIdReader
from tests.drivers.contract.adapter import Adapter, slowed
from tests.drivers.contract.printer_adapters import PrinterOnPty, PrinterOnTcp, PrinterOnUsb
from tests.drivers.contract.scanner_adapters import (
    OnSerialLine,
    ScannerByHoneywell,
    ScannerByNewland,
    ScannerBySsi,
    ScannerByZebra,
    ScannerOnKeyboard,
    ScannerOnPty,
)
from tests.drivers.contract.small_adapters import (
    CameraAtOpencv,
    CameraOnPicture,
    PowerOnUpsd,
    PresenceInSysfs,
    SpeakerOnPlayer,
)

TODAY = date(2026, 11, 23)
CAST = Path(__file__).parents[3] / "deploy" / "demo" / "cast.toml"
PCSCD_PORT = 36950
_PCSCD_NOTICES = 0.9
"""Seconds until pcscd has surely seen that a card was pulled."""
WITH_CARDS = ("employee", "graduate")


def people() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(CAST.read_text(encoding="utf-8"))["person"]
    return [person for key in WITH_CARDS for person in found if person["key"] == key]


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


class IdReaderOnPty(OnSerialLine):
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


ADAPTERS: tuple[type[Adapter], ...] = (
    CardReaderOnPcscd,
    IdReaderOnPty,
    ScannerOnPty,
    ScannerByHoneywell,
    ScannerByNewland,
    ScannerByZebra,
    ScannerBySsi,
    ScannerOnKeyboard,
    PrinterOnPty,
    PrinterOnTcp,
    PrinterOnUsb,
    CameraOnPicture,
    CameraAtOpencv,
    SpeakerOnPlayer,
    PresenceInSysfs,
    PowerOnUpsd,
)
