"""Training: the wish (16), who teaches nearby (17), what was found out (18), and telling the resident (19)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

import msgspec
from django.db.models import Prefetch, QuerySet

from central import places, trainees
from central.items import labels, listing, registering
from central.items import words as spoken
from central.matching import search
from central.matching.rules import ANY, UNKNOWN, Bound, Columns, Pair
from central.matching.weights import weights
from central.models import MatterRecord, Resident, TrainingCourse, TrainingFile
from central.problems import RefusedError
from contract import formatting, wire
from contract.catalogue import Item
from contract.wire import Card, Cell, Column, Detail, Fact, Listing, ProblemCode, Table

ITEM: Final = 17
ORDER: Final = ("number",)
CLASSES: Final = 8
"""How many of the next classes a page shows."""
COLUMNS: Final = Columns({"county": "provider__county", "lat": "provider__lat", "lon": "provider__lon"})
NO_CLASS: Final = "还没有定"
NOT_REGISTERED: Final = "平台上还没有登记过想学什么。请帮办员先办「培训意向登记」。"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """The answers of item 16."""

    group: str
    trades: tuple[str, ...]
    times: str = ANY
    distance: str = ""


def register(matter: MatterRecord, at: datetime) -> str:
    """The wish kept, and a file opened by group."""
    del at
    assert matter.resident is not None
    made = registering.keep_matter(matter)
    file = trainees.open_file(made, str(matter.answers["group"]))
    return trainees.words(file) if made.current else trainees.standing(matter)


def tell(matter: MatterRecord, at: datetime) -> str:
    """The resident was told of the class: the file is closed."""
    del at
    assert matter.resident is not None
    file = trainees.find(matter.resident)
    assert file is not None, "the rules refuse who has none"
    file.delivered_at, file.delivered_by = matter.made_at, matter.operator
    file.delivered_to, file.comes = str(matter.answers["told"]), matter.answers["comes"] == "yes"
    file.save(update_fields=["delivered_at", "delivered_by", "delivered_to", "comes"])
    return f"请按时参加培训：{file.told}" if file.comes else f"通知到了，您说去不了，{trainees.AGAIN}：{file.told}"


# -- who teaches nearby (17) -----------------------------------------------------------------------------------------


def courses(today: date) -> QuerySet[TrainingCourse]:
    """Every course with its institution and the classes that have not begun."""
    return TrainingCourse.objects.select_related("provider").prefetch_related(
        Prefetch("classes", trainees.ahead(today))
    )


def recommend(resident: Resident, page: int, today: date) -> Listing:
    """Courses that fit what *resident* registered under item 16, best first."""
    wish = msgspec.convert(registering.current(resident, trainees.WISH).answers, Wish)
    there = registering.whereabouts(resident)
    candidates = courses(today).filter(occupation__in=wish.trades).order_by(*ORDER)

    def words(course: TrainingCourse) -> Mapping[str, str]:
        return reason_words(wish, there, course)

    found = search.rank(candidates, pair(wish, resident.county, there), weights(ITEM), words, page)
    return listing.ranked(found, card, today)


def pair(wish: Wish, county: str, there: tuple[float, float] | None) -> Pair:
    lat, lon = there or (UNKNOWN, UNKNOWN)
    seeker = {
        "county": county, "lat": lat, "lon": lon, "times": wish.times, "group": f"|{wish.group}|",
        "reach": registering.reach(wish.distance, there is not None),
    }  # fmt: skip
    return Pair(Bound(seeker), COLUMNS, lat)


def reason_words(wish: Wish, there: tuple[float, float] | None, course: TrainingCourse) -> Mapping[str, str]:
    provider = course.provider
    return {
        "occupation": labels.occupation(course.occupation),
        "county": labels.county(provider.county),
        "km": places.spoken(there, (provider.lat, provider.lon)),
        "reach": labels.reach(wish.distance),
        "times": labels.training_times(course.times),
        "group": labels.training_group(wish.group),
    }


def card(course: TrainingCourse, reasons: tuple[str, ...] = ()) -> Card:
    coming = list(course.classes.all())
    return Card(
        id=course.number,
        title=f"{course.provider.name} · {labels.occupation(course.occupation)}",
        lines=(
            f"学 {course.days} 天 · {labels.training_times(course.times)}",
            f"{labels.county(course.provider.county)} · {course.provider.address}",
            formatting.phone(course.provider.phone),
        ),
        tag=f"{formatting.date(coming[0].starts)}开班" if coming else "",
        reasons=reasons,
    )


def detail(number: str, today: date) -> Detail:
    """One course whole, with the classes to come by the number that staff name them by."""
    course = courses(today).filter(number=number).first()
    if course is None:
        raise RefusedError(ProblemCode.NOT_FOUND, "没有这个培训")
    provider = course.provider
    coming = [
        Fact(label=f"{one.number} 号班", value=f"{formatting.date(one.starts)} {one.hour}，{one.place}")
        for one in list(course.classes.all())[:CLASSES]
    ]
    groups = [labels.training_group(code) for code in course.groups.strip("|").split("|")]
    return Detail(
        id=course.number,
        title=f"{provider.name} · {labels.occupation(course.occupation)}",
        facts=(
            Fact(label="教什么", value=labels.occupation(course.occupation), large=True),
            Fact(label="地址", value=f"{labels.county(provider.county)} {provider.address}"),
            Fact(label="电话", value=formatting.phone(provider.phone)),
            Fact(label="什么时候", value=labels.training_times(course.times)),
            Fact(label="学多久", value=f"{course.days} 天"),
            Fact(label="办给谁", value="、".join(groups)),
            *(coming or [Fact(label="开班", value=NO_CLASS)]),
        ),
        text=spoken.MADE_UP_TRAINING if provider.made_up else "",
    )


# -- what was found out (18) -----------------------------------------------------------------------------------------


def state(resident: Resident, item: Item, before: str, today: date) -> wire.Records:
    """What was registered, what is due and what is known, and the classes that would fit."""
    del before
    file = trainees.find(resident)
    if file is None:
        return wire.Records(title=item.name, facts=(), tables=(), as_of=today.isoformat(), note=NOT_REGISTERED)
    found = trainees.known(file)
    coming = list(trainees.fitting(file.registration, today)[:CLASSES])
    rows = tuple((one.number, one.starts.isoformat(), f"{one.hour} {one.place}") for one in coming)
    columns = (Column(label="编号"), Column(label="开班", cell=Cell.DATE), Column(label="时间、地点"))
    tables = (Table(title="教您想学的，还没开的班", columns=columns, rows=rows),) if rows else ()
    return wire.Records(
        title=item.name,
        facts=(
            Fact(label="到哪一步", value=_step(file, today), cell=Cell.STATE, large=True),
            Fact(label="说明", value=trainees.words(file)),
            Fact(label="登记", value=found.registered.isoformat(), cell=Cell.DATE),
            Fact(label="想学", value=found.wants),
            Fact(label="哪一类", value=labels.training_group(file.group)),
            Fact(label="最晚反馈", value=found.due.words),
        ),
        tables=tables if found.delivered is None else (),
        as_of=today.isoformat(),
        note=spoken.MADE_UP_TRAINING if resident.made_up else "",
    )


def _step(file: TrainingFile, today: date) -> str:
    if file.delivered_at is not None:
        return "ok:通知到了，办结了"
    if file.answered_at is not None:
        if file.starts is None:
            return "wait:眼下没有班开"
        return "ok:有班了，等着通知" if file.starts >= today else "bad:班已经开了，没有通知到"
    due = trainees.due_of(file).day
    return "bad:过了期限，还没有反馈" if today > due else "wait:今天到期" if today == due else "wait:等着反馈"
