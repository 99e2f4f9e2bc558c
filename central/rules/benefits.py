"""Rules of unemployment benefit (23) and of the subsidy for a skill (22)."""

from __future__ import annotations

from datetime import date
from typing import Final

from central.rules.life import Asked, Life, SkillClaim, month_of, months_on
from central.rules.said import Said, no, spoken, unknown, yes
from contract import code_rules

LEVELS: Final = {"5": "初级", "4": "中级", "3": "高级"}
"""Levels that earn a subsidy; a smaller code is a higher level."""
LEVEL_AT: Final = 15
"""Where a skill-level certificate's number, of 22 characters, says the level (contract.code_rules)."""
STEPS: Final = ((10, 24), (5, 18), (1, 12))
"""Full years paid → months of benefit (社会保险法 46)."""
MOST_MONTHS: Final = 24
MOST_CLAIMS: Final = 3
"""Subsidies a person and year."""
IN_TIME: Final = 12
"""Months from the certificate to the claim."""
CHOICE: Final = "quit"
"""Code of 「自己不想干了」 in the forms of 11 and 23."""
SEEKS: Final = "yes"
"""Code of 「想，正在找」 in the form of 23."""


def months_paid(life: Life, asked: Asked) -> Said:
    """*number* months of unemployment insurance; what a former benefit was counted from does not count again."""
    paid = countable(life)
    if paid >= asked.number:
        return yes(f"失业保险缴了 {paid} 个月，满 {asked.number} 个月了")
    return no(f"失业保险缴了 {paid} 个月，还差 {asked.number - paid} 个月才满 {asked.number} 个月")


def months_insured(life: Life, asked: Asked) -> Said:
    """*number* months of unemployment insurance, whenever paid: the subsidy for a skill (22) asks for no more,
    and is for those who draw a benefit too."""
    paid = len(life.unemployment_months)
    if paid >= asked.number:
        return yes(f"失业保险一共缴了 {paid} 个月，满 {asked.number} 个月了")
    return no(f"失业保险一共缴了 {paid} 个月，还差 {asked.number - paid} 个月才满 {asked.number} 个月")


def countable(life: Life) -> int:
    before = life.benefit.paid_before if life.benefit is not None else 0
    return max(0, len(life.unemployment_months) - before)


def months_of_benefit(paid: int, unused: int = 0) -> int:
    """Months of benefit for *paid* months of contributions, *unused* ones of an earlier benefit added; 24 at most."""
    earned = next((months for years, months in STEPS if paid >= 12 * years), 0)
    return min(MOST_MONTHS, earned + unused) if earned else 0


def not_by_choice(life: Life, asked: Asked) -> Said:
    """What the employer reported counts; where nothing is reported, what the person declares."""
    job, said = life.job, asked.text("reason")
    if job is not None and job.insured:
        return no(f"「{job.employer}」还在给您缴社会保险，还不算失业")
    if job is not None and job.by_choice is True:
        return no("单位报的是您自己不想干了，自己不干的不能领；报错了，请找原单位改")
    if job is not None and job.by_choice is False:
        return yes("单位报的是不是您自己不想干的")
    if said == CHOICE:
        return no("您填的是自己不想干了，自己不干的不能领失业金")
    return yes("您填的不是自己不想干的，县里再和单位核对") if said else unknown("单位没有报为什么，要看您怎么填")


def registered_unemployed(life: Life, asked: Asked) -> Said:
    del asked
    if life.unemployed is None:
        return no("您还没有登记失业，要先办失业登记（事项 11），办好了再来")
    return yes(f"您从{spoken(life.unemployed)}起登记了失业")


def seeks_work(life: Life, asked: Asked) -> Said:
    """What is declared with the claim; before it is, a registered wish for work. Who says today that they do not look
    for any is not held to a wish of some time ago."""
    said = asked.text("seeking")
    if said == SEEKS or (life.seeking and not said):
        return yes("您登记了想找活儿" if life.seeking else "您填了想找活儿")
    if said:
        return no("您填了眼下不找活儿；想找活儿的人才能领失业金，想找了再来办")
    return unknown("要看您填不填想找活儿；也可以先办求职登记（事项 1）")


def insured_here_last(life: Life, asked: Asked) -> Said:
    """The last place insured is in this city: elsewhere it is claimed there."""
    if life.job is None:
        return no("平台上没有您的参保单位，请到最后参保的地方申领")
    if life.job.county not in asked.counties:
        return no("您最后参保的地方不在本市，请到那里的社保窗口申领")
    return yes(f"您最后在{asked.counties[life.job.county]}参保")


