"""How each fault is brought about at the dock and which test shows it; makes docs/faults.md.

``python -m drivers.emulated.ways --write docs/faults.md``. A new fault of a device wants a row here.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from contract.faults import Fault, load
from drivers.emulated.dock.troubles import DEVICES, TROUBLES, UNPLUGGED

OF_DEVICES: Final = (
    *("card.", "psam.", "pin.", "reader.", "id_card.", "id_reader.", "code.", "printer.", "camera.", "speaker."),
    "terminal.power_low",
)
"""Beginnings of the ids that a device causes: each has a way."""


@dataclass(frozen=True)
class Way:
    at_dock: tuple[str, ...] = ()
    """What follows ``kiosk dock``."""
    then: str = ""
    """What the terminal is asked to do after it: ``card``, ``wrong pin``, ``pin``, ``id``, ``code``, ``slip``,
    ``photo``, ``sound``, ``power`` (whether a visit may begin); ``slip first`` when it happens in the middle of a slip.
    Empty: it takes a whole visit, or a platform."""
    test: str = ""
    """FILE::TEST beneath ``tests``."""


_CARD: Final = "drivers/card/test_reader.py::"
_CARD_WRONG: Final = _CARD + "test_says_what_is_wrong_with_every_other_card"
_ID: Final = "drivers/id_reader/test_reader.py::"
_ID_MORE: Final = "drivers/id_reader/test_troubles.py::"
_THIRD: Final = "drivers/card/test_third_generation.py::"
_CAMERA: Final = "drivers/camera/test_driver.py::test_still_image_what_cannot_be_read_is_a_fault_and_not_sealed"
_PRINT: Final = "drivers/printer/test_printing.py::"
_STORY: Final = "kiosk/test_story.py::"
_PROOF: Final = "kiosk/test_attacks_proof.py::"
_CLIENT: Final = "kiosk/test_central_client.py::"
_HELPED: Final = "kiosk/test_assisted.py::"
_PINS: Final = "kiosk/test_assisted_pins.py::"
_OFFLINE: Final = "kiosk/test_assisted_ways.py::"
_BOTH: Final = "kiosk/test_both_cards.py::"
_BOTH_AWAY: Final = "kiosk/test_both_cards_away.py::"
_BY_PLATFORM: Final = _STORY + "test_every_fault_of_the_platform_has_its_page"

WAYS: Final[Mapping[Fault, Way]] = MappingProxyType(
    {
        Fault.CARD_SILENT: Way(("insert shi",), "card", _CARD_WRONG),
        Fault.CARD_OTHER_KIND: Way(("insert lv",), "card", _CARD_WRONG),
        Fault.CARD_UNREADABLE: Way(("script card --garble-from 2", "insert zhang"), "card",
                                   _CARD + "test_noise_from_any_answer_on_is_no_person"),
        Fault.CARD_FIELDS_INVALID: Way(("script card --wrong-number", "insert zhang"), "card",
                                       "drivers/card/test_protocol.py::test_every_field_out_of_range"),
        Fault.CARD_NOT_AUTHORISED: Way(("script card --refuse-at 8", "insert zhang"), "card", _CARD_WRONG),
        Fault.CARD_KEYS_WRONG: Way(("insert tao",), test=_THIRD + "test_a_card_of_elsewhere"),
        Fault.CARD_KEYS_AWAY: Way(("line cut", "insert he"),
                                  test="drivers/card/test_authenticators.py::test_a_platform_that_never_answers"),
        Fault.PSAM_MISSING: Way(("script psam --missing", "insert he"), "keys", _THIRD + "test_psam_missing"),
        Fault.PSAM_REFUSED: Way(("script psam --refusing", "insert he"), "keys", _THIRD + "test_a_psam_that_refuses"),
        Fault.CARD_LOCKED: Way(("script card --locked-at 1", "insert zhang"), "card",
                               _CARD + "test_status_words_become_faults"),
        Fault.CARD_EXPIRED: Way(("insert zheng",), "card", _CARD_WRONG),
        Fault.CARD_PULLED: Way(("script card --pull-after 5", "insert zhang"), "card",
                               _CARD + "test_pulled_between_any_two_commands"),
        Fault.CARD_PULLED_IN_VISIT: Way(("insert zhang", "pull"), "",
                                        _STORY + "test_a_card_pulled_in_the_middle_of_the_form_leaves_nothing"),
        Fault.CARD_PULLED_AFTER_SUBMIT: Way(("insert zhang", "pull"), "", "kiosk/test_attacks_ledger.py::"),
        Fault.PIN_WRONG: Way(("insert zhang",), "wrong pin", _CARD + "test_pin_is_counted_by_the_card_and_blocks"),
        Fault.PIN_BLOCKED: Way(("insert feng",), "pin", _CARD + "test_pin_is_counted_by_the_card_and_blocks"),
        Fault.PIN_FORGOTTEN: Way(("insert zhang",), "",
                                 _PROOF + "test_forgotten_and_wrong_without_a_number_guess_nothing"),
        Fault.READER_GONE: Way(("unplug id-reader",), "id",
                               _ID + "test_unplugged_with_a_card_on_it_and_plugged_in_again"),
        Fault.ID_CARD_UNREADABLE: Way(("lay zhang", "script id-reader --garble"), "id",
                                      _ID + "test_a_read_that_never_comes_ends_in_time"),
        Fault.ID_CARD_EXPIRED: Way(("script id-reader --expired", "lay zhang"), "id", _ID + "test_an_expired_card"),
        Fault.ID_CARD_OTHER_KIND: Way(("script id-reader --other-kind", "lay zhang"), "id",
                                      _ID + "test_every_sw3_of_a_read_is_a_result"),
        Fault.ID_READER_SELF_TEST: Way(("script id-reader --broken", "lay zhang"), "id",
                                       _ID + "test_a_broken_module_is_told"),
        Fault.ID_READER_NOT_AUTHORISED: Way(("script id-reader --not-authorised", "lay zhang"), "id",
                                            _ID + "test_every_sw3_of_a_read_is_a_result"),
        Fault.CARDS_OTHER_PERSON: Way(("insert zhang", "lay wang"), "", _BOTH + "test_another_persons_card"),
        Fault.CARDS_AGENT_NEEDED: Way(("insert zhang", "lay zhang"), "",
                                      _BOTH + "test_an_agent_lays_their_own_id_card_too"),
        Fault.CARDS_NO_ID_READER: Way(("unplug id-reader",), "", _BOTH_AWAY + "test_a_terminal_that_lacks_a_reader"),
        Fault.CARDS_NO_CARD_READER: Way(("unplug card",), "", _BOTH_AWAY + "test_a_terminal_that_lacks_a_reader"),
        Fault.CODE_UNREADABLE: Way(("script scanner --rubbish 40",), "code", "drivers/scanner/test_scanner.py::"),
        Fault.PRINTER_GONE: Way(("unplug printer",), "slip",
                                _PRINT + "test_a_printer_that_goes_away_during_a_job_and_comes_back"),
        Fault.PAPER_OUT: Way(("printer --out-at-line 3",), "slip",
                             _PRINT + "test_trouble_during_a_job_is_told_and_the_rest_never_comes_out"),
        Fault.PAPER_LOW: Way(("paper low",), "",
                             "drivers/printer/test_troubles.py::test_paper_low_is_told_once_though_its_sensor_flutters"),
        Fault.PRINTER_COVER: Way(("cover open",), "slip", _PRINT + "test_the_cover_opened_during_a_job"),
        Fault.PRINTER_JAM: Way(("printer --jam-at-line 7",), "slip",
                               _PRINT + "test_trouble_during_a_job_is_told_and_the_rest_never_comes_out"),
        Fault.PRINTER_HOT: Way(("printer --hot",), "slip",
                               _PRINT + "test_a_head_that_stays_hot_gives_the_slip_up_and_keeps_the_rest_in"),
        Fault.PRINTER_BROKEN: Way(("printer --broken",), "slip",
                                  "drivers/printer/test_troubles.py::"
                                  "test_no_false_success_when_it_stops_in_the_middle"),
        Fault.PRINT_UNKNOWN: Way(("printer --silent",), "slip first",
                                 _PRINT + "test_a_printer_that_falls_silent_leaves_the_outcome_unknown"),
        Fault.CAMERA_GONE: Way(("unplug camera",), "photo",
                               "drivers/camera/test_driver.py::test_still_image_gone_and_back"),
        Fault.CAMERA_NO_PAGE: Way(("script camera --no-page",), "photo", _CAMERA),
        Fault.CAMERA_SEVERAL: Way(("script camera --several",), "photo", _CAMERA),
        Fault.CAMERA_COVERED: Way(("script camera --covered",), "photo", _CAMERA),
        Fault.CAMERA_MOVING: Way(("script camera --moving",), "photo",
                                 "drivers/camera/test_driver.py::test_still_images_that_differ_are_a_page_that_moves"),
        Fault.CAMERA_BLURRED: Way(("script camera --blurred",), "photo", _CAMERA),
        Fault.CAMERA_DARK: Way(("script camera --dark",), "photo", _CAMERA),
        Fault.CAMERA_GLARE: Way(("script camera --glare",), "photo", _CAMERA),
        Fault.DOCUMENT_NO_WAY: Way(
            test="kiosk/test_documents.py::test_a_required_document_without_a_way_is_told_and_nothing_is_lost"
        ),
        Fault.SPEAKER_GONE: Way(("unplug speaker",), "sound",
                                "drivers/speaker/test_speaker.py::test_without_a_sound_card_it_is_absent_without_fuss"),
        Fault.POWER_LOW: Way(("script power --low",), "power",
                             "kiosk/test_small_devices.py::test_on_a_battery_that_is_nearly_empty_no_visit_begins"),
        Fault.PLATFORM_AWAY: Way(("line cut",), "", _CLIENT + "test_nobody_listening_is_away"),
        Fault.PLATFORM_SLOW: Way(("line up --delay 20",), "", _CLIENT + "test_a_platform_that_does_not_answer_is_slow"),
        Fault.PLATFORM_GARBLED: Way(test=_CLIENT + "test_an_answer_that_makes_no_sense_is_a_failure_with_a_sentence"),
        Fault.PLATFORM_NOT_KNOWN: Way(("insert zhou",), "", _BY_PLATFORM),
        Fault.PLATFORM_CARD_NOT_VALID: Way(("insert wu",), "", _BY_PLATFORM),
        Fault.PLATFORM_BUSY: Way(test=_BY_PLATFORM),
        Fault.PLATFORM_NOT_ALLOWED: Way(test="kiosk/test_with_platform.py::"),
        **{fault: Way(test=_BY_PLATFORM) for fault in (
            Fault.PLATFORM_BAD_REQUEST, Fault.PLATFORM_SESSION_ENDED, Fault.PLATFORM_CODE_EXPIRED,
            Fault.PLATFORM_WRONG_PASSWORD, Fault.PLATFORM_PASSWORD_BLOCKED, Fault.PLATFORM_NOT_FOUND,
            Fault.PLATFORM_INVALID_ANSWERS, Fault.PLATFORM_CONFLICT, Fault.PLATFORM_NO_CARD_KEYS,
            Fault.PLATFORM_OTHER_PERSON, Fault.PLATFORM_BOTH_CARDS_NEEDED,
        )},
        Fault.PLATFORM_NOT_REGISTERED: Way(test=_STORY + "test_a_recommendation_without_registration_leads_to_it"),
        **dict.fromkeys(
            (
                Fault.STAFF_NO_ROSTER, Fault.STAFF_ROSTER_OVER, Fault.STAFF_NO_WAY, Fault.STAFF_NOT_OFFLINE,
                Fault.STAFF_CARD_IN,
            ),
            Way(test=_OFFLINE + "test_what_stands_in_the_way_is_one_sentence"),
        ),
        Fault.STAFF_AWAY: Way(("line cut", "show wen"), "",
                              _OFFLINE + "test_a_code_that_cannot_be_resolved_leads_to_the_own_card"),
        Fault.STAFF_NOT_SHOWN: Way(test=_PINS + "test_tries_left_then_waits_with_a_countdown"),
        Fault.STAFF_PIN_FORGOTTEN: Way(("show wen",), "", _PINS + "test_a_malformed_and_a_forgotten_pin"),
        Fault.STAFF_DISABLED: Way(("show wen",), "", _PINS + "test_tries_left_then_waits_with_a_countdown"),
        Fault.STAFF_NOT_TAKEN: Way(("insert wen", "show wen"), "",
                                   _HELPED + "test_a_worker_helps_nobody_whom_the_platform_does_not_let_them"),
        Fault.STAFF_NOT_OFFLINE_ITEM: Way(("line cut", "insert wen"), "",
                                          _OFFLINE + "test_offline_with_the_own_card_it_is_labelled_and_limited"),
        Fault.STAFF_ENDED: Way(test=_HELPED + "test_who_is_taken_off_the_roster_helps_no_longer"),
        Fault.DISK_FULL: Way(test=_PRINT + "test_a_ledger_with_no_room_keeps_the_paper_white"),
        Fault.OPERATOR_NEEDED: Way(test="kiosk/test_attacks_words.py::test_an_item_for_the_counter"),
        Fault.NOT_READY: Way(
            test="kiosk/test_attacks_ledger.py::test_a_terminal_without_its_papers_says_so_and_tries_again"
        ),
        Fault.IDLE_ENDED: Way(test=_STORY + "test_an_idle_visit_is_warned_and_ends"),
        Fault.INTERNAL: Way(test=_STORY + "test_a_defect_of_ours_is_one_sentence_and_the_terminal_goes_on"),
    }
)  # fmt: skip
"""The platform's problem codes are all held to their faults by kiosk/test_central_client.py."""

