"""What our ID-card reader costs over bare pyserial, which does the same exchange with the same emulated module.

The exchange is READ and its 1295 bytes, with the card found and selected. Ours checks and decodes what it has read and
gives a person; bare pyserial writes ten bytes, reads seven and then as many as they say, and looks at none of them. The
module stands in a process of its own; both have one, alike, so that neither's bytes are the other's.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import serial

from bench.report import Figure
from contract import limits
from drivers.device import DeviceEvent, IdCardHolder, Medium
from drivers.id_reader import IdReaderSettings, SamvIdReader

GOAL: Final = 1.1
BARE: Final = "bare pyserial"
WARM: Final = 5
PACED: Final = 8
"""Readings in one round at the wire's own pace (0.11 s each)."""
UNPACED: Final = 100
"""Readings in one round as fast as a pseudo-terminal goes."""
WAIT: Final = 20.0
_FIND, _SELECT, _READ = (
    bytes.fromhex("AAAAAA9669") + bytes.fromhex(rest) for rest in ("0003200122", "0003200221", "0003300132")
)


async def id_figures(rounds: int) -> list[Figure]:
    """Milliseconds for one reading, medians of *rounds* rounds that take turns: at the pace of a wire of 115200 baud,
    which is what a resident waits for and what the goal is for; and as fast as a pseudo-terminal goes, where the
    processor's share is all there is. Raises ``AssertionError`` when a reading gives no person."""
    figures = []
    for name, pace, count, goal in (
        ("ID card read, 115200 baud", True, PACED, GOAL),
        ("ID card read, no wire", False, UNPACED, None),
    ):
        ours, bare = await _in_turn(rounds, count, pace=pace)
        figures.append(Figure(name, ours, "ms", BARE, bare, goal))
    return figures


@dataclass
class _Pair:
    """Our driver and bare pyserial, each with its module."""

    driver: SamvIdReader
    port: serial.Serial
    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    async def read_ours(self, count: int) -> float:
        began = time.perf_counter()
        for _ in range(count):
            holder = await self.driver.read()
            assert isinstance(holder, IdCardHolder), holder
        return (time.perf_counter() - began) * 1000 / count

    def read_bare(self, count: int) -> float:
        began = time.perf_counter()
        for _ in range(count):
            assert len(exchange(self.port, _READ)) == 1288
        return (time.perf_counter() - began) * 1000 / count


def exchange(port: serial.Serial, command: bytes) -> bytes:
    """One command and what follows the length of its answer."""
    port.write(command)
    head = port.read(7)
    return bytes(port.read(int.from_bytes(head[5:7], "big")))


async def _in_turn(rounds: int, count: int, *, pace: bool) -> tuple[list[float], list[float]]:
    """Rounds in turn, who begins alternating, after one uncounted."""
    async with _pair(pace=pace) as pair:
        await pair.read_ours(WARM)
        pair.read_bare(WARM)
        for number in range(rounds):
            if number % 2 == 0:
                pair.ours.append(await pair.read_ours(count))
            pair.bare.append(pair.read_bare(count))
            if number % 2:
                pair.ours.append(await pair.read_ours(count))
    return pair.ours, pair.bare


@asynccontextmanager
async def _pair(*, pace: bool) -> AsyncIterator[_Pair]:
    with tempfile.TemporaryDirectory(prefix="bench-id-") as folder:
        links = [Path(folder) / name for name in ("ours", "bare")]
        command = [sys.executable, "-m", "bench.peer.id_module", *map(str, links), *(["--pace"] if pace else [])]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        try:
            assert process.stdout is not None
            async with asyncio.timeout(WAIT):
                assert await process.stdout.readline(), "the modules did not start"
            async with _opened(*links) as pair:
                yield pair
        finally:
            process.terminate()
            await process.wait()


@asynccontextmanager
async def _opened(ours: Path, bare: Path) -> AsyncIterator[_Pair]:
    driver = SamvIdReader(IdReaderSettings(str(ours)), today=lambda: date(2026, 11, 23))
    watching = asyncio.create_task(driver.run(asyncio.Queue[DeviceEvent]()))
    poll = limits.ID_READER_POLL
    try:
        async with asyncio.timeout(WAIT):
            while driver.medium is not Medium.PRESENT:  # noqa: ASYNC110 - the driver tells a queue nobody reads here
                await asyncio.sleep(0.01)
        # The looks between two readings are no part of the exchange, and bare pyserial has none.
        limits.ID_READER_POLL = 3600.0  # type: ignore[misc]
        await asyncio.sleep(poll + 0.5)
        with serial.Serial(str(bare), 115200, timeout=5) as port:
            exchange(port, _FIND)
            exchange(port, _SELECT)
            yield _Pair(driver, port)
    finally:
        limits.ID_READER_POLL = poll  # type: ignore[misc]
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


if __name__ == "__main__":
    for figure in asyncio.run(id_figures(7)):
        print(figure.line())
