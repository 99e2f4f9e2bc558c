"""The terminal's one file full, read-only or broken; and what else could keep something of a resident."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import resource
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from contract import catalogue, limits, wire
from contract.catalogue import Group
from contract.faults import Fault
from contract.slip import PrintOutcome
from drivers.device import Printed, State
from kiosk import appliance, equipment
from kiosk.bay import Bay
from kiosk.journal import JournalLostError
from kiosk.questions import Confirm
from kiosk.settings import PathsSection, PlatformSection, Settings, TerminalSection
from kiosk.story import serve
from kiosk.views import (
    Attract,
    Guide,
    ItemList,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    RecordsChoice,
    RecordsView,
    ResultView,
    StillThere,
    TakeAway,
    View,
)
from secure.business import DiskFull
from secure.ledger import Ledger
from tests.kiosk.attacking import WORDS, Resident, answering, play, whole_or_nothing
from tests.kiosk.conftest import Stand
from tests.kiosk.opening import (
    RECORDS,
    session_of,
    someone,
)
from tests.kiosk.scripted import MADE_UP, FakeDevice, FakePrinter


def gives_up(resident: Resident, view: View[Any]) -> Any:
    """Who was told that it cannot be done goes back, and leaves."""
    if resident.titles() and isinstance(view, Guide | ItemList):
        return Nav.BACK
    return MenuChoice.LEAVE if resident.titles() and isinstance(view, Menu) else None


# -- full ------------------------------------------------------------------------------------------------------------


async def test_a_full_disk_takes_nothing_in_and_says_so_in_one_sentence(stand: Stand, monkeypatch: Any) -> None:
    """The disk fills up while the form is filled in."""
    answering(stand)
    resident = Resident(stand)

    def at(view: View[Any]) -> Any:
        if isinstance(view, Confirm):
            monkeypatch.setattr(limits, "DISK_RESERVE_BYTES", 2**62)
        return gives_up(resident, view)

    resident.before = at
    await play(stand, resident)
    assert resident.saw(Confirm)
    assert resident.titles() == [stand.faults[Fault.DISK_FULL].what]
    assert await whole_or_nothing(stand, resident) == 0
    assert not resident.saw(ResultView)


async def test_a_full_disk_is_said_before_the_form_and_not_after_it(stand: Stand, monkeypatch: Any) -> None:
    answering(stand)
    monkeypatch.setattr(limits, "DISK_RESERVE_BYTES", 2**62)
    resident = Resident(stand)
    resident.before = partial(gives_up, resident)
    await play(stand, resident)
    assert resident.titles() == [stand.faults[Fault.DISK_FULL].what]
    assert not resident.saw(Confirm)
    assert await whole_or_nothing(stand, resident) == 0


async def test_full_before_and_the_card_pulled_meanwhile_is_not_called_taken_in(stand: Stand, monkeypatch: Any) -> None:
    answering(stand)
    resident = Resident(stand)

    def at(view: View[Any]) -> Any:
        if isinstance(view, Confirm):
            monkeypatch.setattr(limits, "DISK_RESERVE_BYTES", 2**62)
            stand.pull()

    resident.before = at
    await play(stand, resident)
    assert stand.faults[Fault.CARD_PULLED_AFTER_SUBMIT].what not in resident.titles()


async def test_with_a_log_that_cannot_grow_nothing_personal_is_shown(stand: Stand, monkeypatch: Any) -> None:
    """Every lookup leaves its record, or is not made; the terminal itself goes on, with its guides."""
    answering(stand, records=RECORDS)
    monkeypatch.setattr(Ledger, "append", lambda *_entries: DiskFull())
    resident = Resident(stand, Group.INSURANCE, 25)
    resident.before = partial(gives_up, resident)
    await play(stand, resident)
    assert resident.titles() == [stand.faults[Fault.DISK_FULL].what]
    assert not resident.saw(RecordsView)


async def test_full_while_printing_begins_no_job(stand: Stand) -> None:
    answering(stand)
    stand.printer.outcome = Printed(PrintOutcome.NOT_PRINTED, Fault.DISK_FULL)
    resident = Resident(stand)
    await play(stand, resident)
    result = next(view for view in resident.seen if isinstance(view, ResultView))
    assert result.qr
    assert result.slip_line


# -- lost ------------------------------------------------------------------------------------------------------------


async def test_a_file_that_broke_ends_serving_and_says_nothing_of_what_was_written(stand: Stand) -> None:
    await stand.journal.do(lambda ledger: ledger._connection.execute("PRAGMA query_only = ON"))
    with pytest.raises(JournalLostError) as lost:
        await stand.journal.do(lambda ledger: ledger.job_started(MADE_UP.id_number))
    assert MADE_UP.id_number not in str(lost.value)
    assert lost.value.__cause__ is None


class Window:
    """The appliance's stage: shows what it is given, answers nothing."""

    def __init__(self) -> None:
        self.seen: list[View[Any]] = []
        self.cleared = 0

    async def show(self, view: View[Any]) -> Any:
        self.seen.append(view)
        await asyncio.Event().wait()

    async def overlay(self, view: StillThere) -> bool:
        return True

    def idle_seconds(self) -> float:
        return 0.0

    def clear(self) -> None:
        self.cleared += 1


