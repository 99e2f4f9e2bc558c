"""One job, once: what comes out, what is said of it, and what stands in the ledger."""

from __future__ import annotations

import asyncio
import os

import pytest

from contract import limits
from contract.faults import Fault
from contract.slip import Number, Pair, PrintOutcome, Qr, Rule, Slip, Table, Text, Title
from drivers.device import Happening, Printed, State, Supply
from drivers.emulated.printer import EmulatedPrinter
from drivers.printer import Profile
from drivers.printer.settings import Cut

SLIP = Slip(
    (
        Text("「就近办」自助终端", centred=True),
        Title("固定工求职登记"),
        Rule(),
        Pair("姓名", "张*"),
        Number("2611 2300 0417"),
        Table(("月份", "缴费基数"), (("2026年10月", "4 512.00"), ("2026年9月", "4 512.00"))),
        Qr("https://follow.example/f/261123000417", "用手机扫一扫"),
        Text("有问题请打 12333。"),
    )
)
LONG = Slip(tuple(Text(f"第{number}行，办件结果在这里。") for number in range(60)))


async def test_a_slip_comes_out_whole(printing):
    assert await printing.driver.print("job-1", SLIP) == Printed(PrintOutcome.PRINTED)
    (slip,) = printing.peer.slips
    text = "\n".join(slip.text)
    for words in (
        "「就近办」自助终端",
        "固定工求职登记",
        "姓名  张*",
        "2611 2300 0417",
        "2026年10月",
        "有问题请打 12333。",
    ):
        assert words in text
    assert slip.codes == ("https://follow.example/f/261123000417",)
    assert printing.peer.unknown == []
    assert printing.peer.strays == 0
    assert printing.ledger.entries == [("job-1", None), ("job-1", PrintOutcome.PRINTED)]


async def test_the_ledger_has_the_job_before_its_first_byte(printing):
    await printing.driver.print("job-1", SLIP)
    before = printing.ledger.bytes_at_start
    before = before.replace(b"\x1d\x61\x00", b"")  # and that nothing be told unasked
    for number in (1, 2, 3, 4):
        before = before.replace(bytes((0x10, 0x04, number)), b"")
    assert before == b"", "only questions went out"
    assert len(printing.peer.slips) == 1


async def test_a_ledger_with_no_room_keeps_the_paper_white(printing):
    printing.ledger.full = True
    assert await printing.driver.print("job-1", SLIP) == Printed(PrintOutcome.NOT_PRINTED, Fault.DISK_FULL)
    await printing.until(lambda: printing.peer.unprinted == 0)
    assert printing.peer.slips == []


async def test_a_ledger_that_fails_keeps_the_paper_white(printing, monkeypatch):
    async def full(job):
        raise OSError("disk full")

    monkeypatch.setattr(printing.ledger, "started", full)
    with pytest.raises(OSError, match="disk full"):
        await printing.driver.print("job-1", SLIP)
    assert printing.peer.slips == []
    monkeypatch.undo()
    assert (await printing.driver.print("job-2", SLIP)).outcome is PrintOutcome.PRINTED


@pytest.mark.parametrize("width_mm", [80, 58])
async def test_the_picture_is_as_wide_as_the_paper(open_bench, width_mm):
    async with open_bench(width_mm=width_mm) as printing:
        await printing.driver.print("job-1", SLIP)
        (slip,) = printing.peer.slips
        assert slip.picture.width == {80: 640, 58: 464}[width_mm]
        assert slip.png().startswith(b"\x89PNG")
        darkest, lightest = slip.picture.getextrema()
        assert darkest < 64
        assert lightest > 240


async def test_a_rare_character_is_drawn_and_never_a_question_mark(printing):
    await printing.driver.print("job-1", Slip((Pair("姓名", "㐂𠮷"), Text("前后都在"))))
    (slip,) = printing.peer.slips
    assert "▒" in slip.text
    assert "?" not in "".join(slip.text)
    assert "前后都在" in slip.text
    assert slip.raw.count(b"\x1d\x76\x30") == 1
    assert printing.peer.strays == 0


async def test_a_drawn_line_looks_like_what_was_drawn(printing):
    """The dots of 「𠮷」 on the paper are those of the font, at the cell where they belong."""
    await printing.driver.print("job-1", Slip((Text("𠮷"),)))
    (slip,) = printing.peer.slips
    drawn = printing.driver._pen.line("𠮷")
    top = 40
    on_paper = slip.picture.crop((32, top, 56, top + 24)).point([0 if grey < 128 else 255 for grey in range(256)])
    differing = sum(one != other for one, other in zip(drawn.tobytes(), on_paper.tobytes(), strict=True))
    assert differing <= 2, "dots differ by more than the harmless() widening"
    assert sum(dot == 0 for dot in drawn.tobytes()) > 60