def not_on_benefit(life: Life, asked: Asked) -> Said:
    if life.benefit is not None and life.on_benefit(asked.today):
        return no(f"您正在领失业金，领到{spoken(life.benefit.until)}前，不用再办")
    return yes("您现在没有在领失业金")


# -- the subsidy for a skill -----------------------------------------------------------------------------------------


def employed_or_on_benefit(life: Life, asked: Asked) -> Said:
    if life.job is not None and life.job.insured:
        return yes(f"您在「{life.job.employer}」上班")
    if life.on_benefit(asked.today):
        return yes("您在领失业保险金")
    return no("要在企业上班，或者正在领失业保险金，才能领这个补贴")


def certificate_in_time(life: Life, asked: Asked) -> Said:
    """A certificate whose day is no more than twelve months back. A month that was filled in is held against what is on
    record; where nothing is, the end of that month counts and the paper is looked at."""
    issued = claimed_day(life, asked)
    if issued is None:
        if not life.certificates:
            return unknown("平台上没有您的证书，要看您填的，县里再核对")
        issued = max(one.issued for one in life.certificates)
    if issued > asked.today and month_of(issued) != month_of(asked.today):
        return no("填的发证月份还没有到，请再看一看证书")
    last = months_on(issued, IN_TIME)
    if asked.today > last:
        return no(f"证书是{spoken(issued)}发的，要在 12 个月里申领，{spoken(last)}是最后一天，已经过了")
    return yes(f"证书在 12 个月以内，{spoken(last)}以前都能申领")


def claimed_day(life: Life, asked: Asked) -> date | None:
    """The day of the certificate that was filled in; None when nothing was."""
    month, level, number = asked.text("issued"), asked.text("level"), asked.text("certificate")
    if not month:
        return None
    for one in life.certificates:
        same = one.number == number if one.number and number else (month_of(one.issued), one.level) == (month, level)
        if same:
            return one.issued
    first = date(int(month[:4]), int(month[5:]), 1)
    return date.fromordinal(months_on(first, 1).toordinal() - 1)


def claims_left(life: Life, asked: Asked) -> Said:
    """Three a year at most."""
    this_year = [one for one in life.claims if one.at.year == asked.today.year]
    if len(this_year) >= MOST_CLAIMS:
        return no(f"今年已经申领过 {len(this_year)} 次，一年最多 {MOST_CLAIMS} 次，明年再来")
    return yes(f"今年申领过 {len(this_year)} 次，一年最多 {MOST_CLAIMS} 次")


def not_claimed_before(life: Life, asked: Asked) -> Said:
    """One occupation and level once; a higher level takes the place of a lower one."""
    occupation, level = asked.text("occupation").strip(), asked.text("level")
    if not occupation or not level:
        return unknown("同一个工种同一级只能领一次，要看您填的")
    had = [one for one in life.claims if one.occupation.strip() == occupation]
    if any(one.level == level for one in had):
        return no(f"「{occupation}」{LEVELS.get(level, '')}的补贴您领过了，同一个工种同一级只能领一次")
    if any(_higher(one, level) for one in had):
        return no(f"「{occupation}」更高一级的补贴您领过了，低的不能再领")
    return yes("这个工种这一级您还没有领过")


def certificate_theirs(life: Life, asked: Asked) -> Said:
    """The number is of a certificate of their own, of the level that was chosen, and earned no subsidy yet: however
    the occupation is spelled, a certificate earns one once."""
    number, level = asked.text("certificate"), asked.text("level")
    if not number:
        return unknown("要看您填的证书编号")
    if number in asked.others:
        return no("填的证书编号登记的是别人。请对着证书再看一看；没有填错的，请带证书和身份证到服务窗口核对")
    if any(one.certificate == number for one in life.claims):
        return no("这本证书的补贴您领过了，一本证书只能领一次")
    said = number[LEVEL_AT] if len(number) == code_rules.SKILL_LEVEL_LENGTH else ""
    known = next((one.level for one in life.certificates if one.number == number), said)
    if known and level and known != level:
        return no("证书编号上的等级和您选的不一样，请对着证书再看一看")
    return yes("证书编号没有领过补贴")


def _higher(claim: SkillClaim, level: str) -> bool:
    return claim.level < level
