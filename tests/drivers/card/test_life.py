"""The reader over time: pcscd dying and coming back, no pcscd at all, many cards one after another."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time

import pytest

from contract.faults import Fault
from drivers.card_reader import CardReaderSettings, PcscCardReader
from drivers.device import CardHolder, DeviceEvent, Failure, Happening, Medium, State
from drivers.emulated.card import CastMember, EmulatedCard, Script

Cast = dict[str, CastMember]
pytestmark = pytest.mark.asyncio(loop_scope="session")
CYCLES = 16


async def until_state(bench, state: State) -> None:
    async with asyncio.timeout(20.0):
        while bench.reader.state is not state:
            await bench.events.get()


async def test_pcscd_killed_and_started_again(bench, cast: Cast):
    await bench.insert(EmulatedCard(cast["employee"]))
    assert isinstance(await bench.reader.read(), CardHolder)
    descriptors = len(os.listdir("/proc/self/fd"))
    for _ in range(2):
        await bench.pcscd.stop(signal.SIGKILL)
        await until_state(bench, State.OFFLINE)
        assert bench.reader.medium is not Medium.PRESENT
        outcome = await bench.reader.read()
        assert isinstance(outcome, Failure)
        assert outcome.fault == "reader.gone"
        await bench.pcscd.start()
        await until_state(bench, State.ONLINE)
        await bench.insert(EmulatedCard(cast["employee"]))
        assert isinstance(await bench.reader.read(), CardHolder)
    assert len(os.listdir("/proc/self/fd")) <= descriptors


async def test_one_that_is_kept_comes_back_by_itself(bench, cast: Cast):
    """As in the demonstration: killed twice, and each time the reader works again without anybody doing anything."""
    keeping = asyncio.create_task(bench.pcscd.kept())
    try:
        await asyncio.sleep(0)
        for _ in range(2):
            os.kill(bench.pcscd.pid, signal.SIGKILL)
            await until_state(bench, State.OFFLINE)
            await until_state(bench, State.ONLINE)
            await bench.insert(EmulatedCard(cast["employee"]))
            assert isinstance(await bench.reader.read(), CardHolder)
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def test_killed_in_the_middle_of_a_read(bench, cast: Cast):
    card = EmulatedCard(cast["employee"])
    await bench.insert(card, Script(delay=0.1))
    reading = asyncio.create_task(bench.reader.read())
    async with asyncio.timeout(5.0):
        while card.count < 4:
            await asyncio.sleep(0.01)
    await bench.pcscd.stop(signal.SIGKILL)
    outcome = await reading
    assert card.count < 14, "the read was not cut"
    assert isinstance(outcome, Failure)
    assert outcome.fault in {Fault.READER_GONE, Fault.CARD_PULLED}
    await until_state(bench, State.OFFLINE)
    await bench.pcscd.start()
    await until_state(bench, State.ONLINE)


async def test_a_reader_that_is_not_there(pcscd):
    reader = PcscCardReader(CardReaderSettings("No Such Reader"))
    events: asyncio.Queue[DeviceEvent] = asyncio.Queue()
    task = asyncio.create_task(reader.run(events))
    event = await asyncio.wait_for(events.get(), 3.0)
    assert (event.happening, event.state) == (Happening.STATE_CHANGED, State.NO_DEVICE)
    outcome = await reader.read()
    assert isinstance(outcome, Failure)
    assert outcome.fault == "reader.gone"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert reader.state is State.OFFLINE


async def test_many_cards_leave_nothing_behind(bench, cast: Cast):
    card = EmulatedCard(cast["employee"])
    await bench.insert(card)
    await bench.reader.read()
    await bench.pull()
    descriptors, threads = len(os.listdir("/proc/self/fd")), threading.active_count()
    seen = []
    for _ in range(CYCLES):
        await bench.slot.insert(card)
        started = time.monotonic()
        await bench.happens(Happening.INSERTED)
        seen.append(time.monotonic() - started)
        assert isinstance(await bench.reader.read(), CardHolder)
        await bench.pull()
    assert len(os.listdir("/proc/self/fd")) == descriptors
    assert threading.active_count() == threads
    print(f"insert seen after {sorted(seen)[len(seen) // 2]:.3f} s (median), {max(seen):.3f} s (most)")


async def test_run_ends_its_thread(pcscd):
    before = {thread.ident for thread in threading.enumerate()}
    reader = PcscCardReader(CardReaderSettings(pcscd.friendly_name))
    events: asyncio.Queue[DeviceEvent] = asyncio.Queue()
    task = asyncio.create_task(reader.run(events))
    await asyncio.wait_for(events.get(), 3.0)
    assert any(thread.name == "card reader" and thread.ident not in before for thread in threading.enumerate())
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    for thread in threading.enumerate():
        if thread.name == "card reader" and thread.ident not in before:
            thread.join(2.0)  # it has said that it ends; only its last instructions may be left
            assert not thread.is_alive()


@pytest.mark.parametrize("after", [2, 9, 13])
async def test_a_card_that_is_back_before_pcscd_looked_again_is_not_lost(bench, cast: Cast, after: int):
    """A contact that bounces: out in the middle of a command and in again within milliseconds."""
    card = EmulatedCard(cast["employee"])
    await bench.insert(card, Script(pull_after=after))
    reading = asyncio.create_task(bench.reader.read())
    await bench.slot.left()
    await bench.slot.insert(card)
    outcome = await reading
    assert isinstance(outcome, Failure)
    assert outcome.fault in {Fault.CARD_PULLED, Fault.CARD_UNREADABLE}
    async with asyncio.timeout(5.0):
        while not isinstance(await bench.reader.read(), CardHolder):
            await asyncio.sleep(0.1)
    assert bench.reader.medium is Medium.PRESENT
