"""All devices together, as the bay runs them: unplugged and plugged in at random, shouted at, and stopped. Nothing
leaks, every device comes back, and what a resident does afterwards arrives."""

from __future__ import annotations

import asyncio
import os
import random
import threading
import time
import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from contract import limits
from contract.slip import PrintOutcome, Slip, Text
from deploy.local.pcscd import Pcscd
from drivers.card_reader import CardReaderSettings, PcscCardReader
from drivers.device import CardHolder, Failure, IdCardHolder, Medium, State
from drivers.emulated.card import CardSlot, EmulatedCard, read_cast
from drivers.emulated.printer import EmulatedPrinter
from drivers.emulated.sam_v import Document, EmulatedSamV
from drivers.emulated.scanner import EmulatedScanner
from drivers.id_reader import IdReaderSettings, SamvIdReader
from drivers.printer import EscposPrinter, PrinterSettings
from drivers.scanner import ScannerSettings, SerialScanner
from kiosk.bay import Arrival, Bay
from kiosk.views import Way

TODAY = date(2026, 11, 23)
CAST = Path(__file__).parents[2] / "deploy" / "demo" / "cast.toml"
VPCD_PORT = 36940
ROUNDS = 50
SEED = 20_261_123
SLIP = Slip((Text("试一试"),))


class Ledger:
    """Takes every job."""

    async def started(self, job: str) -> bool:
        return bool(job)

    async def ended(self, job: str, outcome: PrintOutcome) -> None:
        assert job
        assert outcome in PrintOutcome


@dataclass
class Post:
    """A service point's devices beside their peers."""

    bay: Bay
    scanner: EmulatedScanner
    sam_v: EmulatedSamV
    printer: EmulatedPrinter

    async def until(self, condition: Callable[[], bool], seconds: float = 20.0) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.01)

    async def all_online(self) -> None:
        await self.until(lambda: all(device.state is State.ONLINE for device in self.bay.devices))

    async def arrives(self, way: Way, cause: Callable[[], object]) -> Arrival:
        waiting = asyncio.create_task(self.bay.arrival())
        await asyncio.sleep(0.05)
        done = cause()
        if asyncio.iscoroutine(done):
            await done
        async with asyncio.timeout(10):
            arrival = await waiting
        assert arrival.way is way
        return arrival

    async def everything_works(self, number: int, document: Document) -> None:
        """A code is scanned, an ID card laid, read and lifted, a slip printed."""
        assert self.bay.id_reader is not None
        assert self.bay.printer is not None
        code = f"opaque{number}"
        assert (await self.arrives(Way.CODE, lambda: self.scanner.send(code))).code == code
        await self.arrives(Way.ID_CARD, lambda: self.sam_v.lay(document))
        assert isinstance(await self.bay.id_reader.read(), IdCardHolder)
        self.sam_v.lift()
        await self.until(lambda: self.bay.id_reader is not None and self.bay.id_reader.medium is Medium.NOT_PRESENT)
        slips = len(self.printer.slips)
        assert (await self.bay.printer.print(f"job{number}", SLIP)).outcome is PrintOutcome.PRINTED
        await self.until(lambda: len(self.printer.slips) == slips + 1)


