"""A life as far as the platform knows it: all that the rules may look at."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from central.rules.figures import Figures
from contract.fields import Answer
from contract.working_days import Due

ADULT: Final = 16
"""The age at which one may work (劳动法 15) and enrol in the residents' pension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One person in one scheme."""

    joined: date
    paused: date | None = None
    """Contributions are paused since."""
    drawing: date | None = None
    """Draws its pension since."""
    suspended: date | None = None
    """The pension is not paid since."""
    years: frozenset[int] = frozenset()
    """Paid years, back-paid ones included."""
    waiting: frozenset[int] = frozenset()
    """Years that were declared, and whose money has not arrived yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The last employment that is on record."""

    employer: str
    county: str
    """Where it insured, GB/T 2260."""
    insured: bool
    """It still pays contributions."""
    left: date | None = None
    by_choice: bool | None = None
    """Whether the employee left of their own will; None: not on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A vocational qualification or skill level."""

    occupation: str
    level: str
    """GB of levels: 5 junior, 4 intermediate, 3 senior, 2 and 1 technician."""
    issued: date
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillClaim:
    """A skill-upgrade subsidy that was applied for and not refused."""

    at: date
    occupation: str
    level: str
    certificate: str = ""
    """Its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """Unemployment benefit that was granted."""

    since: date
    months: int
    paid_before: int = 0
    """Months of contributions that it was counted from: they do not count again."""
    stopped: date | None = None
    """Somebody works again, or draws a pension, since."""

    @property
    def until(self) -> date:
        """The first day without."""
        end = months_on(self.since, self.months)
        return end if self.stopped is None else min(end, max(self.since, self.stopped))

    @property
    def unused(self) -> int:
        """Months that had not begun when it stopped."""
        return sum(months_on(self.since, month) >= self.until for month in range(self.months))


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A social-security card and its loss reports."""

    number: str
    state: str
    """CardState's value, as it is at the moment that is asked for."""
    issued: date
    expires: date | None = None
    enabled: bool = True
    """Its social-security function."""
    lost_until: datetime | None = None
    """A temporary loss report lapses then; None: there is none, or a formal one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """The wish for training that stands, and what became of it."""

    registered: date
    wants: str
    """The trades, in words."""
    due: Due
    """By when the staff say which class opens, or that none does."""
    answered: date | None = None
    starts: date | None = None
    """First day of the class that was found; None: none opens."""
    told: str = ""
    """That class in words."""
    delivered: date | None = None
    """The resident was told; the matter is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """Somebody, whole. Made by central.living from the platform's tables, or by a test from nothing."""

    born: date
    sex: str = "1"
    """GB/T 2261.1"""
    household: str = ""
    """County of the household registration, GB/T 2260."""
    student: bool = False
    died: date | None = None
    missing: date | None = None
    job: Job | None = None
    unemployment_months: frozenset[str] = frozenset()
    """Months (``YYYY-MM``) with unemployment insurance paid."""
    employee: Membership | None = None
    """Employees' basic pension."""
    employed_years: frozenset[int] = frozenset()
    """Years with every month paid into the employees' scheme."""
    basic: Membership | None = None
    """Residents' basic pension."""
    supplement: Membership | None = None
    """Residents' supplementary pension."""
    flexible: date | None = None
    """Registered as working flexibly since."""
    unemployed: date | None = None
    """Registered as unemployed since."""
    seeking: bool = False
    """Has a registered wish for work."""
    certificates: tuple[Certificate, ...] = ()
    claims: tuple[SkillClaim, ...] = ()
    benefit: Benefit | None = None
    checked: date | None = None
    """Last proof of continued eligibility."""
    cards: tuple[Card, ...] = ()
    """Newest first."""
    groups: frozenset[str] = frozenset()
    """Codes of training_groups that somebody is in by a list of the county's."""
    training: Training | None = None

    @property
    def employed(self) -> bool:
        return self.job is not None and self.job.insured

    @property
    def in_employee_scheme(self) -> bool:
        """Pays into it, or is enrolled and has not paused."""
        return self.employed or (self.employee is not None and self.employee.paused is None)

    def on_benefit(self, day: date) -> bool:
        """Whether unemployment benefit is drawn on *day*."""
        return self.benefit is not None and self.benefit.since <= day < self.benefit.until


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rule is asked with: the day, the condition's number, what was filled in, the dated figures."""

    today: date
    figures: Figures
    number: int = 0
    answers: Mapping[str, Answer] = field(default_factory=dict)
    counties: Mapping[str, str] = field(default_factory=dict)
    """The city's counties: code and name."""
    others: frozenset[str] = frozenset()
    """Numbers of certificates among the answers that are on record of somebody else."""

    def text(self, key: str) -> str:
        """An answer that is a word or a code; empty where there is none."""
        answer = self.answers.get(key)
        return answer if isinstance(answer, str) else ""


def years_on(day: date, years: int) -> date:
    """The same day *years* later; 29 February ends on the 28th where there is no 29th (民法典 202)."""
    return months_on(day, 12 * years)


def months_on(day: date, months: int) -> date:
    """The same day *months* later, or the last of that month where it has no such day (民法典 202)."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_aged(born: date, years: int, day: date) -> bool:
    """Whether somebody born on *born* has turned *years* by *day*, the birthday included."""
    return years_on(born, years) <= day


def month_of(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"
