"""``scripts/soak privacy --visits 200 --seed 7``: residents come and go, and afterwards nothing of them is found.

A terminal in a process of its own, its ledger, log, outbox, courier and drivers as they are; printer, ID card reader
and scanner are peers on pseudo-terminals; the platform answers over TLS. Made-up people register, look things up,
mistype, pull their card in the middle, come while the platform is away, meet a defect of ours and a platform that says
what it must not. Then every name, number, telephone, PIN and token is searched for, in every form it could have been
written in: in the state directory (SQLite, WAL and free pages with it), the printer's spool, standard output and error,
and in the memory of the terminal's process, as a core image would hold it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from contract import catalogue, wire
from contract.answers import options
from contract.fields import FieldKind
from drivers.emulated.printer import EmulatedPrinter
from drivers.emulated.sam_v import Document, EmulatedSamV
from drivers.emulated.scanner import EmulatedScanner
from kiosk.memory import FORGETFUL
from secure import identity
from tests.privacy.people import Resident, people
from tests.privacy.planting import planted
from tests.privacy.platform import Platform
from tests.privacy.searching import Hit, Search, Secret

ROOT: Final = Path(__file__).parents[2]
DEVICE: Final = "XZ-0007"
ON_SLIP: Final = ("village typed",)
"""Answers stand on the resident's own slip; names, numbers and telephones only masked."""
DECOY: Final = Secret("decoy", "灪龗鱻麤0123456789", -1)
"""Nobody's. What is planted, to see that the search finds."""
FIRST: Final = ("register", "away", "pulled", "defect", "records by ID card", "records by code")
"""The last one stays the last that happened at the devices."""
KINDS: Final = (*FIRST, "register", "records by code", "mistyped", "told too much", "matters", "pulled")
KEPT: Final = ("register", "away", "mistyped")
"""These end with a submission."""
PATIENCE: Final = 60.0
MOST_VIEWS: Final = 120
SETTLE: Final = 15.0
"""Seconds that the background gets to let go after the last visit."""


@dataclass
class Tally:
    """What came of it."""

    visits: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    needles: int = 0
    hits: list[Hit] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    """Plants that the search did not find: then it proves nothing."""
    bytes: dict[str, int] = field(default_factory=dict)
    delivered: int = 0
    slips: int = 0
    defects: int = 0
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        return not self.hits and not self.missed

    def document(self) -> dict[str, Any]:
        places = Counter(f"{hit.kind}, {hit.form}, {hit.place}" for hit in self.hits)
        return {
            "soak": "privacy", "visits": self.visits, "kinds": dict(sorted(self.kinds.items())),
            "searched_for": self.needles, "bytes": self.bytes, "delivered": self.delivered, "slips": self.slips,
            "defects": self.defects, "hits": len(self.hits), "where": dict(places.most_common(40)),
            "missed_plants": self.missed, "seconds": round(self.seconds, 1),
        }  # fmt: skip


