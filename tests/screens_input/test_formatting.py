"""contract/formatting.py: numbers and dates as residents read them."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import formatting
from contract.formatting import Sign
from contract.wire import Cell


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "0.00"), (5, "0.05"), (16800, "168.00"), (123450, "1 234.50"), (123456789, "1 234 567.89"),
        (-123450, "-1 234.50"), (-5, "-0.05"),
    ],
)  # fmt: skip
def test_money(fen: int, words: str) -> None:
    assert formatting.money(fen) == words


@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_money_says_the_amount_and_nothing_else(fen: int) -> None:
    words = formatting.money(fen)
    assert int(words.replace(" ", "").replace(".", "")) == fen
    assert all(len(group) == 3 for group in words.split(".")[0].lstrip("-").split(" ")[1:])


@given(st.dates(min_value=datetime.date(1900, 1, 1)))
def test_dates(day: datetime.date) -> None:
    assert formatting.parse_date(day.isoformat()) == day
    assert formatting.cell(day.isoformat(), Cell.DATE) == f"{day.year}年{day.month}月{day.day}日"
    assert formatting.month(day.isoformat()[:7]) == f"{day.year}年{day.month}月"


def test_weekday() -> None:
    assert formatting.date_with_weekday(datetime.date(2026, 11, 23)) == "2026年11月23日（星期一）"


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "去年", "", "2026-1", "２０２６-11"])
def test_what_is_no_month_stays(text: str) -> None:
    assert formatting.month(text) == text


@pytest.mark.parametrize("text", ["2026-02-30", "2026-2-3", "", "今天"])
def test_what_is_no_date_stays(text: str) -> None:
    assert formatting.cell(text, Cell.DATE) == text


def test_numbers_to_copy() -> None:
    assert formatting.receipt("261123000417") == "2611 2300 0417"
    assert formatting.phone("13812341234") == "138 1234 1234"
    assert formatting.phone("138****1234") == "138 **** 1234"
    assert formatting.phone("0350-1234567") == "0350-1234567"
    assert formatting.grouped("13812", (3, 4, 4)) == "138 12"
    assert formatting.grouped("138", (3, 4, 4)) == "138"
    assert formatting.grouped("", (3, 4, 4)) == ""
    assert formatting.grouped("1234", ()) == "1234"


@given(st.text("0123456789", max_size=30), st.lists(st.integers(1, 6), max_size=5))
def test_grouping_loses_no_digit(digits: str, groups: list[int]) -> None:
    assert formatting.grouped(digits, tuple(groups)).replace(" ", "") == digits


def test_states() -> None:
    assert formatting.state("bad:银行卡已注销") == (Sign.BAD, "银行卡已注销")
    assert formatting.state("ok:已到账").sign is Sign.OK
    assert formatting.state("wait:等一等").sign is Sign.WAIT
    assert formatting.state("已到账") == (None, "已到账")
    assert formatting.state("odd:已到账") == (None, "odd:已到账")


@given(st.text() | st.integers(), st.sampled_from(Cell))
def test_a_cell_never_fails(value: str | int, kind: Cell) -> None:
    assert isinstance(formatting.cell(value, kind), str)