SETTINGS = Settings(
    terminal=TerminalSection(id="T-0001", number=1, place="示例县 · 杨树村服务点"),
    platform=PlatformSection(folder="/nonexistent"),
    paths=PathsSection(ledger="/nonexistent/ledger.db"),
)


async def test_a_terminal_without_its_papers_says_so_and_tries_again(monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr(limits, "NOT_READY_RETRY", 0.02)
    window = Window()
    playing = asyncio.create_task(appliance.play(SETTINGS, window))  # type: ignore[arg-type]
    async with asyncio.timeout(10):
        while sum(isinstance(view, MessageView) for view in window.seen) < 3:
            await asyncio.sleep(0.01)
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)
    assert isinstance(window.seen[0], Attract)
    assert window.seen[1].title == "这台机器还没有准备好"  # type: ignore[attr-defined]
    assert "not ready" in capsys.readouterr().err


async def test_a_lost_ledger_becomes_the_not_ready_page(monkeypatch: Any, capsys: Any, stand: Stand) -> None:
    """From whatever task and however deep in groups of exceptions."""
    turns: list[int] = []

    @contextlib.asynccontextmanager
    async def equipped(_settings: Any, stage: Any) -> Any:
        turns.append(1)
        stand.stage = stage
        async with asyncio.TaskGroup():
            yield stand.house()

    async def broken(_house: Any, _touched: bool) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails())

    async def fails() -> None:
        raise JournalLostError("OperationalError")

    monkeypatch.setattr(limits, "NOT_READY_RETRY", 0.02)
    monkeypatch.setattr(equipment, "equipped", equipped)
    monkeypatch.setattr(equipment, "serve", broken)
    window = Window()
    playing = asyncio.create_task(appliance.play(SETTINGS, window))  # type: ignore[arg-type]
    async with asyncio.timeout(10):
        while len(turns) < 3:
            await asyncio.sleep(0.01)
    assert not playing.done()
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)
    assert window.cleared >= 2
    assert "OperationalError" in capsys.readouterr().err


async def test_a_journal_lost_in_a_visit_ends_it_with_everything_let_go(stand: Stand, capsys: Any) -> None:
    answering(stand)
    resident = Resident(stand)
    stand.stage = resident  # type: ignore[assignment]
    house = stand.house()
    real = stand.journal.do

    async def lost(_work: Any) -> Any:
        raise JournalLostError("OperationalError")

    def breaks(view: View[Any]) -> Any:
        if isinstance(view, Confirm):
            stand.journal.do = lost  # type: ignore[method-assign]

    resident.before = breaks
    bay = asyncio.create_task(house.bay.run())
    serving = asyncio.create_task(serve(house))
    async with asyncio.timeout(10):
        while not resident.saw(Attract):
            await asyncio.sleep(0)
        stand.insert()
        await asyncio.wait({serving})
    bay.cancel()
    await asyncio.gather(bay, return_exceptions=True)
    error = serving.exception()
    assert isinstance(error, BaseExceptionGroup)
    assert all(isinstance(leaf, JournalLostError) for leaf in appliance.leaves(error))
    assert resident.cleared >= 1
    assert stand.central.asked[-1][0] == wire.SESSION_CLOSE.name, "the platform knows that the resident has gone"
    assert MADE_UP.id_number not in capsys.readouterr().err
    stand.journal.do = real  # type: ignore[method-assign]


# -- defects of drivers ----------------------------------------------------------------------------------------------


