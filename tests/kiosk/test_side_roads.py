"""Roads that are seldom gone: a platform too slow for the slip, notes and links that may be there."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contract import limits, wire
from contract.catalogue import Group, Proof
from contract.faults import Fault
from contract.slip import Qr
from contract.slip import Text as SlipText
from drivers.device import Failure
from kiosk import log_command
from kiosk.person import Person
from kiosk.questions import Confirm, ConfirmChoice
from kiosk.views import (
    AskProof,
    Attract,
    DetailChoice,
    DetailView,
    ItemList,
    ListingView,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    OpenCard,
    PinChoice,
    PinPad,
    RecordsChoice,
    RecordsView,
    ResultChoice,
    ResultView,
    TakeAway,
)
from tests.kiosk.conftest import Stand
from tests.kiosk.opening import (
    DETAIL,
    LEAVE,
    LISTING,
    RECORDS,
    answers,
    begin,
    form_steps,
    has,
    to_item,
    with_id_reader,
)
from tests.kiosk.scripted import MADE_UP, SESSION, Step


async def test_a_receipt_that_does_not_come_in_time_is_not_waited_for_and_comes_later_once(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform thinks for longer than anybody stands there: the slip says 待确认, the courier goes on with it."""
    monkeypatch.setattr(limits, "SUBMIT_WAIT", 0.05)
    stand.central.answers = answers(deliver=stand.accepting)
    quick, thinking = stand.central.call, asyncio.Event()

    async def slow(route: wire.Route, *arguments: Any) -> Any:
        if route is wire.DELIVER:
            await thinking.wait()
        return await quick(route, *arguments)

    stand.central.call = slow  # type: ignore[method-assign]
    await stand.visit(
        *begin(stand),
        *form_steps(stand),
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.FINISH, check=stand.note_result),
        Step(TakeAway, does=stand.pull),
    )
    assert stand.result is not None
    assert stand.result.pending
    assert len(stand.printer.slips) == 1
    assert await stand.pending() == 1
    thinking.set()
    await stand.until_delivered()
    assert stand.delivered == 1


@pytest.mark.parametrize("note", ["", "平台上只有 2020 年以后的。"])
async def test_a_note_on_the_records_is_on_their_slip_too(stand: Stand, note: str) -> None:
    stand.central.answers = answers(records=msgspec.structs.replace(RECORDS, note=note))
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "123456"),
        Step(RecordsView, RecordsChoice.PRINT),
        Step(MessageView, "ok"),
        Step(RecordsView, RecordsChoice.DONE),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
    (slip,) = stand.printer.slips
    assert (SlipText(note) in slip.lines) is bool(note)


@pytest.mark.parametrize("link", ["", "https://127.0.0.1/o/7"])
async def test_a_slip_of_an_opening_has_its_words_and_a_code_only_where_there_is_a_page(
    stand: Stand, link: str
) -> None:
    detail = msgspec.structs.replace(DETAIL, text="管吃管住，长白班。", link=link)
    stand.central.answers = answers(browse=LISTING, detail=detail)
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.WORK, 3),
        Step(ListingView, OpenCard("7")),
        Step(DetailView, DetailChoice.PRINT),
        Step(MessageView, "ok", check=has("凭条打印好了")),
        Step(DetailView, DetailChoice.DONE),
        Step(ListingView, Nav.BACK),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
    (slip,) = stand.printer.slips
    assert SlipText("管吃管住，长白班。") in slip.lines
    assert any(isinstance(part, Qr) and part.content == link for part in slip.lines) is bool(link)


async def test_a_card_that_cannot_be_read_where_an_item_asked_for_it_ends_the_visit_with_its_sentence(
    stand: Stand,
) -> None:
    stand.central.answers = answers()
    await stand.visit(
        Step(Attract, True),
        *to_item(Group.WORK, 3),
        Step(AskProof, does=lambda: stand.insert(Failure(Fault.CARD_UNREADABLE))),
        Step(MessageView, "ok", check=has(stand.faults[Fault.CARD_UNREADABLE].what)),
        Step(TakeAway, does=stand.pull),
    )


async def test_back_from_being_asked_who_one_is_leads_to_the_items(stand: Stand) -> None:
    stand.central.answers = answers()
    await stand.visit(
        Step(Attract, True),
        *to_item(Group.WORK, 3),
        Step(AskProof, Nav.BACK),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
    )
    assert stand.central.asked == [] or all(name == "health" for name, _ in stand.central.asked)


def test_a_person_is_forgotten_word_for_word() -> None:
    person = Person(wire.ShownBy.CARD, Proof.PROVED, MADE_UP.id_number, MADE_UP.name, MADE_UP.card_number)
    assert MADE_UP.id_number not in repr(person)
    person.forget()
    assert MADE_UP.name not in str([getattr(person, name) for name in ("id_number", "name", "card_number")])


async def test_a_forgotten_service_password_is_no_dead_end(stand: Stand) -> None:
    reader = with_id_reader(stand)
    proved = msgspec.structs.replace(SESSION, proof=Proof.PROVED)
    stand.central.answers = answers(session_elevate=proved, records=RECORDS)
    await stand.visit(
        Step(Attract, does=reader.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, PinChoice.FORGOTTEN),
        Step(MessageView, "ok", check=has(stand.faults[Fault.PIN_FORGOTTEN].what)),
        Step(PinPad, "246810"),
        Step(RecordsView, Nav.BACK),
        *LEAVE,
        Step(TakeAway, None),
    )


async def test_an_item_that_a_county_opened_to_everybody_is_done_and_not_broken_off(stand: Stand) -> None:
    """The platform has no session for nobody: the terminal still asks to show something, and no PIN."""
    items = stand.catalogue._items
    stand.catalogue._items = {**items, 3: msgspec.structs.replace(items[3], proof=Proof.OPEN)}  # type: ignore[attr-defined]
    stand.central.answers = answers(browse=LISTING)
    await stand.visit(
        Step(Attract, True),
        *to_item(Group.WORK, 3),
        Step(AskProof, does=stand.insert),
        Step(ListingView, Nav.BACK),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )


def test_the_page_of_events_is_shown_or_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert log_command.main(["events"]) == 0
    shown = capsys.readouterr().out
    assert log_command.main(["events", "--write", str(tmp_path / "events.md")]) == 0
    assert (tmp_path / "events.md").read_text("utf-8") == shown
    assert "SUBMITTED" in shown
