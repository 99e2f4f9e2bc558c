"""Checking and describing answers."""

from __future__ import annotations

from typing import cast

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contract import limits
from contract.answers import NOT_ANSWERED, ORIGINAL, UNKNOWN_KEY, check_all, describe
from contract.catalogue import load
from contract.fields import Answer, Field, FieldKind, Option, check, options

TWO = (Option("a", "甲"), Option("b", "乙"))
THREE = (*TWO, Option("c", "丙"))
FORBIDDEN = ("错误", "失败", "异常", "error", "系统", "非法", "无效")


def field(kind: FieldKind, **more: object) -> Field:
    base: dict[FieldKind, dict[str, object]] = {
        FieldKind.CHOICE: {"options": TWO},
        FieldKind.CHOICES: {"options": THREE, "most": 2},
        FieldKind.TEXT: {"most": 5},
        FieldKind.MONEY: {"low": 500, "high": 50_000, "unit": "元"},
        FieldKind.NUMBER: {"low": 0, "high": 60, "unit": "年"},
        FieldKind.DOCUMENT: {"most": 2},
        FieldKind.CODE: {"alphabet": "0123456789X", "lengths": (4, 6)},
    }
    given_ = {"key": "k", "kind": kind, "question": "问？", "label": "问题", **base.get(kind, {}), **more}
    return msgspec.convert(given_, Field)


CATALOGUE = load()
REAL = [one for item in CATALOGUE for one in item.fields]
FIELDS = [field(kind, required=required) for kind in FieldKind for required in (True, False)] + REAL

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["a", "13800001234", "2026-03"]),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.sampled_from(FIELDS), json_values)
@example(field(FieldKind.NUMBER), 10**5000)
@example(field(FieldKind.CHOICES), (["a"], {}))
@example(field(FieldKind.TEXT), "\ud800")
@example(field(FieldKind.MONTH), "٢٠٢٦-٠٣")
def test_check_never_raises_and_speaks_plainly(one: Field, value: object) -> None:
    sentence = check(one, value)
    if sentence is not None:
        assert sentence.endswith("。")
        assert len(sentence) <= 40
        assert not [word for word in FORBIDDEN if word in sentence]
        sentence.encode("gb2312")


@given(st.sampled_from(FIELDS), json_values)
def test_what_is_taken_is_an_answer_and_survives_the_wire(one: Field, value: object) -> None:
    if check(one, value) is None:
        again = msgspec.json.decode(msgspec.json.encode(value), type=Answer)
        assert again == value
        assert type(again) is type(value)
        assert check(one, again) is None
        assert describe(one, cast(Answer, again))


@pytest.mark.parametrize("kind", list(FieldKind))
def test_none(kind: FieldKind) -> None:
    assert check(field(kind), None)
    assert check(field(kind, required=False), None) is None


@pytest.mark.parametrize("kind", [FieldKind.MONEY, FieldKind.NUMBER])
@pytest.mark.parametrize("value", [True, 1000.0, "1000", (1000,)])
def test_a_number_is_a_whole_number_and_nothing_else(kind: FieldKind, value: object) -> None:
    assert check(field(kind, low=0, high=50_000), value)


@given(st.integers())
def test_bounds(value: int) -> None:
    assert (check(field(FieldKind.MONEY), value) is None) == (500 <= value <= 50_000)


def test_bounds_are_said() -> None:
    assert check(field(FieldKind.MONEY), 60_000) == "要在 500 到 50 000 元之间，请再看一看。"


@pytest.mark.parametrize(
    "number",
    ["13800001234", "19900000000", "010-12345678", "01012345678", "0350-3021234", "03503021234", "035112345678"],
)
def test_telephones(number: str) -> None:
    assert check(field(FieldKind.PHONE), number) is None


@pytest.mark.parametrize(
    "number",
    ["", "1", "12800001234", "23800001234", "138000012345", "3021234", "0350302123", "138-0000-1234",
     "１３８００００１２３４", "13800001234\n", " 13800001234", "1380000-1234", "110", "-", "0"],
)  # fmt: skip
def test_no_telephones(number: str) -> None:
    assert check(field(FieldKind.PHONE), number)


def test_a_telephone_too_short_says_how_many_digits() -> None:
    assert check(field(FieldKind.PHONE), "1380000123") == "电话号码要 11 位，现在是 10 位，请再看一看。"


@pytest.mark.parametrize("text", ["杨树村", "A座 3 号", "种地、赶集", "㐂村", "𠮷家", "葛\U000e0100村", "38℃"])
def test_texts(text: str) -> None:
    assert check(field(FieldKind.TEXT, most=10), text) is None


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u3000", "一二三四五六七八九十一", "村\n", "\x00", "\x7f", "a\u202eb", "a\u200bb", "\ue000",
     "\U000f0000", "\ud800", "\ufffe", "e\u0301", "\U0001f600", "\U000e0100村", "1\ufe0f", "\ufeff村", "\u2028"],
)  # fmt: skip
def test_no_texts(text: str) -> None:
    assert check(field(FieldKind.TEXT, most=10), text)
    assert check(field(FieldKind.TEXT, most=10, required=False), text)


