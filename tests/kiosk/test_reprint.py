"""补打: marked on the slip, its own event in the log. And what staff is told of the paper."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import msgspec
import pytest

from contract import wire
from contract.catalogue import Proof
from contract.faults import Fault
from contract.log_events import Event, Level
from contract.slip import Number, PrintOutcome, Qr, Slip, Text, Title
from drivers.device import Happening, Printed, PrinterStatus, State, Supply
from kiosk import pages, supplies
from kiosk.journal import Journal
from kiosk.printing import PrintDesk, close_unfinished
from kiosk.views import (
    Attract,
    ListingView,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    OpenCard,
    PinPad,
    RecordsChoice,
    RecordsView,
    TakeAway,
    TurnPage,
)
from secure.ledger import Ledger
from tests.kiosk.conftest import Stand
from tests.kiosk.scripted import MADE_UP, Step


def matter(number: int, terminal: str = "0001") -> wire.Matter:
    return wire.Matter(
        receipt=f"{terminal}26327{number:03d}",
        item=1,
        name=f"固定工求职登记{number}",
        made_at="2026-11-23T10:24:00+08:00",
        state="ok:已办结",
    )


class Log:
    """What a stand's journal is told to log."""

    def __init__(self, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
        self.entries: list[tuple[Event, dict[str, Any]]] = []
        real = journal.log

        async def log(event: Event, **values: Any) -> bool:
            self.entries.append((event, values))
            return await real(event, **values)

        monkeypatch.setattr(journal, "log", log)

    def of(self, *events: Event) -> list[tuple[Event, dict[str, Any]]]:
        return [entry for entry in self.entries if entry[0] in events]


@pytest.fixture
def log(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Log:
    return Log(stand.journal, monkeypatch)


def answers(stand: Stand, *matters: wire.Matter) -> None:
    session = wire.Session(token="t", proof=Proof.PROVED, name=MADE_UP.name, id_number=MADE_UP.id_number)
    stand.central.answers = {
        "session_open": session, "session_elevate": session, "matters": wire.Matters(matters=matters),
    }  # fmt: skip


def to_matters(stand: Stand) -> list[Step]:
    return [Step(Attract, does=stand.insert), Step(Menu, MenuChoice.MATTERS), Step(PinPad, "123456")]


def leave(stand: Stand) -> list[Step]:
    return [Step(Menu, MenuChoice.LEAVE), Step(TakeAway, does=stand.pull)]


async def test_a_matters_slip_is_printed_again_marked_and_logged(stand: Stand, log: Log) -> None:
    answers(stand, matter(1))
    await stand.visit(
        *to_matters(stand),
        Step(RecordsView, RecordsChoice.PRINT, check=lambda view: stand.expect(view.print_label == "补打凭条")),
        Step(MessageView, "ok"),
        Step(RecordsView, Nav.BACK),
        *leave(stand),
    )
    (slip,) = stand.printer.slips
    assert slip.lines[0] == Title("补打")
    assert isinstance(slip.lines[1], Text)
    assert "补打的" in slip.lines[1].text
    assert Number("0001 2632 7001") in slip.lines
    assert any(isinstance(line, Qr) for line in slip.lines)
    assert MADE_UP.id_number not in str(slip)
    ((_, values),) = log.of(Event.PRINT_AGAIN)
    assert values["receipt"] == "000126327001"
    assert [event for event, _ in log.of(Event.PRINT_STARTED, Event.PRINT_ENDED)] == [
        Event.PRINT_STARTED, Event.PRINT_ENDED,
    ]  # fmt: skip


async def test_of_several_matters_one_is_chosen(stand: Stand, log: Log) -> None:
    answers(stand, *(matter(number) for number in range(1, 9)))
    await stand.visit(
        *to_matters(stand),
        Step(RecordsView, RecordsChoice.PRINT),
        Step(ListingView, TurnPage(2), check=lambda view: stand.expect(len(view.cards) == 6 and view.pages == 2)),
        Step(ListingView, OpenCard("000126327008"), check=lambda view: stand.expect(len(view.cards) == 2)),
        Step(MessageView, "ok"),
        Step(RecordsView, RecordsChoice.PRINT),
        Step(ListingView, Nav.BACK),
        Step(RecordsView, Nav.BACK),
        *leave(stand),
    )
    (slip,) = stand.printer.slips
    assert Title("固定工求职登记8") in slip.lines


@pytest.mark.parametrize("link", ["", "https://platform/f/000226327001?k=AAAAAAAAAA"])
async def test_another_terminals_matter_has_the_platforms_follow_up_code_or_none(stand: Stand, link: str) -> None:
    answers(stand, msgspec.structs.replace(matter(1, terminal="0002"), link=link))
    await stand.visit(
        *to_matters(stand),
        Step(RecordsView, RecordsChoice.PRINT),
        Step(MessageView, "ok"),
        Step(RecordsView, Nav.BACK),
        *leave(stand),
    )
    assert [line.content for line in stand.printer.slips[0].lines if isinstance(line, Qr)] == ([link] if link else [])


async def test_without_a_working_printer_nothing_is_offered(stand: Stand) -> None:
    stand.printer.state = State.OFFLINE
    answers(stand, matter(1))
    await stand.visit(
        *to_matters(stand),
        Step(RecordsView, Nav.BACK, check=lambda view: stand.expect(not view.can_print)),
        *leave(stand),
    )


@pytest.mark.parametrize("outcome", list(PrintOutcome))
async def test_the_desk_never_prints_a_second_time_by_itself(stand: Stand, outcome: PrintOutcome) -> None:
    stand.printer.outcome = Printed(outcome)
    desk = PrintDesk(stand.printer, stand.journal)
    assert (await desk.print(pages_slip(), {"visit": "v"})).outcome is outcome
    assert len(stand.printer.slips) == 1


def pages_slip() -> Any:
    return Slip((Text("一张"),))


# -- what staff is told ----------------------------------------------------------------------------------------------


async def test_only_who_is_called_for_help_reads_that_the_paper_is_low(stand: Stand) -> None:
    house = stand.house()
    before = pages.help_page(house)
    stand.printer.supply = Supply.LOW
    sentence = next(s.staff for fault, s in stand.faults.items() if fault.value == "printer.paper_low")
    assert pages.trouble(house) == ""
    assert pages.attract(house).trouble == ""
    assert len(pages.help_page(house).rows) == len(before.rows) + 1
    assert pages.help_page(house).rows[-1].lines == (sentence,)


@pytest.mark.parametrize(
    ("seen", "fault"),
    [
        (PrinterStatus(State.ONLINE, Supply.FULL), None),
        (PrinterStatus(State.BUSY, Supply.FULL, overheated=True), Fault.PRINTER_HOT),
        (PrinterStatus(State.HARDWARE_ERROR, Supply.FULL), Fault.PRINTER_BROKEN),
        (PrinterStatus(State.HARDWARE_ERROR, Supply.JAMMED, cutter_error=True), Fault.PRINTER_JAM),
        (PrinterStatus(State.USER_ERROR, Supply.LOW, cover_open=True), Fault.PRINTER_COVER),
        (PrinterStatus(State.OFFLINE, Supply.OUT), Fault.PAPER_OUT),
        (PrinterStatus(State.NO_DEVICE), Fault.PRINTER_GONE),
        (PrinterStatus(State.UNKNOWN), Fault.PRINTER_GONE),
    ],
)
async def test_whoever_is_called_reads_what_the_printer_wants(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, seen: PrinterStatus, fault: Fault | None
) -> None:
    monkeypatch.setattr(type(stand.printer), "seen", seen)
    assert pages.staff_lines(stand.house()) == (() if fault is None else (stand.faults[fault].staff,))


async def test_paper_low_out_and_renewed_are_logged_for_the_county(stand: Stand, log: Log) -> None:
    bay = stand.house().bay
    watching = asyncio.create_task(supplies.watch(bay, stand.journal))
    devices = asyncio.create_task(bay.run())
    await asyncio.sleep(0.05)
    for happening, state in (
        (Happening.RECOVERED, State.ONLINE), (Happening.LOW, State.ONLINE), (Happening.OUT, State.OFFLINE),
        (Happening.RECOVERED, State.ONLINE), (Happening.RECOVERED, State.ONLINE), (Happening.TAKEN, State.ONLINE),
    ):  # fmt: skip
        stand.printer.tell(happening, state=state)
    stand.scanner.tell(Happening.LOW)
    await asyncio.sleep(0.2)
    watching.cancel()
    devices.cancel()
    await asyncio.gather(watching, devices, return_exceptions=True)
    assert [event for event, _ in log.entries] == [
        Event.PAPER_LOW, Event.PAPER_OUT, Event.PAPER_BACK, Event.SLIP_TAKEN,
    ]  # fmt: skip
    assert Event.PAPER_LOW.level is Level.WARNING


async def test_a_job_that_was_never_ended_is_closed_as_unknown_once(stand: Stand) -> None:
    await stand.journal.started("job-1")
    await stand.journal.started("job-2")
    await stand.journal.ended("job-2", PrintOutcome.PRINTED)
    assert await close_unfinished(stand.journal) == 1
    assert await close_unfinished(stand.journal) == 0
    assert await stand.journal.do(Ledger.jobs_open) == ()
    with sqlite3.connect(stand.folder / "ledger.db") as file:
        assert dict(file.execute("SELECT job, outcome FROM print_job")) == {"job-1": "unknown", "job-2": "printed"}
