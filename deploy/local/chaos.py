"""``scripts/chaos``: a restless person at the whole house, by a seed.

Cards go in and out, the line to the platform is cut and slowed, paper runs out, everything that can be touched is
touched, and the terminal is killed in between. Afterwards every submission must have been taken in exactly once, the
log must be sound, no page may have said that the terminal itself broke, and nothing of anybody may stand in its output.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import sqlite3
import sys
import time
import tomllib
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from contract import catalogue, faults, limits
from contract.catalogue import Group
from contract.faults import Fault
from contract.fields import FieldKind
from deploy.local.actor import Dock, NotReachedError, WatchedStage
from deploy.local.demo import PORTRAIT
from deploy.local.display import xvfb
from deploy.local.household import CAST, Ports, State, household, python, write_settings
from deploy.local.programs import ProgramError, running, tail
from deploy.local.tour import verify
from kiosk import appliance
from kiosk.concurrency import first
from kiosk.questions import ChoiceQuestion, CodeQuestion, Confirm, ConfirmChoice, NumberQuestion, Question, TextQuestion
from kiosk.settings import load
from kiosk.views import (
    Attract,
    Guide,
    GuideChoice,
    ItemList,
    Menu,
    MessageView,
    Nav,
    PinPad,
    Surroundings,
    View,
)
from screens.app import Look, perform
from screens.inspection import TargetBox, targets
from screens.stage import KivyStage

A = TypeVar("A")

LIFE: Final = (20.0, 45.0)
"""So long a terminal runs before it is killed (seconds)."""
REST: Final = 60.0
"""So long it may take to deliver everything when it is left in peace (seconds)."""
PATIENCE: Final = 0.9
"""How often a form is left to whoever answers it; the rest of the time it is disturbed."""
REGISTRATION: Final = 1
TELLING: Final = faults.load()[Fault.INTERNAL].what


class HastyStage(WatchedStage):
    """Now and then somebody answers a form at once, as by heart: random touches alone would never get to its end."""

    def __init__(self, stage: Any, dice: random.Random) -> None:
        super().__init__(stage)
        self._dice = dice
        self._fields = {field.question: field for item in catalogue.load() for field in item.fields}

    async def show(self, view: View[A]) -> A | Nav:
        answer = self._by_heart(view)
        if answer is None or self._dice.random() < 0.1:
            return await super().show(view)
        return cast(A, await first(super().show(view), self._soon(answer)))

    async def _soon(self, answer: Any) -> Any:
        await asyncio.sleep(self._dice.uniform(0.02, 0.4))
        return answer

    def _by_heart(self, view: View[Any]) -> Any:
        match view:
            case Menu():
                return Group.WORK if self._dice.random() < 0.5 else None
            case ItemList():
                wanted = next((row.number for row in view.rows if row.number == REGISTRATION), None)
                return wanted if self._dice.random() < 0.5 else None
            case Guide():
                return GuideChoice.START if view.start else None
            case ChoiceQuestion():
                return (self._dice.choice(view.options).code,)
            case NumberQuestion():
                field = self._fields[view.question]
                return "13800000101" if field.kind is FieldKind.PHONE else str(max(field.low, 1))
            case TextQuestion():
                return "杨树村"
            case CodeQuestion():
                return view.example
            case Confirm():
                return ConfirmChoice.SUBMIT
            case _:
                return None


class Monkey:
    """Does something every moment."""

    def __init__(self, stage: WatchedStage, dock: Dock, people: dict[str, str], dice: random.Random) -> None:
        self.stage, self.dock, self.people, self.dice = stage, dock, people, dice
        self.person = ""
        self.done: dict[str, int] = {}

    async def live(self) -> None:
        while True:
            act = self.dice.choices(
                (self.touch, self.insert, self.pull, self.line, self.paper, self.lay, self.scan),
                weights=(80, 8, 3, 3, 2, 2, 2),
            )[0]
            if isinstance(self.stage.view, Question | Confirm | Guide) and self.dice.random() < PATIENCE:
                await asyncio.sleep(self.dice.uniform(0.1, 0.5))  # somebody is answering by heart
                continue
            if isinstance(self.stage.view, PinPad) and self.person and self.dice.random() < PATIENCE:
                act = self.pin
            if isinstance(self.stage.view, Attract) and self.dice.random() < 0.5:
                act = self.insert
            self.done[act.__name__] = self.done.get(act.__name__, 0) + 1
            with contextlib.suppress(NotReachedError):  # the dock says no where there is nothing to pull or to lift
                await act()
            if isinstance(self.stage.view, MessageView) and self.stage.view.title == TELLING:
                raise NotReachedError(f"a page said that the terminal broke, after {self.done}")
            await asyncio.sleep(self.dice.uniform(0.0, 0.25))

    async def touch(self) -> None:
        boxes = [box for box in targets(cast(Any, self.stage).root) if box.enabled]
        if boxes:
            await self.press(self.dice.choice(boxes))

    async def press(self, box: TargetBox) -> None:
        x, y = round(box.x + box.w / 2), round(box.y + box.h / 2)
        process = await asyncio.create_subprocess_exec("xdotool", "mousemove", str(x), str(y), "click", "1")
        await process.wait()

    async def pin(self) -> None:
        for digit in self.people[self.person]:
            box = next((box for box in targets(cast(Any, self.stage).root) if box.label == digit), None)
            if box is None:
                return
            await self.press(box)
            await asyncio.sleep(limits.DOUBLE_TAP + 0.05)
        done = next((box for box in targets(cast(Any, self.stage).root) if box.label == "确定"), None)
        if done is not None:
            await self.press(done)

    async def insert(self) -> None:
        self.person = self.dice.choice(sorted(self.people))
        script = self.dice.choice(({}, {}, {}, {"pull_after": self.dice.randrange(1, 12)}))
        try:
            await self.dock.do("insert", {"person": self.person, "script": script})
        except NotReachedError:
            await self.dock.do("insert", {"person": self.person})

    async def pull(self) -> None:
        await self.dock.do("pull", {})

    async def line(self) -> None:
        await self.dock.do("relay", {"up": self.dice.random() < 0.6, "delay": self.dice.choice((0.0, 0.0, 1.0, 9.0))})

    async def paper(self) -> None:
        await self.dock.do("paper", {"supply": self.dice.choice(("full", "low", "out"))})

    async def lay(self) -> None:
        if self.dice.random() < 0.5:
            await self.dock.do("lift", {})
        else:
            await self.dock.do("lay", {"person": self.dice.choice(sorted(self.people))})

    async def scan(self) -> None:
        await self.dock.do("scan", {"code": self.dice.choice(("x", "https://127.0.0.1/", "9" * 40))})


async def peace(dock: Dock) -> None:
    for what, body in (
        ("pull", {}),
        ("lift", {}),
        ("relay", {"up": True, "delay": 0.0}),
        ("paper", {"supply": "full"}),
    ):
        with contextlib.suppress(NotReachedError):
            await dock.do(what, cast(dict[str, Any], body))


async def inside(options: argparse.Namespace) -> int:
    """One life of the terminal: restless until killed, or in peace until everything is delivered."""
    state = State(options.state)
    settings = load(state.settings)
    dock, problem = Dock(options.dock), list[str]()

    async def scene(stage: Any) -> None:
        dice = random.Random(options.seed)  # noqa: S311  # a restless person, not a secret
        watched = HastyStage(stage, dice)
        terminal = asyncio.create_task(appliance.play(settings, cast(KivyStage, watched)))
        if options.rest:
            await peace(dock)
            visitor = asyncio.create_task(settled(state, watched))
        else:
            visitor = asyncio.create_task(Monkey(watched, dock, pins(), dice).live())
        await asyncio.wait((terminal, visitor), return_when=asyncio.FIRST_COMPLETED)
        for task in (terminal, visitor):
            if task.done() and task.exception() is not None:
                problem.append(repr(task.exception()))
            task.cancel()
        await asyncio.gather(terminal, visitor, return_exceptions=True)

    look = Look(width=settings.screen.width, height=settings.screen.height, fullscreen=settings.screen.fullscreen)
    await perform(scene, Surroundings(place=settings.terminal.place), look)
    await dock.close()
    for line in problem:
        print(f"✗ {line}", flush=True)
    return 1 if problem else 0


async def settled(state: State, stage: WatchedStage) -> None:
    """Nobody there, and nothing left to deliver."""
    async with asyncio.timeout(REST):
        while left(state.ledger) or not isinstance(stage.view, Attract):  # noqa: ASYNC110  # the file tells nobody
            await asyncio.sleep(0.2)


def pins() -> dict[str, str]:
    people = tomllib.loads(CAST.read_text(encoding="utf-8"))["person"]
    return {person["key"]: person["card"]["pin"] for person in people if "pin" in person.get("card", {})}


def left(ledger: Path) -> int:
    return int(rows(ledger, "SELECT count(*) FROM outbox WHERE state = 'kept'")[0][0])


def rows(database: Path, question: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5.0)) as connection:
        return connection.execute(question).fetchall()


async def outside(options: argparse.Namespace) -> int:
    """The house, and one life of the terminal after the other."""
    state = State(options.state)
    state.prepare(fresh=True)
    dice = random.Random(options.seed)  # noqa: S311  # a restless person, not a secret
    lives = 0
    async with asyncio.TaskGroup() as group, AsyncExitStack() as stack:
        house = await stack.enter_async_context(household(state, Ports(options.port), group))
        write_settings(state, house.ports, PORTRAIT)
        display = await stack.enter_async_context(xvfb(PORTRAIT, state.log("xvfb"), options.display))
        command = [*python("deploy.local.chaos", "--inside", "--state", state.folder), "--dock", house.dock_url]
        # From here on: the house may have had to wait for its turn at pcscd, of which a machine has one.
        deadline = time.monotonic() + options.minutes * 60
        while time.monotonic() < deadline:
            lives += 1
            log = state.log(f"terminal-{lives}")
            seed = ["--seed", str(options.seed * 1000 + lives)]
            async with running("terminal", [*command, *seed], log=log, env={"DISPLAY": display}) as process:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(dice.uniform(*LIFE)):
                        await process.wait()
                        raise ProgramError(f"the terminal ended by itself{tail(log)}")
                process.kill()
        log = state.log("terminal-rest")
        async with running("terminal", [*command, "--rest"], log=log, env={"DISPLAY": display}) as process:
            async with asyncio.timeout(REST * 2):
                code = await process.wait()
        report = {"seed": options.seed, "lives": lives, "rest": code} | await judge(state)
    print(json.dumps(report, ensure_ascii=False, indent=1), flush=True)
    return 0 if report["ok"] and code == 0 else 1


async def judge(state: State) -> dict[str, Any]:
    """What must hold after all of it."""
    outbox = rows(state.ledger, "SELECT key, state FROM outbox")
    taken = rows(state.platform / "central.sqlite3", "SELECT key FROM central_deliveryrecord")
    log = await verify(state)
    told = "".join(path.read_text(encoding="utf-8", errors="replace") for path in state.logs.glob("terminal-*.log"))
    people = tomllib.loads(CAST.read_text(encoding="utf-8"))["person"]
    leaks = [person["key"] for person in people if person["id_number"] in told or person["name"] in told]
    once = sorted(key for (key,) in taken) == sorted(key for key, _ in outbox)
    defects = told.count("defect:") + told.count("Traceback")
    sound = bool(log["ok"])
    return {
        "submissions": len(outbox),
        "taken_in_exactly_once": once,
        "kept": left(state.ledger),
        "log": log["verdict"],
        "records": log["records"],
        "defects": defects,
        "leaks": leaks,
        "ok": once and sound and not defects and not leaks and left(state.ledger) == 0,
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="scripts/chaos", description="一个坐不住的人 A restless person, by a seed")
    parser.add_argument("--from", dest="called_from", type=Path, default=Path.cwd(), help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--state", type=Path, default=Path(".state/chaos"))
    parser.add_argument("--port", type=int, default=8700, help="七个本机端口的第一个 first of seven loopback ports")
    parser.add_argument("--display", type=int)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--rest", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--dock", default="", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.state = (options.called_from / options.state).resolve()
    try:
        return asyncio.run(inside(options) if options.inside else outside(options))
    except* ProgramError as errors:
        for error in errors.exceptions:
            print(f"✗ {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
