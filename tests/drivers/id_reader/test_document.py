"""The text of a document: all four layouts are read, and nothing ever gives half a person."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contract import id_number
from drivers.device import DocumentKind, IdCardHolder
from drivers.emulated.sam_v import Document, Kind
from drivers.id_reader.document import Flaw, decode, decode_address

TODAY = date(2026, 11, 23)


def number(division: str, born: date, sequence: str) -> str:
    first = f"{division}{born:%Y%m%d}{sequence}"
    return first + id_number.check_digit(first)


BORN = date(1980, 4, 12)
RESIDENT = Document(number("140999", BORN, "021"), "测试甲", "1", BORN)
PERMIT = Document(number("810000", BORN, "021"), "测试乙", "1", BORN, kind=Kind.PERMIT)
FOREIGN_2017 = Document("XXX140999800412", "测试丙", "2", BORN, kind=Kind.FOREIGN_2017, english_name="TEST, PERSON")
FOREIGN_2023 = Document(
    number("911999", BORN, "022"), "", "2", BORN, kind=Kind.FOREIGN_2023, english_name="TEST, PERSON " * 3
)
ALL = [RESIDENT, PERMIT, FOREIGN_2017, FOREIGN_2023]


def whole(holder: IdCardHolder) -> bool:
    return bool(holder.id_number and holder.name and holder.sex) and holder.born <= TODAY


@pytest.mark.parametrize("document", ALL, ids=lambda document: document.kind.name)
def test_every_layout_is_read(document):
    holder = decode(document.text(), TODAY)
    assert isinstance(holder, IdCardHolder)
    assert (holder.id_number, holder.sex, holder.born) == (document.id_number, document.sex, document.born)
    assert holder.name == (document.name or document.english_name.strip())
    assert holder.expires == document.valid_to
    assert holder.ethnicity == ("01" if document.kind is Kind.RESIDENT else "")
    assert holder.address == (document.address if document.kind in (Kind.RESIDENT, Kind.PERMIT) else "")


def test_what_kind_it_is_and_what_foreigners_cards_say_more():
    kinds = [decode(document.text(), TODAY) for document in ALL]
    assert [holder.kind for holder in kinds if isinstance(holder, IdCardHolder)] == list(DocumentKind)
    for document in (FOREIGN_2017, FOREIGN_2023):
        holder = decode(document.text(), TODAY)
        assert isinstance(holder, IdCardHolder)
        assert (holder.nationality, holder.latin_name) == ("XXX", document.english_name.strip())
    for document in (RESIDENT, PERMIT):
        holder = decode(document.text(), TODAY)
        assert isinstance(holder, IdCardHolder)
        assert (holder.nationality, holder.latin_name) == ("", "")


@pytest.mark.parametrize("length", [1, 34, 35, 36, 46])
def test_a_latin_name_over_the_seam_of_its_two_fields(length):
    name = ("TEST PERSON " * 4)[: length - 1] + "X"
    holder = decode(replace(FOREIGN_2023, english_name=name).text(), TODAY)
    assert isinstance(holder, IdCardHolder)
    assert holder.latin_name == name


@pytest.mark.parametrize("address", ["", "示例县杨树村1号", "村" * 35])
def test_the_newest_address(address):
    assert decode_address((address.encode("utf-16-le") + b" \0" * 35)[:70]) == address


@given(st.binary(max_size=80))
def test_no_bytes_break_an_address(data):
    found = decode_address(data)
    assert isinstance(found, Flaw) or len(data) == 70


def test_long_term_has_no_expiry():
    holder = decode(replace(RESIDENT, valid_to=None).text(), TODAY)
    assert isinstance(holder, IdCardHolder)
    assert holder.expires is None


@pytest.mark.parametrize("name", ["㐂𠮷", "测\ue000"])
def test_rare_names_are_kept(name):
    holder = decode(replace(RESIDENT, name=name).text(), TODAY)
    assert isinstance(holder, IdCardHolder)
    assert holder.name == name


@pytest.mark.parametrize(
    ("document", "flaw"),
    [
        (replace(RESIDENT, name=""), Flaw.NAME),
        (replace(RESIDENT, sex="3"), Flaw.SEX),
        (replace(RESIDENT, ethnicity="99"), Flaw.ETHNICITY),
        (replace(RESIDENT, address=""), Flaw.ADDRESS),
        (replace(RESIDENT, id_number="140999198004120210"), Flaw.NUMBER),
        (replace(RESIDENT, born=date(1980, 4, 13)), Flaw.BORN),
        (replace(RESIDENT, valid_to=date(2019, 1, 1)), Flaw.VALIDITY),
        (replace(PERMIT, id_number=RESIDENT.id_number), Flaw.NUMBER),
        (replace(FOREIGN_2017, id_number="140999"), Flaw.NUMBER),
        (replace(FOREIGN_2017, born=date(2027, 1, 1)), Flaw.BORN),
        (replace(FOREIGN_2023, id_number=RESIDENT.id_number), Flaw.NUMBER),
        (replace(FOREIGN_2023, english_name=""), Flaw.NAME),
        (replace(FOREIGN_2017, nationality="   "), Flaw.NATIONALITY),
        (replace(FOREIGN_2023, nationality="x1Y"), Flaw.NATIONALITY),
        (replace(RESIDENT, name="测\n"), Flaw.ENCODING),
    ],
)
def test_one_flaw_and_there_is_no_person(document, flaw):
    assert decode(document.text(), TODAY) is flaw


def test_kinds_and_lengths_that_are_none():
    text = RESIDENT.text()
    assert decode(text[:-1], TODAY) is Flaw.LENGTH
    assert decode(text[:248] + "Z".encode("utf-16-le") + text[250:], TODAY) is Flaw.KIND
    assert decode(b"\x00\xd8" + text[2:], TODAY) is Flaw.ENCODING


@given(st.binary(min_size=256, max_size=256))
@example(bytes(256))
@example(b"\xff" * 256)
def test_no_bytes_break_it(text):
    found = decode(text, TODAY)
    assert isinstance(found, Flaw) or whole(found)


@given(st.sampled_from(ALL), st.lists(st.tuples(st.integers(0, 255), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_document_with_a_few_wrong_bytes_is_whole_or_nothing(document, wrong):
    text = bytearray(document.text())
    for at, byte in wrong:
        text[at] = byte
    found = decode(bytes(text), TODAY)
    assert isinstance(found, Flaw) or (whole(found) and id_number_is_sound(found))


def id_number_is_sound(holder: IdCardHolder) -> bool:
    return len(holder.id_number) == 15 or id_number.valid(holder.id_number, TODAY)


def test_nothing_of_a_person_is_in_a_repr():
    holder = decode(RESIDENT.text(), TODAY)
    assert isinstance(holder, IdCardHolder)
    for part in fields(holder):
        value = getattr(holder, part.name)
        if value and part.name not in ("expires", "sex", "ethnicity", "kind"):
            assert str(value) not in repr(holder)
    assert RESIDENT.name not in repr(RESIDENT)
    assert RESIDENT.id_number not in repr(RESIDENT)
