"""Memberships of made-up people, as their contributions and payments tell; what somebody did since stays."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db.models import Min

from central.models import (
    BenefitGrant,
    EmployeeContribution,
    LifeRecord,
    Payout,
    Resident,
    ResidentContribution,
    SchemeMembership,
    SkillCertificate,
)
from central.models.insurance import Scheme
from central.rules import benefits, figures
from central.rules.life import months_on

BATCH: Final = 500
MONTHS_AGO: Final = 3
BENEFIT: Final = 23
"""The item under which it is granted."""
FIGURES_OF: Final = date(2026, 1, 1)
CLOSED: Final = date(2026, 7, 31)
"""When the works of ``laid_off`` closed."""


def memberships(today: date) -> int:
    """One for each scheme somebody paid into or draws from; a basic pension is drawn once. How many there are."""
    known = set(SchemeMembership.objects.values_list("resident_id", "scheme"))
    joined: dict[tuple[int, str], date] = {}
    paid = ResidentContribution.objects.filter(resident__made_up=True)
    for row in paid.values("resident_id", "scheme").annotate(first=Min("year")):
        joined[row["resident_id"], row["scheme"]] = date(row["first"], 1, 1)
    drawing: dict[tuple[int, str], date] = {}
    paid_out = Payout.objects.filter(resident__made_up=True).exclude(scheme=Scheme.UNEMPLOYMENT.value)
    for row in paid_out.values("resident_id", "scheme").annotate(first=Min("month")):
        drawing[row["resident_id"], row["scheme"]] = date.fromisoformat(f"{row['first']}-01")
    basic = (Scheme.EMPLOYEE.value, Scheme.RESIDENT.value)
    draws = set(
        SchemeMembership.objects.filter(scheme__in=basic, drawing__isnull=False).values_list("resident_id", flat=True)
    )
    made = []
    for who, scheme in sorted({*joined, *drawing} - known):
        since = drawing.get((who, scheme))
        if scheme in basic and since is not None:
            since = None if who in draws else since
            draws.add(who)
        begun = joined.get((who, scheme)) or since or today
        made.append(SchemeMembership(resident_id=who, scheme=scheme, joined=begun, drawing=since))
    SchemeMembership.objects.bulk_create(made, BATCH)
    _grants()
    _told(today)
    return len(made)


def _grants() -> None:
    """Who is paid unemployment benefit was granted it, so that nobody is told to claim what they draw already."""
    figure = figures.load().row("unemployment_benefit", FIGURES_OF)
    granted = set(BenefitGrant.objects.filter(item=BENEFIT).values_list("resident_id", flat=True))
    paid = Payout.objects.filter(resident__made_up=True, scheme=Scheme.UNEMPLOYMENT.value)
    made = []
    for row in paid.values("resident_id").annotate(first=Min("month")):
        who = row["resident_id"]
        contributed = EmployeeContribution.objects.filter(resident_id=who, month__lt=row["first"]).count()
        months = benefits.months_of_benefit(contributed)
        if who not in granted and months:
            since = date.fromisoformat(f"{row['first']}-01")
            made.append(
                BenefitGrant(
                    resident_id=who, item=BENEFIT, receipt=f"G{who:011d}", since=since, months=months,
                    paid_before=contributed, amount=figure.value, source=figure.source,
                )
            )  # fmt: skip
    BenefitGrant.objects.bulk_create(made, BATCH)


def _told(today: date) -> None:
    """What the cast's stories need besides: a certificate of some months ago, the end of a job, a proof that is due."""
    for resident in Resident.objects.filter(made_up=True).exclude(cast_key=""):
        if resident.cast_key == "employee":
            SkillCertificate.objects.update_or_create(
                number="S000014999999264000001",
                defaults={"resident": resident, "occupation": "电工", "level": "4",
                          "issued": months_on(today, -MONTHS_AGO)},
            )  # fmt: skip
        elif resident.cast_key == "grandmother":
            LifeRecord.objects.get_or_create(resident=resident, defaults={"checked": months_on(today, -11)})
        elif resident.cast_key == "laid_off":
            LifeRecord.objects.get_or_create(resident=resident, defaults={"left": CLOSED, "left_by_choice": False})
        elif resident.cast_key == "farmer":
            LifeRecord.objects.get_or_create(resident=resident, defaults={"groups": ["monitored"]})
