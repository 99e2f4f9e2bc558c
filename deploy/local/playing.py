"""How each step of a visit is played on the window and the dock. One function a step (deploy/local/steps.py)."""

from __future__ import annotations

import asyncio
import time
from functools import singledispatch
from typing import Final

from contract import limits
from deploy.local.actor import Actor, NotReachedError, Visited
from deploy.local.steps import (
    Absent,
    Answered,
    Choose,
    Delivered,
    Digits,
    Expect,
    Insert,
    Lay,
    Letters,
    Lift,
    OnKeys,
    Paper,
    Pinyin,
    Platform,
    Pull,
    Receipt,
    Reviewed,
    Rostered,
    ShowCode,
    Slip,
    Slow,
    Tap,
    TapCard,
    VisitPlan,
)
from kiosk.views import Attract, ListingView, RatingChoice, RatingView, ResultView, Way

RATING: Final = RatingView.__name__
"""Comes after every act; a visit that does not say what is touched on it passes it with one touch."""


async def act(actor: Actor, visits: list[VisitPlan], visited: list[Visited]) -> None:
    receipts: dict[int, str] = {}
    for plan in visits:
        began = time.monotonic()
        actor.visited = Visited(plan.item, plan.name)
        visited.append(actor.visited)
        scene = Scene(actor, actor.delivered(), len(await actor.dock.slips()), receipts)
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

    def __init__(self, actor: Actor, delivered: int, slips: int, receipts: dict[int, str]) -> None:
        """*receipts*: what was handed in last for each item, in all visits so far."""
        self.actor = actor
        self.delivered = delivered
        self.slips = slips
        self.receipts = receipts


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


@do.register
async def _(step: OnKeys, scene: Scene) -> None:
    actor = scene.actor
    await actor.tap(step.page)
    await actor.type(step.keys)
    await actor.picture(f"{actor.shown}-typed")
    await _onward(actor, "下一步")


@do.register
async def _(step: Letters, scene: Scene) -> None:
    await scene.actor.pictured()
    await scene.actor.type(step.keys)
    await scene.actor.picture(f"{scene.actor.shown}-typed")
    await _onward(scene.actor, "下一步")


async def _onward(actor: Actor, label: str) -> None:
    """Touch what leads on, and see that the question is left."""
    turn = actor.stage.turn
    await actor.tap(label)
    await actor.until(f"after {label}", lambda: True if actor.stage.turn != turn else None)
    actor.arrived()


@do.register
async def _(step: Insert, scene: Scene) -> None:
    script = {} if step.pull_after is None else {"pull_after": step.pull_after}
    await _with_things(scene, "insert", {"person": step.person, "script": script})


@do.register
async def _(step: Pull, scene: Scene) -> None:
    await _with_things(scene, "pull", {})


@do.register
async def _(step: Lay, scene: Scene) -> None:
    await _with_things(scene, "lay", {"person": step.person})


@do.register
async def _(step: Lift, scene: Scene) -> None:
    await scene.actor.dock.do("lift", {})


def _scanner_works(actor: Actor) -> bool | None:
    """Nobody is asked for a code before it can be read: the first page stands before the devices are opened."""
    view = actor.stage.view
    waits = isinstance(view, Attract) and (actor.stage.turn == 1 or Way.CODE not in view.ways)
    return None if waits else True


@do.register
async def _(step: ShowCode, scene: Scene) -> None:
    await scene.actor.until("扫码器 the scanner", lambda: _scanner_works(scene.actor))
    code = await scene.actor.dock.ecode(step.person)
    await _with_things(scene, "scan", {"code": code})


@do.register
async def _(step: Paper, scene: Scene) -> None:
    await scene.actor.dock.do("paper", {"supply": step.supply})


@do.register
async def _(step: Slow, scene: Scene) -> None:
    await scene.actor.dock.do("relay", {"up": True, "delay": step.seconds})


async def _with_things(scene: Scene, what: str, body: dict[str, object]) -> None:
    """Something a resident does with their things, after the view that is shown has its picture."""
    await scene.actor.pictured()
    scene.actor.act()
    await scene.actor.dock.do(what, body)


@do.register
async def _(step: Expect, scene: Scene) -> None:
    actor = scene.actor
    wanted = ["".join(word.split()) for word in step.words]

    def reached() -> bool | None:
        here = actor.moved_on() and actor.shown == step.view
        return True if here and all(word in actor.words() for word in wanted) else None

    def asked() -> bool:
        return actor.moved_on() and actor.shown == RATING != step.view

    what = f"{step.view} {'、'.join(step.words)}"
    await actor.until(what, lambda: reached() or asked() or None, step.wait)
    if asked():
        await actor.tap(RatingChoice.SKIP.value)
        await actor.until(what, reached, step.wait)
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
    scene.receipts[scene.actor.visited.item] = number


@do.register
async def _(step: Rostered, scene: Scene) -> None:
    await scene.actor.until("名册 the roster", lambda: scene.actor.has_roster() or None, step.wait)


@do.register
async def _(step: Reviewed, scene: Scene) -> None:
    await scene.actor.review(_handed_in(scene, step.item))


@do.register
async def _(step: Answered, scene: Scene) -> None:
    await scene.actor.answer(_handed_in(scene, step.item))


def _handed_in(scene: Scene, item: int) -> str:
    receipt = scene.receipts.get(item)
    if receipt is None:
        raise NotReachedError(f"事项 {item} 还没有报过 nothing was handed in")
    return receipt


@do.register
async def _(step: Platform, scene: Scene) -> None:
    await scene.actor.dock.do("relay", {"up": step.up})


@do.register
async def _(step: Delivered, scene: Scene) -> None:
    actor = scene.actor

    def stands() -> bool | None:
        return True if (actor.delivered() - scene.delivered, actor.waiting()) == (step.more, step.waiting) else None

    await actor.until(f"{step.more} 件送到、{step.waiting} 件等着 delivered and waiting", stands, step.wait)
