"""Made-up records of residents: what they paid into the residents' pensions, pensions and benefits by the month, their
《就业创业证》, and cards in every state. Amounts are those of ``amounts.toml``, all examples."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from central import places
from central.models import (
    CardStep,
    Payout,
    Resident,
    ResidentContribution,
    SocialCard,
    WorkBook,
)
from central.models.insurance import ArrivalState, PaidAs, PayoutState, Scheme
from central.models.people import CardState, WorkBookState
from central.seeding.amounts import amount
from central.seeding.cast import CastPlatform
from central.seeding.insurance import month_of, months

BATCH: Final = 500
RETURNED: Final = "银行卡号不对，钱退回来了"
REISSUED: Final = "改了银行卡号，补发没发成的这个月"
NOT_TAKEN: Final = "银行卡余额不够，没扣成；补存后下个月再扣"
SUPPLEMENT_BEGAN: Final = 2022
STEPS: Final = 5


def contributions(
    rng: random.Random, resident: Resident, plan: CastPlatform, today: date
) -> Iterator[ResidentContribution]:
    """Year by year until sixty, this year's still on its way; one year was not taken and one was paid later."""
    last = min(today.year, resident.born.year + 59)
    for scheme, since in ((Scheme.RESIDENT, plan.resident_since), (Scheme.SUPPLEMENT, plan.supplement_since)):
        if not since:
            continue
        steps, failed = rng.choice((0, 0, 1, 2, 4)), rng.choice((0, 0, last - 1))
        for year in range(since, last + 1):
            day = date(year, rng.randint(3, 11), rng.randint(1, 28))
            state = ArrivalState.WAITING if year == today.year else ArrivalState.ARRIVED
            state = ArrivalState.RETURNED if year == failed and scheme is Scheme.RESIDENT else state
            back = state is ArrivalState.ARRIVED and rng.random() < 0.06
            personal, subsidy = _paid(scheme, day, steps)
            yield ResidentContribution(
                resident=resident, scheme=scheme.value, year=year, personal=personal, day=min(day, today),
                paid_as=(PaidAs.BACK if back else PaidAs.REGULAR).value,
                subsidy=subsidy if state is ArrivalState.ARRIVED else 0, state=state.value,
                reason=NOT_TAKEN if state is ArrivalState.RETURNED else "",
            )  # fmt: skip


def _paid(scheme: Scheme, day: date, steps: int) -> tuple[int, int]:
    """(their own, the subsidy)"""
    if scheme is Scheme.SUPPLEMENT:
        return amount("supplement_contribution", day), amount("supplement_subsidy", day)
    own = amount("resident_contribution_low", day) + steps * amount("resident_contribution_step", day)
    return own, amount("resident_subsidy", day)


def pension(rng: random.Random, resident: Resident, since: str, today: date, *, failed: str = "") -> Iterator[Payout]:
    """An employee's, month by month, paid on the fifteenth."""
    account = rng.randrange(18_000, 60_000, 100)
    for month, day in _paydays(since, today, 15):
        items = [
            ("基础养老金", amount("employee_basic_pension", day)),
            ("个人账户养老金", account),
            ("过渡性养老金", amount("employee_transition_pension", day)),
        ]
        yield from _payout(resident, Scheme.EMPLOYEE, month, day, items, failed=month == failed)


def benefit(resident: Resident, since: str, today: date, *, failed: str = "") -> Iterator[Payout]:
    """Unemployment benefit, month by month, paid on the twentieth."""
    for month, day in _paydays(since, today, 20):
        items = [("失业保险金", amount("unemployment_benefit", day))]
        yield from _payout(resident, Scheme.UNEMPLOYMENT, month, day, items, failed=month == failed)


def _paydays(since: str, today: date, on: int) -> Iterator[tuple[str, date]]:
    last = today if today.day >= on else today.replace(day=1) - timedelta(days=1)
    for month in months(since, month_of(last)):
        yield month, date(int(month[:4]), int(month[5:]), on)


def _payout(
    resident: Resident, scheme: Scheme, month: str, day: date, items: list[tuple[str, int]], *, failed: bool
) -> Iterator[Payout]:
    whole = {
        "resident": resident, "scheme": scheme.value, "month": month, "items": items,
        "total": sum(value for _, value in items),
    }  # fmt: skip
    if not failed:
        yield Payout(**whole, attempt=0, state=PayoutState.PAID.value, reason="", day=day)
        return
    back, again = day + timedelta(days=3), day + timedelta(days=31)
    yield Payout(**whole, attempt=0, state=PayoutState.FAILED.value, reason=RETURNED, day=back)
    yield Payout(**whole, attempt=1, state=PayoutState.REISSUED.value, reason=REISSUED, day=again)


def work_book(rng: random.Random, resident: Resident, since: date) -> WorkBook:
    """Issued at *since*, with what was written into it."""
    county = places.COUNTIES[resident.county].name
    issuer = f"{county}人力资源和社会保障局（示例）"
    later = since + timedelta(days=rng.randint(20, 90))
    entries = [[later.isoformat(), "享受就业扶持政策", county], [since.isoformat(), "失业登记", county]]
    states = (WorkBookState.VALID, WorkBookState.VALID, WorkBookState.VALID, WorkBookState.CANCELLED)
    state = WorkBookState.VALID if resident.cast_key else rng.choice(states)
    number = f"{resident.county}{since:%y}{resident.pk:08d}"
    return WorkBook(
        resident=resident, number=number, issued=since, issuer=issuer, state=state.value, entries=entries
    )  # fmt: skip


def cards(today: date) -> int:
    """Put some of the crowd's cards into every state there is, and a new card into the making for who lost theirs."""
    CardStep.objects.filter(card__resident__made_up=True).delete()
    crowd = list(SocialCard.objects.filter(resident__made_up=True, resident__cast_key="").order_by("card_number"))
    others = (CardState.SEALED, CardState.CANCELLED, CardState.LOST, CardState.IN_PRODUCTION)
    changed, steps = [], []
    for place, card in enumerate(crowd):
        state = others[place // 7 % len(others)] if place % 7 == 3 else CardState.ACTIVE
        if card.state != state.value:
            card.state = state.value
            changed.append(card)
        if state is CardState.IN_PRODUCTION:
            steps += _steps(card, 1 + place % STEPS, today)
    SocialCard.objects.bulk_update(changed, ["state"], BATCH)
    lost = SocialCard.objects.filter(resident__cast_key="lost_card", state=CardState.LOST.value).first()
    if lost is not None:
        made, _ = SocialCard.objects.update_or_create(
            card_number="B90000001",
            defaults={
                "resident": lost.resident, "card_id_code": "140900D1560000050000000090000001", "version": "3.00",
                "issued": today, "expires": today + timedelta(days=10 * 365), "state": CardState.IN_PRODUCTION.value,
            },
        )  # fmt: skip
        steps += _steps(made, 3, today)
    CardStep.objects.bulk_create(steps, BATCH)
    return len(steps)


def _steps(card: SocialCard, count: int, today: date) -> list[CardStep]:
    return [
        CardStep(card=card, step=step, day=today - timedelta(days=4 * (count - step) + 1))
        for step in range(1, count + 1)
    ]
