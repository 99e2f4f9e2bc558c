"""What goes wrong, step by step, against the byte-level peer: no false success, no second print, and no status that
keeps a slip from being printed (Odoo pull requests 208611 and 223525 are about the first and the last)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from contract import limits
from contract.faults import Fault
from contract.slip import PrintOutcome, Slip, Text
from drivers.device import Happening, Printed, State, Supply
from drivers.emulated.printer import EmulatedPrinter, Model
from drivers.printer import Profile, profile, profiles
from drivers.printer.settings import Cut, End

SLIP = Slip(tuple(Text(f"第{number}行，办件结果在这里。") for number in range(30)))
LONG = Slip(tuple(Text(f"第{number}行，办件结果在这里。") for number in range(120)))
MODELS = {
    "citizen-ppu": Model(presenter=True, in_order=True),
    "no-in-order": Model(in_order=False, process_id=False),
    "no-near-end": Model(near_end=False),
    "no-qr": Model(native_qr=False),
    "xonxoff-80": Model(xonxoff=True, buffer=1024),
    "mute": Model(answers=(), in_order=False, process_id=False, automatic=False),
}
Trouble = Callable[[EmulatedPrinter], Any]
KNOWN = [name for name in profiles() if name != "mute"]


def whole(peer: EmulatedPrinter, slip: Slip) -> int:
    return sum(all(line.text in one.text for line in slip.lines if isinstance(line, Text)) for one in peer.slips)


@pytest.mark.parametrize("name", KNOWN)
async def test_every_model_prints_and_says_so(open_bench, name):
    model = profile(name)
    async with open_bench(profile=model, width_mm=model.widths[0], model=MODELS.get(name), speed=400.0) as printing:
        assert await printing.driver.print("job-1", SLIP) == Printed(PrintOutcome.PRINTED)
        await printing.until(lambda: printing.peer.unprinted == 0)
        assert len(printing.peer.slips) == (0 if model.cut is Cut.NONE else 1)
        assert printing.peer.unknown == []


@pytest.mark.parametrize("end", list(End))
@pytest.mark.parametrize("automatic", [True, False])
@pytest.mark.parametrize(
    ("trouble", "fault"),
    [
        (lambda peer: peer.at_line(10, peer.jam), Fault.PRINTER_JAM),
        (lambda peer: peer.at_line(10, lambda: peer.set_cover(True)), Fault.PRINTER_COVER),
        (lambda peer: peer.at_line(10, lambda: peer.set_paper("out")), Fault.PAPER_OUT),
        (lambda peer: peer.at_line(10, peer.break_down), Fault.PRINTER_BROKEN),
    ],
    ids=["jam", "cover", "out", "broken"],
)
async def test_no_false_success_when_it_stops_in_the_middle(open_bench, trouble: Trouble, fault, end, automatic):
    async with open_bench(profile=Profile(end=end, automatic=automatic, speed=50.0), speed=400.0) as printing:
        trouble(printing.peer)
        assert await printing.driver.print("job-1", LONG) == Printed(PrintOutcome.NOT_PRINTED, fault)
        assert whole(printing.peer, LONG) == 0
        assert printing.ledger.entries[-1] == ("job-1", PrintOutcome.NOT_PRINTED)


@pytest.mark.parametrize("end", list(End))
async def test_no_false_success_when_the_cutter_sticks(open_bench, end):
    async with open_bench(profile=Profile(end=end, speed=50.0), speed=400.0) as printing:
        printing.peer.at_cut(printing.peer.jam)
        assert await printing.driver.print("job-1", SLIP) == Printed(PrintOutcome.NOT_PRINTED, Fault.PRINTER_JAM)


@pytest.mark.parametrize("end", list(End))
@pytest.mark.parametrize("automatic", [True, False])
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_no_false_success_from_garbled_answers(open_bench, end, automatic, seed):
    """The slip never comes out whole; whatever rubbish the printer answers, it is not taken for its word."""
    model = Profile(end=end, automatic=automatic, speed=60.0)
    async with open_bench(profile=model, speed=400.0) as printing:
        printing.peer.at_line(10, lambda: (printing.peer.garble(seed), printing.peer.jam()))
        printed = await printing.driver.print("job-1", LONG)
        assert whole(printing.peer, LONG) == 0
        assert printed.outcome is not PrintOutcome.PRINTED


@pytest.mark.parametrize("end", list(End))
async def test_no_false_success_from_silence_after_so_many_bytes(open_bench, end):
    async with open_bench(profile=Profile(end=end, speed=50.0), speed=400.0) as printing:
        printing.peer.at_byte(300, printing.peer.fall_silent)
        assert await printing.driver.print("job-1", SLIP) == Printed(PrintOutcome.UNKNOWN, Fault.PRINT_UNKNOWN)
        assert printing.driver.supply is Supply.UNKNOWN, "never plenty"


async def test_no_double_print_by_asking_again_for_the_same_job(open_bench):
    async with open_bench(speed=300.0) as printing:
        first = asyncio.create_task(printing.driver.print("job-1", SLIP))
        await printing.until(lambda: printing.ledger.entries != [])
        again = await asyncio.gather(first, printing.driver.print("job-1", SLIP), printing.driver.print("job-1", SLIP))
        assert {printed.outcome for printed in again} == {PrintOutcome.PRINTED}
        assert (await printing.driver.print("job-1", SLIP)).outcome is PrintOutcome.PRINTED
        await printing.driver.print("job-2", Slip((Text("别的"),)))
        assert whole(printing.peer, SLIP) == 1
        assert len(printing.peer.slips) == 2


@pytest.mark.parametrize("trouble", ["silent", "unplug"])
async def test_no_double_print_after_an_outcome_that_is_not_known(open_bench, trouble):
    async with open_bench(speed=200.0) as printing:
        peer = printing.peer
        peer.at_line(10, peer.fall_silent if trouble == "silent" else peer.unplug)
        assert (await printing.driver.print("job-1", SLIP)).outcome is not PrintOutcome.PRINTED
        peer.silent = False
        if trouble == "unplug":
            await printing.until(lambda: printing.driver.state is State.NO_DEVICE)
            peer.plug()
        await printing.until(lambda: printing.driver.state is State.ONLINE)
        lines = peer.lines
        assert (await printing.driver.print("job-1", SLIP)).outcome is not PrintOutcome.PRINTED
        await asyncio.sleep(0.5)
        assert whole(peer, SLIP) <= 1
        assert [job for job, outcome in printing.ledger.entries if outcome is None] == ["job-1"]
        assert trouble == "silent" or peer.lines == lines


async def test_a_status_failure_does_not_block_printing_when_a_question_stays_unanswered(open_bench):
    """It answers n=1 and 4 and keeps silent to 2 and 3, which the profile says it answers."""
    async with open_bench(model=Model(answers=(1, 4)), ready=State.UNKNOWN) as printing:
        assert await printing.driver.print("job-1", SLIP) == Printed(PrintOutcome.PRINTED)
        assert whole(printing.peer, SLIP) == 1


async def test_a_status_failure_does_not_block_printing_when_it_never_answers(open_bench):
    """Its profile says so; it prints, and nobody claims to know."""
    async with open_bench(profile=profile("mute"), model=MODELS["mute"], ready=State.UNKNOWN) as printing:
        assert await printing.driver.print("job-1", SLIP) == Printed(PrintOutcome.UNKNOWN, Fault.PRINT_UNKNOWN)
        assert whole(printing.peer, SLIP) == 1
        assert printing.driver.supply is Supply.UNKNOWN


async def test_a_status_failure_does_not_block_printing_when_something_with_power_is_surely_there(
    printing, monkeypatch
):
    """DSR is raised (a pseudo-terminal has no such line: what the port asks the kernel for is put in its place)."""
    monkeypatch.setattr(printing.driver._port, "_there", lambda: True)
    printing.peer.silent = True
    assert await printing.driver.print("job-1", SLIP) == Printed(PrintOutcome.UNKNOWN, Fault.PRINT_UNKNOWN)
    assert whole(printing.peer, SLIP) == 1


@pytest.mark.parametrize("end", list(End))
async def test_a_sender_that_has_to_wait_prints_all_the_same(open_bench, end):
    """XOFF for a while, in the middle."""
    model = Profile(xonxoff=True, end=end, speed=50.0)
    async with open_bench(profile=model, model=Model(xonxoff=True, buffer=2048), speed=600.0) as printing:
        peer = printing.peer

        def hold() -> None:
            peer.hold()
            asyncio.get_running_loop().call_later(1.5, peer.release)

        peer.at_byte(1500, hold)
        printed = await printing.driver.print("job-1", LONG)
        assert printed.outcome is not PrintOutcome.NOT_PRINTED
        await printing.until(lambda: len(peer.slips) == 1)
        assert whole(peer, LONG) == 1
        assert peer.unknown == []


async def test_paper_out_behind_a_full_buffer_is_seen_at_once_where_the_printer_reports_it(open_bench):
    loop = asyncio.get_running_loop()
    async with open_bench(profile=Profile(automatic=True), model=Model(buffer=1024), speed=400.0) as printing:
        printing.peer.out_after(5)
        began = loop.time()
        assert await printing.driver.print("job-1", LONG) == Printed(PrintOutcome.NOT_PRINTED, Fault.PAPER_OUT)
        assert loop.time() - began < limits.PRINT_JOB / 2


async def test_a_slow_answer_is_not_taken_for_the_next_questions(open_bench, monkeypatch):
    """It answers later than anybody waits: unknown, and never another question's answer."""
    monkeypatch.setattr(limits, "PRINTER_POLL", 0.05)
    async with open_bench() as printing:
        printing.peer.set_paper("low")
        await printing.until(lambda: printing.driver.supply is Supply.LOW)
        printing.peer.delay = 1.0
        await printing.until(lambda: printing.driver.state is State.UNKNOWN)
        for _ in range(200):
            assert (printing.driver.state, printing.driver.supply) == (State.UNKNOWN, Supply.UNKNOWN)
            await asyncio.sleep(0.02)


