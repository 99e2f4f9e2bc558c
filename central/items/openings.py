"""Openings: looking through them (item 3), one of them whole, and its public page."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet

from central.items import labels, listing
from central.items.words import yuan
from central.models import Employer, Opening
from central.problems import RefusedError
from contract import formatting
from contract.catalogue import Item
from contract.fields import Answers
from contract.wire import Card, Cell, Detail, Fact, Listing, ProblemCode

ORDER: Final = ("-posted", "-id")
NOTHING: Final = "眼下没有单位招人。过几天再来看看，也可以先登记求职，有了就告诉您。"


def valid(today: date) -> QuerySet[Opening]:
    """Those that still take people, with their employers: one query, however many are shown."""
    return Opening.objects.filter(valid_until__gte=today).select_related("employer")


def browse(item: Item, filters: Answers, page: int, today: date) -> Listing:
    """A page of the openings that meet *filters* (keyword, county, wage, occupation; all may be left out)."""
    found = valid(today).filter(_meets(listing.checked(item, filters))).order_by(*ORDER)
    return listing.of(found, page, card, today, nothing=NOTHING)


def _meets(asked: dict[str, str]) -> Q:
    wanted = Q()
    if keyword := asked["keyword"]:
        wanted &= (
            Q(title__icontains=keyword)
            | Q(employer__in=Employer.objects.filter(name__icontains=keyword))
            | Q(place__icontains=keyword)
            | Q(occupation__in=labels.occupations_like(keyword))
        )
    if asked["county"]:
        wanted &= Q(county=asked["county"])
    if asked["wage"]:
        wanted &= Q(wage_low__gte=int(asked["wage"]))  # asked was the least it pays, not what it may come to
    if asked["occupation"]:
        wanted &= Q(occupation=asked["occupation"])
    return wanted


def card(opening: Opening, reasons: tuple[str, ...] = ()) -> Card:
    """One entry of a list, in three short lines."""
    return Card(
        id=opening.number,
        title=opening.title,
        lines=(
            wage(opening),
            f"{labels.county(opening.county)} · {opening.place}",
            opening.employer.name,
        ),
        tag=f"招 {opening.headcount} 人",
        reasons=reasons,
    )


def wage(opening: Opening) -> str:
    return f"每月 {yuan(opening.wage_low).removesuffix(' 元')} 到 {yuan(opening.wage_high)}"


def find(number: str) -> Opening | None:
    return Opening.objects.select_related("employer").filter(number=number).first()


def detail(number: str, today: date) -> Detail:
    """The opening whole, with the address of its public page."""
    opening = find(number)
    if opening is None or opening.valid_until < today:
        raise RefusedError(ProblemCode.NOT_FOUND, "岗位不在或已过期")
    return Detail(
        id=opening.number,
        title=opening.title,
        facts=facts(opening),
        text=opening.text,
        link=f"{settings.CENTRAL.public_url}/o/{opening.number}",
    )


def facts(opening: Opening) -> tuple[Fact, ...]:
    """What a resident wants to know, the wage first."""
    asked = labels.certificate(opening.certificate) if opening.certificate else "不要求"
    return (
        Fact(label="工资", value=wage(opening), large=True),
        Fact(label="单位", value=opening.employer.name),
        Fact(label="地点", value=f"{labels.county(opening.county)} {opening.place}"),
        Fact(label="工种", value=labels.occupation(opening.occupation)),
        Fact(label="上班时间", value=labels.hours(opening.hours)),
        Fact(label="证书", value=asked),
        Fact(label="经验", value=f"{opening.years} 年以上" if opening.years else "不要求"),
        Fact(label="吃住", value=labels.lodging(opening.lodging)),
        Fact(label="招多少人", value=f"{opening.headcount} 人"),
        # In full: an employer publishes it so that people call, and whoever cannot read it has found no job.
        Fact(label="联系人", value=f"{opening.contact} {formatting.phone(opening.phone)}"),
        Fact(label="发布", value=opening.posted.isoformat(), cell=Cell.DATE),
        Fact(label="截止", value=opening.valid_until.isoformat(), cell=Cell.DATE),
    )
