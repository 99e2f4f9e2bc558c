"""``scripts/soak card``: cards in and out of the real pcscd a thousand times, by a seed. Nothing may leak.

Each cycle puts a card of the cast in, does something with it, and takes it out: most are read whole, some get their
PIN, some are pulled between two commands or before anybody reads. Third-generation cards are opened by a PSAM.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from deploy.local.household import CAST
from deploy.local.pcscd import Pcscd, PcscdUnavailable
from drivers.card_reader import CardReaderSettings, PcscCardReader, PsamAuthenticator, PsamSettings
from drivers.device import CardHolder, DeviceEvent, Failure, Happening
from drivers.emulated.card import CardSlot, CastMember, EmulatedCard, EmulatedPsam, Script, read_cast, read_keys
from drivers.emulated.card.psam import EXTERNAL_KEY, INTERNAL_KEY

PORT: Final = 36900
TODAY: Final = date(2026, 11, 23)
PEOPLE: Final = ("employee", "grandmother", "long_name", "old_card", "t0_card", "third_generation", "third_generation")
WARM_UP: Final = 0.1
"""This part of the cycles comes before the first count: modules are imported, caches are filled."""
PULLED_FROM: Final = range(14)
EVENT_WAIT: Final = 10.0
PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Used:
    """What a process holds."""

    handles: int
    threads: int
    memory_kb: int

    @classmethod
    def by(cls, pid: int) -> Used:
        folder = Path(f"/proc/{pid}")
        resident = int((folder / "statm").read_text().split()[1]) * PAGE // 1024
        return cls(len(os.listdir(folder / "fd")), len(os.listdir(folder / "task")), resident)


@dataclass
class Tally:
    """What came of it."""

    cycles: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    inserted: list[float] = field(default_factory=list)
    """Seconds from the card in the slot to INSERTED, and of a whole read."""
    read: list[float] = field(default_factory=list)
    before: dict[str, Used] = field(default_factory=dict)
    after: dict[str, Used] = field(default_factory=dict)

    @property
    def leaks(self) -> list[str]:
        """Handles and threads that are more than they were; memory is judged by who reads the figures."""
        return [
            f"{who}: {what} {getattr(self.before[who], what)} → {getattr(self.after[who], what)}"
            for who in self.before
            for what in ("handles", "threads")
            if getattr(self.after[who], what) > getattr(self.before[who], what)
        ]

    def document(self) -> dict[str, Any]:
        return {
            "soak": "card",
            "cycles": self.cycles,
            "outcomes": dict(sorted(self.outcomes.items())),
            "wrong": self.wrong,
            "leaks": self.leaks,
            "insert_seen_s": _spread(self.inserted),
            "read_s": _spread(self.read),
            "before": {who: asdict(used) for who, used in self.before.items()},
            "after": {who: asdict(used) for who, used in self.after.items()},
        }


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values) or [0.0]
    at = {"p50": 0.5, "p99": 0.99, "most": 1.0}
    return {name: round(ordered[min(len(ordered) - 1, int(part * len(ordered)))], 4) for name, part in at.items()}


@dataclass
class Stand:
    """A reader on a real pcscd, a slot, and a PSAM in the other slot."""

    pcscd: Pcscd
    slot: CardSlot
    reader: PcscCardReader
    events: asyncio.Queue[DeviceEvent]
    cast: dict[str, CastMember]

    async def happens(self, happening: Happening) -> None:
        async with asyncio.timeout(EVENT_WAIT):
            while (await self.events.get()).happening is not happening:
                pass

    def used(self) -> dict[str, Used]:
        return {"driver": Used.by(os.getpid()), "pcscd": Used.by(self.pcscd.pid)}


@asynccontextmanager
async def standing(pcscd: Pcscd) -> AsyncIterator[Stand]:
    """On a pcscd that runs."""
    async with CardSlot(pcscd.port) as slot, CardSlot(pcscd.port + 1) as second:
        await second.insert(EmulatedPsam(read_keys(CAST)))
        keys = PsamAuthenticator(PsamSettings(f"{pcscd.friendly_name} 00 01", EXTERNAL_KEY, INTERNAL_KEY))
        reader = PcscCardReader(CardReaderSettings(pcscd.reader), authenticator=keys, today=lambda: TODAY)
        stand = Stand(pcscd, slot, reader, asyncio.Queue(), read_cast(CAST))
        running = asyncio.create_task(reader.run(stand.events))
        try:
            await stand.happens(Happening.STATE_CHANGED)
            yield stand
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def soak(stand: Stand, cycles: int, seed: int, tell: bool = False) -> Tally:
    """*cycles* cards in and out; the counts are taken with no card in."""
    chance, tally = random.Random(seed), Tally()  # noqa: S311 - the same again for the same seed
    warm = max(3, int(cycles * WARM_UP))
    for number in range(cycles):
        if number == warm:
            tally.before = stand.used()
        await cycle(stand, chance, tally)
        tally.cycles += 1
        if tell and tally.cycles % 100 == 0:
            print(f"{tally.cycles} {stand.used()}", file=sys.stderr, flush=True)
    tally.after = stand.used()
    return tally


async def cycle(stand: Stand, chance: random.Random, tally: Tally) -> None:
    person = stand.cast[chance.choice(PEOPLE)]
    what = chance.choices(("read", "pin", "pulled", "unread"), (6, 2, 2, 1))[0]
    card = EmulatedCard(person)
    began = time.perf_counter()
    await stand.slot.insert(card, Script(pull_after=chance.choice(PULLED_FROM)) if what == "pulled" else None)
    await stand.happens(Happening.INSERTED)
    tally.inserted.append(time.perf_counter() - began)
    if what != "unread":
        began = time.perf_counter()
        outcome = await stand.reader.read()
        if isinstance(outcome, CardHolder):
            tally.read.append(time.perf_counter() - began)
        _judge(tally, what, person, outcome)
    if what == "pin":
        refused = await stand.reader.verify_pin(person.pin)
        if refused is not None:
            tally.wrong.append(f"PIN {refused}")
    tally.outcomes[what] += 1
    await stand.slot.pull()
    await stand.happens(Happening.REMOVED)


def _judge(tally: Tally, what: str, person: CastMember, outcome: CardHolder | Failure) -> None:
    if isinstance(outcome, Failure):
        tally.outcomes[outcome.fault.value] += 1
        if what != "pulled" or outcome.fault != "card.pulled":
            tally.wrong.append(f"{person.key}, {what}: {outcome}")
    elif what == "pulled" or (outcome.name, outcome.id_number) != (person.name, person.id_number):
        tally.wrong.append(f"{person.key}, {what}: another outcome than its own")


async def run(options: argparse.Namespace) -> int:
    async with Pcscd(port=PORT) as pcscd, standing(pcscd) as stand:
        tally = await soak(stand, options.cycles, options.seed, tell=True)
    document = json.dumps(tally.document(), ensure_ascii=False, indent=2)
    print(document)
    if options.json is not None:
        (options.called_from / options.json).write_text(document + "\n", encoding="utf-8")
    left = [thread.name for thread in threading.enumerate() if thread.name == "card reader"]
    return 1 if tally.wrong or tally.leaks or left else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/soak", description="插拔到底 in and out until something leaks")
    parser.add_argument("--from", dest="called_from", type=Path, default=Path.cwd(), help=argparse.SUPPRESS)
    parser.add_argument("what", choices=["card"])
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path, help="结果文件 where the figures are written")
    options = parser.parse_args()
    try:
        return asyncio.run(run(options))
    except PcscdUnavailable as error:
        print(f"✗ pcscd: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