class Terminal:
    """The process, and what stands around it."""

    def __init__(
        self, process: asyncio.subprocess.Process, platform: Platform, printer: EmulatedPrinter,
        id_reader: EmulatedSamV, scanner: EmulatedScanner, folder: Path,
    ) -> None:  # fmt: skip
        self.process, self.platform, self.folder = process, platform, folder
        self.printer, self.id_reader, self.scanner = printer, id_reader, scanner
        self.form = catalogue.load()[1].fields

    async def shown(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            line = await self.process.stdout.readline()
        assert line, f"the terminal ended: {(self.folder / 'stderr').read_text('utf-8')[-3000:]}"
        found: dict[str, Any] = msgspec.json.decode(line)
        return found

    def tell(self, do: str, **words: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(msgspec.json.encode({"do": do, **words}) + b"\n")

    def touch(self, view: dict[str, Any], value: Any, kind: str = "") -> None:
        self.tell("touch", shown=view["shown"], value=value, kind=kind)

    async def idle(self) -> dict[str, Any]:
        while (view := await self.shown())["view"] != "Attract":
            pass
        return view

    async def visit(self, who: Resident, kind: str) -> None:
        """From the idle screen to the idle screen. The peers let go of what was shown to them, too."""
        by_code = kind in ("records by code", "told too much")
        if kind == "records by ID card":
            self.id_reader.lay(Document(who.id_number, who.name, "1", who.born))
        elif by_code:
            await asyncio.sleep(0.05)  # it looks as soon as the idle screen stands
            await self.scanner.send(who.code)
        else:
            card = {"id_number": who.id_number, "name": who.name, "born": who.born.isoformat(), "pin": who.pin}
            card |= {"card_number": who.card_number, "card_id_code": who.card_id_code}
            self.tell("insert", value=card)
        resident, begun = _Ways(self, who, kind), False
        for _ in range(MOST_VIEWS):
            view = await self.shown()
            if view["view"] == "Attract":
                if begun:
                    return
                if by_code:  # a device came or went, the idle screen is shown anew: nobody was looking
                    await self.scanner.send(who.code)
                continue
            begun = True
            if view["view"] != "Progress":
                self.id_reader.lift()  # it has been read: nobody leaves a card lying
            resident.sees(view)
        raise AssertionError(f"{kind}: a visit that does not end")


class _Ways:
    """What one resident touches at which view."""

    def __init__(self, terminal: Terminal, who: Resident, kind: str) -> None:
        self.terminal, self.who, self.kind = terminal, who, kind
        self.done = self.mistyped = self.printed = False
        self.registers = kind in ("register", "pulled", "defect", "away", "mistyped")

    def sees(self, view: dict[str, Any]) -> None:
        name = view["view"]
        answer = getattr(self, f"_{name}", None)
        if answer is not None:
            answer(view)

    def _Menu(self, view: dict[str, Any]) -> None:
        if self.done:
            self.terminal.touch(view, "LEAVE", "MenuChoice")
        elif self.kind == "matters":
            self.terminal.touch(view, "MATTERS", "MenuChoice")
        else:
            self.terminal.touch(view, "WORK" if self.registers else "INSURANCE", "Group")

    def _ItemList(self, view: dict[str, Any]) -> None:
        if self.done:
            self.terminal.touch(view, "HOME", "Nav")
        else:
            self.terminal.touch(view, 1 if self.registers else 25)

    def _Guide(self, view: dict[str, Any]) -> None:
        if self.done:
            self.terminal.touch(view, "HOME", "Nav")
        else:
            self.terminal.touch(view, "START", "GuideChoice")

    def _PinPad(self, view: dict[str, Any]) -> None:
        secret = self.who.service_password if self.kind == "records by ID card" else self.who.pin
        if self.kind == "mistyped" and not self.mistyped:
            self.mistyped, secret = True, secret[::-1]
        self.terminal.touch(view, secret)

    def _question(self, view: dict[str, Any]) -> None:
        asked = self.terminal.form[view["step"] - 1]
        if self.kind == "pulled" and asked.kind is FieldKind.PHONE:
            self.terminal.tell("pull")
        elif self.kind == "defect" and asked.key == "past":
            self.terminal.touch(view, f"{self.who.name} {self.who.id_number} {self.who.phone}", "defect")
        elif asked.kind is FieldKind.CHOICES:
            self.terminal.touch(view, [options(asked)[0].code], "(")
        elif asked.kind is FieldKind.CHOICE:
            self.terminal.touch(view, options(asked)[0].code)
        elif asked.kind is FieldKind.PHONE:
            self.terminal.touch(view, self.who.phone)
        elif asked.kind is FieldKind.TEXT:
            self.terminal.touch(view, self.who.village)
        elif asked.kind is FieldKind.CODE:
            self.terminal.touch(view, asked.example)
        else:
            self.terminal.touch(view, str(max(asked.low or 0, 1)))

    _ChoiceQuestion = _CodeQuestion = _NumberQuestion = _TextQuestion = _question

    def _Confirm(self, view: dict[str, Any]) -> None:
        self.terminal.touch(view, "SUBMIT", "ConfirmChoice")

    def _ResultView(self, view: dict[str, Any]) -> None:
        self.terminal.touch(view, "FINISH", "ResultChoice")

    def _RatingView(self, view: dict[str, Any]) -> None:
        self.terminal.touch(view, "SKIP", "RatingChoice")

    def _RecordsView(self, view: dict[str, Any]) -> None:
        if self.printed or self.kind == "matters":
            self.done = True
            self.terminal.touch(view, "DONE", "RecordsChoice")
        else:
            self.printed = True
            self.terminal.touch(view, "PRINT", "RecordsChoice")

    def _MessageView(self, view: dict[str, Any]) -> None:
        self.done = self.done or self.kind == "told too much"
        self.terminal.touch(view, view["actions"][0])

    def _TakeAway(self, view: dict[str, Any]) -> None:
        if view["card"]:
            self.terminal.tell("pull")


@asynccontextmanager
async def standing(folder: Path, residents: list[Resident], memory: dict[str, str]) -> AsyncIterator[Terminal]:
    """The terminal at its idle screen. Everything it can write to lies under *folder*/state."""
    state, lines = folder / "state", folder / "lines"
    mine = identity.create(state / "identity", DEVICE)
    platform = Platform(folder / "platform", DEVICE, mine.device.public, residents)
    port = await platform.start()
    certificate, key = platform.authority.issue(DEVICE)
    mine.certificate.write_bytes(certificate.read_bytes())
    mine.tls_key.write_bytes(key.read_bytes())
    mine.ca.write_bytes(platform.authority.ca.read_bytes())
    (state / "identity" / identity.PLATFORM).write_bytes(platform.papers(f"https://127.0.0.1:{port}"))
    settings = state / "terminal.toml"
    settings.write_text(
        f'[terminal]\nid = "{DEVICE}"\nnumber = 7\nplace = "示例县 · 杨树村服务点"\n'
        f'[platform]\nfolder = "{state / "identity"}"\n[paths]\nledger = "{state / "ledger.db"}"\n'
        f'[id_reader]\npath = "{lines / "id_reader"}"\n[scanner]\npath = "{lines / "scanner"}"\n'
        f'[printer]\npath = "{lines / "printer"}"\nwidth_mm = 80\n',
        "utf-8",
    )
    async with (
        EmulatedPrinter(lines / "printer", millimetres_per_second=0) as printer,
        EmulatedSamV(lines / "id_reader") as id_reader,
        EmulatedScanner(lines / "scanner") as scanner,
    ):
        with (folder / "stderr").open("wb") as stderr:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.privacy.terminal", str(settings), cwd=ROOT,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=stderr,
                env=os.environ | memory | {"TMPDIR": str(state)},
            )  # fmt: skip
        try:
            yield Terminal(process, platform, printer, id_reader, scanner, folder)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            await platform.stop()


async def run(folder: Path, visits: int, seed: int, memory: dict[str, str] | None = None) -> Tally:
    """*visits* residents, then the search. *folder* is empty."""
    chance, tally, began = random.Random(seed), Tally(visits), time.monotonic()
    residents = people(visits, seed)
    search = Search([DECOY, *(secret for one in residents for secret in one.secrets())])
    tally.needles = search.count
    async with standing(folder, residents, FORGETFUL if memory is None else memory) as terminal:
        await _all_devices(terminal)
        for number, who in enumerate(residents):
            kind = FIRST[number] if number < len(FIRST) else chance.choice(KINDS)
            tally.kinds[kind] += 1
            if kind == "told too much":
                terminal.platform.telling.add(who.number)
            terminal.platform.away = kind == "away"
            if kind == "away":
                terminal.platform.go_away()
            await terminal.visit(who, kind)
            terminal.platform.away = False
        await _delivered(terminal, sum(tally.kinds[kind] for kind in KEPT))
        await _look(terminal, search, tally)
        terminal.tell("end")
        async with asyncio.timeout(PATIENCE):
            await terminal.process.wait()
        tally.delivered, tally.slips = len(set(terminal.platform.bodies)), len(terminal.printer.slips)
        _was_there(terminal, residents, tally)
    found, tally.bytes["state directory, closed"] = search.folder(folder / "state")
    tally.hits += found
    tally.defects = (folder / "stderr").read_text("utf-8").count("defect: ")
    _plants(folder, search, tally)
    tally.seconds = time.monotonic() - began
    return tally


async def _all_devices(terminal: Terminal) -> None:
    """Until the idle screen stands and every reader answers: the ID card reader takes a moment to be found."""
    await terminal.idle()
    async with asyncio.timeout(PATIENCE):
        while not terminal.id_reader.commands or not terminal.printer.received:
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.3)


