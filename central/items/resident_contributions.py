"""What a resident paid into the residents' pensions, year by year, the supplementary one too (item 33)."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from central.items import standing, words
from central.models import Resident, ResidentContribution
from central.models.insurance import ArrivalState, PaidAs, Scheme
from central.problems import RefusedError
from contract import wire
from contract.catalogue import Item
from contract.wire import Cell, Column, Fact, ProblemCode, Table

PAGE_YEARS: Final = 10
YEAR: Final = re.compile(r"(19|20)\d\d", re.ASCII)
SCHEMES: Final = {Scheme.RESIDENT: "基本险", Scheme.SUPPLEMENT: "补充险"}
STATES: Final = {
    ArrivalState.ARRIVED: "ok:已到账",
    ArrivalState.WAITING: "wait:还没到账",
    ArrivalState.RETURNED: "bad:没交成",
}
COLUMNS: Final = (
    Column(label="年度"),
    Column(label="类型"),
    Column(label="自己交", cell=Cell.MONEY),
    Column(label="政府补", cell=Cell.MONEY),
    Column(label="到账", cell=Cell.STATE),
    Column(label="说明"),
)


def years(resident: Resident, item: Item, before: str, today: date) -> wire.Records:
    """Ten years a page, newest first; ``before`` is the oldest year of the page before. Two queries."""
    if before and not YEAR.fullmatch(before):
        raise RefusedError(ProblemCode.BAD_REQUEST, "页码不对")
    mine = list(ResidentContribution.objects.filter(resident=resident).order_by("-year", "scheme"))
    joined = () if before else standing.joined(resident, Scheme.RESIDENT, Scheme.SUPPLEMENT)
    if not mine:
        note = f"平台上没有您的城乡居民养老保险缴费记录。没参保的，可以到村里服务点参保。{words.IF_WRONG}"
        note = standing.NOTHING_ARRIVED if joined else note
        return wire.Records(title=item.name, facts=joined, tables=(), as_of=today.isoformat(), note=note)
    all_years = sorted({one.year for one in mine if not before or one.year < int(before)}, reverse=True)
    shown = set(all_years[:PAGE_YEARS])
    tables = [_table(scheme, [one for one in mine if one.year in shown]) for scheme in SCHEMES]
    return wire.Records(
        title=item.name,
        facts=() if before else (*_facts(mine), *joined),
        tables=tuple(table for table in tables if table.rows),
        as_of=today.isoformat(),
        note=words.MADE_UP if resident.made_up else "",
        older=str(min(shown)) if len(all_years) > PAGE_YEARS else "",
    )


def _table(scheme: Scheme, paid: list[ResidentContribution]) -> Table:
    rows = tuple(_row(one) for one in paid if one.scheme == scheme)
    return Table(title=f"{scheme.label}缴费", columns=COLUMNS, rows=rows)


def _row(one: ResidentContribution) -> tuple[str | int, ...]:
    state = STATES[ArrivalState(one.state)]
    return f"{one.year}年", PaidAs(one.paid_as).label, one.personal, one.subsidy, state, one.reason


def _facts(mine: list[ResidentContribution]) -> tuple[Fact, ...]:
    facts = []
    for scheme, name in SCHEMES.items():
        arrived = [one for one in mine if one.scheme == scheme and one.state == ArrivalState.ARRIVED]
        if not arrived:
            continue
        paid = sum(one.personal for one in arrived)
        facts.append(Fact(label=f"{name}已交", value=f"{len(arrived)} 年", large=scheme is Scheme.RESIDENT))
        facts.append(Fact(label=f"{name}自己交", value=paid, cell=Cell.MONEY))
    failed = next((one for one in mine if one.state == ArrivalState.RETURNED), None)
    if failed is not None:
        facts.append(Fact(label=f"{failed.year}年没交成", value=failed.reason))
    return tuple(facts)
