from __future__ import annotations

import asyncio

import pytest

from kiosk.concurrency import Signal, first


async def after(turns: int, value: str, log: list[str] | None = None) -> str:
    try:
        for _ in range(turns):
            await asyncio.sleep(0)
    except asyncio.CancelledError:
        if log is not None:
            log.append(f"{value} let go")
        raise
    return value


async def test_the_first_to_finish_counts_and_the_other_has_let_go() -> None:
    log: list[str] = []
    assert await first(after(50, "slow", log), after(1, "quick")) == "quick"
    assert log == ["slow let go"]


async def test_when_both_finish_at_once_the_first_named_counts() -> None:
    assert await first(after(2, "one"), after(2, "other")) == "one"


async def test_an_exception_is_raised_as_it_is() -> None:
    async def breaks() -> None:
        raise LookupError("as it is")

    with pytest.raises(LookupError, match="as it is"):
        await first(after(50, "slow"), breaks())


async def test_cancelling_first_cancels_both() -> None:
    log: list[str] = []
    task = asyncio.create_task(first(after(1000, "a", log), after(1000, "b", log)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sorted(log) == ["a let go", "b let go"]


async def test_a_signal_wakes_those_who_wait_and_nobody_later() -> None:
    signal = Signal()
    waiting = asyncio.create_task(signal.wait())
    await asyncio.sleep(0)
    signal.notify()
    await asyncio.wait_for(waiting, 1)
    late = asyncio.create_task(signal.wait())
    await asyncio.sleep(0)
    assert not late.done()
    late.cancel()


async def test_what_came_since_the_last_look_is_not_missed() -> None:
    signal = Signal()
    looked = signal.times
    signal.notify()
    await asyncio.wait_for(signal.wait(looked), 1)