HEAD: Final = """\
# 出了毛病，屏幕上说什么 · What is told when something goes wrong

由 `python -m drivers.emulated.ways --write docs/faults.md` 写出，不要手改：话在 `contract/faults.toml`，怎么弄出来在
`drivers/emulated/ways.py`。「演示台」一栏前面加 `kiosk dock`，一行一条命令；空着的要靠平台，或要走完一次办事。
Written by that command; do not edit. The words stand in `contract/faults.toml`, the ways in `drivers/emulated/ways.py`.
Put `kiosk dock` before what stands in the dock's column; where it is empty it takes the platform or a whole visit.

| 故障 fault | 跟群众说 to the resident | 跟工作人员说 to the staff | 演示台 at the dock | 测试 test |
|---|---|---|---|---|
"""

MORE: Final = """
## 演示台上的每一样毛病 · Every trouble at the dock

上表是按「说什么」排的；这张按设备排，演示台的网页和命令行里有什么毛病，这里就有什么。不用跟人说的，写着机器自己怎么办。
The table above goes by what is told; this one by device, with everything that the dock's page and command line can make
go wrong. Where nobody need be told anything, it says what the terminal does by itself.

| 设备 device | 毛病 trouble | 命令 `kiosk dock …` | 说什么，或者机器自己怎么办 what is told or done |
|---|---|---|---|
"""


