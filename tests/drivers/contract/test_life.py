"""Every device's life: missing, there, away and back, never in the way of others, and gone without a trace."""

from __future__ import annotations

import asyncio
import os
import random
import re
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise

import pytest

from contract import limits
from drivers.device import Completion, Happening, State, happenings
from tests.drivers.contract.adapter import LONG, Adapter, completion

pytestmark = pytest.mark.asyncio(loop_scope="session")

BLOCKED = 1.5
"""A library that blocks for so long is told from a machine with much else to do (seconds)."""


@asynccontextmanager
async def ticking() -> AsyncIterator[list[float]]:
    """Another task of the same loop; the list holds by how much it was late each time."""
    late: list[float] = []

    async def tick() -> None:
        while True:
            due = time.monotonic() + 0.01
            await asyncio.sleep(0.01)
            late.append(time.monotonic() - due)

    task = asyncio.create_task(tick())
    try:
        yield late
    finally:
        task.cancel()
        await asyncio.wait((task,))


@dataclass(frozen=True)
class Used:
    """What this process holds open."""

    descriptors: tuple[str, ...]
    threads: tuple[str, ...]
    tasks: tuple[str, ...]

    @classmethod
    def now(cls) -> Used:
        held = []
        for number in os.listdir("/proc/self/fd"):
            try:
                held.append(re.sub("[0-9]+", "", os.readlink(f"/proc/self/fd/{number}")))
            except FileNotFoundError:
                continue  # the listing's own
        # asyncio's own, one for each program that was started (pcscd)
        threads = sorted(one.name for one in threading.enumerate() if not one.name.startswith("waitpid"))
        return cls(tuple(sorted(held)), tuple(threads), tuple(sorted(t.get_name() for t in asyncio.all_tasks())))


async def used_before(beside: Adapter) -> Used:
    """What is held open before its life begins: the thread of a life before is told to end and not waited for, and one
    that ends a moment later would be missed afterwards."""
    async with asyncio.timeout(LONG):
        while any(one.name.startswith(beside.driver.name) for one in threading.enumerate()):
            await asyncio.sleep(0.02)
    return Used.now()


async def nothing_stays(before: Used, after: str) -> None:
    """What was opened since *before* is closed again once run has ended."""
    until = time.monotonic() + LONG
    while (now := Used.now()) != before and time.monotonic() < until:
        await asyncio.sleep(0.02)
    assert now == before, after


async def test_starts_without_its_device(beside: Adapter) -> None:
    assert beside.driver.state is not State.ONLINE
    beside.start()
    await asyncio.sleep(0.3)
    assert beside.running is not None
    assert not beside.running.done()
    assert beside.driver.state in (State.NO_DEVICE, State.OFFLINE)
    assert beside.driver.seen.state is beside.driver.state


async def test_comes_online_when_plugged_in(beside: Adapter) -> None:
    beside.start()
    await asyncio.sleep(0.1)
    await beside.plug()
    await beside.online()
    assert beside.listen()[-1].state is State.ONLINE
    for command in beside.commands:
        await beside.ready()
        await beside.works(command)


async def test_away_and_back_without_a_restart(online: Adapter) -> None:
    for _ in range(3):
        online.forget_events()
        await online.unplug()
        await online.until(lambda: online.driver.state is not State.ONLINE)
        await online.plug()
        await online.online()
        told = [(event.happening, event.state) for event in online.listen()]
        assert told, "nothing was told"
        before = State.ONLINE
        states = [state for happening, state in told if happening is Happening.STATE_CHANGED]
        assert states[0] is not State.ONLINE
        assert states[-1] is State.ONLINE
        assert all(one is not other for one, other in pairwise(states))
        for state in states:
            expected = [(happening, state) for happening in happenings(before, state)]
            at = told.index(expected[0])
            assert told[at : at + len(expected)] == expected
            del told[: at + 1]
            before = state
        for command in online.commands:
            await online.ready()
            await online.works(command)
            await online.heal()


