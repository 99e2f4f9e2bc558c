"""Whole visits as lists of steps: what is shown, what is touched, what is kept."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec
import pytest

from contract import limits
from contract.catalogue import Group, Proof
from contract.faults import Fault
from contract.slip import PrintOutcome
from drivers.device import Failure, Printed
from kiosk.questions import ChoiceQuestion, Confirm, ConfirmChoice, TextQuestion
from kiosk.views import (
    AskProof,
    Attract,
    DetailChoice,
    DetailView,
    Guide,
    GuideChoice,
    ItemList,
    ListChoice,
    ListingView,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    OpenCard,
    PinChoice,
    PinPad,
    QrView,
    RecordsChoice,
    RecordsView,
    ResultChoice,
    ResultView,
    TakeAway,
    View,
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
)
from tests.kiosk.scripted import MADE_UP, SESSION, Step


async def test_a_personal_lookup_asks_for_the_pin_and_prints_on_demand(stand: Stand) -> None:
    stand.central.answers = answers(records=RECORDS)
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "123456"),
        Step(RecordsView, RecordsChoice.PRINT, check=has("张*")),
        Step(MessageView, "ok", check=has("凭条打印好了")),
        Step(RecordsView, RecordsChoice.DONE),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
    assert len(stand.printer.slips) == 1
    assert MADE_UP.id_number not in repr(stand.printer.slips[0])
    assert "张测试" not in repr(stand.printer.slips[0])
    assert [name for name, _ in stand.central.asked if name == "records"] == ["records"]


async def test_a_public_lookup_needs_the_card_but_no_pin(stand: Stand) -> None:
    stand.central.answers = answers(browse=LISTING, detail=DETAIL)
    await stand.visit(
        Step(Attract, True),
        *to_item(Group.WORK, 3),
        Step(AskProof, does=stand.insert),
        Step(ListingView, ListChoice.FILTER),
        Step(ChoiceQuestion, ("140902",)),
        Step(ChoiceQuestion, None),
        Step(ChoiceQuestion, None),
        Step(TextQuestion, None),
        Step(ListingView, OpenCard("7")),
        Step(DetailView, DetailChoice.QR),
        Step(QrView, None, check=has("https://127.0.0.1/o/7")),
        Step(DetailView, DetailChoice.PRINT),
        Step(MessageView, "ok", check=has("凭条打印好了")),
        Step(DetailView, DetailChoice.DONE),
        Step(ListingView, Nav.BACK),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
    asked = [ask for name, ask in stand.central.asked if name == "browse"]
    assert asked[1].filters == {"county": "140902"}


async def test_a_registration_is_confirmed_kept_delivered_and_printed(stand: Stand) -> None:
    stand.central.answers = answers(deliver=stand.accepting)
    await stand.visit(
        *begin(stand),
        *form_steps(stand),
        Step(Confirm, ConfirmChoice.SUBMIT, check=has("138 0000 0101")),
        Step(ResultView, ResultChoice.FINISH, check=stand.note_result),
        Step(TakeAway, does=stand.pull),
    )
    assert stand.result is not None
    assert not stand.result.pending
    assert stand.result.slip is PrintOutcome.PRINTED
    assert len(stand.printer.slips) == 1
    assert "0000" not in repr(stand.printer.slips[0])
    assert await stand.pending() == 0


async def test_with_the_platform_away_it_is_kept_and_delivered_exactly_once_later(stand: Stand) -> None:
    stand.central.answers = answers(deliver=stand.accepting)
    stand.central.away = True
    await stand.visit(
        *begin(stand),
        *form_steps(stand),
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.FINISH, check=stand.note_result),
        Step(TakeAway, does=stand.pull),
    )
    assert stand.result is not None
    assert stand.result.pending
    assert "待平台确认" in stand.result.title
    assert await stand.pending() == 1
    stand.central.away = False
    await stand.until_delivered()
    assert stand.delivered == 1


async def test_a_card_pulled_in_the_middle_of_the_form_leaves_nothing(stand: Stand) -> None:
    stand.central.answers = answers(deliver=stand.accepting)
    steps = form_steps(stand)
    half = len(steps) // 2
    await stand.visit(
        *begin(stand),
        *steps[:half],
        Step(steps[half].view, does=stand.pull),
        Step(MessageView, "ok", check=has(stand.faults[Fault.CARD_PULLED_IN_VISIT].what)),
    )
    assert await stand.pending() == 0
    assert stand.delivered == 0
    assert stand.stage.cleared >= 1


async def test_wrong_pins_count_down_and_block(stand: Stand) -> None:
    stand.central.answers = answers(records=RECORDS)
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "000000"),
        Step(PinPad, PinChoice.FORGOTTEN, check=has("还可以试 2 次")),
        Step(MessageView, "ok"),
        Step(PinPad, "000001"),
        Step(PinPad, "000002", check=has("还可以试 1 次")),
        Step(MessageView, "ok", check=has(stand.faults[Fault.PIN_BLOCKED].what)),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
    assert not [name for name, _ in stand.central.asked if name == "records"]


CARD_FAULTS = [
    Fault.CARD_SILENT,
    Fault.CARD_OTHER_KIND,
    Fault.CARD_UNREADABLE,
    Fault.CARD_FIELDS_INVALID,
    Fault.CARD_NOT_AUTHORISED,
    Fault.CARD_LOCKED,
    Fault.CARD_EXPIRED,
    Fault.CARD_KEYS_WRONG,
    Fault.CARD_KEYS_AWAY,
    Fault.PSAM_MISSING,
    Fault.PSAM_REFUSED,
]


@pytest.mark.parametrize("fault", CARD_FAULTS)
async def test_every_card_fault_has_its_page(stand: Stand, fault: Fault) -> None:
    await stand.visit(
        Step(Attract, does=lambda: stand.insert(Failure(fault))),
        Step(MessageView, does=stand.pull, check=has(stand.faults[fault].what)),
    )


@pytest.mark.parametrize("fault", [f for f in Fault if f.value.startswith("platform.")])
async def test_every_fault_of_the_platform_has_its_page(stand: Stand, fault: Fault) -> None:
    stand.central.answers = answers(records=Failure(fault, tries_left=2))
    lost = fault in {Fault.PLATFORM_AWAY, Fault.PLATFORM_SLOW, Fault.PLATFORM_GARBLED, Fault.PLATFORM_BUSY}
    after = (Step(Menu, MenuChoice.LEAVE),) if lost else LEAVE
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "123456"),
        Step(MessageView, "menu" if lost else "ok", check=has(stand.faults[fault].what)),
        *after,
        Step(TakeAway, does=stand.pull),
    )


@pytest.mark.parametrize(
    "fault",
    [
        *(Fault.PAPER_OUT, Fault.PRINTER_COVER, Fault.PRINTER_JAM, Fault.PRINTER_HOT, Fault.PRINTER_BROKEN),
        *(Fault.PRINTER_GONE, Fault.PRINT_UNKNOWN),
    ],
)
async def test_a_slip_that_does_not_come_out_is_said_and_a_code_offered(stand: Stand, fault: Fault) -> None:
    unknown = fault is Fault.PRINT_UNKNOWN
    stand.printer.outcome = Printed(PrintOutcome.UNKNOWN if unknown else PrintOutcome.NOT_PRINTED, fault)
    stand.central.answers = answers(deliver=stand.accepting)
    await stand.visit(
        *begin(stand),
        *form_steps(stand),
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.FINISH, check=stand.note_result),
        Step(TakeAway, does=stand.pull),
    )
    assert stand.result is not None
    assert stand.result.qr.startswith("https://")
    assert len(stand.printer.slips) == 1  # never twice
    if not unknown:
        assert stand.faults[fault].what in stand.result.slip_line


async def test_a_recommendation_without_registration_leads_to_it(stand: Stand) -> None:
    stand.central.answers = answers(recommend=Failure(Fault.PLATFORM_NOT_REGISTERED), deliver=stand.accepting)
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.WORK, 2),
        Step(PinPad, "123456"),
        Step(MessageView, "ok", check=has(stand.faults[Fault.PLATFORM_NOT_REGISTERED].what)),
        *form_steps(stand),
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.FINISH),
        Step(TakeAway, does=stand.pull),
    )
    assert stand.delivered == 1


async def test_an_idle_visit_is_warned_and_ends(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IDLE_LIMIT", 0.05)
    stand.stage.still_there = False

    def go_away() -> None:
        stand.stage.idle = 1.0

    await stand.visit(
        Step(Attract, does=stand.insert),
        Step(Menu, does=go_away),
        Step(TakeAway, does=stand.pull),
    )
    assert stand.stage.overlays == 1


@pytest.mark.parametrize("at", ["idle screen", "menu"])
async def test_who_shows_a_card_is_here_however_long_ago_the_last_touch_was(stand: Stand, at: str) -> None:
    stand.stage.idle = limits.IDLE_LIMIT - 0.05 if at == "menu" else 10 * limits.IDLE_LIMIT

    def long_ago() -> None:
        stand.stage.idle = 10 * limits.IDLE_LIMIT
        stand.insert()

    touched = [] if at == "idle screen" else [Step(Attract, True)]
    await stand.visit(
        *touched,
        Step(Menu if touched else Attract, does=long_ago),
        Step(Menu, Group.WORK),
        Step(ItemList, Nav.HOME),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )
    assert stand.stage.overlays == 0


async def test_help_comes_back_to_the_page_and_home_to_the_menu(stand: Stand) -> None:
    await stand.visit(
        Step(Attract, True),
        Step(Menu, Group.CARD),
        Step(ItemList, Nav.HELP),
        Step(MessageView, "ok"),
        Step(ItemList, Nav.HOME),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
    )


async def test_help_in_the_middle_of_typing_loses_nothing(stand: Stand) -> None:
    typed: list[View[Any]] = []

    def type_a_little(view: View[Any]) -> None:
        assert isinstance(view, TextQuestion)
        typed.append(msgspec.structs.replace(view, value="砌墙"))
        stand.stage.left = typed[0]

    def as_it_was(view: View[Any]) -> None:
        stand.expect(view == typed[0])
        stand.stage.left = None

    stand.central.answers = answers(browse=LISTING)
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.WORK, 3),
        Step(ListingView, ListChoice.FILTER),
        Step(ChoiceQuestion, None),
        Step(ChoiceQuestion, None),
        Step(ChoiceQuestion, None),
        Step(TextQuestion, Nav.HELP, check=type_a_little),
        Step(MessageView, "ok"),
        Step(TextQuestion, Nav.HOME, check=as_it_was),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=stand.pull),
    )


async def test_a_counter_item_shows_its_notice_and_prints_it(stand: Stand) -> None:
    number = next(item.number for item in stand.catalogue if item.proof is Proof.OPERATOR and not item.conditions)
    item = stand.catalogue[number]
    await stand.visit(
        Step(Attract, True),
        Step(Menu, item.group),
        Step(ItemList, number),
        Step(Guide, GuideChoice.PRINT, check=lambda view: stand.expect(view.start == "")),
        Step(MessageView, "ok"),
        Step(Guide, Nav.BACK),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
    )
    assert item.name in repr(stand.printer.slips[0])


async def test_a_terminal_without_a_card_reader_is_whole(stand: Stand) -> None:
    stand.central.answers = answers(browse=LISTING)
    stand.without_card_reader()
    await stand.visit(
        Step(Attract, True),
        *to_item(Group.WORK, 3),
        Step(AskProof, does=lambda: stand.scan("token")),
        Step(ListingView, Nav.BACK),
        *LEAVE,
        Step(TakeAway, None),
    )
    opened = next(ask for name, ask in stand.central.asked if name == "session_open")
    assert opened.code == "token"


async def test_a_defect_of_ours_is_one_sentence_and_the_terminal_goes_on(stand: Stand, capsys: Any) -> None:
    def breaks(_ask: Any) -> Any:
        raise KeyError(MADE_UP.id_number)

    stand.central.answers = answers(records=breaks)
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "123456"),
        Step(MessageView, "ok", check=has(stand.faults[Fault.INTERNAL].what)),
        Step(TakeAway, does=stand.pull),
        Step(Attract, True),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
    )
    assert MADE_UP.id_number not in capsys.readouterr().err


async def test_a_defect_while_printing_does_not_end_the_terminal(stand: Stand, capsys: Any) -> None:
    stand.central.answers = answers(records=RECORDS)
    stand.printer.defect = True
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "123456"),
        Step(RecordsView, RecordsChoice.PRINT),
        Step(MessageView, "ok", check=has(stand.faults[Fault.INTERNAL].what)),
        Step(TakeAway, does=stand.pull),
        Step(Attract, True),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
    )
    assert MADE_UP.id_number not in capsys.readouterr().err


def test_nothing_personal_is_in_a_repr() -> None:
    for thing in (MADE_UP, SESSION, dataclasses.replace(MADE_UP, name="王测试")):
        assert MADE_UP.id_number not in repr(thing)
        assert "测试" not in repr(thing)
