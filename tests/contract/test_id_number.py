from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from id_validator import validator

from contract.id_number import CitizenNumber, Invalid, Sex, check_digit, parse, valid

TODAY = date(2026, 11, 23)
BODIES = st.builds(
    lambda day, order: f"140999{day:%Y%m%d}{order:03d}", st.dates(date(1930, 1, 1), TODAY), st.integers(0, 999)
)


@pytest.mark.parametrize(
    "number", ["14090219000101001X", "140902190001010028", "142222190001010035", "83000019000101002X"]
)
def test_numbers_of_the_facts_page(number: str) -> None:
    """device-protocols 7: made up, born 1900."""
    found = parse(number, TODAY)
    assert isinstance(found, CitizenNumber)
    assert found.birth == date(1900, 1, 1)
    assert found.age(TODAY) == 126


@given(BODIES)
def test_what_is_made_is_read(body: str) -> None:
    found = parse(f" {body}{check_digit(body).lower()} ", TODAY)
    assert isinstance(found, CitizenNumber)
    assert f"{found.birth:%Y%m%d}" == body[6:14]
    assert found.sex is (Sex.MALE if int(body[16]) % 2 else Sex.FEMALE)
    assert body not in repr(found)


@given(BODIES, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_never_passes(body: str, place: int, wrong: str) -> None:
    number = body + check_digit(body)
    changed = number[:place] + wrong + number[place + 1 :]
    assert valid(changed, TODAY) is (changed == number)


@given(BODIES)
def test_the_check_digit_is_the_second_opinions_too(body: str) -> None:
    number = "140902" + body[6:]
    assert validator.is_valid(number + check_digit(number))


def test_births_that_cannot_be() -> None:
    for body in ("14099919550230001", "14099900000101001", f"140999{TODAY + timedelta(1):%Y%m%d}001"):
        assert parse(body + check_digit(body), TODAY) is Invalid.BIRTH
    assert parse("1409991955010100", TODAY) is Invalid.SHAPE
    assert parse("１４０９９９１９５５０１０１００１１", TODAY) is Invalid.SHAPE


def test_a_birthday_completes_the_year() -> None:
    body = "14099919660301001"
    found = parse(body + check_digit(body), TODAY)
    assert isinstance(found, CitizenNumber)
    assert (found.age(date(2026, 2, 28)), found.age(date(2026, 3, 1))) == (59, 60)