@pytest.mark.parametrize("native", [True, False])
async def test_a_qr_is_drawn_in_the_middle(open_bench, native):
    async with open_bench(profile=Profile(native_qr=native)) as printing:
        await printing.driver.print("job-1", Slip((Qr("https://follow.example/f/1", ""),)))
        (slip,) = printing.peer.slips
        left, _, right, _ = slip.picture.point([255 if grey < 128 else 0 for grey in range(256)]).getbbox()
        assert abs((left + right) - slip.picture.width) <= 8
        assert right - left > 160
        assert (slip.codes == ("https://follow.example/f/1",)) is native


@pytest.mark.parametrize("cut", list(Cut))
async def test_every_kind_of_cut_ends_well(open_bench, cut):
    async with open_bench(profile=Profile(cut=cut)) as printing:
        assert (await printing.driver.print("job-1", SLIP)).outcome is PrintOutcome.PRINTED
        assert len(printing.peer.slips) == (0 if cut is Cut.NONE else 1)


@pytest.mark.parametrize(
    ("trouble", "fault"),
    [
        (lambda peer: peer.set_paper("out"), Fault.PAPER_OUT),
        (lambda peer: peer.set_cover(True), Fault.PRINTER_COVER),
        (lambda peer: peer.jam(), Fault.PRINTER_JAM),
        (lambda peer: peer.unplug(), Fault.PRINTER_GONE),
        (lambda peer: setattr(peer, "silent", True), Fault.PRINTER_GONE),
    ],
)
async def test_trouble_before_a_job_refuses_it(printing, trouble, fault):
    trouble(printing.peer)
    assert await printing.driver.print("job-1", SLIP) == Printed(PrintOutcome.NOT_PRINTED, fault)
    assert printing.ledger.entries == []
    await printing.until(lambda: printing.peer.unprinted == 0)
    assert printing.peer.slips == []


@pytest.mark.parametrize(
    ("trouble", "cure", "fault"),
    [
        (lambda peer: peer.out_after(5), lambda peer: peer.set_paper("full"), Fault.PAPER_OUT),
        (lambda peer: peer.jam_after(5), lambda peer: peer.clear_jam(), Fault.PRINTER_JAM),
    ],
)
async def test_trouble_during_a_job_is_told_and_the_rest_never_comes_out(printing, trouble, cure, fault):
    trouble(printing.peer)
    assert await printing.driver.print("job-1", LONG) == Printed(PrintOutcome.NOT_PRINTED, fault)
    assert printing.ledger.entries[-1] == ("job-1", PrintOutcome.NOT_PRINTED)
    await printing.until(lambda: printing.peer.unprinted == 0)
    cure(printing.peer)
    await printing.until(lambda: printing.driver.state is State.ONLINE)
    assert printing.peer.slips == []
    assert (await printing.driver.print("job-2", SLIP)).outcome is PrintOutcome.PRINTED
    assert "第" not in "".join(printing.peer.slips[-1].text), "nothing of the first slip hangs on the second"


async def test_the_cover_opened_during_a_job(open_bench):
    async with open_bench(speed=200.0) as printing:
        job = asyncio.create_task(printing.driver.print("job-1", LONG))
        await printing.until(lambda: printing.ledger.entries != [] and printing.peer.unprinted > 0)
        printing.peer.set_cover(True)
        assert await job == Printed(PrintOutcome.NOT_PRINTED, Fault.PRINTER_COVER)


async def test_a_printer_that_falls_silent_leaves_the_outcome_unknown(open_bench):
    async with open_bench(speed=300.0) as printing:
        job = asyncio.create_task(printing.driver.print("job-1", LONG))
        await printing.until(lambda: printing.ledger.entries != [])
        printing.peer.silent = True
        assert await job == Printed(PrintOutcome.UNKNOWN, Fault.PRINT_UNKNOWN)
        assert printing.ledger.entries[-1] == ("job-1", PrintOutcome.UNKNOWN)
        await printing.until(lambda: len(printing.peer.slips) == 1)  # printed once, and never repeated