async def test_a_glimpse_of_the_device_is_borne(beside: Adapter) -> None:
    """A loose plug: there and away again faster than anybody can look."""
    beside.start()
    dice = random.Random(7)
    for _ in range(8):
        await beside.plug()
        await asyncio.sleep(dice.choice((0.0, 0.001, 0.02)))
        await beside.unplug()
        await asyncio.sleep(dice.choice((0.0, 0.01)))
    await beside.plug()
    for command in beside.commands:
        async with asyncio.timeout(LONG):
            while True:  # it may not have been looked at since it was last away
                await beside.online()
                await beside.ready()
                result = await beside.command(command)
                if beside.whole(command, result):
                    break
                assert completion(result) is Completion.NOT_READY, f"{command}: {result!r}"


async def test_reopening_backs_off_with_jitter(beside: Adapter, monkeypatch: pytest.MonkeyPatch) -> None:
    if not beside.opens:
        return
    first, last = 0.5, 30.0
    monkeypatch.setattr(limits, "DEVICE_REOPEN_FIRST", first)
    monkeypatch.setattr(limits, "DEVICE_REOPEN_LAST", last)
    pauses = beside.pauses(monkeypatch)
    beside.start()
    await beside.until(lambda: len(pauses) >= 16)
    nominal = [min(first * 2**number, last) for number in range(16)]
    assert all(whole / 2 <= pause <= whole for pause, whole in zip(pauses, nominal, strict=False)), pauses
    shares = {round(pause / whole, 6) for pause, whole in zip(pauses, nominal, strict=False)}
    assert len(shares) > 8, "terminals that lost power together would all come back at once"
    await beside.plug()
    await beside.online()
    pauses.clear()
    await beside.unplug()
    await beside.until(lambda: bool(pauses))
    assert pauses[0] <= first, "a device that was there is looked for again soon"


async def test_a_library_that_takes_its_time_holds_nobody_up(beside: Adapter, monkeypatch: pytest.MonkeyPatch) -> None:
    if not beside.opens:
        return
    opening = beside.slow_opening(monkeypatch, BLOCKED)
    async with ticking() as late:
        beside.start()
        await beside.until(lambda: len(opening) >= 2)
        await beside.plug()
        await beside.online()
        await beside.unplug()
        seen = len(opening)
        await beside.until(lambda: len(opening) > seen)
        await beside.stop()  # in the middle of opening
        await asyncio.sleep(0.05)
        assert max(late) < BLOCKED * 0.7


@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.01, 0.05, 0.3])
async def test_told_to_end_at_any_moment_nothing_stays(beside: Adapter, seconds: float) -> None:
    for plugged in (False, True, True):
        if plugged:
            await beside.plug()
        before = await used_before(beside)
        beside.start()
        await asyncio.sleep(seconds)
        await beside.stop()
        assert beside.driver.state is not State.ONLINE, "after run nobody knows whether it is there"
        await nothing_stays(before, f"{'plugged' if plugged else 'away'}, ended after {seconds} s")
        if plugged:
            await beside.unplug()


@pytest.mark.parametrize("peer", ["well", "silent", "garbling", "away"])
async def test_told_to_end_with_a_command_under_way_nothing_stays(beside: Adapter, peer: str) -> None:
    await beside.plug()
    before = await used_before(beside)
    for command in beside.commands:
        beside.start()
        await beside.online()
        await beside.ready()
        match peer:
            case "silent":
                await beside.silence()
            case "garbling":
                await beside.garble(3)
        waiting = asyncio.create_task(beside.command(command), name="asked")
        await asyncio.sleep(0.02)
        if peer == "away":
            await beside.unplug()
        await beside.stop()
        async with asyncio.timeout(beside.driver.capabilities.deadlines[command] + 5):
            (result,) = await asyncio.gather(waiting, return_exceptions=True)
        assert not isinstance(result, Exception), "a command is answered, however its device's life ends"
        await beside.heal()
        if peer == "away":
            await beside.plug()
    await nothing_stays(before, peer)


async def test_run_again_after_it_ended(beside: Adapter) -> None:
    await beside.plug()
    for _ in range(3):
        beside.start()
        await beside.online()
        for command in beside.commands:
            await beside.ready()
            await beside.works(command)
            await beside.heal()
        await beside.stop()
        await beside.heal()
