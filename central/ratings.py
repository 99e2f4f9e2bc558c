"""好差评: taken in once with its delivery, counted by county, service point, item or worker; a bad one waits for staff.

A rating says nothing of who gave it. Who gave a bad one and wished to be called stands beside it until that is done.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import msgspec
from django.db import transaction
from django.db.models import Count, QuerySet

from central import clock, offered, state_calendar, workers
from central.matters import name_of
from central.models import ConfigTerminal, DeliveryRecord, RatingRecord, Resident, StaffAct, Terminal
from contract import codes, limits
from contract.formatting import parse_date
from contract.ratings import BEST, LEVELS, LOWEST_GOOD, Rating, is_bad, wrong_with

BY: Final = {"county": "county", "point": "point", "item": "item", "worker": "operator"}
"""What figures are counted by: the column of each."""
OPERATOR_CHARS: Final = 40
WHO_CHARS: Final = 80
GARBLED: Final = "评价的内容不完整"


class NotClosedError(ValueError):
    """Why a bad rating was not closed; the text is for whoever tried."""


@dataclass(frozen=True)
class Figures:
    """How many of each level, the best first."""

    name: str
    counts: tuple[int, ...] = field(default=(0,) * BEST)

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def bad(self) -> int:
        return sum(self.counts[BEST - LOWEST_GOOD + 1 :])

    @property
    def good_percent(self) -> float:
        return 0.0 if not self.total else round(100 * (self.total - self.bad) / self.total, 1)


def read(terminal: Terminal, key: str, body: bytes) -> Rating | str:
    """The rating in *body*, or why it is none."""
    try:
        rating = msgspec.json.decode(body, type=Rating)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return GARBLED
    if (rating.key, rating.terminal) != (key, terminal.pk) or parse_date(rating.made_on) is None:
        return GARBLED
    if offered.find(rating.item, terminal.pk) is None or len(rating.operator) > OPERATOR_CHARS:
        return GARBLED
    return wrong_with(rating) or rating


def store(rating: Rating, record: DeliveryRecord, at: datetime) -> RatingRecord:
    """Keep it, a bad one with the day by which it is looked into. Inside the delivery's transaction."""
    terminal = record.device
    row = ConfigTerminal.objects.filter(terminal=terminal).first()
    day = parse_date(rating.made_on)
    assert day is not None, "looked at when it was read"
    bad = is_bad(rating.level)
    return RatingRecord.objects.create(
        delivery=record,
        terminal=terminal,
        point=terminal.point,
        county="" if row is None else row.county,
        item=rating.item,
        level=rating.level,
        reasons=list(rating.reasons),
        words=rating.words,
        operator=rating.operator,
        made_on=day,
        caller=Resident.objects.filter(id_number=rating.id_number).first() if rating.id_number else None,
        # Counted from the day it came: what was kept while the line was down cannot be late before anybody knew of it.
        due=state_calendar.working_days().due(clock.day_of(at), limits.RATING_DUE_DAYS).day if bad else None,
    )


def figures(by: str, since: date | None = None, until: date | None = None, county: str = "") -> list[Figures]:
    """Counted by one of ``BY``, the most rated first; the last line is all of them."""
    column = BY[by]
    rows: QuerySet[RatingRecord] = RatingRecord.objects.all()
    if since is not None:
        rows = rows.filter(made_on__gte=since)
    if until is not None:
        rows = rows.filter(made_on__lte=until)
    if county:
        rows = rows.filter(county=county)
    found: dict[object, list[int]] = {}
    for key, level, count in rows.values_list(column, "level").annotate(Count("pk")).order_by():
        found.setdefault(key, [0] * BEST)[BEST - level] += count
    lines = [Figures(_name(by, key), tuple(counts)) for key, counts in found.items()]
    lines.sort(key=lambda line: (-line.total, line.name))
    return [*lines, Figures("合计", _sum(line.counts for line in lines))]


def waiting() -> list[RatingRecord]:
    """Bad ones that nobody has looked into yet, the most urgent first."""
    return list(RatingRecord.objects.filter(due__isnull=False).order_by("due", "pk"))


def find(number: int) -> RatingRecord | None:
    return RatingRecord.objects.select_related("caller").filter(pk=number, level__lt=LOWEST_GOOD).first()


def caller(number: int, *, by: str) -> Resident | None:
    """Whom to call for a bad rating; that *by* looked is on record before it is told. Who was rated is not told who
    complained. Raises NotClosedError, StaffError."""
    worker = workers.find(by)
    row = find(number)
    if row is None or row.caller is None:
        return None
    if workers.is_theirs(worker, row.operator):
        raise NotClosedError("评的就是这位帮办员，要别人来回电话")
    words = f"看差评 {number} 要回的电话"
    StaffAct.objects.create(worker=worker, at=clock.now(), who=getpass.getuser()[:WHO_CHARS], what=words)
    return row.caller


def close(number: int, *, by: str, outcome: str) -> RatingRecord:
    """A bad one was looked into, and whoever wished it called: once, by a worker in use, with what came of it. Who it
    was is let go of. Raises NotClosedError, StaffError."""
    if not outcome.strip():
        raise NotClosedError("要写查到什么、怎么办的")
    worker = workers.find(by)
    with transaction.atomic():
        row = RatingRecord.objects.select_for_update().filter(pk=number, level__lt=LOWEST_GOOD).first()
        if row is None:
            raise NotClosedError("没有这一件差评")
        if row.due is None:
            raise NotClosedError("这一件已经办结")
        if workers.is_theirs(worker, row.operator):
            raise NotClosedError("评的就是这位帮办员，要别人来核实")
        row.closed_at, row.closed_by, row.outcome = clock.now(), by, outcome.strip()[: limits.RATING_NOTE_CHARS]
        row.due, row.caller = None, None
        row.save()
    return row


def levels() -> Mapping[int, str]:
    return {int(row.code): row.label for row in codes.table(LEVELS).rows}


def _sum(counts: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    rows = list(counts)
    return tuple(sum(column) for column in zip(*rows, strict=True)) if rows else (0,) * BEST


def _name(by: str, key: object) -> str:
    if by == "county":
        return codes.table("counties").label(str(key)) if key else "没有分县"
    if by == "item":
        return name_of(int(str(key)))
    if by == "worker":
        return str(key) if key else "自己办的"
    return str(key) or "没有登记服务点"
