"""startup, memory, touch, idle: the terminal beside Chromium on the same display, in turn, round after round."""

from __future__ import annotations

import asyncio
import operator
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from bench.processes import cpu, pss
from bench.report import Figure, percentile
from bench.screen import Area, Screen
from bench.subjects import Started, Subject, showing
from contract import limits
from deploy.local.display import Size
from deploy.local.programs import ProgramError

T = TypeVar("T")

STARTUP_GOAL: Final = 1.0
MEMORY_GOAL: Final = 0.45
IDLE_GOAL: Final = 1.0
"""Percent of one core."""
TOUCH_RETRY: Final = 0.25
TOUCH_WAIT: Final = 15.0
SETTLE: Final = 8.0
"""Devices, log and platform client are open after this long (seconds)."""
QUIET: Final = 25.0
"""Every screen has been imported and the pinyin library opened after this long (seconds): nothing is still to come."""
IDLE_SPAN: Final = 20.0
FRAME_GOAL: Final = 1000 / 60
"""Milliseconds: what is pressed shows within one frame."""
TOUCHES: Final = 30
FIRST_TOUCHES: Final = 3
"""A round's touches: one after another, and on a page that nobody had touched for a while …"""
CALMER: Final = 1.0
"""… namely so much longer than the terminal takes to slow down (seconds)."""


@dataclass(frozen=True)
class Bench:
    """Where the measuring takes place. The terminal comes first; the others are its peers."""

    display: str
    screen: Screen
    size: Size
    terminal: Subject
    peer: Subject
    rounds: int

    @property
    def target(self) -> tuple[int, int]:
        """A point on the idle page's third tile, 办社保 (portrait)."""
        return int(self.size.width * 0.29), int(self.size.height * 0.917)

    @property
    def around(self) -> Area:
        """What changes when that tile is pressed: a strip of it on the left, beside its picture and word."""
        x, y = self.target
        return Area(x - 180, y - 48, 40, 96)


async def in_turn(bench: Bench, measure: Callable[[Started], Awaitable[T]]) -> tuple[list[T], list[T]]:
    """One uncounted warm start of each, then rounds in turn, who begins alternating."""
    results: dict[str, list[T]] = {bench.terminal.name: [], bench.peer.name: []}
    subjects = [bench.terminal, bench.peer]
    for subject in subjects:
        async with showing(subject, bench.display, bench.screen, bench.size):
            await asyncio.sleep(2.0)
    for number in range(bench.rounds):
        for subject in subjects if number % 2 == 0 else reversed(subjects):
            async with showing(subject, bench.display, bench.screen, bench.size) as started:
                results[subject.name].append(await measure(started))
    return results[bench.terminal.name], results[bench.peer.name]


async def startup(bench: Bench) -> list[Figure]:
    """Process start to the first frame that takes a touch: the first frame that shows the page is touched at once, and
    again until the picture answers; what counts is the frame whose touch was answered."""

    async def measure(started: Started) -> tuple[float, float]:
        touched = await asyncio.to_thread(touch_until_answered, bench)
        if touched is None:
            raise ProgramError("页面没有回应点按 the page did not answer a touch")
        return touched - started.began, started.shown - started.began

    mine, theirs = await in_turn(bench, measure)
    peer = bench.peer.name
    return [
        Figure("start to first touch", [a for a, _ in mine], "s", peer, [a for a, _ in theirs], STARTUP_GOAL),
        Figure("start to first frame", [b for _, b in mine], "s", peer, [b for _, b in theirs]),
    ]


def touch_until_answered(bench: Bench) -> float | None:
    """When the touch was sent that was answered. The first goes out at once, in the moment the page is there."""
    screen, end = bench.screen, time.perf_counter() + TOUCH_WAIT
    screen.move(*bench.target)
    before = screen.pixels(bench.around)
    while (sent := time.perf_counter()) < end:
        screen.press(True)
        answered = screen.until(bench.around, partial(operator.ne, before), TOUCH_RETRY)
        screen.press(False)
        if answered is not None:
            return sent
    return None


async def memory(bench: Bench) -> list[Figure]:
    """Proportional set size of all processes, when everything is open that ever will be."""

    async def measure(started: Started) -> float:
        await asyncio.sleep(QUIET)
        return await asyncio.to_thread(pss, started.pid)

    mine, theirs = await in_turn(bench, measure)
    return [Figure("PSS", mine, "MB", bench.peer.name, theirs, MEMORY_GOAL)]


async def idle(bench: Bench) -> list[Figure]:
    """Processor time of the idle page, as percent of one core."""

    async def measure(started: Started) -> float:
        await asyncio.sleep(QUIET)
        before, began = cpu(started.pid), time.perf_counter()
        await asyncio.sleep(IDLE_SPAN)
        return 100.0 * (cpu(started.pid) - before) / (time.perf_counter() - began)

    mine, theirs = await in_turn(bench, measure)
    return [Figure("CPU of idle screen", mine, "%", bench.peer.name, theirs, IDLE_GOAL, of_value=True)]


async def touch(bench: Bench) -> list[Figure]:
    """Touch to changed frame on the page that is shown; the finger slides off again, so that nothing is opened. Every
    round gives its own median and its own slowest hundredth."""

    async def measure(_started: Started) -> tuple[list[float], list[float]]:
        await asyncio.sleep(SETTLE)
        first = await asyncio.to_thread(_touches, bench, FIRST_TOUCHES, limits.IDLE_SLOWDOWN + CALMER)
        return await asyncio.to_thread(_touches, bench, TOUCHES, 0.0), first

    mine, theirs = await in_turn(bench, measure)
    peer = bench.peer.name

    def figure(name: str, of: Callable[[tuple[list[float], list[float]]], float], goal: float | None) -> Figure:
        return Figure(name, [of(r) for r in mine], "ms", peer, [of(r) for r in theirs], goal, of_value=True)

    return [
        figure("touch to frame, p50", lambda r: statistics.median(r[0]), FRAME_GOAL),
        figure("touch to frame, p99", lambda r: percentile(r[0], 0.99), None),
        figure("first touch of somebody", lambda r: statistics.median(r[1]), FRAME_GOAL),
    ]


def _touches(bench: Bench, count: int, calm: float) -> list[float]:
    """Milliseconds of *count* touches, at moments that keep no step with the frames; each when nobody has touched
    anything for *calm* seconds."""
    screen, x_and_y = bench.screen, bench.target
    aside = (8, 8)
    chance = random.Random(7)  # noqa: S311 - moments, not secrets
    times = []
    for _ in range(count):
        time.sleep(calm)
        screen.move(*x_and_y)
        time.sleep(0.25 + chance.random() * 0.05)
        before = screen.pixels(bench.around)
        sent = time.perf_counter()
        screen.press(True)
        answered = screen.until(bench.around, partial(operator.ne, before), 2.0)
        screen.move(*aside)
        time.sleep(0.05)
        screen.press(False)
        if answered is None:
            raise ProgramError("一次点按没有回应 a touch was not answered")
        times.append((answered - sent) * 1000)
        screen.until(bench.around, partial(operator.eq, before), 2.0)
        time.sleep(0.4)
    return times
