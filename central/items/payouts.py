"""What was paid out by the month: employees' pension (item 26), unemployment (27), residents' pensions, the
supplementary one too (36)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

from central.items import standing, words
from central.models import Payout, Resident
from central.models.insurance import PayoutState, Scheme
from central.problems import RefusedError
from contract import wire
from contract.catalogue import Item
from contract.formatting import date as spoken_date
from contract.formatting import month
from contract.wire import Cell, Column, Fact, ProblemCode, Table

PAGE_MONTHS: Final = 12
BESIDES: Final = standing.SHORT[Scheme.SUPPLEMENT]
"""What is paid beside the residents' basic pension, and looked up with it (36)."""
MONTH: Final = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])", re.ASCII)
STATES: Final = {PayoutState.PAID: "ok:已发放", PayoutState.FAILED: "bad:没发成", PayoutState.REISSUED: "ok:已补发"}
WHAT_NOW: Final = "没发成的，请带身份证和收钱的卡，到服务窗口核对，核对好了补发"
COLUMNS: Final = (
    Column(label="月份", cell=Cell.MONTH),
    Column(label="金额", cell=Cell.MONEY),
    Column(label="结果", cell=Cell.STATE),
    Column(label="日期", cell=Cell.DATE),
    Column(label="说明"),
)
PARTS: Final = (Column(label="项目"), Column(label="金额", cell=Cell.MONEY))


def of(scheme: Scheme) -> Callable[[Resident, Item, str, date], wire.Records]:
    """The records of *scheme*; the three items differ in nothing else."""
    return partial(page, scheme)


def page(scheme: Scheme, resident: Resident, item: Item, before: str, today: date) -> wire.Records:
    """Twelve months a page, newest first; ``before`` is the oldest month of the page before."""
    if before and not MONTH.fullmatch(before):
        raise RefusedError(ProblemCode.BAD_REQUEST, "页码不对")
    mine = Payout.objects.filter(
        resident=resident, scheme__in=[one.value for one in standing.BESIDE.get(scheme, (scheme,))]
    )
    newest = {one.scheme: one for one in mine.order_by("month", "attempt")}
    stands = () if before else standing.drawn(resident, scheme, frozenset(newest), today)
    if not newest:
        note = standing.NOTHING_PAID if stands else f"平台上没有您的{scheme.label}待遇发放记录。{words.IF_WRONG}"
        return wire.Records(title=item.name, facts=stands, tables=(), as_of=today.isoformat(), note=note)
    shown = mine.filter(month__lt=before) if before else mine
    months = list(shown.order_by("-month").values_list("month", flat=True).distinct()[: PAGE_MONTHS + 1])
    kept = months[:PAGE_MONTHS]
    paid = list(shown.filter(month__in=kept).order_by("-month", "-attempt"))
    facts: tuple[Fact, ...] = ()
    tables: list[Table] = []
    for each, last in sorted(newest.items(), key=lambda one: one[0] != scheme.value):
        name = "" if each == scheme.value else BESIDES
        rows = [one for one in paid if one.scheme == each]
        facts += _facts(last, name) + (() if before else _last_failed(rows, name))
        if not before:
            tables.append(_parts(last, name))
        if rows:
            tables.append(Table(title=f"{name}发放记录", columns=COLUMNS, rows=tuple(_row(one) for one in rows)))
    if not before and any(one.state == PayoutState.FAILED and _again(one, paid) is None for one in paid):
        facts += (Fact(label="怎么办", value=WHAT_NOW),)
    return wire.Records(
        title=item.name,
        facts=facts + stands,
        tables=tuple(tables),
        as_of=today.isoformat(),
        note=words.MADE_UP if resident.made_up else "",
        older=kept[-1] if len(months) > PAGE_MONTHS else "",
    )


def _facts(newest: Payout, name: str) -> tuple[Fact, ...]:
    """*name*: of what is paid beside what the item is about; empty for that itself."""
    due = "应发" if newest.state == PayoutState.FAILED else "发放"
    facts = [
        Fact(label=name or f"{month(newest.month)}{due}", value=newest.total, cell=Cell.MONEY, large=not name),
        Fact(label=f"{name}结果", value=STATES[PayoutState(newest.state)], cell=Cell.STATE),
        Fact(label=f"{name}日期", value=newest.day.isoformat(), cell=Cell.DATE),
    ]
    if newest.reason:
        facts.append(Fact(label=f"{name}原因", value=newest.reason))
    return tuple(facts)


def _parts(newest: Payout, name: str) -> Table:
    parts = tuple((label, amount) for label, amount in newest.items)
    return Table(title=f"{month(newest.month)}{name or '待遇'}由这几项组成", columns=PARTS, rows=parts)


def _last_failed(paid: list[Payout], name: str) -> tuple[Fact, ...]:
    """The newest month of the page that was sent back, unless it is the newest of all: said once, above the table."""
    failed = next((one for one in paid[1:] if one.state == PayoutState.FAILED), None)
    if failed is None:
        return ()
    again = _again(failed, paid)
    after = f"，{spoken_date(again.day)}已补发" if again is not None else "，还没有补发"
    return (Fact(label=f"{month(failed.month)}{name}没发成", value=f"{failed.reason}{after}"),)


def _again(failed: Payout, paid: list[Payout]) -> Payout | None:
    """The payment that took the place of the one that was sent back."""
    same = [one for one in paid if (one.scheme, one.month) == (failed.scheme, failed.month)]
    return next((one for one in same if one.state == PayoutState.REISSUED), None)


def _row(one: Payout) -> tuple[str | int, ...]:
    return one.month, one.total, STATES[PayoutState(one.state)], one.day.isoformat(), one.reason