async def test_reported_changes_come_without_being_asked_for(open_bench, monkeypatch):
    async with open_bench(profile=profile("epson-tm")) as printing:
        monkeypatch.setattr(limits, "PRINTER_POLL", 60.0)
        await asyncio.sleep(0.5)
        printing.told()
        for change, state, supply in (
            (lambda: printing.peer.set_paper("low"), State.ONLINE, Supply.LOW),
            (lambda: printing.peer.set_cover(True), State.USER_ERROR, Supply.LOW),
            (lambda: printing.peer.set_paper("full"), State.USER_ERROR, Supply.FULL),
            (lambda: printing.peer.set_cover(False), State.ONLINE, Supply.FULL),
        ):
            change()
            await printing.until(
                lambda state=state, supply=supply: (printing.driver.state, printing.driver.supply) == (state, supply), 5
            )
        assert [what for what in printing.told() if what is not Happening.STATE_CHANGED] == [
            Happening.LOW, Happening.RECOVERED,
        ]  # fmt: skip


async def test_a_slip_taken_out_of_the_presenter_is_told(open_bench):
    async with open_bench(profile=profile("citizen-ppu"), model=MODELS["citizen-ppu"]) as printing:
        assert (await printing.driver.print("job-1", SLIP)).outcome is PrintOutcome.PRINTED
        await asyncio.sleep(0.5)
        assert Happening.TAKEN not in printing.told()
        printing.peer.take()
        await asyncio.sleep(0.5)
        assert printing.told() == [Happening.STATE_CHANGED, Happening.TAKEN]


