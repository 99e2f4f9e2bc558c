"""Attacks 31 to 33 and the shown path of 帮办 through everything real but the touches: the platform in its own process,
a roster that the county signed and signed configuration delivered, Argon2id, the terminal's own file and composition
root. Boot time is a test's: nobody waits four minutes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contract import limits
from contract.answers import options
from contract.catalogue import Group
from contract.faults import Fault
from contract.log_events import Event
from drivers.device import Happening
from kiosk import equipment
from kiosk.bay import Bay
from kiosk.questions import ChoiceQuestion, Confirm, ConfirmChoice, NumberQuestion, TextQuestion
from kiosk.staff import Staff
from kiosk.story import serve
from kiosk.views import (
    AskProof,
    Attract,
    Countdown,
    Guide,
    GuideChoice,
    ItemList,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    PinPad,
    ResultChoice,
    ResultView,
    TakeAway,
)
from secure import identity
from secure.reading.keys import audit_private_key
from secure.reading.log import Verifier
from tests.kiosk.ceremony import COUNTY, Ceremony
from tests.kiosk.conftest import FakeScanner
from tests.kiosk.opening import FORM, has
from tests.kiosk.scripted import FakePrinter, Step
from tests.kiosk.test_configuration import Pause, Terminal, expect
from tests.kiosk.test_with_platform import ROOT, TERMINAL, Platform, central

POINT, WORKER, PIN, WRONG = "忻府区 · 测试村服务点", "G-0042", "40718263", "86427531"
HEAD = f"帮办 温* {WORKER}"
OUT = (Step(Menu, MenuChoice.LEAVE), Step(TakeAway, None))


@dataclass
class Clocks:
    uptime: float = 1000.0
    boot: str = "boot-1"
    shift: timedelta = timedelta()


class Post(Terminal):
    """The real terminal of tests/kiosk/test_configuration.py, with a scanner and a printer, and its county's desk."""

    def __init__(self, platform: Platform, ceremony: Ceremony, folder: Path, clocks: Clocks) -> None:
        super().__init__(platform, ceremony, folder)
        self.platform, self.clocks, self.folder = platform, clocks, folder
        self.printer = FakePrinter()

    def staff(self, name: str, *words: str, typed: str = "") -> str:
        whole = [sys.executable, "-m", "central", "staff", name, "--state", str(self.platform.state), *words]
        done = subprocess.run(whole, cwd=ROOT, check=True, input=typed, capture_output=True, text=True, timeout=120)
        return done.stdout

    def audit(self) -> str:
        whole = [sys.executable, "-m", "central", "audit", "--state", str(self.platform.state), "operator", WORKER]
        return subprocess.run(whole, cwd=ROOT, check=True, capture_output=True, text=True, timeout=120).stdout

    def issue(self) -> None:
        key = self.ceremony.folder / "keys" / f"{COUNTY}-1.key"
        self.staff("issue", "--county", COUNTY, "--offline-items", "1", "--key", str(key))

    def code(self) -> str:
        """The worker's electronic card, fresh."""
        whole = [sys.executable, "-m", "central", "ecode", "--state", str(self.platform.state), "--person", "helper"]
        return subprocess.run(whole, cwd=ROOT, check=True, capture_output=True, text=True, timeout=120).stdout.strip()

    def shows(self) -> None:
        self.scanner.tell(Happening.SCANNED, code=self.code())

    async def plays(self, *steps: Step) -> None:
        """As a start of the program, *steps*, and its end."""
        self.stage.steps, self.stage.ended = list(steps), asyncio.Event()
        self.scanner = FakeScanner()
        async with equipment.equipped(self.settings, self.stage) as opened:
            bay = Bay(card_reader=self.reader, scanner=self.scanner, printer=self.printer)
            opened.desk._printer = self.printer
            house = replace(opened, bay=bay)
            tasks = [asyncio.create_task(bay.run()), asyncio.create_task(serve(house))]
            ended = asyncio.create_task(self.stage.ended.wait())
            try:
                async with asyncio.timeout(240):
                    await asyncio.wait({ended, *tasks}, return_when=asyncio.FIRST_COMPLETED)
                for task in tasks:
                    if task.done():
                        task.result()
                assert not self.stage.steps, f"never reached: {self.stage.steps}"
            finally:
                for task in (*tasks, ended):
                    task.cancel()
                await asyncio.gather(*tasks, ended, return_exceptions=True)

    async def has_applied(self, counter: int) -> None:
        await self.until("", counter)

    def events(self) -> list[tuple[Event, dict[str, Any]]]:
        mine = identity.load(self.platform.terminal)
        key = audit_private_key(self.platform.state / "audit.key")
        log = Verifier(mine.device.public, key).read(Path(self.settings.paths.ledger))
        return [(one.event, dict(one.values)) for one in log]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    made = Platform(tmp_path_factory.mktemp("house"))
    yield made
    made.stop()


