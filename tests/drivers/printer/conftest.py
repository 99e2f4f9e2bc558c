"""A printer's driver and its peer on a pseudo-terminal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from contract import limits
from contract.slip import PrintOutcome
from drivers.device import DeviceEvent, Happening, State
from drivers.emulated.printer import EmulatedPrinter, Model
from drivers.printer import EscposPrinter, PrinterSettings, Profile


class Ledger:
    """Remembers what it was told, and what the printer had received by then."""

    def __init__(self, peer: EmulatedPrinter) -> None:
        self._peer = peer
        self.entries: list[tuple[str, PrintOutcome | None]] = []
        self.bytes_at_start = b""
        self.full = False

    async def started(self, job: str) -> bool:
        self.bytes_at_start = bytes(self._peer.received)
        self.entries.append((job, None))
        return not self.full

    async def ended(self, job: str, outcome: PrintOutcome) -> None:
        self.entries.append((job, outcome))


class Bench:
    """A running driver beside its peer."""

    def __init__(self, driver: EscposPrinter, peer: EmulatedPrinter, ledger: Ledger) -> None:
        self.driver = driver
        self.peer = peer
        self.ledger = ledger
        self.events: asyncio.Queue[DeviceEvent] = asyncio.Queue()

    async def until(self, condition: Callable[[], bool], seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.01)

    def told(self) -> list[Happening]:
        """What has happened since this was last asked."""
        return [self.events.get_nowait().happening for _ in range(self.events.qsize())]


@asynccontextmanager
async def bench(
    folder: Path,
    *,
    width_mm: int = 80,
    speed: float = 0.0,
    profile: Profile | None = None,
    model: Model | None = None,
    ready: State = State.ONLINE,
    left_over: bool = False,
) -> AsyncIterator[Bench]:
    link = folder / "printer"
    async with EmulatedPrinter(link, width_mm, speed, model) as peer:
        ledger = Ledger(peer)
        settings = PrinterSettings(path=str(link), width_mm=width_mm, profile=profile or Profile())
        driver = EscposPrinter(settings, ledger, left_over=left_over)
        together = Bench(driver, peer, ledger)
        running = asyncio.create_task(driver.run(together.events))
        try:
            await together.until(lambda: driver.state is ready)
            yield together
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """An idle printer is asked more often than in the field."""
    monkeypatch.setattr(limits, "PRINTER_POLL", 0.2)


@pytest.fixture
async def printing(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as together:
        yield together


@pytest.fixture
def open_bench(tmp_path: Path) -> Callable[..., object]:
    """``async with open_bench(width_mm=58) as together``"""

    def opened(**options: object) -> object:
        return bench(tmp_path, **options)  # type: ignore[arg-type]

    return opened
