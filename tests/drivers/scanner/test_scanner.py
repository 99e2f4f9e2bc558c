"""Codes as they come over the line: with and without an end, in pieces, too long, too many, not printable."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import limits
from drivers.device import DeviceEvent, Happening, State
from drivers.emulated.scanner import EmulatedScanner
from drivers.scanner import Assembler, ScannerSettings, SerialScanner

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
    await desk.peer.send("half", suffix=b"")
    await desk.driver.arm()
    await desk.peer.send(CODE)
    assert await desk.code() == CODE


async def test_a_disarmed_scanner_is_deaf(desk):
    await desk.driver.arm()
    await desk.driver.disarm()
    await desk.peer.send(CODE)
    await desk.heard_everything()
    assert desk.events.empty()


@pytest.mark.parametrize(
    "rubbish", [b"\x00\x01\x02", "电子社保卡".encode("gbk"), b"x" * (limits.QR_MAX_CHARS + 1), b"   "]
)
async def test_rubbish_is_no_code_and_does_not_spoil_the_next(desk, rubbish):
    await desk.driver.arm()
    await desk.peer.send(rubbish)
    await desk.peer.send(CODE)
    assert await desk.code() == CODE


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
    assert CODE not in repr(desk.driver._assembler)
    assert CODE not in caplog.text


async def test_unplugged_and_plugged_in_again(desk):
    desk.peer.unplug()
    event = await desk.event()
    assert (event.happening, event.state) == (Happening.STATE_CHANGED, State.NO_DEVICE)
    desk.peer.plug()
    assert (await desk.event()).state is State.ONLINE
    assert (await desk.event()).happening is Happening.RECOVERED
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


@given(st.lists(st.binary(max_size=700), max_size=6))
def test_no_bytes_make_a_code_that_is_none(pieces):
    assembler = Assembler()
    for piece in pieces:
        for code in [*assembler.feed(piece), *([] if len(piece) % 2 else assembler.idle())]:
            assert 0 < len(code) <= limits.QR_MAX_CHARS
            assert code.isascii()
            assert code.isprintable()


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=512), st.integers(1, 40))
def test_however_a_code_is_cut_up_it_is_the_same(code, piece):
    assembler, data = Assembler(), code.encode() + b"\r\n"
    assert [found for at in range(0, len(data), piece) for found in assembler.feed(data[at : at + piece])] == [code]
