"""The house of a scripted visit: real log, outbox and courier; a stage that answers from a list."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from contract import catalogue, faults, limits, texts, wire
from contract.answers import options
from contract.catalogue import Proof
from contract.fields import Field, Option
from drivers.device import CardHolder, Failure, Happening
from kiosk.bay import Bay
from kiosk.concurrency import Signal
from kiosk.courier import Courier
from kiosk.house import House
from kiosk.journal import Journal
from kiosk.printing import PrintDesk
from kiosk.settings import PathsSection, PlatformSection, Settings, TerminalSection
from kiosk.staff import Staff
from kiosk.story import serve
from kiosk.views import ResultView
from secure.keys import SoftwareKey
from secure.ledger import Ledger
from tests.kiosk.scripted import (
    MADE_UP,
    FakeCamera,
    FakeCardReader,
    FakeCentral,
    FakeDevice,
    FakePrinter,
    ListStage,
    Step,
)

CHINA = ZoneInfo("Asia/Shanghai")
DEVICE = "T-0001"


class FakeScanner(FakeDevice):
    name = "scanner"

    async def arm(self) -> None:
        pass

    async def disarm(self) -> None:
        pass


def _raw_public() -> bytes:
    return X25519PrivateKey.generate().public_key().public_bytes_raw()


class Stand:
    """What a test of a visit needs at hand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key, self.audit = SoftwareKey.generate(), X25519PrivateKey.generate()
        self.stage = ListStage()
        self.reader: FakeCardReader | None = FakeCardReader(MADE_UP)
        self.printer = FakePrinter()
        self.scanner = FakeScanner()
        self.camera: FakeCamera | None = None
        self.central = FakeCentral({"session_open": wire.Session(token="t", proof=Proof.SHOWN, name="", id_number="")})
        self.catalogue = catalogue.load()
        self.faults = faults.load()
        self.result: ResultView | None = None
        self.delivered = 0
        self.staff: Staff | None = None
        self.signal = Signal()
        self.clock: Callable[[], datetime] = lambda: datetime.now(CHINA)
        self.journal = Journal(self._ledger)
        self.courier = Courier(DEVICE, self.central, self.journal, lambda _receipt: True, lambda: datetime.now(CHINA))  # type: ignore[arg-type]

    def _ledger(self) -> Ledger:
        return Ledger.open(
            self.folder / "ledger.db",
            device=self.key,
            device_id=DEVICE,
            audit_key=self.audit.public_key().public_bytes_raw(),
            platform_key=_raw_public(),
            clock=lambda: datetime.now(CHINA),
        )

    # -- what happens in the village ---------------------------------------------------------------------------------

    def insert(self, card: CardHolder | Failure | None = None) -> None:
        assert self.reader is not None
        self.reader.insert(card)

    def pull(self) -> None:
        assert self.reader is not None
        self.reader.pull()

    def scan(self, code: str) -> None:
        self.scanner.tell(Happening.SCANNED, code=code)

    def without_card_reader(self) -> None:
        self.reader = None

    # -- what is looked at -------------------------------------------------------------------------------------------

    def note_result(self, view: ResultView) -> None:
        self.result = view

    @staticmethod
    def expect(truth: bool) -> None:
        assert truth

    @staticmethod
    def options(field: Field) -> tuple[Option, ...]:
        return options(field)

    def accepting(self, ask: wire.Delivery) -> wire.Receipt:
        """The platform takes a delivery in; the same one again gets the same answer and counts once."""
        self.delivered += 1
        return wire.Receipt(
            device=DEVICE,
            key=ask.key,
            sha256=ask.sha256,
            verdict=wire.Verdict.ACCEPTED,
            receipt="1",
            at="2026-11-23T10:00:00+08:00",
            signature=b"",
        )

    async def pending(self) -> int:
        return len(await self.journal.do(Ledger.pending))

    async def until_delivered(self) -> None:
        """Let the courier work until the outbox is empty."""
        courier = asyncio.create_task(self.courier.run())
        try:
            async with asyncio.timeout(20):
                while await self.pending():
                    await asyncio.sleep(0.01)
                await asyncio.sleep(0.05)
        finally:
            courier.cancel()
            await asyncio.gather(courier, return_exceptions=True)

    # -- the visit ---------------------------------------------------------------------------------------------------

    def house(self) -> House:
        bay = Bay(card_reader=self.reader, scanner=self.scanner, printer=self.printer, camera=self.camera)
        return House(
            stage=self.stage,
            bay=bay,
            central=self.central,  # type: ignore[arg-type]
            journal=self.journal,
            courier=self.courier,
            desk=PrintDesk(self.printer, self.journal),
            catalogue=self.catalogue,
            texts=texts.load(),
            faults=self.faults,
            settings=Settings(
                terminal=TerminalSection(id=DEVICE, number=1, place="示例县 · 杨树村服务点"),
                platform=PlatformSection(folder=""),
                paths=PathsSection(ledger=""),
            ),
            clock=lambda: datetime.now(CHINA),
            news=Signal(),
            follow=lambda receipt: f"https://127.0.0.1/f/{receipt}",
            notice=lambda item: f"https://127.0.0.1/i/{item}",
            staff=self.staff,
            disabled=self.signal,
        )

    async def visit(self, *steps: Step, patience: float = 20) -> None:
        """Play *steps*; every one must be reached, and the idle screen come back, within *patience* seconds."""
        self.stage.steps, self.stage.ended = list(steps), asyncio.Event()
        house = self.house()
        devices = asyncio.create_task(house.bay.run())
        await asyncio.sleep(0)
        serving = asyncio.create_task(serve(house))
        ended = asyncio.create_task(self.stage.ended.wait())
        try:
            async with asyncio.timeout(patience):
                await asyncio.wait({serving, ended, devices}, return_when=asyncio.FIRST_COMPLETED)
            for task in (serving, devices):
                if task.done():
                    task.result()
            assert not self.stage.steps, f"never reached: {self.stage.steps}"
            assert type(self.stage.seen[-1]).__name__ == "Attract"
        finally:
            for task in (serving, devices, ended):
                task.cancel()
            await asyncio.gather(serving, devices, ended, return_exceptions=True)


@pytest.fixture
async def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stand]:
    monkeypatch.setattr(limits, "FAREWELL", 0.05)
    monkeypatch.setattr(limits, "RATING_THANKS", 0.01)
    made = Stand(tmp_path)
    await made.journal.open()
    yield made
    await made.journal.close()