def test_choices() -> None:
    one = field(FieldKind.CHOICES)
    assert check(one, ("a",)) is None
    assert check(one, ("b", "a")) is None
    assert check(one, ("a", "b", "c")) == "最多选 2 样，现在选了 3 样，请去掉几样。"
    for wrong in ((), ("a", "a"), ("z",), ["a"], "a", ("a", 1)):
        assert check(one, wrong)


def test_choice() -> None:
    assert check(field(FieldKind.CHOICE), "a") is None
    for wrong in ("z", "", "甲", 1, ("a",)):
        assert check(field(FieldKind.CHOICE), wrong)


@pytest.mark.parametrize(("month", "fine"), [
    ("2026-01", True), ("2026-12", True), ("1900-01", True), ("2026-13", False), ("2026-00", False), ("1899-12", False),
    ("2100-01", False), ("2026-1", False), ("202601", False), ("2026-01\n", False), (202601, False),
])  # fmt: skip
def test_months(month: object, fine: bool) -> None:
    assert (check(field(FieldKind.MONTH), month) is None) is fine


def test_a_code_that_is_known_but_not_offered_is_no_answer() -> None:
    county = next(one for one in CATALOGUE[1].fields if one.key == "county")
    assert "140971" not in {option.code for option in options(county)}
    assert check(county, "140971")
    assert describe(county, "140971") == "五台山风景名胜区"


@pytest.mark.parametrize("wrong", [
    {"kind": "choice"}, {"kind": "choice", "options": [{"code": "a", "label": "甲"}]},
    {"kind": "choice", "options": [{"code": "a", "label": "甲"}, {"code": "a", "label": "乙"}]},
    {"kind": "choices", "codes": "sex"}, {"kind": "choices", "codes": "sex", "most": 3},
    {"kind": "choice", "codes": "x"},
    {"kind": "text"}, {"kind": "text", "most": 3, "codes": "sex"}, {"kind": "money"},
    {"kind": "number", "low": 5, "high": 5},
    {"kind": "number", "low": -1, "high": 5}, {"kind": "phone", "key": "电话"}, {"kind": "phone", "question": ""},
])  # fmt: skip
def test_a_field_nobody_could_answer_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"key": "k", "question": "问？", "label": "问题", **wrong}, Field)


# -- a whole item ----------------------------------------------------------------------------------------------------

FULL: dict[str, Answer] = {
    "occupations": ("welder", "cook"), "county": "any", "distance": "county", "wage": 3200, "schooling": "70",
    "certificate": "none", "years": 0, "hours": "any", "lodging": "both", "village": "杨树村", "phone": "13800001234",
    "contact": "call", "start": "now", "past": None,
}  # fmt: skip


def test_a_whole_form() -> None:
    item = CATALOGUE[1]
    assert check_all(item, FULL) == {}
    assert check_all(item, {key: value for key, value in FULL.items() if key != "past"}) == {}
    assert set(check_all(item, {})) == set(FULL) - {"past"}
    assert check_all(item, {**FULL, "admin": 1, "wage": 1}) == {
        "admin": UNKNOWN_KEY,
        "wage": "要在 500 到 50 000 元之间，请再看一看。",
    }


def test_words_for_a_whole_form() -> None:
    said = {one.key: describe(one, FULL[one.key]) for one in CATALOGUE[1].fields}
    assert said == {
        "occupations": "电焊工；厨师、帮厨", "county": "不限", "distance": "县里", "wage": "3 200 元",
        "schooling": "初中", "certificate": "没有", "years": "0 年", "hours": "都行", "lodging": "吃住都要管",
        "village": "杨树村", "phone": "138****1234", "contact": "打电话", "start": "马上就能", "past": NOT_ANSWERED,
    }  # fmt: skip


def test_masking_is_the_default_and_only_where_the_field_asks() -> None:
    masked, open_ = field(FieldKind.PHONE, masked=True), field(FieldKind.PHONE)
    assert describe(masked, "13800001234") == "138****1234"
    assert describe(masked, "13800001234", masked=False) == "138 0000 1234"
    assert describe(open_, "13800001234") == "138 0000 1234"
    assert describe(field(FieldKind.MONTH), "2026-03") == "2026年3月"


def test_answers_stored_as_json_are_described_too() -> None:
    assert describe(CATALOGUE[1].fields[0], ["welder", "gone"]) == "电焊工；gone"  # type: ignore[arg-type]


def test_a_document_is_its_pages_or_the_original() -> None:
    one, page, other = field(FieldKind.DOCUMENT, required=False), "0" * 64, "a" * 64
    assert check(one, (page, other)) is None
    assert check(one, None) is None
    for wrong in ((), (page, page), (page, other, "b" * 64), ("A" * 64,), ("0" * 63,), page, [page]):
        assert check(one, wrong)
    assert describe(one, (page, other)) == "2 页"
    assert describe(one, None) == ORIGINAL


@pytest.mark.parametrize(
    "wrong", [{"most": 0}, {"most": limits.PHOTOS_A_MATTER + 1}, {"ways": []}, {"ways": ["phone"] * 2}]
)
def test_a_document_that_nobody_could_give(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        field(FieldKind.DOCUMENT, **wrong)
