"""A terminal that prints one slip and stops at a step, to be killed there: python -m tests.kiosk.printing_to_kill.

Arguments: folder (with log.pem), the printer's link, the step, the words on the slip. Says what it does, one line each,
and goes on from ``row`` and ``idle`` when it is sent a line.
"""

from __future__ import annotations

import asyncio
import functools
import sys
from datetime import UTC, datetime
from pathlib import Path

from contract.slip import PrintOutcome, Slip, Text
from drivers.device import DeviceEvent, State
from drivers.printer import EscposPrinter, PrinterSettings, Profile
from kiosk.journal import Journal
from kiosk.printing import PrintDesk, close_unfinished
from secure.keys import SoftwareKey
from secure.ledger import Ledger

LINES = 60


def say(words: object) -> None:
    print(words, flush=True)


async def go_on() -> None:
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


class StoppingJournal(Journal):
    """The real one, which stands still at its step."""

    step = ""

    async def started(self, job: str) -> bool:
        await self._stop("before-row")
        kept = await super().started(job)
        await self._stop("after-row")
        say("row")
        await go_on()
        return kept

    async def ended(self, job: str, outcome: PrintOutcome) -> None:
        await self._stop("before-outcome")
        await super().ended(job, outcome)
        await self._stop("after-outcome")

    async def _stop(self, step: str) -> None:
        if step == self.step:
            say(f"at {step}")
            await asyncio.Event().wait()


async def main(folder: Path, link: str, step: str, words: str) -> None:
    public = (folder / "public").read_bytes()
    key = SoftwareKey.from_pem((folder / "log.pem").read_text("ascii"))
    journal = StoppingJournal(
        functools.partial(
            Ledger.open, folder / "ledger.db", device=key, device_id="T-0001",
            audit_key=public[:32], platform_key=public[32:], clock=lambda: datetime.now(UTC),
        )
    )  # fmt: skip
    journal.step = step
    await journal.open()
    unfinished = await close_unfinished(journal)
    say(f"unfinished {unfinished}")
    printer = EscposPrinter(PrinterSettings(path=link, profile=Profile()), journal, left_over=unfinished > 0)
    events: asyncio.Queue[DeviceEvent] = asyncio.Queue()
    running = asyncio.create_task(printer.run(events))
    while printer.state is not State.ONLINE:
        await events.get()
    say("idle")
    await go_on()
    slip = Slip(tuple(Text(f"{words}第{number}行") for number in range(LINES)))
    printed = await PrintDesk(printer, journal).print(slip, {"visit": "v"})
    say(printed.outcome.value)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await journal.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
