"""The reader against a module that speaks, misspeaks and falls silent."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from contract import limits
from contract.faults import Fault
from drivers.device import Completion, DeviceEvent, Failure, Happening, IdCardHolder, Medium, State
from drivers.emulated.sam_v import Document, EmulatedSamV, Script
from drivers.id_reader import IdReaderSettings, SamvIdReader
from drivers.id_reader.frames import Sw3

TODAY = date(2026, 11, 23)
CAST = Path(__file__).parents[3] / "deploy" / "demo" / "cast.toml"
PEOPLE = tomllib.loads(CAST.read_text(encoding="utf-8"))["person"]
PERSON = Document.of(PEOPLE[0])
READ = b"\x30\x01"


class Desk:
    def __init__(self, driver: SamvIdReader, peer: EmulatedSamV) -> None:
        self.driver = driver
        self.peer = peer
        self.events: asyncio.Queue[DeviceEvent] = asyncio.Queue()

    async def happens(self, what: Happening) -> DeviceEvent:
        async with asyncio.timeout(15):
            while True:
                event = await self.events.get()
                if event.happening is what:
                    return event

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(15):
            while not condition():
                await asyncio.sleep(0.01)

    async def polls(self, count: int) -> None:
        """So many more commands have been asked."""
        goal = len(self.peer.commands) + count
        await self.until(lambda: len(self.peer.commands) >= goal)


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr(limits, "ID_READER_POLL", 0.02)
    for name in ("FIND", "SELECT", "READ", "ADDRESS", "MODULE"):  # in pieces of 7 bytes a card takes 185 turns
        monkeypatch.setattr(limits, f"ID_READER_{name}", 1.0 if name == "READ" else 0.4)
    monkeypatch.setattr(limits, "ID_READER_PROBE", 0.1)
    async with EmulatedSamV(tmp_path / "id_reader") as peer:
        driver = SamvIdReader(IdReaderSettings(str(tmp_path / "id_reader")), today=lambda: TODAY)
        desk = Desk(driver, peer)
        running = asyncio.create_task(driver.run(desk.events))
        await desk.until(lambda: driver.medium is Medium.NOT_PRESENT)
        yield desk
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def laid(desk: Desk, document: Document = PERSON) -> None:
    desk.peer.lay(document)
    await desk.happens(Happening.INSERTED)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person["key"])
async def test_everybody_of_the_cast_is_read(desk, person):
    await laid(desk, Document.of(person))
    holder = await desk.driver.read()
    assert isinstance(holder, IdCardHolder)
    assert (holder.id_number, holder.name, holder.born) == (person["id_number"], person["name"][:15], person["born"])


async def test_a_card_left_lying_is_there_until_it_is_lifted(desk):
    await laid(desk)
    assert isinstance(await desk.driver.read(), IdCardHolder)
    await desk.polls(12)
    assert desk.driver.medium is Medium.PRESENT
    assert desk.events.empty()
    assert isinstance(await desk.driver.read(), IdCardHolder), "and can be read again"
    desk.peer.lift()
    await desk.happens(Happening.REMOVED)
    assert desk.driver.medium is Medium.NOT_PRESENT
    await desk.polls(4)
    assert desk.events.empty()
    await laid(desk)


async def test_another_card_laid_between_two_looks_is_another_card(desk):
    await laid(desk)
    desk.peer.lay(Document.of(PEOPLE[1]))
    await desk.happens(Happening.REMOVED)
    await desk.happens(Happening.INSERTED)
    holder = await desk.driver.read()
    assert isinstance(holder, IdCardHolder)
    assert holder.id_number == PEOPLE[1]["id_number"]


async def test_nothing_lies_there(desk):
    assert await desk.driver.read() == Failure(Fault.ID_CARD_UNREADABLE, "SW3 41")


@pytest.mark.parametrize("sw3", [code for code in Sw3 if code is not Sw3.OK], ids=lambda code: f"{code:02X}")
async def test_every_sw3_of_a_read_is_a_result(desk, sw3):
    await laid(desk)
    desk.peer.script = Script(sw3=sw3, only=READ)
    failure = await desk.driver.read()
    assert isinstance(failure, Failure)
    assert failure.detail == f"SW3 {sw3:02X}"
    expected = {
        **dict.fromkeys((0x10, 0x11, 0x21, 0x23), Fault.READER_GONE),
        0x40: Fault.ID_CARD_OTHER_KIND,
        0x60: Fault.ID_READER_SELF_TEST,
        0x66: Fault.ID_READER_NOT_AUTHORISED,
    }
    assert failure.fault is expected.get(sw3, Fault.ID_CARD_UNREADABLE)
    broken = sw3 in (Sw3.SELF_TEST, Sw3.NOT_AUTHORISED)
    assert (failure.completion is Completion.HARDWARE_ERROR) == broken


@pytest.mark.parametrize(
    "script",
    [
        Script(piece=7, pause=0.0005),
        Script(piece=1, pause=0.0, only=b"\x20\x01"),
        Script(noise=b"\x00\xff\xaa\xaa\x96"),
        Script(noise=bytes.fromhex("AAAAAA9669FFFF")),
        Script(bad_checksum=True, only=READ, times=1),
        Script(silent=True, only=READ, times=1),
    ],
    ids=["pieces", "bytes", "noise", "false length", "one bad checksum", "one silence"],
)
async def test_a_bad_line_is_borne(desk, script):
    desk.peer.script = script
    await laid(desk)
    holder = await desk.driver.read()
    assert isinstance(holder, IdCardHolder)
    assert holder.id_number == PERSON.id_number


@pytest.mark.parametrize("script", [Script(bad_checksum=True, only=READ), Script(silent=True, only=READ)])
async def test_a_read_that_never_comes_ends_in_time(desk, script):
    await laid(desk)
    desk.peer.script = script
    async with asyncio.timeout(5):
        assert await desk.driver.read() == Failure(Fault.ID_CARD_UNREADABLE, "silent", timed_out=True)


async def test_a_late_answer_is_not_taken_for_another(desk):
    await laid(desk)
    desk.peer.script = Script(delay=1.2, only=READ, times=1)
    first = await desk.driver.read()
    assert isinstance(first, IdCardHolder)
    await desk.polls(8)
    assert desk.driver.medium is Medium.PRESENT
    assert desk.events.empty()


async def test_a_read_given_up_does_not_spoil_the_next(desk):
    await laid(desk)
    desk.peer.script = Script(delay=0.15, only=READ, times=1)
    reading = asyncio.create_task(desk.driver.read())
    await asyncio.sleep(0.05)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert isinstance(await desk.driver.read(), IdCardHolder)


async def test_an_expired_card(desk):
    await laid(desk, replace(PERSON, valid_to=date(2026, 11, 22)))
    assert await desk.driver.read() == Failure(Fault.ID_CARD_EXPIRED)


async def test_a_field_that_cannot_be_gives_no_person(desk):
    await laid(desk, replace(PERSON, id_number="140999198004120210"))
    assert await desk.driver.read() == Failure(Fault.ID_CARD_UNREADABLE, "number")


async def test_a_module_that_falls_silent_is_offline_and_recovers(desk):
    desk.peer.script = Script(silent=True)
    await desk.until(lambda: desk.driver.state is State.OFFLINE)
    assert desk.driver.medium is Medium.UNKNOWN
    desk.peer.script = Script()
    assert (await desk.happens(Happening.RECOVERED)).state is State.ONLINE


async def test_a_broken_module_is_told(desk):
    desk.peer.script = Script(sw3=Sw3.NOT_AUTHORISED)
    await desk.until(lambda: desk.driver.state is State.HARDWARE_ERROR)
    assert (await desk.driver.self_test()) == Failure(Fault.ID_READER_NOT_AUTHORISED, "SW3 66")
    await desk.until(lambda: b"\x10\xff" in desk.peer.commands)
    desk.peer.script = Script()
    await desk.happens(Happening.RECOVERED)
    assert await desk.driver.self_test() is None
    assert await desk.driver.reset() is None


async def test_unplugged_with_a_card_on_it_and_plugged_in_again(desk):
    await laid(desk)
    desk.peer.unplug()
    await desk.happens(Happening.REMOVED)
    assert desk.driver.state is State.NO_DEVICE
    assert await desk.driver.read() == Failure(Fault.READER_GONE)
    desk.peer.plug()
    await desk.happens(Happening.RECOVERED)
    assert desk.driver.state is State.ONLINE


async def test_nothing_of_a_person_stays_in_the_driver(desk):
    await laid(desk)
    await desk.driver.read()
    async with desk.driver._one_at_a_time:
        assert desk.driver._module is not None
        assert desk.driver._module._receiver._held == b""
        assert PERSON.id_number not in repr([vars(desk.driver), vars(desk.driver._module)])
