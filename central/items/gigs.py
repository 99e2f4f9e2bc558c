"""Work by the day that is offered: registering it (item 7), looking through it (item 6), one of it whole."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Any, Final

import msgspec
from django.conf import settings
from django.db.models import Manager, Q, QuerySet

from central import clock
from central.items import labels, listing, registering
from central.items.words import without_numbers, yuan
from central.matching.rules import UNKNOWN
from central.models import GigOpening, Registration, Resident
from central.problems import RefusedError
from contract import formatting, limits, masking, wire
from contract.catalogue import Item
from contract.fields import Answers
from contract.wire import Card, Cell, Detail, Fact, Listing, ProblemCode

ORDER: Final = ("-made_at", "-id")
CALL: Final = "call"
NOTHING: Final = "眼下没有人招零工。过两天再来看看，也可以先登记零工求职，要雇人的就能找到您。"
BY_POINT: Final = "请把编号告诉帮办员或服务点，替您联系"


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """The answers of item 7."""

    occupation: str
    headcount: int
    county: str
    place: str
    wage: int
    days: int
    times: str
    start: str
    certificate: str
    lodging: str
    phone: str
    contact: str
    employer: str | None = None
    note: str | None = None


def register(resident: Resident, submission: wire.Submission, made_at: datetime) -> None:
    """Keep it and put it up; the same kind of work registered again takes the older one's place."""
    registering.keep(resident, submission, made_at)
    offer = msgspec.convert(msgspec.to_builtins(submission.answers), Offer)
    alike = Registration.objects.filter(resident=resident, item=submission.item, answers__occupation=offer.occupation)
    if alike.filter(made_at__gt=made_at).exists():
        return  # a later one stands, or stood until it was taken down
    GigOpening.objects.filter(resident=resident, occupation=offer.occupation).delete()
    lat, lon = whereabouts(resident, offer) or (UNKNOWN, UNKNOWN)
    GigOpening.objects.create(
        number=free_number("LG", GigOpening.objects), resident=resident, occupation=offer.occupation,
        county=offer.county,
        employer=without_numbers(offer.employer or "") or f"{masking.name(resident.name)}（个人）",
        place=without_numbers(offer.place), lat=lat, lon=lon, wage=offer.wage, days=offer.days, times=offer.times,
        start=labels.starts().index(offer.start),
        certificate="" if offer.certificate == labels.NONE else offer.certificate, lodging=offer.lodging,
        headcount=offer.headcount, may_call=offer.contact == CALL, phone=offer.phone,
        text=without_numbers(offer.note or ""), made_at=made_at,
        valid_until=clock.day_of(made_at) + timedelta(days=limits.GIG_OPENING_DAYS), made_up=resident.made_up,
    )  # fmt: skip


NAME: Final = 2
"""Characters of the shortest name of a village."""


def whereabouts(resident: Resident, offer: Offer) -> tuple[float, float] | None:
    """Where the work is, when that is known: in the village of who hires. A typed name is no place on a map."""
    place = offer.place.strip()
    # An address that was given since (28, 30) holds the village's name and more.
    at_home = offer.county == resident.county and len(place) >= NAME and place in resident.village
    return registering.whereabouts(resident) if at_home else None


def free_number(prefix: str, taken: Manager[Any]) -> str:
    """Eight digits that none of *taken* has; they say nothing of when or by whom."""
    while True:
        number = f"{prefix}{secrets.randbelow(10**8):08d}"
        if not taken.filter(number=number).exists():  # pragma: no branch - a draw that is taken is one in millions
            return number


def valid(today: date) -> QuerySet[GigOpening]:
    return GigOpening.objects.filter(valid_until__gte=today)


def browse(item: Item, filters: Answers, page: int, today: date) -> Listing:
    """A page of the gigs that meet *filters* (keyword, county, wage, occupation; all may be left out)."""
    found = valid(today).filter(_meets(listing.checked(item, filters))).order_by(*ORDER)
    return listing.of(found, page, card, today, nothing=NOTHING)


def _meets(asked: dict[str, str]) -> Q:
    wanted = Q()
    if keyword := asked["keyword"]:
        wanted &= (
            Q(employer__icontains=keyword)
            | Q(place__icontains=keyword)
            | Q(text__icontains=keyword)
            | Q(occupation__in=labels.occupations_like(keyword))
        )
    if asked["county"]:
        wanted &= Q(county=asked["county"])
    if asked["wage"]:
        wanted &= Q(wage__gte=int(asked["wage"]))
    if asked["occupation"]:
        wanted &= Q(occupation=asked["occupation"])
    return wanted


def card(gig: GigOpening, reasons: tuple[str, ...] = ()) -> Card:
    return Card(
        id=gig.number,
        title=labels.occupation(gig.occupation),
        lines=(
            f"一天 {yuan(gig.wage)} · 大约 {gig.days} 天 · {labels.times(gig.times)}",
            f"{labels.county(gig.county)} · {gig.place}",
            gig.employer,
        ),
        tag=f"要 {gig.headcount} 人",
        reasons=reasons,
    )


def find(number: str) -> GigOpening | None:
    return GigOpening.objects.filter(number=number).first()


def detail(number: str, today: date) -> Detail:
    gig = find(number)
    if gig is None or gig.valid_until < today:
        raise RefusedError(ProblemCode.NOT_FOUND, "零工不在或已过期")
    return Detail(
        id=gig.number, title=title(gig), facts=facts(gig), text=gig.text,
        link=f"{settings.CENTRAL.public_url}/g/{gig.number}",
    )  # fmt: skip


def title(gig: GigOpening) -> str:
    return f"{labels.occupation(gig.occupation)}（零工）"


def facts(gig: GigOpening) -> tuple[Fact, ...]:
    """What somebody wants to know, the wage first. The telephone only where whoever registered said so."""
    how = formatting.phone(gig.phone) if gig.may_call else BY_POINT
    return (
        Fact(label="工钱", value=f"一天 {yuan(gig.wage)}", large=True),
        Fact(label="谁雇", value=gig.employer),
        Fact(label="地点", value=f"{labels.county(gig.county)} {gig.place}"),
        Fact(label="干几天", value=f"大约 {gig.days} 天"),
        Fact(label="时间", value=labels.times(gig.times)),
        Fact(label="开始", value=labels.start(gig.start)),
        Fact(label="证和手艺", value=labels.certificate(gig.certificate) if gig.certificate else "不要求"),
        Fact(label="吃住", value=labels.lodging(gig.lodging)),
        Fact(label="要几个人", value=f"{gig.headcount} 人"),
        Fact(label="联系", value=how),
        Fact(label="编号", value=gig.number),
        Fact(label="登记", value=clock.day_of(gig.made_at).isoformat(), cell=Cell.DATE),  # 「这两天」 counts from then
        Fact(label="挂到", value=gig.valid_until.isoformat(), cell=Cell.DATE),
    )