async def _delivered(terminal: Terminal, expected: int) -> None:
    """Until nothing waits any more that was kept while the platform was away."""
    async with asyncio.timeout(PATIENCE):
        while len(set(terminal.platform.bodies)) < expected:
            await asyncio.sleep(0.05)


async def _look(terminal: Terminal, search: Search, tally: Tally) -> None:
    """The terminal stands idle and runs: its memory, its open files, what it printed and said."""
    # One text it is told to keep: the same search, which finds nothing else, finds that.
    terminal.tell("keep", value=DECOY.value)
    until = time.monotonic() + SETTLE
    while True:
        found, tally.bytes["memory"] = search.process(terminal.process.pid)
        left = [hit for hit in found if hit.kind != DECOY.kind]
        if (len(found) > len(left) and not left) or time.monotonic() > until:
            break
        await asyncio.sleep(0.3)
    tally.hits += left
    if len(found) == len(left):
        tally.missed.append("memory")
    spool = terminal.folder / "spool"
    spool.mkdir()
    (spool / "received").write_bytes(terminal.printer.received)
    for number, slip in enumerate(terminal.printer.slips):
        (spool / f"{number}.bytes").write_bytes(slip.raw)
        (spool / f"{number}.txt").write_text("\n".join((*slip.text, *slip.codes)), "utf-8")
    found, tally.bytes["state directory"] = search.folder(terminal.folder / "state")
    tally.hits += found
    found, tally.bytes["printer's spool"] = search.folder(spool)
    tally.hits += [hit for hit in found if hit.kind not in ON_SLIP]
    tally.bytes["standard error"] = (terminal.folder / "stderr").stat().st_size
    tally.hits += search.file(terminal.folder / "stderr")


