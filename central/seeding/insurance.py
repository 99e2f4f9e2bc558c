"""Made-up contributions and payouts.

The shares are the national rules' (8 % personal; employer's 20 %, since May 2019 16 %).
Bases and pensions are examples.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from central.models import EmployeeContribution, Employer, Payout, Resident
from central.models.insurance import PayoutState, Scheme

PERSONAL_PERCENT: Final = 8
EMPLOYER_PERCENT_BEFORE: Final = 20
EMPLOYER_PERCENT: Final = 16
EMPLOYER_CHANGE: Final = "2019-05"
FIRST_BASE: Final = 90_000
"""fen, of 2004; grows by BASE_GROWTH a year."""
BASE_GROWTH: Final = 1.075
RETURNED: Final = "银行卡已注销，钱退回来了"
REISSUED: Final = "换了银行卡，补发没发成的这个月"


def months(first: str, last: str) -> Iterator[str]:
    """``YYYY-MM`` from *first* to *last*, both included."""
    year, month = (int(part) for part in first.split("-"))
    while f"{year:04d}-{month:02d}" <= last:
        yield f"{year:04d}-{month:02d}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def month_of(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"


def contributions(
    rng: random.Random,
    resident: Resident,
    employers: list[Employer],
    since: str,
    today: date,
    *,
    gap: float,
    until: str = "",
) -> Iterator[EmployeeContribution]:
    """Month by month since *since* (and not after *until*); *gap* is the chance that work stops for some months. This
    month is under way."""
    employer, idle, now = rng.choice(employers), 0, month_of(today)
    factor = rng.uniform(0.9, 1.6)
    for month in months(since, min(now, until or now)):
        if idle:
            idle -= 1
            continue
        if rng.random() < gap:
            employer, idle = rng.choice(employers), rng.randint(2, 9)
            continue
        base = round(FIRST_BASE * factor * BASE_GROWTH ** (int(month[:4]) - 2004), -3)
        percent = EMPLOYER_PERCENT if month >= EMPLOYER_CHANGE else EMPLOYER_PERCENT_BEFORE
        yield EmployeeContribution(
            resident=resident, month=month, employer=employer, base=int(base),
            personal=int(base) * PERSONAL_PERCENT // 100, employer_part=int(base) * percent // 100,
            arrived=month != now,
        )  # fmt: skip


def payouts(rng: random.Random, resident: Resident, since: str, today: date, *, failed: str = "") -> Iterator[Payout]:
    """Month by month since *since*, paid on the tenth; the month *failed* is sent back and paid again with the next."""
    last = today if today.day >= 10 else today.replace(day=1) - timedelta(days=1)
    account, supplement = rng.randrange(2_000, 9_000, 10), rng.choice((0, 0, 3_000, 5_000))
    for month in months(since, month_of(last)):
        day = date(int(month[:4]), int(month[5:]), 10)
        age = day.year - resident.born.year
        items: list[tuple[str, int]] = [("基础养老金", 9_000 + 500 * max(0, day.year - 2014))]
        items.append(("个人账户养老金", account))
        if supplement:
            items.append(("缴费年限养老金", supplement))
        if age >= 65:
            items.append(("老年加发养老金", 1_000 if age < 75 else 2_000))
        total = sum(amount for _, amount in items)

        whole = {"resident": resident, "scheme": Scheme.RESIDENT.value, "month": month, "items": items, "total": total}
        if month == failed:
            back, again = day + timedelta(days=2), day + timedelta(days=40)
            yield Payout(**whole, attempt=0, state=PayoutState.FAILED.value, reason=RETURNED, day=back)
            yield Payout(**whole, attempt=1, state=PayoutState.REISSUED.value, reason=REISSUED, day=again)
        else:
            yield Payout(**whole, attempt=0, state=PayoutState.PAID.value, reason="", day=day)
