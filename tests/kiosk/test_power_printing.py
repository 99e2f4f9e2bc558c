"""The power is cut at each step of a print job: a terminal in a process of its own is killed there (SIGKILL), the
printer lives on. Afterwards the ledger says what is true or that it does not know, and nothing is printed twice."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from Crypto.PublicKey import ECC
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from drivers.emulated.printer import EmulatedPrinter
from secure.keys import SoftwareKey
from secure.reading.log import Verifier
from tests.kiosk.printing_to_kill import LINES

ROOT = Path(__file__).parents[2]
STEPS = (
    *("before-row", "after-row", "first-byte", "middle", "middle-of-both", "after-cut", "before-outcome"),
    "after-outcome",
)
"""middle-of-both: the printer loses its power too, and half a slip hangs out of it."""
BEFORE_THE_FIRST_BYTE = ("before-row", "after-row")


class Terminal:
    """One run of the program, until it ends or is killed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, folder: Path, link: Path, step: str, words: str) -> Terminal:
        arguments = ("-m", "tests.kiosk.printing_to_kill", str(folder), str(link), step, words)
        pipe = asyncio.subprocess.PIPE
        return cls(await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stdin=pipe, stdout=pipe))

    async def until(self, words: str) -> str:
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            while line := (await self._process.stdout.readline()).decode().strip():
                if line.startswith(words):
                    return line
        raise AssertionError(f"ended before {words}")

    def go_on(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")

    def kill(self) -> None:
        os.kill(self._process.pid, signal.SIGKILL)

    async def ended(self) -> int:
        async with asyncio.timeout(60):
            return await self._process.wait()


class Scene:
    def __init__(self, folder: Path, printer: EmulatedPrinter, link: Path) -> None:
        self.folder, self.printer, self.link = folder, printer, link

    def outcomes(self) -> list[str | None]:
        with sqlite3.connect(self.folder / "ledger.db") as file:
            return [outcome for (outcome,) in file.execute("SELECT outcome FROM print_job ORDER BY rowid")]

    def whole(self, words: str) -> int:
        """Slips that have every line of it."""
        return sum(all(f"{words}第{n}行" in slip.text for n in range(LINES)) for slip in self.printer.slips)

    async def quiet(self) -> None:
        """Until the printer has worked off what it was sent."""
        lines = -1
        while lines != self.printer.lines:
            lines = self.printer.lines
            await asyncio.sleep(0.3)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    link = tmp_path / "printer"
    key = ECC.generate(curve="Ed25519")
    (tmp_path / "log.pem").write_text(key.export_key(format="PEM"), "ascii")
    keys = (X25519PrivateKey.generate() for _ in range(2))
    (tmp_path / "public").write_bytes(b"".join(one.public_key().public_bytes_raw() for one in keys))
    async with EmulatedPrinter(link, millimetres_per_second=600) as printer:
        yield Scene(tmp_path, printer, link)


@pytest.mark.parametrize("step", STEPS)
async def test_killed_at_each_step_nothing_false_is_said_and_nothing_is_printed_twice(scene: Scene, step: str) -> None:
    printer = scene.printer
    first = await Terminal.start(scene.folder, scene.link, step, "甲")
    await first.until("idle")
    printer.received.clear()
    first.go_on()
    match step:
        case "before-row" | "after-row":
            await first.until(f"at {step}")
            first.kill()
        case "first-byte" | "middle" | "middle-of-both" | "after-cut":
            await first.until("row")
            if step == "first-byte":
                printer.at_byte(1, first.kill)
            elif step == "middle":
                printer.at_line(LINES // 2, first.kill)
            elif step == "middle-of-both":
                printer.at_line(LINES // 2, lambda: (first.kill(), printer.unplug(), printer.plug()))
            else:
                printer.at_cut(printer.fall_silent)
            first.go_on()
            if step == "after-cut":
                while not printer.slips:
                    await asyncio.sleep(0.01)
                first.kill()
        case _:
            await first.until("row")
            first.go_on()
            await first.until(f"at {step}")
            first.kill()
    assert await first.ended() == -signal.SIGKILL
    await scene.quiet()
    printer.silent = False

    told = scene.outcomes()
    came_out = scene.whole("甲")
    assert told == {"before-row": [], "after-outcome": ["printed"]}.get(step, [None])
    assert came_out <= 1
    if step == "middle-of-both":
        assert came_out == 0
        assert printer.lines > 0
    if step in BEFORE_THE_FIRST_BYTE:
        assert came_out == 0
        assert "甲".encode("gbk") not in bytes(printer.received), "not a byte without a row"
    if told == ["printed"]:
        assert came_out == 1

    lines, slips = printer.lines, len(printer.slips)
    second = await Terminal.start(scene.folder, scene.link, "", "乙")
    assert await second.until("unfinished") == f"unfinished {told.count(None)}"
    await second.until("idle")
    await asyncio.sleep(0.5)
    assert (printer.lines, len(printer.slips)) == (lines, slips), "nothing is printed by itself"
    assert scene.outcomes() == ["unknown" if outcome is None else outcome for outcome in told]

    second.go_on()
    await second.until("row")
    second.go_on()
    assert await second.until("printed")
    assert await second.ended() == 0
    assert scene.whole("乙") == 1
    assert scene.whole("甲") == came_out
    assert not any("甲" in line for line in printer.slips[-1].text), "nothing of the first hangs on the second"
    public = SoftwareKey.from_pem((scene.folder / "log.pem").read_text("ascii")).public
    assert Verifier(public, None).verify(scene.folder / "ledger.db").reason is None
