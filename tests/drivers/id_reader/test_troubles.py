"""Step by step: garbled, in pieces, late, silent, at another rate, unplugged in the middle; deadlines, cancelling."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract import limits
from contract.faults import Fault
from drivers.device import DeviceEvent, Failure, Happening, IdCardHolder, Medium, State
from drivers.emulated.sam_v import Document, EmulatedSamV, Script
from drivers.id_reader import IdReaderSettings, SamvIdReader
from drivers.id_reader.frames import BAUDS

TODAY = date(2026, 11, 23)
CAST = Path(__file__).parents[3] / "deploy" / "demo" / "cast.toml"
PEOPLE = tomllib.loads(CAST.read_text(encoding="utf-8"))["person"]
PERSON = Document.of(PEOPLE[0])
READ, FIND, SELECT = b"\x30\x01", b"\x20\x01", b"\x20\x02"
WHOLE = 1295


class Desk:
    def __init__(self, driver: SamvIdReader, peer: EmulatedSamV) -> None:
        self.driver = driver
        self.peer = peer
        self.events: asyncio.Queue[DeviceEvent] = asyncio.Queue()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                await asyncio.sleep(0.005)

    async def laid(self) -> None:
        self.peer.lay(PERSON)
        await self.until(lambda: self.driver.medium is Medium.PRESENT)


@asynccontextmanager
async def desk_at(folder: Path, baud: int = 115200, *, lying: bool = False, watch: bool = False) -> AsyncIterator[Desk]:
    """Without *watch* the reader looks for a card rarely: steps are then for the test's own commands."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("FIND", "SELECT", "READ", "ADDRESS", "MODULE"):
            patch.setattr(limits, f"ID_READER_{name}", 0.25)
        patch.setattr(limits, "ID_READER_PROBE", 0.1)
        patch.setattr(limits, "ID_READER_QUIET", 0.05)
        patch.setattr(limits, "ID_READER_POLL", 0.01)
        async with EmulatedSamV(folder / "id") as peer:
            driver = SamvIdReader(IdReaderSettings(str(folder / "id"), baud), today=lambda: TODAY)
            desk = Desk(driver, peer)
            running = asyncio.create_task(driver.run(desk.events))
            try:
                if lying:
                    peer.lay(PERSON)
                    await desk.until(lambda: driver.medium is Medium.PRESENT)
                    if not watch:
                        patch.setattr(limits, "ID_READER_POLL", 3600.0)
                        await asyncio.sleep(0.05)
                yield desk
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
                assert driver.state is State.UNKNOWN


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_at(tmp_path, lying=True) as made:
        yield made


@pytest.mark.parametrize(
    "steps",
    [
        [Script(bad_checksum=True)],
        [Script(bad_checksum=True), Script(), Script(bad_checksum=True), Script(), Script(bad_checksum=True)],
        [Script(sw3=0x41), Script(sw3=0x80), Script(sw3=0x81)],
        [Script(silent=True), Script(), Script(noise=b"\xaa" * 40)],
        [Script(length=0x0508 + 1)],
        [Script(length=0x0A00)],
        [Script(length=3)],
        [Script(length=0)],
        [Script(noise=bytes.fromhex("AAAAAA96690BFF"), only=READ)],
        [Script(delay=0.35)],
        [Script(piece=1, pause=0.0)],
        [Script(piece=100, pause=0.002, noise=bytes(200))],
    ],
    ids=[
        "garbled once", "garbled three times", "refused at each step", "silent, then noise", "longer by one",
        "much longer", "too short", "no length", "a false beginning", "late", "byte by byte", "pieces and noise",
    ],
)  # fmt: skip
async def test_one_bad_answer_at_each_step_is_borne(desk, steps):
    desk.peer.play(*steps)
    holder = await desk.driver.read()
    assert isinstance(holder, IdCardHolder), desk.peer.commands
    assert holder.id_number == PERSON.id_number
    assert isinstance(await desk.driver.read(), IdCardHolder), "and the next is not spoilt"


@pytest.mark.parametrize("bad", [Script(bad_checksum=True), Script(length=0x0508 - 1), Script(silent=True)])
async def test_a_second_frame_that_is_wrong_too_is_no_person(desk, bad):
    desk.peer.play(bad, Script(), Script(), Script(), bad)  # READ, STATUS, FIND, SELECT, READ
    failure = await desk.driver.read()
    assert isinstance(failure, Failure)
    assert failure.fault is Fault.ID_CARD_UNREADABLE
    assert isinstance(await desk.driver.read(), IdCardHolder)


