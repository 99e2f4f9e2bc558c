"""A process that does not run for a while finds no deadline over: the clock of the tests' loop."""

from __future__ import annotations

import asyncio
import os
import time

import pytest


async def echo() -> float:
    """A device in this process, two turns of the loop away, and one deadline; how long it took on the wall clock."""
    loop = asyncio.get_running_loop()
    ours, theirs = os.pipe()
    answer: asyncio.Future[bytes] = loop.create_future()
    loop.add_reader(ours, lambda: answer.done() or answer.set_result(os.read(ours, 9)))
    began = time.monotonic()
    try:
        async with asyncio.timeout(0.2):
            loop.call_soon(time.sleep, 0.6)  # as if somebody else had the machine
            loop.call_soon(lambda: loop.call_soon(os.write, theirs, b"here"))
            assert await answer == b"here"
    finally:
        loop.remove_reader(ours)
        os.close(ours)
        os.close(theirs)
    return time.monotonic() - began


async def test_a_pause_of_the_machine_is_no_silence_of_a_device():
    assert await echo() > 0.6


async def test_silence_is_still_silence():
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await asyncio.Event().wait()


def test_on_the_wall_clock_the_deadline_is_over():
    """Why there is such a loop at all."""
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner, pytest.raises(TimeoutError):
        runner.run(echo())