async def test_a_printer_that_goes_away_during_a_job_and_comes_back(open_bench):
    async with open_bench(speed=200.0) as printing:
        loop = asyncio.get_running_loop()
        began = loop.time()
        job = asyncio.create_task(printing.driver.print("job-1", LONG))
        await printing.until(lambda: printing.ledger.entries != [] and printing.peer.unprinted > 0)
        printing.peer.unplug()
        printed = await job
        assert printed.outcome is not PrintOutcome.PRINTED
        assert loop.time() - began < limits.PRINT_JOB
        await printing.until(lambda: printing.driver.state is State.NO_DEVICE)
        printing.peer.plug()
        await printing.until(lambda: printing.driver.state is State.ONLINE)
        assert printing.peer.slips == [], "the job is not repeated"
        assert [job for job, outcome in printing.ledger.entries if outcome is None] == ["job-1"]


async def test_the_end_is_told_only_when_the_slip_is_out(open_bench):
    async with open_bench(speed=300.0) as printing:
        assert (await printing.driver.print("job-1", LONG)).outcome is PrintOutcome.PRINTED
        assert len(printing.peer.slips) == 1


async def test_a_hot_head_is_waited_for(open_bench):
    async with open_bench(speed=300.0) as printing:
        job = asyncio.create_task(printing.driver.print("job-1", LONG))
        await printing.until(lambda: printing.peer.unprinted > 0)
        printing.peer.set_hot(True)
        await printing.until(lambda: printing.driver.state is State.BUSY)
        printing.peer.set_hot(False)
        assert (await job).outcome is PrintOutcome.PRINTED


async def test_a_head_that_stays_hot_gives_the_slip_up_and_keeps_the_rest_in(open_bench, monkeypatch):
    """Cooled an hour later, it must not print what it has left of somebody who went home."""
    monkeypatch.setattr(limits, "PRINT_JOB", 2.0)
    async with open_bench(speed=300.0) as printing:
        job = asyncio.create_task(printing.driver.print("job-1", LONG))
        await printing.until(lambda: printing.peer.lines > 0)
        printing.peer.set_hot(True)
        assert await job == Printed(PrintOutcome.NOT_PRINTED, Fault.PRINTER_HOT)
        printing.peer.set_hot(False)
        await printing.until(lambda: printing.driver.state is State.ONLINE)
        assert printing.peer.unprinted == 0
        assert (await printing.driver.print("job-2", SLIP)).outcome is PrintOutcome.PRINTED
        assert len(printing.peer.slips) == 2, "the torn part, and the next one's own"


async def test_a_job_goes_on_when_nobody_waits_for_it(open_bench):
    async with open_bench(speed=300.0) as printing:
        job = asyncio.create_task(printing.driver.print("job-1", LONG))
        await printing.until(lambda: printing.ledger.entries != [])
        job.cancel()
        await printing.until(lambda: len(printing.ledger.entries) == 2)
        assert printing.ledger.entries[-1] == ("job-1", PrintOutcome.PRINTED)
        assert len(printing.peer.slips) == 1


async def test_supply_and_state_come_as_events(printing):
    assert printing.told() == [Happening.STATE_CHANGED, Happening.RECOVERED]
    for paper, state, supply, what in (
        ("low", State.ONLINE, Supply.LOW, Happening.LOW),
        ("out", State.OFFLINE, Supply.OUT, Happening.OUT),
        ("full", State.ONLINE, Supply.FULL, Happening.RECOVERED),
    ):
        printing.peer.set_paper(paper)
        for happening in (Happening.STATE_CHANGED, what):
            async with asyncio.timeout(10):
                event = await printing.events.get()
            assert (event.happening, event.state, event.supply) == (happening, state, supply)
        assert printing.driver.supply is supply


async def test_silence_is_unknown_and_never_plenty(printing):
    printing.peer.silent = True
    status = await printing.driver.status()
    assert (status.state, status.supply) == (State.UNKNOWN, Supply.UNKNOWN)


async def test_a_printer_that_was_never_there_refuses_at_once(open_bench):
    async with open_bench() as printing:
        printing.peer.unplug()
        await printing.until(lambda: printing.driver.state is State.NO_DEVICE)
        assert (await printing.driver.print("job-1", SLIP)).fault is Fault.PRINTER_GONE


async def test_the_peer_prints_rubbish_when_it_is_sent_four_bytes(tmp_path):
    """The peer is honest: what the driver avoids would really go wrong."""
    link = tmp_path / "printer"
    async with EmulatedPrinter(link, millimetres_per_second=0) as peer:
        tty = os.open(link, os.O_RDWR | os.O_NOCTTY)
        os.write(tty, b"\x1b\x40\x1c\x26" + "张㐂".encode("gb18030") + b"\n\x1d\x56\x00")
        async with asyncio.timeout(5):
            while not peer.slips:
                await asyncio.sleep(0.01)
        os.close(tty)
        assert peer.slips[0].text[0].startswith("张?9")