@pytest.mark.parametrize("after", [0, 1, 6, 7, 10, 300, WHOLE - 1])
async def test_unplugged_in_the_middle_of_an_answer(desk, after):
    desk.peer.play(Script(unplug_after=after))
    assert await desk.driver.read() == Failure(Fault.READER_GONE)


async def test_unplugged_while_it_is_read_it_recovers(tmp_path):
    async with desk_at(tmp_path, lying=True, watch=True) as desk:
        desk.peer.script = Script(unplug_after=700, only=READ, times=1)
        reading = await desk.driver.read()
        await desk.until(lambda: desk.driver.state is State.NO_DEVICE)
        assert isinstance(reading, (Failure, IdCardHolder))
        desk.peer.plug()
        desk.peer.lay(PERSON)
        happened = []
        async with asyncio.timeout(20):
            while Happening.RECOVERED not in happened:
                happened.append((await desk.events.get()).happening)
        await desk.until(lambda: desk.driver.medium is Medium.PRESENT)
        assert isinstance(await desk.driver.read(), IdCardHolder)


async def test_a_late_answer_is_never_the_card_that_lies_there_now(desk):
    """One card is asked for and given up, and while the module is still at it another is laid."""
    other = Document.of(PEOPLE[1])
    for late in (0.1, 0.3, 0.6):
        desk.peer.lay(PERSON)
        desk.peer.play(Script(), Script(), Script(delay=late))
        await desk.driver.read()
        reading = asyncio.create_task(desk.driver.read())
        await asyncio.sleep(0.05)
        reading.cancel()
        desk.peer.lay(other)
        desk.peer.play()
        for _ in range(6):
            holder = await desk.driver.read()
            assert isinstance(holder, Failure) or holder.id_number == other.id_number
        assert isinstance(holder, IdCardHolder)


# -- rates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", BAUDS)
@pytest.mark.parametrize("configured", [115200, 9600])
async def test_the_modules_rate_is_found(tmp_path, rate, configured):
    async with EmulatedSamV(tmp_path / "id") as peer:
        peer.baud = rate
        peer.lay(PERSON)
        driver = SamvIdReader(IdReaderSettings(str(tmp_path / "id"), configured), today=lambda: TODAY)
        running = asyncio.create_task(driver.run(asyncio.Queue()))
        async with asyncio.timeout(20):
            while driver.medium is not Medium.PRESENT:
                await asyncio.sleep(0.02)
        assert driver.baud == rate
        assert isinstance(await driver.read(), IdCardHolder)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_module_that_changed_its_rate_by_itself_is_found_again(tmp_path):
    async with desk_at(tmp_path, watch=True) as desk:
        await desk.until(lambda: desk.driver.state is State.ONLINE)
        desk.peer.baud = 19200
        await desk.until(lambda: desk.driver.state is State.OFFLINE)
        await desk.until(lambda: desk.driver.state is State.ONLINE)
        assert desk.driver.baud == 19200


async def test_set_to_another_rate_for_provisioning(desk):
    for rate in (57600, 9600, 115200):
        assert await desk.driver.set_baud(rate) is None
        assert (desk.peer.baud, desk.driver.baud) == (rate, rate)
        assert isinstance(await desk.driver.read(), IdCardHolder)
    with pytest.raises(ValueError, match="2400"):
        await desk.driver.set_baud(2400)


async def test_a_rate_that_is_refused_changes_nothing(desk):
    desk.peer.play(Script(sw3=0x21))
    assert await desk.driver.set_baud(9600) == Failure(Fault.READER_GONE, "SW3 21")
    assert desk.driver.baud == 115200
    assert isinstance(await desk.driver.read(), IdCardHolder)


# -- what else it says -----------------------------------------------------------------------------------------------


async def test_the_newest_address(desk):
    assert await desk.driver.newest_address() == ""
    desk.peer.newest_address = "示例县柳沟村2号"
    assert await desk.driver.newest_address() == "示例县柳沟村2号"
    desk.peer.newest_address = "示例\n"
    assert await desk.driver.newest_address() == Failure(Fault.ID_CARD_UNREADABLE, "encoding")
    desk.peer.lift()
    assert await desk.driver.newest_address() == Failure(Fault.ID_CARD_UNREADABLE, "SW3 41")