def _was_there(terminal: Terminal, residents: list[Resident], tally: Tally) -> None:
    """What is searched for was really written, and the platform read it."""
    bodies = b"".join(terminal.platform.bodies)
    for body in set(terminal.platform.bodies):
        submission = msgspec.json.decode(body, type=wire.Submission)
        who = next(one for one in residents if one.id_number == submission.id_number)
        if (submission.name, submission.card_number) != (who.name, who.card_number) or who.phone.encode() not in bodies:
            tally.missed.append("a submission is not its resident's")


def _plants(folder: Path, search: Search, tally: Tally) -> None:
    """A plant in every form, in a file and in the free pages of a database, is found by the same search."""
    tally.missed += planted(folder / "plants", search, DECOY)


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/soak privacy", description="办完以后，什么都找不到")
    parser.add_argument("--from", dest="called_from", type=Path, default=Path.cwd(), help=argparse.SUPPRESS)
    parser.add_argument("what", choices=["privacy"])
    parser.add_argument("--visits", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path, help="结果文件 where the figures are written")
    parser.add_argument("--plain-memory", action="store_true", help="不覆盖释放的内存，看看差别 to see the difference")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="privacy-") as folder:
        memory = {} if options.plain_memory else None
        tally = asyncio.run(run(Path(folder), options.visits, options.seed, memory))
    document = json.dumps(tally.document(), ensure_ascii=False, indent=2)
    print(document)
    if options.json is not None:
        (options.called_from / options.json).write_text(document + "\n", "utf-8")
    return 0 if tally.clean else 1


if __name__ == "__main__":
    sys.exit(main())
