"""The employees' basic pension: contributions (item 25)."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from django.db.models import Count, Sum

from central.items import standing, words
from central.models import EmployeeContribution, LifeRecord, Resident, SchemeMembership
from central.models.insurance import Scheme
from central.problems import RefusedError
from contract import wire
from contract.catalogue import Item
from contract.wire import Cell, Column, Fact, ProblemCode, Table

STILL_INSURED_MONTHS: Final = 3
"""A contribution within so many months counts as going on: employers pay in arrears."""
YEAR: Final = re.compile(r"(19|20)\d\d", re.ASCII)
MONTH_COLUMNS: Final = (
    Column(label="月份", cell=Cell.MONTH),
    Column(label="缴费基数", cell=Cell.MONEY),
    Column(label="个人缴费", cell=Cell.MONEY),
    Column(label="单位缴费", cell=Cell.MONEY),
    Column(label="到账", cell=Cell.STATE),
)
YEAR_COLUMNS: Final = (
    Column(label="年度"),
    Column(label="月数"),
    Column(label="个人缴费", cell=Cell.MONEY),
    Column(label="单位缴费", cell=Cell.MONEY),
)


def contributions(resident: Resident, item: Item, before: str, today: date) -> wire.Records:
    """All years at once, newest first, and behind each its months; ``before`` is the year after the one asked for."""
    if before and not YEAR.fullmatch(before):
        raise RefusedError(ProblemCode.BAD_REQUEST, "页码不对")
    mine = EmployeeContribution.objects.filter(resident=resident)
    years = _years(resident)
    wanted = [year for year in years if not before or year < before]
    if not wanted:
        joined = () if years else standing.joined(resident, Scheme.EMPLOYEE)
        none = standing.NOTHING_ARRIVED if joined else f"平台上没有您的企业职工基本养老保险缴费记录。{words.IF_WRONG}"
        return wire.Records(
            title=item.name, facts=joined, tables=(), as_of=today.isoformat(), note="" if years else none
        )
    if not before:
        return wire.Records(
            title=item.name,
            facts=_facts(resident, years, today),
            tables=(_summary(years),),
            as_of=today.isoformat(),
            note=words.MADE_UP if resident.made_up else "",
        )
    year = wanted[0]
    rows = tuple(
        (one.month, one.base, one.personal, one.employer_part, "ok:已到账" if one.arrived else "wait:还没到账")
        for one in mine.filter(month__startswith=year).order_by("-month")
    )
    return wire.Records(
        title=f"{year}年每月缴费",
        facts=_of_year(*years[year]),
        tables=(Table(title="", columns=MONTH_COLUMNS, rows=rows),),
        as_of=today.isoformat(),
        note=words.MADE_UP if resident.made_up else "",
        older=year if len(wanted) > 1 else "",
    )


def _years(resident: Resident) -> dict[str, tuple[int, int, int]]:
    """Year -> (months that arrived, personal, employer's), newest year first; one query."""
    grouped = (
        EmployeeContribution.objects.filter(resident=resident)
        .values("month", "arrived")
        .annotate(personal_sum=Sum("personal"), employer_sum=Sum("employer_part"), lines=Count("id"))
        .order_by("-month")
    )
    years: dict[str, tuple[int, int, int]] = {}
    for row in grouped:
        count, personal, employer = years.get(row["month"][:4], (0, 0, 0))
        if row["arrived"]:
            count, personal, employer = count + 1, personal + row["personal_sum"], employer + row["employer_sum"]
        years[row["month"][:4]] = count, personal, employer
    return years


def _facts(resident: Resident, years: dict[str, tuple[int, int, int]], today: date) -> tuple[Fact, ...]:
    mine = EmployeeContribution.objects.filter(resident=resident).select_related("employer")
    first, last = mine.order_by("month").first(), mine.order_by("-month").first()
    assert first is not None
    assert last is not None
    total = sum(count for count, _, _ in years.values())
    behind = (today.year - int(last.month[:4])) * 12 + today.month - int(last.month[5:])
    ended = LifeRecord.objects.filter(pk=resident.pk, left__gte=f"{last.month}-01").exists()
    insured = behind < STILL_INSURED_MONTHS and not ended  # as the rules see it (central.living)
    drawing = SchemeMembership.objects.filter(
        resident=resident, scheme=Scheme.EMPLOYEE.value, drawing__isnull=False
    ).exists()
    pays = "ok:正常参保" if insured else "ok:退休了，不用再缴" if drawing else "wait:暂停缴费"
    this_year, _, _ = years.get(str(today.year), (0, 0, 0))
    personal = sum(amount for _, amount, _ in years.values())
    return (
        Fact(label="累计缴费", value=words.months(total), large=True),
        Fact(label="参保状态", value=pays, cell=Cell.STATE),
        Fact(label="首次参保", value=first.month, cell=Cell.MONTH),
        Fact(label="今年已缴", value=f"{this_year} 个月"),
        Fact(label="现在单位" if insured else "最后单位", value=last.employer.name),
        Fact(label="个人账户累计", value=personal, cell=Cell.MONEY),
    )


def _of_year(count: int, personal: int, employer: int) -> tuple[Fact, ...]:
    return (
        Fact(label="到账", value=f"{count} 个月"),
        Fact(label="个人缴费", value=personal, cell=Cell.MONEY),
        Fact(label="单位缴费", value=employer, cell=Cell.MONEY),
    )


def _summary(years: dict[str, tuple[int, int, int]]) -> Table:
    rows = tuple(
        (f"{year}年", f"{count} 个月", personal, employer) for year, (count, personal, employer) in years.items()
    )
    return Table(title="历年缴费", columns=YEAR_COLUMNS, rows=rows, opens=tuple(str(int(year) + 1) for year in years))
