"""Cards that answer, and answer oddly: what the dialogue makes of it, and what the emulated card refuses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contract.faults import Fault
from drivers.card_reader import apdu, layout
from drivers.card_reader.apdu import Dialogue
from drivers.card_reader.authenticator import NoKeys
from drivers.card_reader.dialogue import card_id_code, read_holder, verify_pin
from drivers.device import CardHolder, Failure
from drivers.emulated.card import CastMember, EmulatedCard, Script
from tests.drivers.card.bench import TODAY
from tests.drivers.card.test_protocol import play, records_of

Cast = dict[str, CastMember]
SELECT, READ, VERIFY, GET_RESPONSE = 0xA4, 0xB2, 0x20, 0xC0
LOCKED = bytes.fromhex("6A81")
OK = b"\x90\x00"


def reading() -> Dialogue[CardHolder | Failure]:
    return read_holder(TODAY, NoKeys(), lambda: b"\x3b")


def altered(card: EmulatedCard, change: Callable[[bytes], bytes | None]) -> Callable[[bytes], bytes]:
    """*card*, with what *change* gives instead of its own answer."""

    def answer(command: bytes) -> bytes:
        usual = card.answer(command)
        other = change(command)
        return usual if other is None else other

    return answer


@pytest.mark.parametrize("endless", ["6110", "6C05"])
def test_a_card_that_always_has_more_to_say_is_left(endless: str) -> None:
    """Each follow-up asks for another: after a few the command has failed, and the terminal goes on."""
    outcome = play(reading(), lambda _command: bytes.fromhex(endless))
    assert isinstance(outcome, Failure)
    assert outcome.fault is Fault.CARD_UNREADABLE


@pytest.mark.parametrize("dialogue", [card_id_code, lambda: verify_pin("123456")])
@pytest.mark.parametrize(
    ("status", "fault"), [("6A82", Fault.CARD_OTHER_KIND), ("6A81", Fault.CARD_LOCKED), ("6F00", Fault.CARD_UNREADABLE)]
)
def test_without_the_application_neither_card_nor_pin_is_asked_for(
    dialogue: Callable[[], Dialogue[object]], status: str, fault: Fault
) -> None:
    sent: list[int] = []

    def card(command: bytes) -> bytes:
        sent.append(command[1])
        return bytes.fromhex(status)

    outcome = play(dialogue(), card)  # type: ignore[arg-type]
    assert isinstance(outcome, Failure)
    assert outcome.fault is fault
    assert sent == [SELECT]


@pytest.mark.parametrize(
    ("status", "fault", "left"),
    [
        ("6300", Fault.PIN_WRONG, None),
        ("63C2", Fault.PIN_WRONG, 2),
        ("63C0", Fault.PIN_BLOCKED, 0),
        ("6983", Fault.PIN_BLOCKED, 0),
        ("6982", Fault.CARD_NOT_AUTHORISED, None),
        ("6F00", Fault.CARD_UNREADABLE, None),
    ],
)
def test_what_a_card_says_to_a_pin_is_taken_word_for_word(status: str, fault: Fault, left: int | None) -> None:
    """How many tries are left is the card's to say; where it does not, nothing is made up."""
    outcome = play(verify_pin("123456"), lambda command: OK if command[1] == SELECT else bytes.fromhex(status))  # type: ignore[arg-type]
    assert isinstance(outcome, Failure)
    assert (outcome.fault, outcome.tries_left) == (fault, left)


def test_a_file_that_is_locked_is_not_selected_in_another_way(cast: Cast) -> None:
    """The card said no; asking again by another road would only look like an attack."""
    tried: list[bytes] = []

    def locked(command: bytes) -> bytes | None:
        if command[1] == SELECT and command[2] != 0x04:
            tried.append(command)
            return LOCKED
        return None

    outcome = play(reading(), altered(EmulatedCard(cast["employee"]), locked))
    assert isinstance(outcome, Failure)
    assert outcome.fault is Fault.CARD_LOCKED
    assert len(tried) == 1


def by_number(cast: Cast, records: Callable[[int], bytes]) -> CardHolder | Failure:
    """A card that knows no tags and answers READ RECORD with *records* of the number."""
    card = EmulatedCard(cast["employee"])

    def numbered(command: bytes) -> bytes | None:
        if command[1] != READ:
            return None
        return records(command[2]) if command[3] & 7 == 4 else bytes.fromhex("6A83")

    return play(reading(), altered(card, numbered))


