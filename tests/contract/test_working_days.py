"""Working days: against two other tables of the same notices, over the cliff of the last known year."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import holidays
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract import contents, working_days
from contract.catalogue import limit_of, load
from contract.working_days import Calendar, WorkingDays

DAYS = working_days.load()
FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
CHINA = holidays.country_holidays("CN", years=range(2024, 2027))
ANY_DAY = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=count) for count in range((last - first).days + 1)]


def test_every_day_of_the_table_as_two_other_tables_have_it() -> None:
    for day in span(FIRST, LAST):
        assert DAYS.is_working(day) is chinese_calendar.is_workday(day), day
        assert DAYS.is_working(day) is CHINA.is_working_day(day), day


def test_every_year_names_its_notice() -> None:
    assert [year.year for year in DAYS.years] == [2024, 2025, 2026]
    assert all("国办发明电" in year.source for year in DAYS.years)


@pytest.mark.parametrize(
    ("filed", "days", "due"),
    [
        (date(2024, 2, 2), 10, date(2024, 2, 21)),  # the spring festival and two made-up days between
        (date(2024, 2, 8), 5, date(2024, 2, 21)),
        (date(2026, 9, 24), 1, date(2026, 9, 28)),
        (date(2026, 10, 9), 1, date(2026, 10, 10)),  # a Saturday that is worked
        (date(2026, 11, 25), 10, date(2026, 12, 9)),
        (date(2026, 12, 17), 10, date(2026, 12, 31)),
        (date(2026, 11, 25), 0, date(2026, 11, 25)),
    ],
)
def test_due_dates(filed: date, days: int, due: date) -> None:
    assert DAYS.due(filed, days) == (due, False)


def test_a_day_beyond_the_table_is_provisional_and_says_so() -> None:
    due = DAYS.due(date(2026, 12, 18), 10)
    assert due == (date(2027, 1, 4), True)
    assert due.words == "2027年1月4日（暂定）"
    assert DAYS.due(date(2026, 12, 17), 10).words == "2026年12月31日"


def test_a_notice_that_comes_signed_makes_it_certain() -> None:
    data = b'year = 2027\nholidays = [2027-01-01, 2027-01-04]\nworkdays = [2027-01-03]\nsource = "x"'
    laid, refused = contents.build({"obj/calendar-2027": data})
    assert not refused
    assert laid.calendar.due(date(2026, 12, 18), 10) == (date(2027, 1, 3), False)
    assert laid.calendar.due(date(2026, 12, 17), 10) == DAYS.due(date(2026, 12, 17), 10)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("obj/calendar-2028", b"year = 2027"),
        ("obj/calendar-2027", b"year = 2027\nholidays = [2026-01-01]"),
        ("obj/calendar", b"year = 2027\nholidays = [2027-01-04]\nworkdays = [2027-01-04]"),
    ],
)
def test_a_calendar_that_contradicts_itself_is_not_taken(name: str, data: bytes) -> None:
    laid, refused = contents.build({name: data})
    assert refused.keys() == {name}
    assert laid.calendar.years == DAYS.years


def test_a_newer_notice_replaces_the_year_it_is_about() -> None:
    changed = DAYS.with_years([Calendar(2026)])
    assert not DAYS.is_working(date(2026, 10, 1))
    assert changed.is_working(date(2026, 10, 1))
    assert not changed.is_working(date(2025, 10, 1))


@given(filed=ANY_DAY, days=st.integers(1, 60))
def test_no_due_date_falls_on_a_holiday_and_none_is_skipped(filed: date, days: int) -> None:
    due = DAYS.due(filed, days)
    assert DAYS.is_working(due.day)
    assert sum(DAYS.is_working(day) for day in span(filed + timedelta(days=1), due.day)) == days
    assert due.provisional is any(not DAYS.knows(day) for day in span(filed + timedelta(days=1), due.day))


@given(filed=ANY_DAY, days=st.integers(0, 59))
def test_a_longer_limit_never_ends_earlier(filed: date, days: int) -> None:
    assert DAYS.due(filed, days).day < DAYS.due(filed, days + 1).day


def test_without_any_table_everything_is_provisional_and_nothing_breaks() -> None:
    bare = WorkingDays(())
    assert bare.due(date(2026, 9, 30), 1) == (date(2026, 10, 5), True)
    assert bare.due(date.max - timedelta(days=1), 5).day == date.max


def test_limits_are_parsed_in_one_place() -> None:
    assert (limit_of("即时"), limit_of("1个工作日"), limit_of("10个工作日")) == (0, 1, 10)
    for wrong in ("", "十个工作日", "0个工作日", "１个工作日", "100个工作日", "3天"):
        with pytest.raises(ValueError, match="time_limit"):
            limit_of(wrong)
    counted = sorted(item.working_days for item in load())
    assert counted == sorted([0] * 26 + [1] * 2 + [2] * 6 + [3] + [5] * 4 + [10])


def test_an_item_with_a_limit_that_nobody_can_count_names_it() -> None:
    whole = msgspec.to_builtins(load()[11])
    with pytest.raises(msgspec.ValidationError, match="time_limit"):
        msgspec.convert(whole | {"time_limit": "两周"}, type(load()[11]))
