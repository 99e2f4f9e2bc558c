"""The scanner that is a keyboard, at evdev's boundary: evdev's own events, no kernel device behind them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from evdev import ecodes

from contract import limits
from drivers.device import DeviceEvent, Happening, State
from drivers.emulated.scanner import EmulatedKeyboard, EmulatedScanner
from drivers.emulated.scanner.keyboard import DROPPED
from drivers.scanner import HidScanner, HidScannerSettings, ScannerSettings, SerialScanner

CODE = "https://qr.example/E/0123456789?a=~B"


class Desk:
    def __init__(self) -> None:
        self.keyboard = EmulatedKeyboard()
        self.driver = HidScanner(HidScannerSettings("/dev/input/by-id/usb-kbd"), opened=self.keyboard.open)
        self.events: asyncio.Queue[DeviceEvent] = asyncio.Queue()

    async def event(self) -> DeviceEvent:
        async with asyncio.timeout(10):
            return await self.events.get()

    async def code(self) -> str:
        event = await self.event()
        assert event.happening is Happening.SCANNED
        return event.code


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    running = asyncio.create_task(made.driver.run(made.events))
    assert (await made.event()).state is State.ONLINE
    yield made
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert not made.keyboard.openings, "closed, and let go of"


@pytest.mark.parametrize("enter", ["KEY_ENTER", "KEY_KPENTER", ""])
async def test_what_is_typed_at_evdevs_boundary_is_a_code(desk, enter):
    assert desk.keyboard.openings[0].grabbed
    assert desk.driver.capabilities.exclusive
    for number in range(3):
        await desk.driver.arm()
        desk.keyboard.send(f"{CODE}{number}", enter=enter)
        assert await desk.code() == f"{CODE}{number}"


async def test_keys_lost_at_evdevs_boundary_make_no_half_code(desk):
    await desk.driver.arm()
    desk.keyboard.send(CODE, enter="")
    desk.keyboard.put([DROPPED])
    desk.keyboard.send(CODE)
    assert (await desk.event()).happening is Happening.INVALID
    desk.keyboard.send(CODE)
    assert await desk.code() == CODE


async def test_armed_in_the_middle_of_typing_at_evdevs_boundary(desk):
    desk.keyboard.send(CODE[:9], enter="")
    await asyncio.sleep(0.01)
    desk.keyboard.send(CODE[9:12], enter="")
    await desk.driver.arm()
    desk.keyboard.send(CODE[12:])
    desk.keyboard.send(CODE)
    assert await desk.code() == CODE


async def test_unplugged_at_evdevs_boundary_it_comes_back(desk):
    await desk.driver.arm()
    desk.keyboard.send(CODE[:9], enter="")
    desk.keyboard.unplug()
    assert (await desk.event()).state is State.NO_DEVICE
    assert not desk.keyboard.openings
    desk.keyboard.plug()
    assert [(await desk.event()).happening for _ in range(2)] == [Happening.STATE_CHANGED, Happening.RECOVERED]
    desk.keyboard.send(CODE)
    assert await desk.code() == CODE


async def test_held_by_another_at_evdevs_boundary_it_is_not_listened_to(desk):
    desk.keyboard.held_by_another = True
    desk.keyboard.unplug()
    assert (await desk.event()).state is State.NO_DEVICE
    desk.keyboard.plug()
    assert (await desk.event()).state is State.HARDWARE_ERROR
    assert not desk.keyboard.openings
    desk.keyboard.held_by_another = False
    assert (await desk.event()).state is State.ONLINE


async def test_cancelled_at_any_moment_at_evdevs_boundary_it_closes():
    for wait in (0, 0.01, 0.15):
        made = Desk()
        running = asyncio.create_task(made.driver.run(made.events))
        await asyncio.sleep(wait)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert not made.keyboard.openings


async def test_the_same_shown_to_both_is_told_in_the_same_order_and_form(tmp_path):
    """Serial line beside keyboard, at evdev's boundary."""
    keyboard = EmulatedKeyboard()
    async with EmulatedScanner(tmp_path / "scanner") as peer:
        drivers = (
            SerialScanner(ScannerSettings(str(tmp_path / "scanner"))),
            HidScanner(HidScannerSettings("kbd"), opened=keyboard.open),
        )
        queues = [asyncio.Queue[DeviceEvent]() for _ in drivers]
        tasks = [asyncio.create_task(driver.run(queue)) for driver, queue in zip(drivers, queues, strict=True)]
        await asyncio.sleep(limits.SCANNER_SUFFIX_IDLE * 3)
        for shown, wait in (("before it was asked for", 0), ("x" * 600, 1), ("first", 0), ("second", 0)):
            await peer.send(shown)
            keyboard.send(shown)
            await asyncio.sleep(limits.SCANNER_VERDICT * 2 * wait)
            if not wait and shown.startswith("before"):
                await asyncio.gather(*(driver.arm() for driver in drivers))
        await asyncio.sleep(limits.SCANNER_VERDICT)
        peer.unplug()
        keyboard.unplug()
        await asyncio.sleep(0.2)
        serial, typed = ([queue.get_nowait() for _ in range(queue.qsize())] for queue in queues)
        assert serial == typed
        assert [(event.happening, event.code) for event in typed] == [
            (Happening.STATE_CHANGED, ""),
            (Happening.INVALID, ""),
            (Happening.SCANNED, "first"),
            (Happening.STATE_CHANGED, ""),
        ]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def test_no_device_of_the_kernels_is_needed_for_these_tests():
    assert ecodes.KEY_ENTER == 28
