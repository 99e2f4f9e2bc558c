"""``scripts/demo --tour``: the visits of deploy/local/visits.py, played on the real terminal in its real window.

The terminal runs in this process, so that what can be touched is found by its label; it is put together by the same
composition root as ever (kiosk.appliance), and every layer below is the real one. Leaves pictures, slips and
summary.json; exit code 0 only when every step was reached and the sealed log is sound.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from functools import singledispatch
from pathlib import Path
from typing import Any, cast

from contract import limits
from deploy.local.actor import Actor, Dock, NotReachedError, Visited, WatchedStage
from deploy.local.household import State
from deploy.local.visits import (
    VISITS,
    Absent,
    Choose,
    Delivered,
    Digits,
    Expect,
    Insert,
    Pinyin,
    Platform,
    Pull,
    Receipt,
    Slip,
    Tap,
    TapCard,
    VisitPlan,
)
from kiosk import appliance
from kiosk.settings import Settings, load
from kiosk.views import ListingView, ResultView, Surroundings
from screens.app import Look, perform
from screens.stage import KivyStage


def main() -> int:
    parser = argparse.ArgumentParser(prog="tour")
    parser.add_argument("--settings", type=Path, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--dock", required=True)
    parser.add_argument("--only", action="append", default=[], help="only visits of this name")
    options = parser.parse_args()
    return asyncio.run(tour(options))


async def tour(options: argparse.Namespace) -> int:
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("*.png"), *out.glob("*.bin"), *out.glob("summary.json")):
        old.unlink()
    state = State(options.state)
    visits = [plan for plan in VISITS if not options.only or plan.name in options.only]
    visited: list[Visited] = []
    problem = await play(load(options.settings), state, out, options.dock, visits, visited)
    log = await verify(state)
    ok = problem is None and len(visited) == len(visits) and log["ok"]
    summary = {
        "visits": [{**vars(one)} for one in visited],
        "log": {key: value for key, value in log.items() if key != "ok"},
        "problem": problem,
        "ok": ok,
    }
    (out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if problem is not None:
        print(f"✗ {problem}", flush=True)
    print(f"日志 log: {log['verdict']}，{log['records']} 条 records", flush=True)
    return 0 if ok else 1


async def play(
    settings: Settings, state: State, out: Path, dock_url: str, visits: list[VisitPlan], visited: list[Visited]
) -> str | None:
    """Run the terminal and the visits on it. Returns what was not reached, None when everything was."""
    problem: list[str] = []

    async def scene(stage: Any) -> None:
        watched = WatchedStage(stage)
        actor = Actor(watched, out, dock, (state.ledger, state.platform / "central.sqlite3"))
        terminal = asyncio.create_task(appliance.play(settings, cast(KivyStage, watched)))
        visitors = asyncio.create_task(act(actor, visits, visited))
        try:
            await asyncio.wait((terminal, visitors), return_when=asyncio.FIRST_COMPLETED)
            if not visitors.done():
                raise NotReachedError(f"终端自己停了 the terminal ended by itself: {terminal.exception()!r}")
            await visitors
        except NotReachedError as error:
            problem.append(str(error))
            await actor.picture("not-reached")
        finally:
            for task in (terminal, visitors):
                task.cancel()
            await asyncio.gather(terminal, visitors, return_exceptions=True)

    dock = Dock(dock_url)
    screen = settings.screen
    look = Look(width=screen.width, height=screen.height, fullscreen=screen.fullscreen)
    surroundings = Surroundings(place=settings.terminal.place, telephone=settings.terminal.telephone)
    try:
        await perform(scene, surroundings, look)
    finally:
        await dock.close()
    return problem[0] if problem else None


async def act(actor: Actor, visits: list[VisitPlan], visited: list[Visited]) -> None:
    for plan in visits:
        began = time.monotonic()
        actor.visited = Visited(plan.item, plan.name)
        visited.append(actor.visited)
        scene = Scene(actor, actor.delivered(), len(await actor.dock.slips()))
        for place, step in enumerate(plan.steps):
            try:
                await do(step, scene)
            except NotReachedError as error:
                raise NotReachedError(f"{plan.name} 第 {place + 1} 步 step {step}: {error}") from error
        await actor.pictured()
        actor.visited.outcome = plan.outcome
        print(f"✓ {plan.item} {plan.name}: {plan.outcome}, {time.monotonic() - began:.1f} s", flush=True)


class Scene:
    """An actor within one visit, with what was there when it began."""

    def __init__(self, actor: Actor, delivered: int, slips: int) -> None:
        self.actor = actor
        self.delivered = delivered
        self.slips = slips


@singledispatch
async def do(step: object, scene: Scene) -> None:
    """Play one step. Raises NotReachedError."""
    raise AssertionError(f"no such step: {step!r}")


@do.register
async def _(step: Tap, scene: Scene) -> None:
    await scene.actor.tap(step.label)


@do.register
async def _(step: TapCard, scene: Scene) -> None:
    view = scene.actor.stage.view
    assert isinstance(view, ListingView)
    if step.place >= len(view.cards):
        raise NotReachedError("列表里没有这么多 the list has not so many cards")
    await scene.actor.tap(view.cards[step.place].title)


@do.register
async def _(step: Choose, scene: Scene) -> None:
    for label in step.labels:
        await scene.actor.tap(label)
    await asyncio.sleep(limits.DOUBLE_TAP)
    await scene.actor.picture(f"{scene.actor.shown}-chosen")
    await _onward(scene.actor, "下一步")


@do.register
async def _(step: Digits, scene: Scene) -> None:
    await scene.actor.pictured()
    await scene.actor.type(step.digits)
    await scene.actor.picture(f"{scene.actor.shown}-typed")
    await _onward(scene.actor, step.then)


@do.register
async def _(step: Pinyin, scene: Scene) -> None:
    actor = scene.actor
    await actor.pictured()
    await actor.type(step.letters)
    await actor.picture(f"{actor.shown}-pinyin")
    for word in step.words:
        await actor.tap(word)
    await actor.until("".join(step.words), lambda: True if "".join(step.words) in actor.words() else None)
    await actor.picture(f"{actor.shown}-typed")
    await _onward(actor, "下一步")


async def _onward(actor: Actor, label: str) -> None:
    """Touch what leads on, and see that the question is left."""
    turn = actor.stage.turn
    await actor.tap(label)
    await actor.until(f"after {label}", lambda: True if actor.stage.turn != turn else None)
    actor.arrived()


@do.register
async def _(step: Insert, scene: Scene) -> None:
    await scene.actor.pictured()
    scene.actor.act()
    await scene.actor.dock.do("insert", {"person": step.person})


@do.register
async def _(step: Pull, scene: Scene) -> None:
    await scene.actor.pictured()
    scene.actor.act()
    await scene.actor.dock.do("pull", {})


@do.register
async def _(step: Expect, scene: Scene) -> None:
    actor = scene.actor
    wanted = ["".join(word.split()) for word in step.words]

    def reached() -> bool | None:
        here = actor.moved_on() and actor.shown == step.view
        return True if here and all(word in actor.words() for word in wanted) else None

    await actor.until(f"{step.view} {'、'.join(step.words)}", reached, step.wait)
    actor.arrived()
    await actor.pictured()


@do.register
async def _(step: Absent, scene: Scene) -> None:
    words = scene.actor.words()
    left = [word for word in step.words if "".join(word.split()) in words]
    if left:
        raise NotReachedError(f"屏幕上还有 still on the screen: {'、'.join(left)}")


@do.register
async def _(step: Slip, scene: Scene) -> None:
    actor = scene.actor
    deadline = time.monotonic() + limits.PRINT_JOB
    while len(slips := await actor.dock.slips()) <= scene.slips:
        if time.monotonic() > deadline:
            raise NotReachedError("没有凭条出来 no slip came out")
        await asyncio.sleep(0.1)
    scene.slips = len(slips)
    newest = slips[-1]
    text = "".join(str(newest.get("text", "")).split())
    missing = [word for word in step.words if "".join(word.split()) not in text]
    if missing:
        raise NotReachedError(f"凭条上没有 not on the slip: {'、'.join(missing)}；写着 {text[:300]}")
    name = f"slip-{newest['n']:03d}-{actor.visited.item:02d}-{actor.visited.name}"
    for kind in ("png", "bin"):
        (actor.out / f"{name}.{kind}").write_bytes(await actor.dock.slip_file(int(newest["n"]), kind))
    actor.visited.slip_png, actor.visited.slip_bytes = f"{name}.png", f"{name}.bin"


@do.register
async def _(step: Receipt, scene: Scene) -> None:
    view = scene.actor.stage.view
    assert isinstance(view, ResultView)
    number = "".join(view.number.split())
    if not number or view.pending is not (step.outcome == "kept"):
        raise NotReachedError(f"编号或结果不对 wrong outcome: {number!r}, pending {view.pending}")
    scene.actor.visited.receipt = number


@do.register
async def _(step: Platform, scene: Scene) -> None:
    await scene.actor.dock.do("relay", {"up": step.up})


@do.register
async def _(step: Delivered, scene: Scene) -> None:
    actor = scene.actor

    def stands() -> bool | None:
        return True if (actor.delivered() - scene.delivered, actor.waiting()) == (step.more, step.waiting) else None

    await actor.until(f"{step.more} 件送到、{step.waiting} 件等着 delivered and waiting", stands, step.wait)


async def verify(state: State) -> dict[str, Any]:
    """What ``kiosk log verify`` says of the terminal's sealed log."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kiosk", "log", "verify", "--json", "--db", str(state.ledger)),
        *("--device-key", str(state.identity / "log.pub"), "--audit-key", str(state.platform / "audit.key")),
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    try:
        said: dict[str, Any] = json.loads(printed)
    except json.JSONDecodeError:
        return {"verdict": "unreadable", "records": 0, "ok": False}
    found = "sound" if said["sound"] else str(said["reason"])
    return {**said, "verdict": f"{said['kind']}: {found}", "ok": said["sound"] and process.returncode == 0}


if __name__ == "__main__":
    sys.exit(main())