def of_device(fault: Fault) -> bool:
    return fault.value.startswith(OF_DEVICES)


def page() -> str:
    """The whole of docs/faults.md."""
    rows = []
    for fault, sentence in load().items():
        way = WAYS.get(fault, Way())
        commands = "<br>".join(f"`{command}`" for command in way.at_dock)
        test = f"`{way.test.removesuffix('::')}`" if way.test else ""
        said = f"**{sentence.what}**　{sentence.do}{sentence.others}"
        rows.append(f"| `{fault}` | {said} | {sentence.staff} | {commands} | {test} |\n")
    return HEAD + "".join(rows) + MORE + "".join(_troubles())


def _troubles() -> Iterator[str]:
    for device, title in DEVICES.items():
        for row in (one for one in TROUBLES if one.device == device):
            number = "" if row.number is None else f" {row.number}"
            words = row.title.replace("{n}", f"{row.number}")
            yield _row(title, words, f"script {device} --{row.name}{number}", row.shows or row.borne)
        if device in UNPLUGGED:
            yield _row(title, "插头拔掉", f"unplug {device}", UNPLUGGED[device])


def _row(title: str, words: str, command: str, told: Fault | str) -> str:
    return f"| {title} | {words} | `{command}` | {f'`{told}`' if isinstance(told, Fault) else told} |\n"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m drivers.emulated.ways", description=__doc__)
    parser.add_argument("--write", type=Path, help="docs/faults.md")
    options = parser.parse_args(arguments)
    if options.write is None:
        sys.stdout.write(page())
    else:
        options.write.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