@pytest.mark.parametrize(
    ("records", "fault"),
    [
        (lambda _number: bytes.fromhex("6281"), Fault.CARD_UNREADABLE),
        (lambda _number: bytes.fromhex("6982"), Fault.CARD_NOT_AUTHORISED),
        (lambda _number: OK, Fault.CARD_UNREADABLE),
        (lambda _number: b"\x01\x05abc" + OK, Fault.CARD_UNREADABLE),
        (lambda _number: b"\x01\x01a\x00\xffx" + OK, Fault.CARD_UNREADABLE),
        (lambda _number: b"\x77\x01a" + OK, Fault.CARD_UNREADABLE),
        (lambda number: bytes.fromhex("6A83") if number > 1 else b"\x77\x01a" + OK, Fault.CARD_UNREADABLE),
    ],
    ids=["a warning", "not allowed", "empty", "cut", "more behind it", "another's, for ever", "another's, once"],
)
def test_records_by_number_are_whole_or_no_person(cast: Cast, records: Callable[[int], bytes], fault: Fault) -> None:
    outcome = by_number(cast, records)
    assert isinstance(outcome, Failure)
    assert outcome.fault is fault


def test_a_card_number_that_stands_twice_counts_once(cast: Cast) -> None:
    """By number, a record that comes again later does not replace the first."""
    card = EmulatedCard(cast["employee"], Script(by_tag=False))
    outcome = play(reading(), card.answer)
    assert isinstance(outcome, CardHolder)
    assert outcome.card_number == cast["employee"].card_number


def test_a_card_issued_after_it_ends_is_nobodys(cast: Cast) -> None:
    records = records_of(cast["employee"]) | {
        layout.ISSUED: bytes.fromhex("20360101"), layout.EXPIRES: bytes.fromhex("20351231"),
    }  # fmt: skip
    outcome = layout.assemble(records, "3DES", TODAY)
    assert isinstance(outcome, Failure)
    assert outcome.fault is Fault.CARD_FIELDS_INVALID


@pytest.mark.parametrize(("behind", "good"), [(b"", True), (bytes(4), True), (b"\xff" * 4, True), (b"\0\xff", False)])
def test_filling_behind_a_value_is_forgiven_and_nothing_else(behind: bytes, good: bool) -> None:
    assert (apdu.tlv(b"\x07\x02ab" + behind, 7) == b"ab") is good


# -- the peer: what the driver avoids would really be refused --------------------------------------------------------


def card_of(cast: Cast, key: str = "employee") -> EmulatedCard:
    card = EmulatedCard(cast[key])
    card.inserted(Script())
    return card


SSSE = apdu.select_application(apdu.SSSE)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("00A4", "6700"),
        ("FFA4040000", "6E00"),
        ("00FF000000", "6D00"),
        ("00C0000010", "6985"),
        ("00A4050000", "6A86"),
        ("00A4000002EF05", "6A82"),
        ("00B2010400", "6986"),
        ("00B2012C00", "6A82"),
        ("00B2013C00", "6A82"),
        ("0020000003123456", "6985"),
        ("0082000A10" + "00" * 16, "6985"),
    ],
)
def test_the_emulated_card_refuses_what_a_card_refuses(cast: Cast, command: str, answer: str) -> None:
    assert card_of(cast).answer(bytes.fromhex(command)).hex().upper() == answer


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("00A4000002EF09", "6A82"),
        ("00B2630400", "6986"),
        ("00B2012900", "6A86"),
        ("00B2632C00", "6A83"),
        ("0020000000", "63C3"),
        ("0082000A10" + "00" * 16, "6984"),
        ("0082000B10" + "00" * 16, "6A88"),
        ("0082000A08" + "00" * 8, "6700"),
        ("0088000008" + "00" * 8, "6700"),
    ],
)
def test_the_emulated_card_refuses_it_with_its_application_open_too(cast: Cast, command: str, answer: str) -> None:
    card = card_of(cast)
    assert card.answer(SSSE)[-2:] == OK
    assert card.answer(bytes.fromhex(command)).hex().upper() == answer


def test_the_emulated_card_checks_a_reader_that_authenticates(cast: Cast) -> None:
    """A challenge is good once, and its answer is checked."""
    card = card_of(cast, "third_generation")
    card.answer(SSSE)
    challenge = card.answer(bytes.fromhex("0084000008"))
    assert challenge[-2:] == OK
    wrong = bytes.fromhex("0082000A10") + bytes(8) + challenge[:-2]
    assert card.answer(wrong).hex() == "63c2"
    assert card.answer(wrong).hex() == "6984"


def test_the_emulated_card_says_how_long_its_answer_is(cast: Cast) -> None:
    """T=0: the answer waits, and a wrong length is told instead of given."""
    card = card_of(cast, "t0_card")
    first = card.answer(SSSE)
    assert first[0] == 0x61
    assert card.answer(bytes.fromhex("00C00000") + bytes((first[1] + 1,))) == bytes((0x6C, first[1]))
    assert card.answer(bytes.fromhex("00C00000") + first[1:2])[-2:] == OK
