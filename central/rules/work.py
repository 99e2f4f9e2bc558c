"""Rules about work: registrations as unemployed or working flexibly (10, 11, 20)."""

from __future__ import annotations

from central.rules.life import Asked, Life
from central.rules.said import Said, no, spoken, yes


def no_employer(life: Life, asked: Asked) -> Said:
    """No employer pays contributions now."""
    del asked
    if life.job is not None and life.job.insured:
        return no(f"「{life.job.employer}」还在给您缴社会保险。已经不干了，请先让单位办停保")
    return yes("没有单位在给您缴社会保险")


def not_yet_unemployed(life: Life, asked: Asked) -> Said:
    del asked
    if life.unemployed is not None:
        return no(f"您在{spoken(life.unemployed)}已经登记过失业，不用再办")
    return yes("您还没有登记过失业")


def not_yet_flexible(life: Life, asked: Asked) -> Said:
    del asked
    if life.flexible is not None:
        return no(f"您在{spoken(life.flexible)}已经登记过灵活就业，不用再办")
    return yes("您还没有登记过灵活就业")


def no_pension(life: Life, asked: Asked) -> Said:
    """Draws no basic pension of any scheme."""
    del asked
    for membership, name in ((life.employee, "企业职工"), (life.basic, "城乡居民")):
        if membership is not None and membership.drawing is not None:
            return no(f"您从{spoken(membership.drawing)}起领{name}基本养老金，不能再办这一件")
    return yes("您没有在领养老金")
