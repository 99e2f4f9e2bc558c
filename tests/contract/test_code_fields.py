"""Codes of letters and digits: alphabet, length, and the rules by the name of their standard."""

from __future__ import annotations

import re
import string

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import code_rules, formatting
from contract.answers import describe
from contract.catalogue import load
from contract.code_rules import CHARACTERS, CREDIT_ALPHABET, RULES, credit_check_character
from contract.fields import Field, FieldKind, check

CREDIT = Field(
    key="credit", kind=FieldKind.CODE, question="单位的统一社会信用代码是多少？", label="信用代码",
    alphabet=CREDIT_ALPHABET, lengths=(18,), rule="gb32100",
)  # fmt: skip
CERTIFICATE = next(one for one in load()[22].fields if one.key == "certificate")


def told(field: Field, code: object) -> str:
    sentence = check(field, code)
    assert sentence is not None, f"{code!r} is taken"
    assert len(sentence) <= 40
    assert sentence.endswith("。")
    sentence.encode("gb2312")
    return sentence


# -- GB 32100-2015 -----------------------------------------------------------------------------------------------------

VALUES = {character: value for value, character in enumerate(CREDIT_ALPHABET)}
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
"""As the standard's second table lists them."""

credit_codes = st.builds(
    lambda head, division, tail: head + division + tail + credit_check_character(head + division + tail),
    st.text(CREDIT_ALPHABET, min_size=2, max_size=2), st.text(string.digits, min_size=6, max_size=6),
    st.text(CREDIT_ALPHABET, min_size=9, max_size=9),
)  # fmt: skip


def test_the_standards_own_example() -> None:
    """91350100M000100Y4: the sum is 1640, modulo 31 it is 28, so the 18th character is 3."""
    first = "91350100M000100Y4"
    assert sum(weight * VALUES[one] for weight, one in zip(WEIGHTS, first, strict=True)) == 1640
    assert credit_check_character(first) == "3"
    assert check(CREDIT, f"{first}3") is None
    assert told(CREDIT, f"{first}Z") == "信用代码里没有字母 I、O、S、V、Z，请再看一看。"
    assert told(CREDIT, f"{first}4") == "最后一位和前面的对不上，请对着证一个一个再看一看。"


@given(credit_codes)
def test_a_right_code_is_taken_and_meets_the_standards_sum(code: str) -> None:
    assert check(CREDIT, code) is None
    total = sum(weight * VALUES[one] for weight, one in zip(WEIGHTS, code, strict=False))
    assert (total + VALUES[code[17]]) % 31 == 0


@given(credit_codes, st.integers(0, 17), st.sampled_from(CREDIT_ALPHABET))
def test_one_character_that_is_wrong_is_always_found(code: str, place: int, other: str) -> None:
    """31 is prime and no weight is a multiple of it."""
    wrong = code[:place] + other + code[place + 1 :]
    assert (check(CREDIT, wrong) is None) is (wrong == code)