async def test_a_driver_that_raises_ends_neither_the_others_nor_the_terminal(monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr(limits, "DEVICE_REOPEN_LAST", 0.01)
    turns: list[int] = []

    class Broken(FakeDevice):
        name = "scanner"

        async def run(self, _events: Any) -> None:
            turns.append(1)
            raise ValueError(MADE_UP.id_number)

    bay = Bay(scanner=Broken(), printer=FakePrinter())  # type: ignore[arg-type]
    running = asyncio.create_task(bay.run())
    async with asyncio.timeout(5):
        while len(turns) < 3:
            await asyncio.sleep(0.01)
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    told = capsys.readouterr().err
    assert "ValueError" in told
    assert MADE_UP.id_number not in told


# -- a terminal that lacks something ---------------------------------------------------------------------------------


async def test_without_any_device_the_terminal_still_shows_what_it_knows(stand: Stand) -> None:
    stand.reader = None
    real = stand.house

    def house() -> Any:
        made = real()
        made.bay.scanner = made.bay.printer = None
        made.desk._printer = None
        return made

    stand.house = house  # type: ignore[method-assign]
    resident = Resident(stand, Group.CARD, next(i.number for i in catalogue.load() if i.group is Group.CARD))
    steps: list[str] = []

    def at(view: View[Any]) -> Any:
        steps.append(type(view).__name__)
        if isinstance(view, Attract):
            return True if "Menu" not in steps else None
        if isinstance(view, Menu):
            return Group.CARD if steps.count("Menu") == 1 else MenuChoice.LEAVE
        if type(view).__name__ == "ItemList":
            return resident.item if steps.count("ItemList") == 1 else Nav.BACK
        return Nav.BACK if type(view).__name__ in ("Guide", "AskProof") else None

    resident.before = at
    await play(stand, resident, insert=False)
    assert "Guide" in steps
    assert stand.faults[Fault.INTERNAL].what not in resident.titles()


@pytest.mark.parametrize("state", [State.UNKNOWN, State.NO_DEVICE, State.HARDWARE_ERROR])
async def test_a_printer_that_never_says_anything_holds_nobody_up(stand: Stand, state: State) -> None:
    answering(stand, records=RECORDS)
    stand.printer.state = state
    stand.printer.outcome = Printed(PrintOutcome.UNKNOWN, Fault.PRINT_UNKNOWN)
    resident = Resident(stand)
    await play(stand, resident)
    result = next(view for view in resident.seen if isinstance(view, ResultView))
    assert result.slip is PrintOutcome.UNKNOWN
    assert result.qr
    farewell = next(view for view in resident.seen if isinstance(view, TakeAway))
    assert farewell.slip, "it may be there: they are reminded to look"


async def test_a_lookup_that_was_printed_is_reminded_of_at_the_farewell(stand: Stand) -> None:
    answering(stand, records=RECORDS)
    resident = Resident(stand, Group.INSURANCE, 25)
    printed: list[bool] = []

    def at(view: View[Any]) -> Any:
        if isinstance(view, RecordsView) and not printed:
            printed.append(True)
            return RecordsChoice.PRINT

    resident.before = at
    await play(stand, resident)
    assert next(view for view in resident.seen if isinstance(view, TakeAway)).slip


# -- nothing stays ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("broken", ["", "platform", "print"])
async def test_nothing_of_the_resident_is_told_anywhere(
    stand: Stand, tmp_path: Path, capfd: Any, caplog: Any, broken: str
) -> None:
    """Not on stderr, not in a log of Python's, not in any file, whatever breaks with their data in hand."""
    caplog.set_level(logging.DEBUG)
    person = someone(99 + len(broken))

    def leaks(*_arguments: Any) -> Any:
        raise KeyError(person.id_number, person.name, *WORDS.values())

    answering(stand, session_open=lambda ask: session_of(ask.name, ask.id_number))
    if broken == "platform":
        stand.central.answers["deliver"] = leaks
    if broken == "print":
        stand.printer.print = leaks  # type: ignore[method-assign]
    resident = Resident(stand)
    await play(stand, resident, person)
    told = capfd.readouterr()
    everything = told.out + told.err + caplog.text
    for path in tmp_path.rglob("*"):
        if path.is_file():
            everything += path.read_bytes().decode("utf-8", "replace")
    for secret in (person.id_number, person.name, "13800000101", "杨树村", "123456"):
        assert secret not in everything


def test_no_crash_may_write_memory_to_the_disk(tmp_path: Path, monkeypatch: Any) -> None:
    limited: list[Any] = []
    monkeypatch.setattr(resource, "setrlimit", lambda *values: limited.append(values))
    settings = tmp_path / "terminal.toml"
    settings.write_text(
        '[terminal]\nid = "T-0001"\nnumber = 1\nplace = "x"\n[platform]\nfolder = "x"\n[paths]\nledger = "x"\n'
    )

    async def run(_settings: Any) -> None:
        assert limited == [(resource.RLIMIT_CORE, (0, 0))]

    monkeypatch.setattr(appliance, "run", run)
    assert appliance.main(["--settings", str(settings)]) == 0
    assert appliance.main(["--settings", str(tmp_path / "none.toml")]) == 2
