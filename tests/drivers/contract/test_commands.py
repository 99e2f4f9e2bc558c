"""Every command of every device: answered in time whatever the peer does, in turn, whole or not at all."""

from __future__ import annotations

import asyncio
import time

import pytest

from contract.slip import PrintOutcome
from drivers.device import (
    COMPLETION_OF,
    Completion,
    DeviceEvent,
    Failure,
    Happening,
    Medium,
    Printed,
    PrinterStatus,
    State,
)
from tests.drivers.contract.adapter import Adapter, completion, hurried

pytestmark = pytest.mark.asyncio(loop_scope="session")

GRACE = 1.0
"""A deadline that ended, until the one who waited is told on a machine with much else to do (seconds)."""


async def ended(adapter: Adapter, command: str) -> tuple[object, float]:
    """What the command gave and how long it took; a command that raises has broken the contract."""
    deadline = adapter.driver.capabilities.deadlines[command]
    began = time.monotonic()
    async with asyncio.timeout(deadline + 10):
        result = await adapter.command(command)
    took = time.monotonic() - began
    assert took <= deadline + GRACE, f"{command} took {took:.1f} of {deadline:.1f} s"
    adapter.no_secret_in(result)
    return result, took


async def test_says_what_it_can_do(beside: Adapter) -> None:
    capabilities = beside.driver.capabilities
    assert all(0 < seconds <= 180 for seconds in capabilities.deadlines.values())
    assert beside.driver.name
    assert beside.driver.name in repr(DeviceEvent(beside.driver.name, Happening.STATE_CHANGED))


async def test_a_command_that_gives_no_answer_ends_in_time(online: Adapter) -> None:
    for peer in (None, online.silence, online.unplug):
        if peer is not None:
            await peer()
        for command in online.mute:
            deadline = online.driver.capabilities.deadlines.get(command, GRACE)
            async with asyncio.timeout(deadline + GRACE):
                await getattr(online.driver, command)()


async def test_without_a_device_every_command_says_so_at_once(beside: Adapter) -> None:
    for command in beside.commands:
        result, took = await ended(beside, command)
        assert completion(result) is Completion.NOT_READY, f"{command} before run: {result!r}"
        assert took < 1.0
    beside.start()
    await asyncio.sleep(0.3)
    for command in beside.commands:
        result, took = await ended(beside, command)
        assert completion(result) is Completion.NOT_READY, f"{command}: {result!r}"
        assert took < 1.0
    await beside.plug()
    await beside.online()
    await beside.unplug()
    await beside.until(lambda: beside.driver.state is not State.ONLINE)
    for command in beside.commands:
        result, _ = await ended(beside, command)
        assert completion(result) is Completion.NOT_READY, f"{command} after unplugging: {result!r}"


async def test_a_silent_peer_is_waited_for_no_longer_than_said(online: Adapter) -> None:
    for command in online.commands:
        await online.ready()
        await online.works(command)
        await online.silence()
        with hurried():
            result, _ = await ended(online, command)
        assert not online.whole(command, result)
        assert completion(result) in (Completion.TIMEOUT, Completion.NOT_READY), f"{command}: {result!r}"
        if isinstance(result, Printed):
            assert result.outcome is not PrintOutcome.PRINTED
        await online.heal()
        await online.online()
        await online.ready()
        await online.works(command)
        await online.heal()


@pytest.mark.parametrize("seed", range(4))
async def test_a_garbling_peer_gives_nothing_by_halves(online: Adapter, seed: int) -> None:
    for command in online.commands:
        await online.ready()
        await online.garble(seed)
        with hurried():
            result, _ = await ended(online, command)
        assert isinstance(result, Failure | Printed | PrinterStatus), f"{command}: {type(result)}"
        assert not online.whole(command, result)
        assert completion(result) is not Completion.SUCCESS, f"{command}: {result!r}"
        await online.heal()
        await online.online()
        await online.ready()
        await online.works(command)
        await online.heal()
    if not online.commands:
        await online.garble(seed)
        await asyncio.sleep(0.3)
        assert not [event for event in online.listen() if event.code]
        await online.tell_a_secret()


@pytest.mark.parametrize("seconds", [None, 0.0, 0.003, 0.03])
async def test_a_command_given_up_does_not_spoil_the_next(online: Adapter, seconds: float | None) -> None:
    for command in online.commands:
        await online.ready()
        for _ in range(3):
            given_up = asyncio.create_task(online.command(command))
            if seconds is not None:
                await asyncio.sleep(seconds)
            given_up.cancel()
            await asyncio.wait((given_up,))
            assert given_up.cancelled() or given_up.exception() is None
            await online.works(command)
        await online.heal()


async def test_a_command_given_up_while_the_peer_is_silent(online: Adapter) -> None:
    for command in online.commands:
        await online.ready()
        await online.silence()
        given_up = asyncio.create_task(online.command(command))
        await asyncio.sleep(0.1)
        given_up.cancel()
        async with asyncio.timeout(1.0):
            await asyncio.wait((given_up,))
        assert given_up.done(), "giving up waits for nobody"
        await online.heal()
        await online.online()
        await online.ready()
        await online.works(command)
        await online.heal()


async def test_two_at_once_are_served_in_turn(online: Adapter) -> None:
    for command in online.commands:
        await online.ready()
        async with asyncio.timeout(2 * online.driver.capabilities.deadlines[command]):
            results = await asyncio.gather(*(online.command(command) for _ in range(3)))
        assert all(online.whole(command, result) for result in results), f"{command}: {results!r}"
        await online.heal()


async def test_unplugged_in_the_middle_of_a_command(online: Adapter) -> None:
    for command in online.commands:
        await online.ready()
        await online.silence()
        asked = asyncio.create_task(ended(online, command))
        await asyncio.sleep(0.1)
        await online.unplug()
        result, _ = await asked
        assert not online.whole(command, result)
        assert completion(result) is not Completion.SUCCESS
        await online.until(lambda: online.driver.state is not State.ONLINE)
        await online.heal()
        await online.plug()
        await online.online()
        await online.ready()
        await online.works(command)
        await online.heal()


async def test_media_come_and_go_in_order(online: Adapter) -> None:
    if not online.driver.capabilities.media:
        assert Happening.INSERTED not in {event.happening for event in online.listen()}
        return
    for which in (0, 1, 0):
        await online.insert(which)
        await online.medium(Medium.PRESENT)
        await online.remove()
        await online.medium(Medium.NOT_PRESENT)
    await online.insert(0)
    await online.medium(Medium.PRESENT)
    await online.insert(1)  # instead of the first, faster than every reader looks
    await asyncio.sleep(1.5)
    await online.medium(Medium.PRESENT)
    await online.unplug()
    await online.until(lambda: online.driver.state is not State.ONLINE)
    told = [event.happening for event in online.listen() if event.happening in (Happening.INSERTED, Happening.REMOVED)]
    assert told == [Happening.INSERTED, Happening.REMOVED] * (len(told) // 2), told
    assert len(told) >= 2 * 4, "three cards, one or two more at once, and the plug pulled"


async def test_what_a_device_tells_by_itself_names_nobody(online: Adapter) -> None:
    """Checked of everything heard, and of the driver, whenever an adapter is closed; here with something to tell."""
    await online.tell_a_secret()
    for command in online.commands:
        await online.ready()
        await online.works(command)
    online.listen()
    online.no_secret_in(online.driver, *online.heard)


async def test_every_fault_of_a_device_has_a_completion() -> None:
    assert set(COMPLETION_OF.values()) <= set(Completion)