async def test_the_modules_number(desk):
    assert await desk.driver.sam_id() == "05.01-20227589-0000000001-0000000255"
    desk.peer.play(Script(sw3=0x66))
    assert await desk.driver.sam_id() == Failure(Fault.ID_READER_NOT_AUTHORISED, "SW3 66")


async def test_a_card_left_lying_over_a_restart_was_laid_by_nobody(tmp_path):
    async with desk_at(tmp_path, lying=True) as desk:
        again = SamvIdReader(IdReaderSettings(str(tmp_path / "id")), today=lambda: TODAY)
        events: asyncio.Queue[DeviceEvent] = asyncio.Queue()
        running = asyncio.create_task(again.run(events))
        await desk.until(lambda: again.medium is Medium.PRESENT)
        assert [events.get_nowait().happening for _ in range(events.qsize())] == [Happening.STATE_CHANGED]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


# -- deadlines and cancelling ----------------------------------------------------------------------------------------

COMMANDS = {
    "read": lambda driver: driver.read(),
    "newest_address": lambda driver: driver.newest_address(),
    "sam_id": lambda driver: driver.sam_id(),
    "self_test": lambda driver: driver.self_test(),
    "reset": lambda driver: driver.reset(),
    "set_baud": lambda driver: driver.set_baud(115200),
}
PEERS = {
    "silent": Script(silent=True),
    "garbling": Script(bad_checksum=True),
    "slow": Script(piece=5, pause=0.12),
    "endless noise": Script(noise=b"\xaa\xaa\xaa\x96\x69\x05\x08" * 4000, piece=50, pause=0.01),
    "false lengths": Script(length=0x0BFF, piece=20, pause=0.02),
}


def test_every_command_has_its_deadline_and_every_deadline_its_command():
    assert set(SamvIdReader(IdReaderSettings("")).capabilities.deadlines) == set(COMMANDS)


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("command", COMMANDS)
async def test_a_deadline_is_true_whatever_the_module_does(tmp_path, command, peer):
    async with desk_at(tmp_path, lying=True, watch=True) as desk:
        desk.peer.script = PEERS[peer]
        async with asyncio.timeout(desk.driver.capabilities.deadlines[command] + 0.25):
            result = await COMMANDS[command](desk.driver)
        assert not isinstance(result, IdCardHolder)
        desk.peer.script = Script()


@pytest.mark.parametrize("peer", [Script(), Script(delay=0.1), Script(silent=True), Script(piece=50, pause=0.005)])
@pytest.mark.parametrize("command", COMMANDS)
async def test_cancelled_at_any_moment_the_next_command_is_taken(desk, command, peer):
    for wait in (0.0, 0.001, 0.03):
        desk.peer.play(peer)
        doing = asyncio.create_task(COMMANDS[command](desk.driver))
        await asyncio.sleep(wait)
        doing.cancel()
        await asyncio.gather(doing, return_exceptions=True)
    desk.peer.play()
    assert isinstance(await desk.driver.read(), IdCardHolder)


async def test_ended_while_a_command_waits_the_command_ends_at_once(tmp_path):
    async with desk_at(tmp_path, lying=True) as desk:
        desk.peer.play(Script(silent=True))
        reading = asyncio.create_task(desk.driver.read())
        await asyncio.sleep(0.02)
    async with asyncio.timeout(0.2):
        assert await reading == Failure(Fault.READER_GONE)


STEPS = st.lists(
    st.builds(
        Script,
        sw3=st.one_of(st.none(), st.none(), st.integers(0, 255)),
        bad_checksum=st.booleans(),
        length=st.one_of(st.none(), st.none(), st.integers(0, 0x0C00)),
        noise=st.binary(max_size=30),
        piece=st.sampled_from([0, 3, 40, 500]),
        pause=st.just(0.0),
    ),
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_whatever_is_answered_it_is_this_person_or_none(steps):
    async def one(folder: Path) -> None:
        async with desk_at(folder, lying=True) as desk:
            desk.peer.play(*steps)
            result = await desk.driver.read()
            assert isinstance(result, Failure) or replace(result) == expected
            desk.peer.play()
            assert await desk.driver.read() == expected

    from tempfile import TemporaryDirectory  # noqa: PLC0415 - only here

    from drivers.id_reader.document import decode  # noqa: PLC0415 - only here

    expected = decode(PERSON.text(), TODAY)
    with TemporaryDirectory() as folder:
        asyncio.run(one(Path(folder)))
