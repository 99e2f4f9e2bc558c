"""Codes as they come over the line: with and without an end, in pieces, too long, too many, not printable."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contract import limits
from drivers.device import DeviceEvent, Happening, State, since_boot
from drivers.emulated.scanner import EmulatedScanner
from drivers.scanner import ScannerSettings, SerialScanner

CODE = "https://qr.example/e/0123456789"


class Desk:
    def __init__(self, driver: SerialScanner, peer: EmulatedScanner) -> None:
        self.driver = driver
        self.peer = peer
        self.events: asyncio.Queue[DeviceEvent] = asyncio.Queue()

    async def event(self) -> DeviceEvent:
        async with asyncio.timeout(10):
            return await self.events.get()

    async def code(self) -> str:
        event = await self.event()
        assert event.happening is Happening.SCANNED
        assert 0.0 <= since_boot() - event.at < 5.0
        return event.code

    async def heard_everything(self) -> None:
        """Long enough for everything sent to have been worked off."""
        await asyncio.sleep(limits.SCANNER_SUFFIX_IDLE * 3)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with EmulatedScanner(tmp_path / "scanner") as peer:
        driver = SerialScanner(ScannerSettings(str(tmp_path / "scanner")))
        desk = Desk(driver, peer)
        running = asyncio.create_task(driver.run(desk.events))
        assert (await desk.event()).state is State.ONLINE
        yield desk
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("suffix", [b"\r", b"\n", b"\r\n", b"", b"\x03\r"])
async def test_every_end_ends_a_code(desk, suffix):
    for number in range(3):
        await desk.driver.arm()
        await desk.peer.send(f"{CODE}{number}", suffix)
        assert await desk.code() == f"{CODE}{number}"


async def test_a_code_in_pieces_is_one_code(desk):
    await desk.driver.arm()
    await desk.peer.send(CODE, piece=3, pause=0.002)
    assert await desk.code() == CODE


async def test_the_first_of_a_burst_counts_until_armed_again(desk):
    await desk.driver.arm()
    await desk.peer.send("first\rsecond\rthird")
    assert await desk.code() == "first"
    await desk.heard_everything()
    assert desk.events.empty()
    await desk.driver.arm()
    await desk.peer.send("fourth")
    assert await desk.code() == "fourth"


async def test_what_was_shown_before_arming_does_not_count(desk):
    await desk.peer.send("too early")
    await desk.driver.arm()
    await desk.peer.send(CODE)
    assert await desk.code() == CODE


@pytest.mark.parametrize("heard", [False, True], ids=["still in the line", "read already"])
async def test_half_a_code_is_never_one(desk, heard):
    """The scanner was armed in the middle of a code: its rest is not taken for a whole one."""
    await desk.peer.send(CODE[:10], suffix=b"")
    if heard:
        await asyncio.sleep(0.02)
    await desk.driver.arm()
    await desk.peer.send(CODE[10:])
    await desk.peer.send(CODE)
    assert await desk.code() == CODE


async def test_a_disarmed_scanner_is_deaf(desk):
    await desk.driver.arm()
    await desk.driver.disarm()
    await desk.peer.send(CODE)
    await desk.heard_everything()
    assert desk.events.empty()


@pytest.mark.parametrize(
    "rubbish",
    [
        b"\x00\x01\x02", "电子社保卡".encode("gbk"), b"x" * (limits.QR_MAX_CHARS + 1), b"   ", bytes(range(1, 32)),
        b"\xff\r" * 2048, b"~" * 4096, b"134567890123456789",
    ],
)  # fmt: skip
async def test_rubbish_is_no_code_and_does_not_spoil_the_next(desk, rubbish):
    await desk.driver.arm()
    await desk.peer.send(rubbish)
    await desk.peer.send(CODE)
    assert await desk.code() == CODE


@pytest.mark.parametrize(
    "rubbish",
    [
        b"1234\x00567", "电子社保卡".encode("gbk"), b"x" * (limits.QR_MAX_CHARS + 1), b"~" * 4000,
        b"\xff\x00ab\r" * 800,
        b"134567890123456789", b"281234567890123456", b"6212345678901234567",
    ],
    ids=["control", "gbk", "too long", "4 KB", "4 KB in many", "WeChat", "Alipay", "UnionPay"],
)  # fmt: skip
async def test_what_can_be_no_code_is_said_once(desk, rubbish):
    await desk.driver.arm()
    await desk.peer.send(rubbish)
    event = await desk.event()
    assert (event.happening, event.code, event.state) == (Happening.INVALID, "", State.ONLINE)
    await desk.peer.send(rubbish)
    await asyncio.sleep(limits.SCANNER_VERDICT * 2)
    assert desk.events.empty(), "once for each time it is armed"
    await desk.peer.send(CODE)
    assert await desk.code() == CODE
    await desk.driver.arm()
    await desk.peer.send(rubbish)
    assert (await desk.event()).happening is Happening.INVALID


async def test_a_stream_without_end_is_said_too(desk):
    await desk.driver.arm()
    sending = asyncio.create_task(desk.peer.send(b"x" * 20_000, b"", piece=100, pause=0.005))
    assert (await desk.event()).happening is Happening.INVALID
    sending.cancel()


async def test_a_code_right_after_rubbish_is_all_that_is_said(desk):
    await desk.driver.arm()
    await desk.peer.send(b"\xff\xfe\xfd\xfc\r" + CODE.encode())
    assert await desk.code() == CODE
    await asyncio.sleep(limits.SCANNER_VERDICT * 2)
    assert desk.events.empty()


@pytest.mark.parametrize("noise", [b"\x00", b"\xff\xfe", b"\x80\r\n"])
async def test_noise_of_the_line_was_shown_by_nobody(desk, noise):
    await desk.driver.arm()
    await desk.peer.send(noise, b"")
    await asyncio.sleep(limits.SCANNER_VERDICT * 2)
    assert desk.events.empty()


async def test_the_longest_code_is_one(desk):
    await desk.driver.arm()
    await desk.peer.send("x" * limits.QR_MAX_CHARS)
    assert len(await desk.code()) == limits.QR_MAX_CHARS


async def test_a_code_is_in_no_repr_and_no_log(desk, caplog):
    caplog.set_level(logging.DEBUG)
    await desk.driver.arm()
    await desk.peer.send(CODE)
    event = await desk.event()
    assert event.code == CODE
    assert CODE not in repr(event)
    assert CODE not in repr(vars(desk.driver._dialect))
    assert CODE not in caplog.text


async def test_unplugged_and_plugged_in_again(desk):
    desk.peer.unplug()
    event = await desk.event()
    assert (event.happening, event.state) == (Happening.STATE_CHANGED, State.NO_DEVICE)
    desk.peer.plug()
    assert [(await desk.event()).happening for _ in range(2)] == [Happening.STATE_CHANGED, Happening.RECOVERED]
    assert desk.driver.state is State.ONLINE
    await desk.driver.arm()
    await desk.peer.send(CODE)
    assert await desk.code() == CODE


async def test_a_scanner_that_comes_later_is_found(tmp_path):
    driver = SerialScanner(ScannerSettings(str(tmp_path / "later")))
    events: asyncio.Queue[DeviceEvent] = asyncio.Queue()
    running = asyncio.create_task(driver.run(events))
    await asyncio.sleep(0.1)
    assert driver.state is State.NO_DEVICE
    assert (await events.get()).state is State.NO_DEVICE
    async with EmulatedScanner(tmp_path / "later"), asyncio.timeout(10):
        assert (await events.get()).state is State.ONLINE
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_unplugged_in_the_middle_of_a_code(desk):
    await desk.driver.arm()
    await desk.peer.send(CODE, piece=5, unplug_after=10)
    assert (await desk.event()).state is State.NO_DEVICE
    desk.peer.plug()
    assert (await desk.event()).state is State.ONLINE
    assert (await desk.event()).happening is Happening.RECOVERED
    await desk.peer.send(CODE[10:] + "\r" + CODE)
    assert await desk.code() == CODE[10:], "it is armed still; what is shown now begins anew"


async def test_a_line_that_is_opened_in_the_middle_of_a_code_has_no_half_of_it(tmp_path):
    async with EmulatedScanner(tmp_path / "scanner") as peer:
        driver, events = SerialScanner(ScannerSettings(str(tmp_path / "scanner"))), asyncio.Queue[DeviceEvent]()
        await driver.arm()
        sending = asyncio.create_task(peer.send(CODE * 3, piece=4, pause=0.01))
        await asyncio.sleep(0.03)
        running = asyncio.create_task(driver.run(events))
        await sending
        async with asyncio.timeout(10):
            assert (await events.get()).state is State.ONLINE
        await peer.send(CODE)
        async with asyncio.timeout(10):
            assert (await events.get()).code == CODE
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_run_again_after_it_ended(desk, tmp_path):
    driver = SerialScanner(ScannerSettings(str(tmp_path / "scanner")))
    for _ in range(2):
        running = asyncio.create_task(driver.run(desk.events))
        assert (await desk.event()).state is State.ONLINE
        assert desk.events.empty(), "nothing has recovered that was never known to be broken"
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert driver.state is State.UNKNOWN


async def test_emptying_a_line_that_has_just_become_readable_is_no_unplugging(desk):
    for number in range(20):
        await desk.peer.send(f"opaque{number}")
        await asyncio.sleep(0)
        await desk.driver.arm()
    await desk.peer.send(CODE)
    while await desk.code() != CODE:  # not a change of state
        pass