@pytest.fixture
def post(platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Post:
    for name, seconds in (("CONFIG_PERIOD", 0.2), ("FAREWELL", 0.05), ("STAFF_LOOK", 0.05), ("STAFF_UNLOCK_LOOK", 0.2),
                          ("SUBMIT_WAIT", 60.0)):  # fmt: skip
        monkeypatch.setattr(limits, name, seconds)
    clocks, now = Clocks(), equipment.now
    defaults = Staff.__init__.__kwdefaults__
    monkeypatch.setitem(defaults, "uptime", lambda: clocks.uptime)
    monkeypatch.setitem(defaults, "boot", lambda: clocks.boot)
    monkeypatch.setattr(equipment, "now", lambda: now() + clocks.shift)
    ceremony = Ceremony(platform.state, tmp_path)
    mine = identity.load(platform.terminal)
    central(
        "admit", "--state", platform.state, "--terminal", TERMINAL, "--csr", mine.request, "--log-key",
        mine.log_public, "--out", platform.terminal, "--county", COUNTY, "--point", POINT, "--number", "1",
    )  # fmt: skip
    platform.start()
    return Post(platform, ceremony, tmp_path, clocks)


def says(fault: Fault) -> Any:
    def check(view: MessageView) -> None:
        sentence = equipment.faults.load()[fault]
        expect(view.title == sentence.what)

    return check


def sign_in(post: Post, *pins: str) -> tuple[Step, ...]:
    return (
        Step(Menu, Nav.HELP), Step(MessageView, "sign_in"), Step(AskProof, does=post.shows),
        *(Step(PinPad, pin) for pin in pins),
    )  # fmt: skip


def filled_in() -> list[Step]:
    kinds = {"choice": ChoiceQuestion, "choices": ChoiceQuestion, "text": TextQuestion}
    steps = []
    for field in equipment.contents.packaged().catalogue[1].fields:
        given = FORM[field.key] if field.key in FORM and field.key != "occupations" else (options(field)[0].code,)
        steps.append(Step(kinds.get(field.kind.value, NumberQuestion), given))
    return steps


async def test_from_the_countys_signature_to_the_slip_and_through_the_attacks(post: Post) -> None:
    post.staff("add", "--worker", WORKER, "--person", "helper", "--point", POINT)
    post.staff("set-pin", "--worker", WORKER, typed=f"{PIN}\n")

    async def first_roster() -> None:
        await asyncio.to_thread(post.issue)
        await post.has_applied(2)

    # Before the roster the key says what is missing; it comes in the middle of the visit, and is used at once.
    await post.plays(
        Step(Attract, True),
        Step(Menu, Nav.HELP),
        Step(MessageView, "sign_in"),
        Step(MessageView, "ok", says(Fault.STAFF_NO_ROSTER)),
        Pause(Menu, Nav.HELP, until=first_roster),
        Step(MessageView, "sign_in"),
        Step(AskProof, does=post.shows),
        Step(PinPad, WRONG),
        Step(PinPad, PIN, has("还可以试 9 次")),
        Step(Menu, does=post.reader.insert, check=has(HEAD)),
        Step(Menu, Group.WORK, has("张*")),
        Step(ItemList, 1),
        Step(Guide, GuideChoice.START),
        Step(PinPad, "123456"),
        *filled_in(),
        Step(Confirm, ConfirmChoice.SUBMIT, has(HEAD)),
        Step(ResultView, ResultChoice.FINISH, has("办好了")),
        Step(TakeAway, does=post.reader.pull),
    )
    (slip,) = post.printer.slips
    assert WORKER in repr(slip)
    submitted = next(values for event, values in post.events() if event is Event.SUBMITTED)
    assert submitted["operator"] == WORKER
    found = await asyncio.to_thread(post.audit)
    assert submitted["receipt"] in found
    assert "出示二维码登录帮办" in found

    # 31: five wrong, the program killed and the machine restarted; 32: the clock set forward and back in between.
    left = Step(Countdown, Nav.BACK, lambda view: expect(view.seconds == 15))
    await post.plays(Step(Attract, True), *sign_in(post, *[WRONG] * 5), left, *OUT)
    for shift, boot in ((timedelta(hours=8), "boot-1"), (-timedelta(hours=8), "boot-1"), (timedelta(), "boot-2")):
        post.clocks.shift, post.clocks.boot = shift, boot
        await post.plays(Step(Attract, True), *sign_in(post, PIN), left, *OUT)
    post.clocks.shift = timedelta()

    # 33: the rest of the ten, however long one waits; then the right one, at a start and a restart.
    for wait in (15, 30, 60, 120, 240):
        post.clocks.uptime += wait
        disabled = wait == 240
        end = Step(MessageView, "ok", has("停用编号")) if disabled else Step(Countdown, Nav.BACK)
        await post.plays(Step(Attract, True), *sign_in(post, WRONG), end, *OUT)
    post.clocks.uptime, post.clocks.boot = 1_000_000.0, "boot-3"
    post.clocks.shift = timedelta(days=2)
    await post.plays(
        Step(Attract, True), *sign_in(post, PIN), Step(MessageView, "ok", says(Fault.STAFF_DISABLED)), *OUT
    )
    post.clocks.shift = timedelta()

    # Only the platform's signature opens it, and it comes by itself.
    async def unlocked() -> None:
        while await asyncio.to_thread(post.staff, "unlock", "--worker", WORKER) != f"{TERMINAL}\n":
            await asyncio.sleep(0.1)
        while not any(event is Event.STAFF_PIN_UNLOCKED for event, _ in await asyncio.to_thread(post.events)):
            await asyncio.sleep(0.1)

    async def taken_off() -> None:
        post.stage.steps.pop(0)  # this page is not answered
        await asyncio.to_thread(post.staff, "retire", "--worker", WORKER)
        await asyncio.to_thread(post.issue)
        await asyncio.sleep(3600)  # the roster without them ends it

    await post.plays(
        Step(Attract, True),
        Pause(Menu, Nav.HELP, until=unlocked),
        Step(MessageView, "sign_in"),
        Step(AskProof, does=post.shows),
        Step(PinPad, PIN),
        Pause(Menu, MenuChoice.NOTICES, has(HEAD), until=taken_off),
        Step(MessageView, "ok", says(Fault.STAFF_ENDED)),
        *OUT,
    )
    assert "温志远" not in repr(post.events())
