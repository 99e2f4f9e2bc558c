"""The pure half: no bytes crash it, none yield a half person."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import id_number
from contract.faults import Fault
from drivers.card_reader import apdu, layout
from drivers.card_reader.apdu import Dialogue
from drivers.card_reader.authenticator import NoKeys
from drivers.card_reader.dialogue import read_holder, verify_pin
from drivers.card_reader.pcsc import decode_state
from drivers.device import CardHolder, Failure
from drivers.emulated.card import CastMember, EmulatedCard, Script
from drivers.emulated.card.files import ef05, ef06
from tests.drivers.card.bench import TODAY

Cast = dict[str, CastMember]
LONGEST = 400


def whole(outcome: CardHolder | Failure) -> bool:
    """A failure, or a person with every field in range."""
    if isinstance(outcome, Failure):
        return outcome.fault.value.startswith("card.")
    born = id_number.parse(outcome.id_number, TODAY)
    return (
        isinstance(born, id_number.CitizenNumber)
        and born.birth == outcome.born
        and bool(outcome.name.strip())
        and (outcome.expires is None or outcome.expires >= TODAY)
    )


def play(talk: Dialogue[CardHolder | Failure], answer_of) -> CardHolder | Failure:
    count = 0
    try:
        command = next(talk)
        while True:
            count += 1
            assert count < LONGEST, "a card cannot keep the reader busy for ever"
            command = talk.send(answer_of(command))
    except StopIteration as end:
        return end.value


def records_of(person: CastMember) -> dict[int, bytes]:
    return dict(ef05(person)) | dict(ef06(person))


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=60))
def test_no_answers_crash_the_reading(answers: list[bytes]):
    turn = iter(answers * LONGEST)
    assert whole(play(read_holder(TODAY, NoKeys(), lambda: b"\x3b"), lambda _command: next(turn)))


@given(data=st.data())
def test_a_good_card_with_some_answers_replaced(cast: Cast, data: st.DataObject):
    card = EmulatedCard(cast["employee"])
    at = data.draw(st.dictionaries(st.integers(0, 20), st.binary(max_size=40), max_size=3))
    turn = iter(range(LONGEST * 2))

    def answer(command: bytes) -> bytes:
        usual = card.answer(command)
        return at.get(next(turn), usual)

    assert whole(play(read_holder(TODAY, NoKeys(), lambda: b"\x3b"), answer))


@given(data=st.data())
def test_records_with_bytes_changed(cast: Cast, data: st.DataObject):
    records = records_of(cast["employee"])
    for tag in data.draw(st.lists(st.sampled_from(sorted(layout.LENGTHS)), max_size=3)):
        records[tag] = data.draw(st.binary(max_size=layout.LENGTHS[tag]))
    for tag in data.draw(st.lists(st.sampled_from(sorted(layout.LENGTHS)), max_size=1)):
        del records[tag]
    assert whole(layout.assemble(records, "3DES", TODAY))


@pytest.mark.parametrize(
    ("tag", "value", "fault"),
    [
        (layout.ID_NUMBER, b"140999198004120211", Fault.CARD_FIELDS_INVALID),
        (layout.ID_NUMBER, b"14099919800412021", Fault.CARD_FIELDS_INVALID),
        (layout.NAME, b"\0" * 30, Fault.CARD_FIELDS_INVALID),
        (layout.NAME, b"\xff\xfe\xfd", Fault.CARD_FIELDS_INVALID),
        (layout.NAME, b"\xd5", Fault.CARD_FIELDS_INVALID),
        (layout.NAME, "张\n".encode("gbk"), Fault.CARD_FIELDS_INVALID),
        (layout.BORN, bytes.fromhex("19800413"), Fault.CARD_FIELDS_INVALID),
        (layout.EXPIRES, bytes.fromhex("20360231"), Fault.CARD_FIELDS_INVALID),
        (layout.EXPIRES, bytes.fromhex("20261122"), Fault.CARD_EXPIRED),
        (layout.ISSUED, bytes.fromhex("2016AB20"), Fault.CARD_FIELDS_INVALID),
        (layout.SEX, b"3", Fault.CARD_FIELDS_INVALID),
        (layout.ETHNICITY, b"\x57", Fault.CARD_FIELDS_INVALID),
        (layout.VERSION, b"4.00", Fault.CARD_FIELDS_INVALID),
        (layout.CARD_NUMBER, b"A9000 117", Fault.CARD_FIELDS_INVALID),
        (layout.CARD_ID_CODE, b"\xff" * 16, Fault.CARD_FIELDS_INVALID),
    ],
)
def test_every_field_out_of_range(cast: Cast, tag: int, value: bytes, fault: Fault):
    outcome = layout.assemble(records_of(cast["employee"]) | {tag: value}, "3DES", TODAY)
    assert isinstance(outcome, Failure)
    assert outcome.fault is fault


def test_the_day_of_expiry_still_counts(cast: Cast):
    records = records_of(cast["employee"]) | {layout.EXPIRES: bytes.fromhex("20261123")}
    outcome = layout.assemble(records, "3DES", TODAY)
    assert isinstance(outcome, CardHolder)
    assert outcome.expires == date(2026, 11, 23)


@pytest.mark.parametrize("blank", ["FFFFFFFF", "00000000", "20202020"])
def test_a_card_that_names_no_expiry(cast: Cast, blank: str):
    outcome = layout.assemble(records_of(cast["employee"]) | {layout.EXPIRES: bytes.fromhex(blank)}, "3DES", TODAY)
    assert isinstance(outcome, CardHolder)
    assert outcome.expires is None


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=25), st.integers(1, 30))
def test_a_name_cut_anywhere_is_whole_again(text: str, cut: int):
    name = text.encode("gb18030")
    cut = max(cut, len(name) - 20)
    assert layout.name(name[:cut].ljust(30, b"\0"), name[cut:].ljust(20, b"\0")) == text


@given(st.binary(max_size=300), st.integers(0, 255))
def test_tlv_is_exact_or_none(data: bytes, tag: int):
    value = apdu.tlv(data, tag)
    assert value is None or data.startswith(bytes((tag, len(value))) + value)


@pytest.mark.parametrize(("indicator", "name"), [(1, "3DES"), (2, "SSF33"), (3, "SM4"), (9, "09")])
def test_algorithm_indicator(indicator: int, name: str):
    assert layout.algorithm(b"\x6f\x08\xa5\x06\x9f\x0c\x03\x86\x01" + bytes((indicator,))) == name


@given(st.binary(max_size=60))
def test_any_fci_has_an_algorithm(fci: bytes):
    assert layout.algorithm(fci) == "3DES" or b"\x9f\x0c\x03\x86\x01" in fci
    assert len(layout.algorithm(b"\x9f\x0c\x03\x86\x01" + fci)) in {2, 3, 4, 5}


@given(st.binary(max_size=60), st.binary(max_size=40))
def test_any_name_is_whole_or_none(first: bytes, more: bytes):
    records = {tag: bytes(length) for tag, length in layout.LENGTHS.items()}
    assert isinstance(layout.assemble(records | {layout.NAME: first, layout.MORE_NAME: more}, "3DES", TODAY), Failure)
    try:
        text = layout.name(first, more)
    except layout._InvalidField:
        return
    else:
        assert text.strip(" \u3000") == text != ""


def test_algorithm_absent():
    assert layout.algorithm(b"") == "3DES"
    assert layout.algorithm(b"\x9f\x0c\x03\x86\x01") == "3DES"


@given(st.binary(max_size=6))
def test_verify_is_sent_once_whatever_is_answered(answer: bytes):
    sent: list[int] = []

    def card(command: bytes) -> bytes:
        sent.append(command[1])
        return b"\x90\x00" if command[1] == 0xA4 else answer

    outcome = play(verify_pin("123456"), card)
    assert (outcome is None) == (answer[-2:] == b"\x90\x00")
    assert sent.count(0x20) == 1


def test_pin_as_bcd():
    assert apdu.verify("123456").hex() == "0020000003123456"
    assert apdu.verify("12345").hex() == "002000000312345f"


def test_a_wrong_length_is_asked_for_again_with_the_right_one():
    talk = apdu.send(apdu.read_tag(7, 9))
    assert next(talk).hex() == "00b2070009"
    assert talk.send(bytes.fromhex("6C0B")).hex() == "00b207000b"
    with pytest.raises(StopIteration) as end:
        talk.send(b"\x07\x09A90001117\x90\x00")
    assert end.value.value.data == b"\x07\x09A90001117"


def test_a_card_without_atr_is_seen():
    assert not decode_state(0x00030220, b"").answers
    assert not decode_state(0x00030020, b"\0\0").answers
    assert decode_state(0x00030020, b"\x3b\x00").answers
    assert decode_state(0x00030020, b"").counter == 3


def test_nothing_of_a_resident_in_any_repr(cast: Cast):
    person = cast["employee"]
    outcome = layout.assemble(records_of(person), "3DES", TODAY)
    said = repr(outcome) + repr(apdu.Answer(person.name.encode(), 0x9000)) + repr(EmulatedCard(person, Script()))
    for secret in (person.name, person.id_number, person.card_number, person.card_id_code, person.pin):
        assert secret not in said
