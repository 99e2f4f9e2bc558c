"""Working days by the state calendar, made-up ones included: when a matter must be done at the latest.

The table is ``contract/calendars.toml`` and what signed configuration lays over it, one object a year. Beyond it the
week and the holidays with a fixed date are all that is known: such a day is provisional (暂定), never an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from contract import formatting

TABLE: Final = Path(__file__).with_name("calendars.toml")
PROVISIONAL: Final = "（暂定）"
SATURDAY: Final = 5
FIXED: Final = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Month and day of the holidays that are the same every year (全国年节及纪念日放假办法, 2024). The others
follow the moon or the notice."""
_DAY: Final = timedelta(days=1)


class Calendar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One year's days off and made-up working days, as the State Council publishes them.

    Raises ValueError when a day stands in another year, or in both lists.
    """

    year: int
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()
    source: str = ""
    """The notice."""

    def __post_init__(self) -> None:
        if any(day.year != self.year for day in (*self.holidays, *self.workdays)):
            raise ValueError(f"{self.year}：有别的年份的日子")
        if set(self.holidays) & set(self.workdays):
            raise ValueError(f"{self.year}：同一天又放假又上班")


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    year: tuple[Calendar, ...]


class Due(NamedTuple):
    """The last day of a limit."""

    day: date
    provisional: bool
    """The table does not reach it: the State Council's notice may still move it."""

    @property
    def words(self) -> str:
        """「2026年12月9日」, 「2027年1月5日（暂定）」"""
        return formatting.date(self.day) + (PROVISIONAL if self.provisional else "")


class WorkingDays:
    """Which days are worked, as far as the years are known."""

    def __init__(self, years: Iterable[Calendar]) -> None:
        self._years: Mapping[int, Calendar] = {year.year: year for year in years}
        self._off = frozenset(day for year in self._years.values() for day in year.holidays)
        self._on = frozenset(day for year in self._years.values() for day in year.workdays)

    @property
    def years(self) -> tuple[Calendar, ...]:
        return tuple(self._years[number] for number in sorted(self._years))

    def knows(self, day: date) -> bool:
        return day.year in self._years

    def is_working(self, day: date) -> bool:
        """Whether *day* is worked; by the week and the fixed holidays where its year is not known."""
        if day in self._on:
            return True
        if day.weekday() >= SATURDAY or day in self._off:
            return False
        return self.knows(day) or (day.month, day.day) not in FIXED

    def due(self, filed: date, days: int) -> Due:
        """The *days*-th working day after *filed*, which does not count itself; *filed* where there is no limit."""
        day, left, known = filed, days, True
        while left > 0 and day < date.max:
            day += _DAY
            known = known and self.knows(day)
            left -= self.is_working(day)
        return Due(day, not known)

    def with_years(self, years: Iterable[Calendar]) -> WorkingDays:
        """These with *years* laid over: a year that comes again replaces the one before."""
        return WorkingDays((*self.years, *years))


def load(path: Path = TABLE) -> WorkingDays:
    """Raises msgspec.ValidationError naming what is wrong."""
    return WorkingDays(msgspec.toml.decode(path.read_bytes(), type=_Table).year)
