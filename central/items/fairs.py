"""Job fairs (item 14): those to come, the nearest day first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q

from central import clock
from central.items import labels, listing
from central.models import JobFair
from central.problems import RefusedError
from contract import codes, formatting
from contract.catalogue import Item
from contract.fields import Answers
from contract.wire import Card, Detail, Fact, Listing, ProblemCode

ORDER: Final = ("day", "begins", "number")
NOTHING: Final = "近期没有招聘会。过些天再来看看，或打 12333 问一问。"


def browse(item: Item, filters: Answers, page: int, today: date) -> Listing:
    asked = listing.checked(item, filters)
    wanted = _to_come(today)
    if asked["county"]:
        wanted &= Q(county=asked["county"])
    if asked["within"]:
        wanted &= Q(day__lte=today + timedelta(days=int(asked["within"])))
    if asked["audience"]:
        wanted &= Q(audience__in={asked["audience"], "all"})  # who is looked for may come to those for everybody
    return listing.of(JobFair.objects.filter(wanted).order_by(*ORDER), page, card, today, nothing=NOTHING)


def _to_come(today: date) -> Q:
    """Not over: of those of *today*, whose end has not struck."""
    return Q(day__gt=today) | Q(day=today, ends__gt=clock.hour())


def audience(fair: JobFair) -> str:
    return codes.table("fair_audiences").label(fair.audience)


def card(fair: JobFair) -> Card:
    return Card(
        id=fair.number,
        title=fair.title,
        lines=(
            f"{formatting.date_with_weekday(fair.day)} {fair.begins}",
            f"{labels.county(fair.county)} · {fair.place}",
            audience(fair),
        ),
        tag=f"{fair.employers} 家单位",
    )


def detail(number: str, today: date) -> Detail:
    fair = JobFair.objects.filter(_to_come(today), number=number).first()
    if fair is None:
        raise RefusedError(ProblemCode.NOT_FOUND, "招聘会不在或已办过")
    return Detail(
        id=fair.number, title=fair.title, facts=facts(fair), text=fair.text,
        link=f"{settings.CENTRAL.public_url}/g/{fair.number}",
    )  # fmt: skip


def facts(fair: JobFair) -> tuple[Fact, ...]:
    return (
        Fact(label="哪天", value=formatting.date_with_weekday(fair.day), large=True),
        Fact(label="几点", value=f"{fair.begins} 到 {fair.ends}"),
        Fact(label="地点", value=f"{labels.county(fair.county)} {fair.place}"),
        Fact(label="给谁办的", value=audience(fair)),
        Fact(label="来多少单位", value=f"{fair.employers} 家，招 {fair.openings} 人"),
        Fact(label="谁办的", value=fair.organiser),
        Fact(label="电话", value=formatting.phone(fair.phone)),
    )
