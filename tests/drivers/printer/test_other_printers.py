"""Printers that cannot say when a slip is out, jobs nobody waits for any more, and the peer's own honesty."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from contract.faults import Fault
from contract.slip import PrintOutcome, Slip, Text
from drivers.device import Printed, State
from drivers.emulated.printer import EmulatedPrinter
from drivers.printer import Profile, status
from drivers.printer.drawing import Pen
from drivers.printer.rendering import encode
from drivers.printer.settings import End
from drivers.printer.typesetting import wrap

SLIP = Slip((Text("一张凭条"),))
LONG = Slip(tuple(Text(f"第{number}行，办件结果在这里。") for number in range(60)))


async def test_a_printer_that_does_not_answer_in_order_is_given_the_time_a_slip_takes(open_bench) -> None:
    """It is not asked what it cannot answer; the slip counts as out when it must be."""
    profile = Profile(end=End.TIME, speed=400.0)
    async with open_bench(profile=profile) as printing:
        assert await printing.driver.print("job-1", SLIP) == Printed(PrintOutcome.PRINTED)
        assert len(printing.peer.slips) == 1
        assert status.ASK_IN_ORDER not in printing.peer.received


async def test_a_job_given_up_before_it_was_begun_leaves_the_paper_white(open_bench) -> None:
    """The visit ended while another slip was coming out: nothing of theirs is printed for the next person."""
    async with open_bench(speed=300.0) as printing:
        first = asyncio.create_task(printing.driver.print("job-1", LONG))
        await printing.until(lambda: printing.ledger.entries != [])
        second = asyncio.create_task(printing.driver.print("job-2", SLIP))
        await asyncio.sleep(0.05)
        second.cancel()
        assert (await first).outcome is PrintOutcome.PRINTED
        assert (await printing.driver.print("job-3", SLIP)).outcome is PrintOutcome.PRINTED
        assert [job for job, outcome in printing.ledger.entries if outcome is None] == ["job-1", "job-3"]
        assert len(printing.peer.slips) == 2


async def test_a_job_that_waits_behind_a_printer_that_goes_away_is_refused(open_bench) -> None:
    async with open_bench(speed=200.0) as printing:
        first = asyncio.create_task(printing.driver.print("job-1", LONG))
        await printing.until(lambda: printing.ledger.entries != [] and printing.peer.unprinted > 0)
        second = asyncio.create_task(printing.driver.print("job-2", SLIP))
        await asyncio.sleep(0.05)
        printing.peer.unplug()
        assert (await first).outcome is not PrintOutcome.PRINTED
        assert await second == Printed(PrintOutcome.NOT_PRINTED, Fault.PRINTER_GONE)
        assert [job for job, _ in printing.ledger.entries if job == "job-2"] == []


async def test_asked_in_the_moment_it_goes_away_it_is_gone(printing) -> None:
    printing.peer.unplug()
    assert (await printing.driver.status()).state in (State.NO_DEVICE, State.UNKNOWN)
    await printing.until(lambda: printing.driver.state is State.NO_DEVICE)
    assert (await printing.driver.status()).state is State.NO_DEVICE


def test_a_font_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="resource"):
        Pen(tmp_path / "none.ttc").line("㐂")


def test_no_line_begins_with_a_closing_mark_where_there_is_another_way() -> None:
    assert list(wrap("abcdefgh，", 8)) == ["abcdefg", "h，"]


@pytest.mark.parametrize("charset", ["gbk", "gb2312"])
def test_what_a_font_has_is_sent_as_it_stands_in_gb18030(charset: str) -> None:
    """The printer's Chinese mode is GB18030: every character of the smaller sets has the same two bytes there."""
    for code in range(0x80, 0x10000):
        sent = encode(chr(code), charset) if not 0xD800 <= code < 0xE000 else None
        assert sent is None or (len(sent) == 2 and sent.decode("gb18030") == chr(code)), hex(code)


@pytest.mark.parametrize(
    ("sent", "unknown"),
    [
        (b"\x1b\x7e", [b"\x1b\x7e"]),
        (b"\x1b\x64\x02", []),
        (b"\x1b\x4a\x20", []),
        (b"\x1b\x74\x00", []),
        (b"\x1d\x61\x00", []),
        (b"\x1d\x7e\x00", [b"\x1d\x7e"]),
        (b"\x1d\x28\x4c\x02\x00\x30\x45", [b"\x1d\x28"]),
        (b"\x1c\x2e\x41\x1c\x26", []),
        (b"\x07", []),
    ],
    ids=lambda value: value.hex() if isinstance(value, bytes) else "",
)
async def test_the_peer_does_what_it_knows_and_reports_the_rest(
    tmp_path: Path, sent: bytes, unknown: list[bytes]
) -> None:
    """Before and after it, what is printed comes out: no command swallows the next one."""
    async with EmulatedPrinter(tmp_path / "printer", millimetres_per_second=0) as peer:
        tty = os.open(tmp_path / "printer", os.O_RDWR | os.O_NOCTTY)
        os.write(tty, b"\x1b\x40\x1c\x26" + "前".encode("gbk") + sent + "后".encode("gbk") + b"\n\x1d\x56\x00")
        async with asyncio.timeout(5):
            while not peer.slips:
                await asyncio.sleep(0.01)
        os.close(tty)
        said = "".join(peer.slips[0].text)
        assert said.index("前") < said.index("后")
        assert peer.unknown == unknown
