"""Every sentence: that it is used, that its situation brings it up, that nothing is left open in it, nobody blamed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from contract import faults, texts
from contract.catalogue import Group, Proof
from contract.faults import Fault
from contract.slip import PrintOutcome
from contract.texts import Text
from drivers.device import Failure, Printed, State, Supply
from kiosk import pages
from kiosk.views import Attract, ItemList, Menu, MenuChoice, MessageView, Nav, ResultView, View
from tests.kiosk.attacking import Resident, answering, play
from tests.kiosk.conftest import Stand
from tests.kiosk.opening import (
    with_id_reader,
)

ROOT: Final = Path(__file__).parents[2]
SENTENCES = faults.load()
WORDS = texts.load()

WHERE: Final = {
    # How each fault comes up, and the test that shows its sentence in that very situation.
    Fault.CARD_PULLED: "test_attacks_words.py::test_a_card_pulled_while_it_is_read",
    Fault.CARD_PULLED_IN_VISIT: "test_story.py::test_a_card_pulled_in_the_middle_of_the_form_leaves_nothing",
    Fault.CARD_PULLED_AFTER_SUBMIT: "test_attacks_cards.py::test_pulled_while_the_platform_thinks_about_the_submission",
    Fault.PIN_BLOCKED: "test_story.py::test_wrong_pins_count_down_and_block",
    Fault.PIN_FORGOTTEN: "test_attacks_proof.py::test_forgotten_and_wrong_without_a_number_guess_nothing",
    Fault.READER_GONE: "test_attacks_other_card.py::test_a_reader_that_goes_away_is_not_a_pulled_card",
    Fault.ID_CARD_UNREADABLE: "test_attacks_words.py::test_an_id_card_that_cannot_be_used",
    Fault.ID_CARD_EXPIRED: "test_attacks_words.py::test_an_id_card_that_cannot_be_used",
    **dict.fromkeys(
        (Fault.ID_CARD_OTHER_KIND, Fault.ID_READER_SELF_TEST, Fault.ID_READER_NOT_AUTHORISED),
        "test_attacks_words.py::test_an_id_card_that_cannot_be_used",
    ),
    Fault.CODE_UNREADABLE: "test_codes.py::test_what_is_no_code_is_said_where_a_code_was_asked_for",
    Fault.PAPER_LOW: "test_reprint.py::test_only_who_is_called_for_help_reads_that_the_paper_is_low",
    **{
        fault: "test_documents.py::test_what_the_camera_sees_is_on_the_screen_and_gone_with_it"
        for fault in Fault
        if fault.value.startswith("camera.")
    },
    Fault.CAMERA_BLURRED: "test_documents.py::test_two_pages_one_retaken",
    Fault.CAMERA_GONE: "test_documents.py::test_without_a_camera_the_original_goes_to_the_counter",
    Fault.DOCUMENT_NO_WAY: "test_documents.py::test_a_required_document_without_a_way_is_told_and_nothing_is_lost",
    Fault.DISK_FULL: "test_attacks_ledger.py::test_a_full_disk_takes_nothing_in_and_says_so_in_one_sentence",
    Fault.OPERATOR_NEEDED: "test_attacks_words.py::test_an_item_for_the_counter",
    Fault.NOT_READY: "test_attacks_ledger.py::test_a_terminal_without_its_papers_says_so_and_tries_again",
    Fault.POWER_LOW: "test_small_devices.py::test_on_a_battery_that_is_nearly_empty_no_visit_begins",
    Fault.IDLE_ENDED: "test_attacks_idle.py::test_idle_without_a_card_says_why_the_screen_is_empty",
    Fault.INTERNAL: "test_story.py::test_a_defect_of_ours_is_one_sentence_and_the_terminal_goes_on",
    **dict.fromkeys(
        (
            Fault.CARD_SILENT, Fault.CARD_OTHER_KIND, Fault.CARD_UNREADABLE, Fault.CARD_FIELDS_INVALID,
            Fault.CARD_NOT_AUTHORISED, Fault.CARD_LOCKED, Fault.CARD_EXPIRED, Fault.CARD_KEYS_WRONG,
            Fault.CARD_KEYS_AWAY, Fault.PSAM_MISSING, Fault.PSAM_REFUSED,
        ),
        "test_story.py::test_every_card_fault_has_its_page",
    ),
    **{
        fault: f"{file}::{test}"
        for fault, (file, test) in {
            Fault.STAFF_NO_ROSTER: ("test_assisted_ways.py", "test_what_stands_in_the_way_is_one_sentence"),
            Fault.STAFF_ROSTER_OVER: ("test_assisted_ways.py", "test_what_stands_in_the_way_is_one_sentence"),
            Fault.STAFF_NO_WAY: ("test_assisted_ways.py", "test_what_stands_in_the_way_is_one_sentence"),
            Fault.STAFF_NOT_OFFLINE: ("test_assisted_ways.py", "test_what_stands_in_the_way_is_one_sentence"),
            Fault.STAFF_CARD_IN: ("test_assisted_ways.py", "test_what_stands_in_the_way_is_one_sentence"),
            Fault.STAFF_AWAY: ("test_assisted_ways.py", "test_a_code_that_cannot_be_resolved_leads_to_the_own_card"),
            Fault.STAFF_NOT_SHOWN: ("test_assisted_ways.py", "test_a_roster_that_comes_while_the_pin_is_typed_asks_to_show_once_more"),  # noqa: E501
            Fault.STAFF_PIN_FORGOTTEN: ("test_assisted_pins.py", "test_a_malformed_and_a_forgotten_pin_cost_nothing"),
            Fault.STAFF_DISABLED: ("test_assisted_pins.py", "test_tries_left_then_waits_with_a_countdown_then_disabled_then_unlocked"),  # noqa: E501
            Fault.STAFF_NOT_TAKEN: ("test_assisted.py", "test_a_worker_helps_nobody_whom_the_platform_does_not_let_them"),  # noqa: E501
            Fault.STAFF_NOT_OFFLINE_ITEM: ("test_assisted_ways.py", "test_offline_with_the_own_card_it_is_labelled_and_limited"),  # noqa: E501
            Fault.STAFF_ENDED: ("test_assisted.py", "test_who_is_taken_off_the_roster_helps_no_longer"),
        }.items()
    },
    **dict.fromkeys(
        (
            *(Fault.PRINTER_GONE, Fault.PAPER_OUT, Fault.PRINTER_COVER, Fault.PRINTER_JAM, Fault.PRINTER_HOT),
            *(Fault.PRINTER_BROKEN, Fault.PRINT_UNKNOWN),
        ),
        "test_story.py::test_a_slip_that_does_not_come_out_is_said_and_a_code_offered",
    ),
    Fault.CARDS_OTHER_PERSON: "test_both_cards.py::test_another_persons_card_is_told_and_the_right_one_asked_for",
    **dict.fromkeys(
        (Fault.CARDS_NO_CARD_READER, Fault.CARDS_NO_ID_READER),
        "test_both_cards_away.py::test_a_terminal_that_lacks_a_reader_says_so_before_anything_is_shown",
    ),
    Fault.CARDS_AGENT_NEEDED: "test_both_cards.py::test_an_agent_lays_their_own_id_card_too",
    **{
        fault: "test_story.py::test_every_fault_of_the_platform_has_its_page"
        for fault in Fault
        if fault.value.startswith("platform.")
    },
}  # fmt: skip
NOT_YET: Final = {
    Fault.PIN_WRONG: "said by the dots (Text.PIN_WRONG), never as a page of its own",
    Fault.SPEAKER_GONE: "nothing is spoken yet; the screen says everything",
}


def test_every_fault_has_its_situation_or_its_reason() -> None:
    assert set(WHERE) | set(NOT_YET) == set(Fault)
    assert not set(WHERE) & set(NOT_YET)
    for place in set(WHERE.values()):
        file, name = place.split("::")
        assert f"def {name}(" in (ROOT / "tests" / "kiosk" / file).read_text(encoding="utf-8"), place


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("tries", [None, 0, 2])
async def test_no_page_of_a_fault_holds_a_placeholder_or_a_code(stand: Stand, fault: Fault, tries: int | None) -> None:
    view = pages.fault(stand.house(), Failure(fault, "SW 6982", tries))
    words = " ".join([view.title, view.text, view.speech, *(line for row in view.rows for line in row.lines)])
    assert not re.search(r"[{}]|SW|platform|None", words)
    assert not re.search(r"\d{4}", words.replace("12333", ""))
    assert view.actions


def test_every_text_is_used_somewhere() -> None:
    places = [*(ROOT / "kiosk").rglob("*.py"), *(ROOT / "screens").rglob("*.py"), ROOT / "contract" / "notice.py"]
    source = "".join(path.read_text(encoding="utf-8") for path in places)
    unused = [text.name for text in Text if not re.search(rf"\b(Text|Words)\.{text.name}\b", source)]
    assert unused == []


@pytest.mark.parametrize(
    "word", ["您输错", "违规", "非法", "错误", "失败", "异常", "请勿", "无效", "系统", "用户", "操作不当"]
)
def test_nobody_is_blamed_in_the_language_of_offices(word: str) -> None:
    said = {fault.value: sentence.what + sentence.do for fault, sentence in SENTENCES.items()}
    said |= {text.value: WORDS(text) for text in Text if not WORDS.placeholders(text)}
    assert [key for key, sentence in said.items() if word in sentence] == []


async def test_a_card_pulled_while_it_is_read(stand: Stand) -> None:
    answering(stand)
    resident = Resident(stand)
    await play(stand, resident, Failure(Fault.CARD_PULLED))
    assert resident.titles() == [SENTENCES[Fault.CARD_PULLED].what]


@pytest.mark.parametrize(
    "fault",
    [
        Fault.ID_CARD_UNREADABLE, Fault.ID_CARD_EXPIRED, Fault.ID_CARD_OTHER_KIND, Fault.ID_READER_SELF_TEST,
        Fault.ID_READER_NOT_AUTHORISED, Fault.READER_GONE,
    ],
)  # fmt: skip
async def test_an_id_card_that_cannot_be_used(stand: Stand, fault: Fault) -> None:
    answering(stand)
    reader = with_id_reader(stand)
    resident = Resident(stand)
    stand.insert = lambda _card=None: reader.insert(Failure(fault))  # type: ignore[method-assign,assignment]
    await play(stand, resident)
    assert resident.titles() == [SENTENCES[fault].what]
    assert not resident.saw(Menu)


async def test_an_item_for_the_counter(stand: Stand) -> None:
    """Set to 帮办 by data alone, whatever its kind."""
    answering(stand)
    item = msgspec.structs.replace(stand.catalogue[25], proof=Proof.OPERATOR)
    stand.catalogue._items = {**stand.catalogue._items, 25: item}  # type: ignore[attr-defined]
    resident = Resident(stand, Group.INSURANCE, 25)
    resident.before = lambda view: (
        (MenuChoice.LEAVE if isinstance(view, Menu) else pages_back(view)) if resident.titles() else None
    )
    await play(stand, resident)
    assert resident.titles() == [SENTENCES[Fault.OPERATOR_NEEDED].what]


def pages_back(view: View[Any]) -> Any:
    return Nav.BACK if isinstance(view, ItemList) else None


@pytest.mark.parametrize(
    ("trouble", "change"),
    [
        (Text.TROUBLE_AWAY, lambda s: setattr(s.central, "away", True)),
        (Text.TROUBLE_SLOW, lambda s: (setattr(s.central, "away", True), setattr(s.central, "slow", True))),
        (Text.TROUBLE_READER, lambda s: setattr(s.reader, "state", State.NO_DEVICE)),
        (Text.TROUBLE_SCANNER, lambda s: setattr(s.scanner, "state", State.NO_DEVICE)),
        (Text.TROUBLE_PAPER, lambda s: setattr(s.printer, "supply", Supply.OUT)),
        (Text.TROUBLE_PRINTER, lambda s: setattr(s.printer, "state", State.NO_DEVICE)),
    ],
)
async def test_what_does_not_work_now_is_on_the_idle_screen(stand: Stand, trouble: Text, change: Any) -> None:
    change(stand)
    assert pages.attract(stand.house()).trouble == WORDS(trouble)


async def test_the_gravest_trouble_alone_is_said(stand: Stand) -> None:
    stand.central.away = True
    assert stand.reader is not None
    stand.reader.state = State.NO_DEVICE
    assert pages.attract(stand.house()) == Attract(
        ways=pages.attract(stand.house()).ways, trouble=WORDS(Text.TROUBLE_AWAY), items=40
    )


async def test_a_terminal_without_a_printer_says_so_and_not_that_it_broke(stand: Stand) -> None:
    answering(stand)
    real = stand.house

    def house() -> Any:
        made = real()
        made.bay.printer = None
        made.desk._printer = None
        return made

    stand.house = house  # type: ignore[method-assign]
    resident = Resident(stand)
    await play(stand, resident)
    result = next(view for view in resident.seen if isinstance(view, ResultView))
    assert result.slip is PrintOutcome.NOT_PRINTED
    assert result.slip_line == WORDS(Text.SLIP_NONE)
    assert result.qr


async def test_a_slip_pulled_away_from_gives_its_number_on_the_last_page(stand: Stand) -> None:
    """No paper and the card pulled: the number is still said, with what to do with it."""
    answering(stand)
    stand.printer.outcome = Printed(PrintOutcome.NOT_PRINTED, Fault.PAPER_OUT)
    resident = Resident(stand)
    resident.before = lambda view: stand.pull() if isinstance(view, ResultView) else None
    await play(stand, resident)
    last = next(view for view in resident.seen if isinstance(view, MessageView))
    assert last.rows[0].label == WORDS(Text.SLIP_RECEIPT)
    assert last.rows[1].lines == (WORDS(Text.SLIP_COPY),)