@given(credit_codes, st.integers(0, 16))
def test_two_neighbours_in_the_wrong_order_are_always_found(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (check(CREDIT, swapped) is None) is (swapped == code)


@given(credit_codes)
def test_a_character_too_few_or_too_many_says_how_many_there_are(code: str) -> None:
    assert told(CREDIT, code[:-1]) == "信用代码要 18 位，现在是 17 位，请再看一看。"
    assert told(CREDIT, f"{code}0") == "信用代码要 18 位，现在是 19 位，请再看一看。"


@given(credit_codes, st.integers(2, 7), st.sampled_from(CREDIT_ALPHABET[10:]))
def test_the_division_is_of_digits(code: str, place: int, letter: str) -> None:
    assert "第 3 位到第 8 位都是数字" in told(CREDIT, code[:place] + letter + code[place + 1 :])


# -- numbers of certificates (item 22) ---------------------------------------------------------------------------------

skill_levels = st.from_regex(r"\A[SY][0-9]{14}[1-5][0-9]{6}\Z", alphabet=st.sampled_from(CERTIFICATE.alphabet))
qualifications = st.text(string.digits, min_size=16, max_size=16)


@given(skill_levels | qualifications)
def test_numbers_of_certificates(code: str) -> None:
    assert check(CERTIFICATE, code) is None


@given(st.text(CERTIFICATE.alphabet, min_size=1, max_size=24))
def test_nothing_else_is_a_number_of_a_certificate(code: str) -> None:
    fine = re.fullmatch(r"[SY][0-9]{14}[1-5][0-9]{6}|[0-9]{16}", code, re.ASCII)
    assert (check(CERTIFICATE, code) is None) is bool(fine)


@pytest.mark.parametrize(("code", "words"), [
    ("S00001499999926400000", "证书编号要 16 位或 22 位，现在是 21 位"),
    ("S000014999999264000", "现在是 19 位"),
    ("000014999999264000001S", "第一位是字母 S 或 Y"),
    ("0000014999999264000001", "第一位是字母 S 或 Y"),
    ("SY00014999999264000001", "只有第一位是字母"),
    ("S000014999999260000001", "第 16 位是等级"),
    ("S000014999999266000001", "第 16 位是等级"),
    ("S000014999999264", "16 位的编号都是数字"),
    ("s000014999999264000001", "只有数字和字母 S、Y"),
    ("Ｓ000014999999264000001", "只有数字和字母 S、Y"),
    ("", "照着证件写上"), (None, "照着证件写上"), (1, "照着证件写上"), (("S",), "照着证件写上"),
])  # fmt: skip
def test_every_refusal_says_what_does_not_fit(code: object, words: str) -> None:
    assert words in told(CERTIFICATE, code)


def test_a_code_is_shown_in_fours() -> None:
    assert describe(CERTIFICATE, "S000014999999264000001") == "S000 0149 9999 9264 0000 01"
    assert formatting.code("") == ""
    assert describe(CERTIFICATE, "2614005012400001").replace(" ", "") == "2614005012400001"


# -- declaring one -----------------------------------------------------------------------------------------------------


@given(st.sets(st.sampled_from(CHARACTERS), min_size=2), st.text(CHARACTERS, min_size=1, max_size=8))
def test_whatever_the_alphabet_the_sentence_is_one_that_can_be_said(characters: set[str], code: str) -> None:
    alphabet = "".join(one for one in CHARACTERS if one in characters)
    field = Field(key="k", kind=FieldKind.CODE, question="?", label="户口编号", alphabet=alphabet, lengths=(3, 5))
    if set(code) <= characters and len(code) in (3, 5):
        assert check(field, code) is None
    else:
        told(field, code)


def test_rules_are_declared_with_what_they_need() -> None:
    for name, rule in RULES.items():
        Field(key="k", kind=FieldKind.CODE, question="?", label="编号", alphabet=rule.alphabet, lengths=rule.lengths,
              rule=name)  # fmt: skip


@pytest.mark.parametrize("wrong", [
    {}, {"alphabet": "01"}, {"lengths": [3]}, {"alphabet": "10", "lengths": [3]}, {"alphabet": "001", "lengths": [3]},
    {"alphabet": "0a", "lengths": [3]}, {"alphabet": "AB0", "lengths": [3]}, {"alphabet": "0", "lengths": [3]},
    {"alphabet": "01", "lengths": []}, {"alphabet": "01", "lengths": [0]}, {"alphabet": "01", "lengths": [4, 3]},
    {"alphabet": "01", "lengths": [3, 3]}, {"alphabet": "01", "lengths": [code_rules.LONGEST + 1]},
    {"alphabet": "01", "lengths": [3], "rule": "gb1"}, {"alphabet": "01", "lengths": [18], "rule": "gb32100"},
    {"alphabet": CREDIT_ALPHABET, "lengths": [17, 18], "rule": "gb32100"},
    {"alphabet": "01", "lengths": [3], "example": "012"}, {"alphabet": "01", "lengths": [3], "codes": "sex"},
    {"kind": "phone", "alphabet": "01"}, {"kind": "phone", "lengths": [3]},
    {"kind": "text", "most": 3, "rule": "gb32100"},
])  # fmt: skip
def test_a_code_nobody_could_write_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"key": "k", "kind": "code", "question": "问？", "label": "编号", **wrong}, Field)
