"""From the platform's tables to a life that the rules can look at; and the conditions of an item, looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Final

from central import clock, offered, places, rules, trainees
from central.call import Call
from central.models import (
    BenefitGrant,
    EmployeeContribution,
    LifeRecord,
    MatterRecord,
    Registration,
    Resident,
    ResidentContribution,
    SchemeMembership,
    SkillCertificate,
    SocialCard,
)
from central.models.business import MatterState
from central.models.insurance import ArrivalState, Scheme
from central.problems import RefusedError
from central.rules import figures, people
from central.rules.figures import Figures
from central.rules.life import Asked, Benefit, Card, Certificate, Job, Life, Membership, SkillClaim, month_of
from contract import formatting
from contract.catalogue import Item, Proof
from contract.conditions import Conditions, ConditionsAsk, Finding, Standing
from contract.fields import Answer
from contract.wire import ProblemCode

STILL_INSURED_MONTHS: Final = 3
"""A contribution within so many months counts as going on: employers pay in arrears."""
UNDER_WAY: Final = "报过了"
YEAR: Final = 12
"""Months of a whole one."""
WISHES: Final = (1, 4)
UNEMPLOYED: Final = 11
FLEXIBLE: Final = 10
BENEFIT: Final = 23
SUBSIDY: Final = 22
CERTIFICATE: Final = "skill_certificate"
"""Name of the rule by which numbers of certificates are filled in (contract.code_rules)."""
COUNTIES: Final[Mapping[str, str]] = {code: place.name for code, place in places.COUNTIES.items()}


@cache
def known_figures() -> Figures:
    return figures.load()


def conditions(call: Call[ConditionsAsk]) -> Conditions:
    """The item's conditions for whoever is there. Looking asks for proof, whoever may do the item in the end."""
    session = call.open_session
    helped = session.helper is not None and session.helper.open_at(call.at)
    if Proof(session.proof) is not Proof.PROVED and not helped:
        raise RefusedError(ProblemCode.NOT_ALLOWED, "要先证明是本人")
    item = offered.find(call.ask.item, call.terminal.pk)
    if item is None:
        raise RefusedError(ProblemCode.NOT_FOUND, f"没有这个事项：{call.ask.item}")
    found = look(item, session.resident, call.at, call.ask.answers)
    words = under_way(item, session.resident)
    if not words:
        return found
    # Before the form, not after it: nobody fills in what will not be taken.
    waits = Finding(label=UNDER_WAY, text="没有正在审核的同一件", standing=Standing.UNMET, words=words)
    return Conditions(findings=(waits, *found.findings))


def under_way(item: Item, resident: Resident) -> str:
    """That the same was handed in before and waits for its review, for the resident; empty where none does."""
    waiting = MatterRecord.objects.filter(
        resident=resident, item=item.number, state=MatterState.ACCEPTED, due__isnull=False
    ).first()
    if waiting is None:
        return ""
    return f"这件事您已经报过，正在审核，编号 {formatting.receipt(waiting.receipt)}，不用再报"


def look(item: Item, resident: Resident, at: datetime, answers: Mapping[str, Answer]) -> Conditions:
    """*item*'s conditions, held against what is known of *resident* at *at*."""
    question = asked(clock.day_of(at), answers, _of_others(item, resident, answers))
    return rules.look(item, life_of(resident, at), question)


def asked(today: date, answers: Mapping[str, Answer], others: frozenset[str] = frozenset()) -> Asked:
    return Asked(today, known_figures(), answers=answers, counties=COUNTIES, others=others)


def _of_others(item: Item, resident: Resident, answers: Mapping[str, Answer]) -> frozenset[str]:
    """Numbers of certificates that were filled in and are somebody else's: issued to them, or claimed for by them."""
    given = {str(answers[field.key]) for field in item.fields if field.rule == CERTIFICATE and answers.get(field.key)}
    if not given:
        return frozenset()
    issued = SkillCertificate.objects.filter(number__in=given).exclude(resident=resident)
    claimed = BenefitGrant.objects.filter(certificate__in=given).exclude(resident=resident)
    return frozenset(issued.values_list("number", flat=True)) | frozenset(claimed.values_list("certificate", flat=True))