async def test_paper_low_is_told_once_though_its_sensor_flutters(open_bench, monkeypatch):
    monkeypatch.setattr(limits, "PRINTER_POLL", 0.02)
    async with open_bench() as printing:
        for _ in range(4):
            for paper, supply in (("low", Supply.LOW), ("full", Supply.FULL)):
                printing.peer.set_paper(paper)
                await printing.until(lambda supply=supply: printing.driver.supply is supply)
        assert printing.told().count(Happening.LOW) == 1
        printing.peer.set_cover(True)
        await printing.until(lambda: printing.driver.state is State.USER_ERROR)
        printing.peer.set_cover(False)
        await printing.until(lambda: printing.driver.state is State.ONLINE)
        assert Happening.RECOVERED in printing.told()


# -- deadlines -------------------------------------------------------------------------------------------------------

PEERS: dict[str, Trouble] = {
    "silent": lambda peer: peer.fall_silent(),
    "garbling": lambda peer: peer.garble(),
    "slow": lambda peer: setattr(peer, "delay", 1.0),
    "holding": lambda peer: peer.hold(),
}


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PRINT_JOB", 3.0)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("command", ["status", "print"])
async def test_every_command_ends_within_its_deadline_and_the_next_one_is_taken(open_bench, name, command):
    async with open_bench(model=Model(xonxoff=True), profile=Profile(xonxoff=True)) as printing:
        driver, peer = printing.driver, printing.peer
        PEERS[name](peer)
        async with asyncio.timeout(driver.capabilities.deadlines[command]):
            await (driver.status() if command == "status" else driver.print("job-1", SLIP))
        peer.silent, peer.garbling, peer.delay = False, None, 0.0
        peer.release()
        await printing.until(lambda: driver.state is State.ONLINE)
        assert (await driver.print("job-2", SLIP)).outcome is PrintOutcome.PRINTED


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("command", ["status", "print"])
async def test_every_command_can_be_cancelled_and_the_next_one_is_taken(open_bench, name, command):
    async with open_bench(model=Model(xonxoff=True), profile=Profile(xonxoff=True)) as printing:
        driver, peer = printing.driver, printing.peer
        PEERS[name](peer)
        asked = asyncio.create_task(driver.status() if command == "status" else driver.print("job-1", SLIP))
        await asyncio.sleep(0.3)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        peer.silent, peer.garbling, peer.delay = False, None, 0.0
        peer.release()
        await printing.until(lambda: driver.state is State.ONLINE)
        assert (await driver.print("job-2", SLIP)).outcome is PrintOutcome.PRINTED


async def test_a_job_cancelled_before_it_was_begun_is_not_printed(open_bench):
    async with open_bench(speed=300.0) as printing:
        first = asyncio.create_task(printing.driver.print("job-1", SLIP))
        second = asyncio.create_task(printing.driver.print("job-2", SLIP))
        await printing.until(lambda: printing.ledger.entries != [])
        second.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        await printing.driver.print("job-3", Slip((Text("后面的"),)))
        assert [job for job, outcome in printing.ledger.entries if outcome is None] == ["job-1", "job-3"]
        assert whole(printing.peer, SLIP) == 1


async def test_what_was_left_by_an_earlier_run_is_cut_off_first(open_bench):
    async with open_bench(left_over=True) as printing:
        printing.peer._buffer += "甲第1行\n".encode("gbk")  # in the printer when the power was cut
        printing.peer._wake.set()
        await asyncio.sleep(0.1)
        assert (await printing.driver.print("job-1", Slip((Text("乙"),)))).outcome is PrintOutcome.PRINTED
        assert "甲" not in "".join(printing.peer.slips[-1].text)
        assert len(printing.peer.slips) == 2
