"""Scanners that are triggered: started while armed, their answers no codes, packets acknowledged and sent again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from contract import limits
from drivers.device import DeviceEvent, Happening, State
from drivers.emulated.scanner import Answering, EmulatedScanner, EmulatedSsiScanner
from drivers.scanner import PROFILES, Profile, ScannerSettings, SerialScanner

CODE = "opaque-0123456789"


class Desk:
    def __init__(self, driver: SerialScanner) -> None:
        self.driver = driver
        self.events: asyncio.Queue[DeviceEvent] = asyncio.Queue()

    async def event(self, what: Happening) -> DeviceEvent:
        async with asyncio.timeout(10):
            while True:
                event = await self.events.get()
                if event.happening is what:
                    return event

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.005)


@asynccontextmanager
async def running(link: Path, profile: Profile) -> AsyncIterator[Desk]:
    desk = Desk(SerialScanner(ScannerSettings(str(link), profile=profile)))
    task = asyncio.create_task(desk.driver.run(desk.events))
    try:
        await desk.until(lambda: desk.driver.state is State.ONLINE)
        yield desk
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def newland(tmp_path: Path) -> AsyncIterator[tuple[EmulatedScanner, Desk]]:
    link = tmp_path / "s"
    async with EmulatedScanner(link, Answering.NEWLAND) as peer, running(link, PROFILES["newland"]) as desk:
        yield peer, desk


TEXT = [(Answering.HONEYWELL, "honeywell"), (Answering.NEWLAND, "newland"), (Answering.ZEBRA, "zebra")]


@pytest.mark.parametrize(("answering", "name"), TEXT)
async def test_it_looks_while_it_is_armed_and_its_answers_are_no_codes(tmp_path, answering, name):
    async with EmulatedScanner(tmp_path / "s", answering) as peer, running(tmp_path / "s", PROFILES[name]) as desk:
        assert desk.driver.capabilities.trigger == name
        assert not await peer.show(CODE), "nobody asked for a code"
        for number in range(3):
            await desk.driver.arm()
            await desk.until(lambda: peer.triggered)
            assert await peer.show(f"{CODE}{number}")
            assert (await desk.event(Happening.SCANNED)).code == f"{CODE}{number}"
            await desk.driver.disarm()
        await desk.driver.arm()
        await desk.until(lambda: peer.triggered)
        await desk.driver.disarm()
        await desk.until(lambda: not peer.triggered)
        await asyncio.sleep(limits.SCANNER_VERDICT * 2)
        assert desk.events.empty()
        sent = bytes(peer.received)
        assert sent.startswith(PROFILES[name].start)
        assert sent.endswith(PROFILES[name].stop)
        assert sent.count(PROFILES[name].stop) == 1, "after a code it has stopped by itself"


async def test_a_trigger_that_ran_out_is_given_again(tmp_path, monkeypatch):
    monkeypatch.setattr("drivers.scanner.driver._LOOK", 0.02)
    profile = replace(PROFILES["honeywell"], renew=0.1)
    async with EmulatedScanner(tmp_path / "s", Answering.HONEYWELL) as peer, running(tmp_path / "s", profile) as desk:
        await desk.driver.arm()
        await desk.until(lambda: peer.starts >= 3)
        await desk.driver.disarm()
        await desk.until(lambda: not peer.triggered)
        starts = peer.starts
        await asyncio.sleep(0.3)
        assert peer.starts == starts


async def test_armed_while_it_is_away_it_is_started_when_it_comes(tmp_path):
    async with newland(tmp_path) as (peer, desk):
        peer.unplug()
        await desk.until(lambda: desk.driver.state is State.NO_DEVICE)
        await desk.driver.arm()
        peer.plug()
        await desk.event(Happening.RECOVERED)
        await desk.until(lambda: peer.triggered)
        assert await peer.show(CODE)
        assert (await desk.event(Happening.SCANNED)).code == CODE


async def test_one_that_answers_nothing_is_offline_and_recovers(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "SCANNER_ACKNOWLEDGE", 0.1)
    monkeypatch.setattr("drivers.scanner.driver._LOOK", 0.02)
    async with newland(tmp_path) as (peer, desk):
        peer.silent = True
        await desk.driver.arm()
        await desk.until(lambda: desk.driver.state is State.OFFLINE)
        peer.silent = False
        assert (await desk.event(Happening.RECOVERED)).state is State.ONLINE
        await desk.until(lambda: peer.triggered)
        await desk.driver.disarm()
        await desk.until(lambda: not peer.triggered)


async def test_one_that_refuses_is_there_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "SCANNER_ACKNOWLEDGE", 0.1)
    async with newland(tmp_path) as (peer, desk):
        peer.refuses = True
        await desk.driver.arm()
        await asyncio.sleep(0.5)
        assert desk.driver.state is State.ONLINE


@pytest.mark.parametrize("name", list(PROFILES))
async def test_arming_ends_in_its_deadline_when_the_line_takes_nothing(tmp_path, name):
    async with EmulatedScanner(tmp_path / "s") as peer, running(tmp_path / "s", PROFILES[name]) as desk:
        peer._pty.pause()
        for _ in range(3):
            async with asyncio.timeout(desk.driver.capabilities.deadlines["arm"]):
                await desk.driver.arm()
            arming = asyncio.create_task(desk.driver.disarm())
            await asyncio.sleep(0)
            arming.cancel()
            await asyncio.gather(arming, return_exceptions=True)
        peer._pty.resume()
        await desk.driver.arm()
        await peer.send(CODE)
        if name != "zebra-ssi":
            assert (await desk.event(Happening.SCANNED)).code == CODE


# -- packets ---------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def engine(tmp_path: Path) -> AsyncIterator[tuple[EmulatedSsiScanner, Desk]]:
    async with EmulatedSsiScanner(tmp_path / "s") as peer, running(tmp_path / "s", PROFILES["zebra-ssi"]) as desk:
        await desk.driver.arm()
        await desk.until(lambda: peer.triggered)
        yield peer, desk


@pytest.mark.parametrize("length", [1, 240, 241, limits.QR_MAX_CHARS])
@pytest.mark.parametrize("piece", [0, 7])
async def test_packets_are_acknowledged_and_make_one_code(tmp_path, length, piece):
    async with engine(tmp_path) as (peer, desk):
        peer.piece = piece
        assert await peer.show(b"x" * length)
        assert (await desk.event(Happening.SCANNED)).code == "x" * length


async def test_a_second_packet_with_a_wrong_checksum_is_asked_for_again(tmp_path):
    async with engine(tmp_path) as (peer, desk):
        peer.garbled = {2}
        assert await peer.show(b"x" * 300)
        assert (await desk.event(Happening.SCANNED)).code == "x" * 300
        assert peer.sent == 3


async def test_an_acknowledgement_that_was_lost_makes_no_second_code(tmp_path):
    async with engine(tmp_path) as (peer, desk):
        peer.deaf_to_acks = 1
        assert await peer.show(b"x" * 300)
        assert (await desk.event(Happening.SCANNED)).code == "x" * 300


async def test_half_a_code_that_never_becomes_whole_is_none(tmp_path):
    async with engine(tmp_path) as (peer, desk):
        peer.garbled = {2, 3, 4}
        assert not await peer.show(b"x" * 300)
        await desk.event(Happening.INVALID)
        peer.garbled = ()
        assert await peer.show(CODE.encode())
        assert (await desk.event(Happening.SCANNED)).code == CODE


async def test_noise_before_a_packet_costs_one_repeat(tmp_path):
    async with engine(tmp_path) as (peer, desk):
        peer.noise(b"\x90\xf3\x00")
        await peer.show(CODE.encode())
        assert (await desk.event(Happening.SCANNED)).code == CODE


async def test_a_deaf_terminal_acknowledges_all_the_same(tmp_path):
    async with engine(tmp_path) as (peer, desk):
        await desk.driver.disarm()
        await desk.until(lambda: not peer.triggered)
        assert await peer.show(CODE.encode())
        assert desk.driver.state is State.ONLINE
        await asyncio.sleep(limits.SCANNER_VERDICT)
        assert all(desk.events.get_nowait().code == "" for _ in range(desk.events.qsize()))