def life_of(resident: Resident, at: datetime) -> Life:
    """All that the platform knows of *resident* at *at*."""
    record = LifeRecord.objects.filter(pk=resident.pk).first() or LifeRecord(resident=resident)
    paid_years, waiting = (_years(resident, state) for state in (ArrivalState.ARRIVED, ArrivalState.WAITING))
    memberships = {
        one.scheme: _membership(one, paid_years, waiting) for one in SchemeMembership.objects.filter(resident=resident)
    }
    worked = frozenset(EmployeeContribution.objects.filter(resident=resident).values_list("month", flat=True))
    months_of_years = Counter(month[:4] for month in worked)
    registered = {
        one.item: clock.day_of(one.made_at) for one in Registration.objects.filter(resident=resident, current=True)
    }
    for item in (UNEMPLOYED, FLEXIBLE):
        if item in registered and max(worked, default="") > month_of(registered[item]):
            del registered[item]  # employed since: that was another time
    if _retired(resident, memberships, clock.day_of(at)):
        registered.pop(UNEMPLOYED, None)
    grants = list(BenefitGrant.objects.filter(resident=resident).order_by("since"))
    cards = SocialCard.objects.filter(resident=resident).order_by("-issued", "-pk")
    paid = EmployeeContribution.objects.filter(resident=resident, arrived=True, unemployment=True)
    training = trainees.find(resident) if trainees.WISH in registered else None
    return Life(
        born=resident.born,
        sex=resident.sex,
        household=record.household or resident.county,
        student=record.student,
        died=record.died,
        missing=record.missing,
        job=_job(resident, record, clock.day_of(at)),
        unemployment_months=frozenset(paid.values_list("month", flat=True)),
        employee=memberships.get(Scheme.EMPLOYEE),
        employed_years=frozenset(int(year) for year, count in months_of_years.items() if count == YEAR),
        basic=memberships.get(Scheme.RESIDENT),
        supplement=memberships.get(Scheme.SUPPLEMENT),
        flexible=registered.get(FLEXIBLE),
        unemployed=registered.get(UNEMPLOYED),
        seeking=any(item in registered for item in WISHES),
        certificates=tuple(
            Certificate(occupation=one.occupation, level=one.level, issued=one.issued, number=one.number)
            for one in SkillCertificate.objects.filter(resident=resident).order_by("-issued")
        ),
        claims=tuple(
            SkillClaim(at=one.since, occupation=one.occupation, level=one.level, certificate=one.certificate)
            for one in grants if one.item == SUBSIDY
        ),
        benefit=next((_benefit(one, worked, memberships) for one in reversed(grants) if one.item == BENEFIT), None),
        checked=record.checked,
        cards=tuple(
            Card(number=one.card_number, state=one.state_at(at).value, issued=one.issued, enabled=one.enabled,
                 lost_until=one.lost_until, expires=one.expires)
            for one in cards
        ),
        groups=frozenset(record.groups),
        training=None if training is None else trainees.known(training),
    )  # fmt: skip


def _retired(resident: Resident, memberships: Mapping[str, Membership], today: date) -> bool:
    """Of legal retirement age, or on a basic pension: nobody is registered as unemployed any more then."""
    basic = (memberships.get(scheme) for scheme in (Scheme.EMPLOYEE, Scheme.RESIDENT))
    draws = any(one is not None and one.drawing is not None for one in basic)
    return draws or today >= people.pension_day(resident.born, resident.sex)


Years = Mapping[str, frozenset[int]]
"""Scheme → years."""


def _membership(one: SchemeMembership, years: Years, waiting: Years) -> Membership:
    return Membership(
        joined=one.joined, paused=one.paused, drawing=one.drawing, suspended=one.suspended,
        years=years.get(one.scheme, frozenset()), waiting=waiting.get(one.scheme, frozenset()),
    )  # fmt: skip


def _years(resident: Resident, state: ArrivalState) -> Years:
    """The years whose contribution stands so."""
    mine = ResidentContribution.objects.filter(resident=resident, state=state.value)
    found: dict[str, set[int]] = {}
    for scheme, year in mine.values_list("scheme", "year"):
        found.setdefault(scheme, set()).add(year)
    return {scheme: frozenset(years) for scheme, years in found.items()}


def _benefit(one: BenefitGrant, worked: frozenset[str], memberships: Mapping[str, Membership]) -> Benefit:
    """It stops with the first month of a new employment, with other work, and with a pension (失业保险条例 15)."""
    ends = [date.fromisoformat(f"{month}-01") for month in worked if month > month_of(one.since)]
    for other in Registration.objects.filter(resident=one.resident, item=FLEXIBLE):
        day = clock.day_of(other.made_at)
        ends += [day] if day > one.since or (day == one.since and other.current) else []
    basic = (memberships[scheme].drawing for scheme in (Scheme.EMPLOYEE, Scheme.RESIDENT) if scheme in memberships)
    ends += [day for day in basic if day is not None and day > one.since]
    return Benefit(since=one.since, months=one.months, paid_before=one.paid_before, stopped=min(ends, default=None))


def _job(resident: Resident, record: LifeRecord, today: date) -> Job | None:
    """The last employment: it goes on while contributions come and nobody reported its end."""
    last = EmployeeContribution.objects.filter(resident=resident).select_related("employer").order_by("-month").first()
    if last is None:
        return None
    behind = (today.year - int(last.month[:4])) * 12 + today.month - int(last.month[5:])
    left = record.left if record.left is not None and record.left.isoformat()[:7] >= last.month else None
    return Job(
        employer=last.employer.name,
        county=last.employer.county,
        insured=left is None and behind < STILL_INSURED_MONTHS,
        left=left,
        # why an earlier employment ended says nothing of the last one
        by_choice=None if left is None else record.left_by_choice,
    )
