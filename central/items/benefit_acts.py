"""What follows when unemployment benefit (23) or the subsidy for a skill (22) is approved."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from central import clock, living
from central.items.words import yuan
from central.models import BenefitGrant, MatterRecord
from central.rules import benefits
from central.rules.figures import Figure
from contract import formatting

FEN: Final = 100


def unemployment(matter: MatterRecord, at: datetime) -> str:
    """So many months from the day of the unemployment registration, unused ones of an earlier benefit added."""
    del at
    assert matter.resident is not None
    life, today = living.life_of(matter.resident, matter.made_at), clock.day_of(matter.made_at)
    unused = life.benefit.unused if life.benefit is not None else 0
    months = benefits.months_of_benefit(benefits.countable(life), unused)
    figure = living.known_figures().row("unemployment_benefit", today)
    since = life.unemployed or today
    BenefitGrant.objects.create(
        resident=matter.resident, item=matter.item, receipt=matter.receipt, since=since,
        months=months, paid_before=len(life.unemployment_months), amount=figure.value, source=figure.source,
    )  # fmt: skip
    return f"批下来了，从{formatting.date(since)}起算，最多领 {months} 个月，每月 {_spoken(figure)}"


def skill(matter: MatterRecord, at: datetime) -> str:
    del at
    assert matter.resident is not None
    today, level = clock.day_of(matter.made_at), str(matter.answers["level"])
    figure = living.known_figures().row(f"skill_subsidy_{level}", today)
    BenefitGrant.objects.create(
        resident=matter.resident, item=matter.item, receipt=matter.receipt, since=today,
        occupation=str(matter.answers["occupation"]).strip(), level=level, amount=figure.value, source=figure.source,
        certificate=str(matter.answers.get("certificate", "")),
    )  # fmt: skip
    return f"批下来了，补贴 {_spoken(figure)}"


def _spoken(figure: Figure) -> str:
    return yuan(figure.value // FEN) + ("（示例）" if figure.is_example else "")
