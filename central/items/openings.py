"""Openings: looking through them (item 3), one of them whole, and its public page."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet

from central.items import labels
from central.items.words import yuan
from central.models import Opening
from central.problems import RefusedError
from contract import formatting, limits
from contract.answers import check_all
from contract.catalogue import Item
from contract.fields import Answer, Answers
from contract.wire import Card, Cell, Detail, Fact, Listing, ProblemCode

ORDER: Final = ("-posted", "-id")


def valid(today: date) -> QuerySet[Opening]:
    """Those that still take people, with their employers: one query, however many are shown."""
    return Opening.objects.filter(valid_until__gte=today).select_related("employer")


def browse(item: Item, filters: Answers, page: int, today: date) -> Listing:
    """A page of the openings that meet *filters* (keyword, county, wage, occupation; all may be left out)."""
    if check_all(item, filters):
        raise RefusedError(ProblemCode.INVALID_ANSWERS, "查询条件不合规")
    found = valid(today).filter(_meets(filters)).order_by(*ORDER)
    paginator = Paginator(found, limits.LISTING_PAGE)
    shown = paginator.get_page(page)
    return Listing(
        total=paginator.count,
        page=shown.number,
        pages=paginator.num_pages,
        cards=tuple(card(opening) for opening in shown.object_list),
        as_of=today.isoformat(),
    )


def _meets(filters: Answers) -> Q:
    wanted = Q()
    keyword, county = _text(filters.get("keyword")), _text(filters.get("county"))
    wage, occupation = _text(filters.get("wage")), _text(filters.get("occupation"))
    if keyword:
        wanted &= (
            Q(title__icontains=keyword)
            | Q(employer__name__icontains=keyword)
            | Q(place__icontains=keyword)
            | Q(occupation__in=labels.occupations_like(keyword))
        )
    if county and county != labels.ANY:
        wanted &= Q(county=county)
    if wage.isdigit():
        wanted &= Q(wage_low__gte=int(wage))  # asked was the least it pays, not what it may come to
    if occupation and occupation != labels.ANY:
        wanted &= Q(occupation=occupation)
    return wanted


def _text(answer: Answer) -> str:
    """Choices and texts are strings; a floor given as a number reads the same."""
    return "" if answer is None or isinstance(answer, tuple) else str(answer).strip()


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