@asynccontextmanager
async def posted(folder: Path, reader: PcscCardReader | None = None) -> AsyncIterator[Post]:
    async with AsyncExitStack() as stack:
        scanner = await stack.enter_async_context(EmulatedScanner(folder / "scanner"))
        sam_v = await stack.enter_async_context(EmulatedSamV(folder / "id_reader"))
        printer = await stack.enter_async_context(EmulatedPrinter(folder / "printer", 80, 0.0))
        bay = Bay(
            card_reader=reader,
            id_reader=SamvIdReader(IdReaderSettings(str(folder / "id_reader")), today=lambda: TODAY),
            scanner=SerialScanner(ScannerSettings(str(folder / "scanner"))),
            printer=EscposPrinter(PrinterSettings(path=str(folder / "printer")), Ledger()),
        )
        post = Post(bay, scanner, sam_v, printer)
        running = asyncio.create_task(bay.run())
        try:
            await post.all_online()
            yield post
        finally:
            assert not running.done(), "no device may end the bay"
            running.cancel()
            async with asyncio.timeout(30):
                await asyncio.gather(running, return_exceptions=True)


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same waits, shorter."""
    for name, seconds in (
        ("PRINTER_POLL", 0.1), ("ID_READER_POLL", 0.02), ("DEVICE_REOPEN_FIRST", 0.02), ("DEVICE_REOPEN_LAST", 0.1),
    ):  # fmt: skip
        monkeypatch.setattr(limits, name, seconds)


def used() -> tuple[int, int, int]:
    """Descriptors, threads and tasks of this process."""
    return len(os.listdir("/proc/self/fd")), threading.active_count(), len(asyncio.all_tasks())


async def come_back(what: Callable[[], tuple[int, ...]], before: tuple[int, ...]) -> None:
    """A thread that was told to end takes its time where there is much else to do; one that stays is a leak. Fewer than
    before are none: then one of before was still on its way out."""

    def more() -> bool:
        return any(now > then for now, then in zip(what(), before, strict=True))

    last = time.monotonic() + 30
    while more() and time.monotonic() < last:
        await asyncio.sleep(0.02)
    assert not more(), f"{what()} of {before}"


@pytest.fixture(scope="module")
def document() -> Document:
    return Document.of(tomllib.loads(CAST.read_text(encoding="utf-8"))["person"][0])


async def test_fifty_plugs_pulled_in_random_order_leak_nothing_and_everything_comes_back(
    tmp_path: Path, document: Document
) -> None:
    chance = random.Random(SEED)
    async with posted(tmp_path) as post:
        await post.everything_works(0, document)
        before = used()
        for number in range(ROUNDS):
            pulled = chance.sample((post.scanner, post.sam_v, post.printer), chance.randint(1, 3))
            for peer in pulled:
                peer.unplug()
                await asyncio.sleep(chance.choice((0.0, 0.0, 0.01, 0.15)))
            for peer in chance.sample(pulled, len(pulled)):
                peer.plug()
                await asyncio.sleep(chance.choice((0.0, 0.02)))
            await post.all_online()
            if number % 10 == 9:
                await post.everything_works(number, document)
        await post.everything_works(ROUNDS, document)
        await post.until(lambda: used() == before, 30)
    assert all(device.name for device in post.bay.devices)


async def test_a_bay_started_and_stopped_again_and_again_leaves_nothing(tmp_path: Path) -> None:
    async with posted(tmp_path / "first"):
        pass
    before = used()
    for number in range(8):
        async with posted(tmp_path / str(number)):
            pass
    await come_back(used, before)


async def test_stopped_while_every_device_is_away_or_silent(tmp_path: Path) -> None:
    before = used()
    async with posted(tmp_path) as post:
        post.printer.silent = True
        post.sam_v.script.silent = True
        post.scanner.unplug()
        job = asyncio.create_task(post.bay.printer.print("job", SLIP))
        await asyncio.sleep(0.3)
    async with asyncio.timeout(5):
        await asyncio.gather(job, return_exceptions=True)
    await come_back(used, before)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_noise_on_every_line_at_once_is_survived(tmp_path: Path, document: Document, seed: int) -> None:
    chance = random.Random(seed)
    async with posted(tmp_path) as post:
        await post.everything_works(0, document)
        with post.bay.listen() as ear:
            for _ in range(60):
                peer = chance.choice((post.scanner, post.sam_v, post.printer))
                peer._pty.send(chance.randbytes(chance.choice((1, 7, 64, 2000))))
                await asyncio.sleep(chance.choice((0.0, 0.01)))
            await asyncio.sleep(0.5)
            heard = [ear.get_nowait() for _ in range(ear.qsize())]
        assert not [event for event in heard if event.code], "nobody asked for a code"
        await post.all_online()
        post.sam_v.lift()
        await post.everything_works(1, document)


# -- with the card reader, on the real pcscd -------------------------------------------------------------------------


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pcscd() -> AsyncIterator[Pcscd]:
    async with Pcscd(port=VPCD_PORT, friendly_name="SSC Contact") as session:
        yield session


@pytest.mark.asyncio(loop_scope="session")
async def test_all_four_together_with_cards_in_and_out_and_pcscd_ending(
    pcscd: Pcscd, tmp_path: Path, document: Document
) -> None:
    chance = random.Random(SEED)
    member = read_cast(CAST)["employee"]
    reader = PcscCardReader(CardReaderSettings(pcscd.friendly_name), today=lambda: TODAY)
    async with CardSlot(pcscd.port) as slot, posted(tmp_path, reader) as post:

        async def card_is_read() -> None:
            await post.arrives(Way.CARD, lambda: slot.insert(EmulatedCard(member)))
            holder = await reader.read()
            assert isinstance(holder, CardHolder), holder
            mark = post.bay.removals
            await slot.pull()
            await post.until(lambda: post.bay.removals > mark)

        await card_is_read()
        await post.everything_works(0, document)
        before = used()
        for number in range(12):
            pulled = chance.sample((post.scanner, post.sam_v, post.printer), chance.randint(0, 3))
            for peer in pulled:
                peer.unplug()
            if number % 4 == 1:
                await pcscd.stop()
                await post.until(lambda: reader.state is not State.ONLINE)
                assert isinstance(await reader.read(), Failure)
                assert Way.CARD not in post.bay.ways()
                await pcscd.start()
            for peer in pulled:
                peer.plug()
            await post.all_online()
            await card_is_read()
        await post.everything_works(1, document)
        descriptors, threads, tasks = before
        await post.until(lambda: used()[1:] == (threads, tasks) and used()[0] <= descriptors, 30)
