"""What follows when something about a pension is approved: enrolled, paused, drawn, suspended, proved, back-paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from central import clock, living, offered
from central.items import registering
from central.items.words import years as spoken_years
from central.items.words import yuan
from central.models import LifeRecord, MatterRecord, ResidentContribution, SchemeMembership
from central.models.insurance import ArrivalState, PaidAs, PaidTo, Scheme
from central.rules import pensions
from central.rules.figures import EXAMPLE
from central.rules.life import months_on
from contract import formatting
from contract.answers import describe

FEN: Final = 100
UNPROVED: Final = "unproved"
"""Why a pension was suspended that a proof brings back."""
BACK: Final = "报错了、人回来了，请本人带身份证到服务窗口核对"
PAUSE: Final = "您还参加着城乡居民的，请接着办暂停缴费（事项 31）"
PAY: Final = "pay"
"""Key of the question of item 20 how they want to pay."""
ITS_NUMBER: Final = "请尽早带上那张银行卡和身份证，到乡镇（街道）窗口登记卡号，登记了才发得过去"
CHANGEABLE: Final = ("sex", "ethnicity", "phone")
"""Answers of item 30 that are columns of the resident by the same name; the address is the village."""


def enrol(scheme: Scheme) -> Callable[[MatterRecord, datetime], str]:
    """A member of *scheme* from the day it was asked for; one that had paused goes on."""

    def act(matter: MatterRecord, at: datetime) -> str:
        del at
        SchemeMembership.objects.update_or_create(
            resident=matter.resident, scheme=scheme.value,
            defaults={"paused": None, "why": ""}, create_defaults={"joined": clock.day_of(matter.made_at)},
        )  # fmt: skip
        if scheme is Scheme.RESIDENT:  # what is kept of a member and can be changed later (30) begins here
            _keep(matter, ("phone",))
        other = SchemeMembership.objects.filter(
            resident=matter.resident, scheme=Scheme.RESIDENT.value, paused=None, drawing=None
        )
        still_pays = scheme is Scheme.EMPLOYEE and other.exists()  # nobody pays into two basic schemes
        how = _chosen(matter) if scheme is Scheme.EMPLOYEE else ""
        return f"{scheme.label}参保登记办好了{how}" + (f"。{PAUSE}" if still_pays else "")

    return act


def _chosen(matter: MatterRecord) -> str:
    """How who joins by themselves wants to pay (20): kept with the registration, for whoever collects it, and said."""
    registering.keep_matter(matter)
    item = offered.of(matter)
    form = {field.key: field for field in item.fields} if item is not None else {}
    given = matter.answers.get(PAY)
    return f"，您选的是{describe(form[PAY], given)}" if PAY in form and given is not None else ""


def draw(scheme: Scheme) -> Callable[[MatterRecord, datetime], str]:
    """Its pension is drawn from the month after it was asked for, and goes where was asked for."""

    def act(matter: MatterRecord, at: datetime) -> str:
        del at
        first, to = months_on(clock.day_of(matter.made_at).replace(day=1), 1), str(matter.answers.get("pay", ""))
        SchemeMembership.objects.update_or_create(
            resident=matter.resident, scheme=scheme.value,
            defaults={"drawing": first, "suspended": None, "why": "", "paid_to": to},
            create_defaults={"joined": clock.day_of(matter.made_at), "drawing": first, "paid_to": to},
        )  # fmt: skip
        where = f"，{PaidTo(to).label}" if to else ""
        number = f"。{ITS_NUMBER}" if to == PaidTo.BANK else ""
        return f"从{formatting.month(first.isoformat()[:7])}起发{scheme.label}待遇{where}{number}"

    return act


def suspend(*schemes: Scheme) -> Callable[[MatterRecord, datetime], str]:
    """Nothing is paid from the next month on, and why."""

    def act(matter: MatterRecord, at: datetime) -> str:
        del at
        first = months_on(clock.day_of(matter.made_at).replace(day=1), 1)
        cause, since = str(matter.answers.get("cause", "")), str(matter.answers.get("since", ""))
        mine = SchemeMembership.objects.filter(
            resident=matter.resident, scheme__in=[scheme.value for scheme in schemes], drawing__isnull=False
        )
        mine.filter(suspended=None).update(suspended=first)  # one that was stopped before stays so from then
        mine.update(why=cause)
        begun = min(mine.exclude(suspended=None).values_list("suspended", flat=True))
        if cause in pensions.GONE:
            _gone(matter, cause, date(int(since[:4]), int(since[5:]), 1))
        return f"待遇从{formatting.month(begun.isoformat()[:7])}起暂停"

    return act


def pause_or_resume(matter: MatterRecord, at: datetime) -> str:
    del at
    pausing, cause = matter.answers.get("act") == "pause", str(matter.answers.get("cause", ""))
    mine = SchemeMembership.objects.filter(resident=matter.resident, scheme=Scheme.RESIDENT.value)
    if not pausing:
        mine.update(paused=None, why="")
        return "缴费恢复了"
    day = clock.day_of(matter.made_at)
    mine.filter(paused=None).update(paused=day)  # one that was paused before stays so from then
    mine.update(why=cause)
    if cause not in pensions.GONE:
        return "缴费暂停了，想接着缴随时可以来恢复"
    _gone(matter, cause, day)
    return f"缴费暂停了。{BACK}"


def _gone(matter: MatterRecord, cause: str, since: date) -> None:
    """Somebody died or is missing, as far as is known since *since*: no other item is done in their name."""
    LifeRecord.objects.update_or_create(resident=matter.resident, defaults={cause: since})
    if cause == "died" and matter.resident is not None:
        registering.withdraw(matter.resident)


def prove(matter: MatterRecord, at: datetime) -> str:
    """Proved from today; what was held back for want of proof is paid again."""
    del at
    today = clock.day_of(matter.made_at)
    LifeRecord.objects.update_or_create(resident=matter.resident, defaults={"checked": today})
    stopped = SchemeMembership.objects.filter(resident=matter.resident, suspended__isnull=False)
    again = stopped.filter(why=UNPROVED).update(suspended=None, why="")
    until = months_on(today, pensions.EVERY)
    paid = "。停发的接着发，没发的补发" if again else ""
    other = "。待遇还停着，是别的原因，请到服务窗口问" if stopped.exists() else ""
    return f"认证好了，管到{formatting.date(until)}{paid}{other}"


def change(matter: MatterRecord, at: datetime) -> str:
    """The four things that may be changed here, and nothing else."""
    del at
    _keep(matter, CHANGEABLE)
    return "信息改好了"


def _keep(matter: MatterRecord, keys: tuple[str, ...]) -> None:
    """Of the resident, what was filled in of *keys*, and the address."""
    resident = matter.resident
    assert resident is not None
    for key in keys:
        if matter.answers.get(key) is not None:
            setattr(resident, key, matter.answers[key])
    address = matter.answers.get("address")
    if address is not None:
        if resident.village not in address:  # elsewhere: nobody measured how far from there it is to work
            resident.lat = resident.lon = None
        resident.village = address
    resident.save(update_fields=[*keys, "village", "lat", "lon"])


def back_pay(matter: MatterRecord, at: datetime) -> str:
    """Which years are paid, how much, and with which subsidy; they count once the money has arrived."""
    del at
    assert matter.resident is not None
    today = clock.day_of(matter.made_at)
    life, asked = living.life_of(matter.resident, matter.made_at), living.asked(today, matter.answers)
    case, scheme = asked.text("case"), asked.text("scheme")
    years = pensions.years_to_pay(life, asked, case, scheme)[: int(matter.answers["years"])]
    premium = asked.figures.row(f"{scheme}_premium", today)
    subsidy = asked.figures.value(f"{scheme}_subsidy", today) if pensions.earns_subsidy(case) else 0
    kept = Scheme.RESIDENT if scheme == "basic" else Scheme.SUPPLEMENT
    for year in years:  # one whose money came back has its row already
        ResidentContribution.objects.update_or_create(
            resident=matter.resident, scheme=kept.value, year=year,
            defaults={"paid_as": PaidAs.BACK.value, "personal": premium.value, "subsidy": subsidy,
                      "state": ArrivalState.WAITING.value, "reason": "", "day": today},
        )  # fmt: skip
    earns = f"，政府补贴每年 {yuan(subsidy // FEN)}" if subsidy else "，补的部分没有补贴"
    sample = EXAMPLE if premium.is_example else ""
    amounts = f"每年 {yuan(premium.value // FEN)}{earns}" + (f"（金额是{sample}）" if sample else "")
    return f"补缴 {len(years)} 年：{spoken_years(years)}。{amounts}。钱到账了才算，到没到账可以查（事项 33）"
