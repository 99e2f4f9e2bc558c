"""Who looks for work by the day: registering (item 4), and what somebody who hires may see of them (item 9).

That is: the masked name, what they can do, when, for how much. No ID number, no village, and the telephone only of who
agreed to be called; the others are reached through the service point, by the number shown.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

import msgspec
from django.db.models import Prefetch, Q, QuerySet

from central import clock
from central.items import labels, listing, registering
from central.items.gigs import CALL, free_number
from central.items.words import without_numbers, yuan
from central.matching.rules import ANY, UNKNOWN
from central.models import GigSeeker, GigTrade, Resident
from central.problems import RefusedError
from contract import formatting, limits, masking, wire
from contract.catalogue import Item
from contract.fields import Answers
from contract.wire import Card, Cell, Detail, Fact, Listing, ProblemCode

ORDER: Final = ("-made_at", "-id")
NOTHING: Final = "眼下没有人登记找零活。过两天再来看看，也可以先登记招零工，找活儿的人就能看到。"
BY_POINT: Final = "请把编号告诉帮办员或服务点，替您转告"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """The answers of item 4."""

    occupations: tuple[str, ...]
    county: str = ANY
    distance: str = ""
    wage: int = 0
    times: str = ANY
    start: str = "now"
    certificate: str = labels.NONE
    years: int = 0
    lodging: str = labels.NONE
    phone: str = ""
    contact: str = ""
    past: str | None = None


def register(resident: Resident, submission: wire.Submission, made_at: datetime) -> None:
    """Keep it; the newest made is what stands in the list."""
    if not registering.keep(resident, submission, made_at):
        return
    wish = msgspec.convert(msgspec.to_builtins(submission.answers), Wish)
    there = registering.whereabouts(resident)
    lat, lon = there or (UNKNOWN, UNKNOWN)
    values = {
        "county": wish.county, "home": resident.county, "lat": lat, "lon": lon, "wage": wish.wage, "times": wish.times,
        "reach": registering.reach(wish.distance, there is not None), "start": labels.starts().index(wish.start),
        "certificate": wish.certificate, "years": wish.years, "may_call": wish.contact == CALL, "phone": wish.phone,
        "text": without_numbers(wish.past or ""), "made_at": made_at, "made_up": resident.made_up,
        "valid_until": clock.day_of(made_at) + timedelta(days=limits.GIG_SEEKER_DAYS),
    }  # fmt: skip
    seeker = GigSeeker.objects.filter(resident=resident).first()
    if seeker is None:
        seeker = GigSeeker.objects.create(resident=resident, number=free_number("QZ", GigSeeker.objects), **values)
    else:
        GigSeeker.objects.filter(pk=seeker.pk).update(**values)
    seeker.trades.all().delete()
    GigTrade.objects.bulk_create(GigTrade(seeker=seeker, occupation=code) for code in wish.occupations)


def valid(today: date) -> QuerySet[GigSeeker]:
    """Those who still look, with their trades and their names."""
    return (
        GigSeeker.objects.filter(valid_until__gte=today)
        .select_related("resident")
        .prefetch_related(Prefetch("trades", GigTrade.objects.order_by("pk")))
    )


def browse(item: Item, filters: Answers, page: int, today: date) -> Listing:
    """A page of those who meet *filters* (county, wage at most, occupation; all may be left out)."""
    asked = listing.checked(item, filters)
    wanted = Q()
    if asked["county"]:
        wanted &= Q(home=asked["county"])
    if asked["wage"]:
        wanted &= Q(wage__lte=int(asked["wage"]))
    if asked["occupation"]:
        wanted &= Q(trades__occupation=asked["occupation"])
    return listing.of(valid(today).filter(wanted).order_by(*ORDER), page, card, today, nothing=NOTHING)


def trades(seeker: GigSeeker) -> str:
    return "；".join(labels.occupation(trade.occupation) for trade in seeker.trades.all())


def card(seeker: GigSeeker, reasons: tuple[str, ...] = ()) -> Card:
    return Card(
        id=seeker.number,
        title=trades(seeker),
        lines=(
            f"一天想要 {yuan(seeker.wage)} · {when(seeker)}",
            f"{masking.name(seeker.resident.name)} · {labels.county(seeker.home)}",
            f"干过 {seeker.years} 年" if seeker.years else "没干过，愿意学",
        ),
        tag="可以打电话" if seeker.may_call else "",
        reasons=reasons,
    )


def when(seeker: GigSeeker) -> str:
    times = "什么时候都行" if seeker.times == ANY else labels.times(seeker.times)
    return f"{times}，{labels.start(seeker.start)}"


def detail(number: str, today: date) -> Detail:
    """One of them whole. No link: a page about a person stands nowhere in public."""
    seeker = valid(today).filter(number=number).first()
    if seeker is None:
        raise RefusedError(ProblemCode.NOT_FOUND, "求职信息不在或已过期")
    how = formatting.phone(seeker.phone) if seeker.may_call else BY_POINT
    wants = "哪个县都行" if seeker.county == ANY else labels.county(seeker.county)
    held = "没有" if seeker.certificate == labels.NONE else labels.certificate(seeker.certificate)
    return Detail(
        id=seeker.number,
        title=trades(seeker),
        facts=(
            Fact(label="一天想要", value=yuan(seeker.wage), large=True),
            Fact(label="称呼", value=masking.name(seeker.resident.name)),
            Fact(label="住在", value=labels.county(seeker.home)),
            Fact(label="愿意去", value=wants),
            Fact(label="什么时候", value=when(seeker)),
            Fact(label="证和手艺", value=held),
            Fact(label="干过几年", value=f"{seeker.years} 年" if seeker.years else "没干过，愿意学"),
            Fact(label="联系", value=how),
            Fact(label="编号", value=seeker.number),
            Fact(label="登记", value=clock.day_of(seeker.made_at).isoformat(), cell=Cell.DATE),
        ),
        text=seeker.text,
    )
