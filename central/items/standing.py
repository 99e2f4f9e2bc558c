"""How a matter that was decided stands where its records are looked up: drawn from when, stopped why, joined when. What
was approved yesterday has no payment yet, and nobody must read there that the platform knows nothing of it."""

from __future__ import annotations

from datetime import date
from typing import Final

from central import clock, living
from central.items.words import IF_WRONG
from central.models import BenefitGrant, LifeRecord, Resident, SchemeMembership
from central.models.insurance import PaidTo, Scheme
from central.rules.life import months_on
from central.rules.pensions import EVERY
from contract.formatting import date as spoken_date
from contract.wire import Fact

BENEFIT: Final = 23
SHORT: Final = {Scheme.RESIDENT: "养老金", Scheme.SUPPLEMENT: "补充养老金", Scheme.EMPLOYEE: "养老金"}
JOINED: Final = {Scheme.RESIDENT: "基本险", Scheme.SUPPLEMENT: "补充险", Scheme.EMPLOYEE: "职工险"}
BESIDE: Final = {Scheme.RESIDENT: (Scheme.RESIDENT, Scheme.SUPPLEMENT)}
"""What is told of together: item 36 is about both of the residents' pensions."""
WHY: Final = {
    "unproved": "没有做资格认证，找帮办员办了就补发（事项 21）",
    "died": "报了人不在了；不对的，请带身份证到服务窗口核对",
    "missing": "报了找不到人；不对的，请带身份证到服务窗口核对",
    "double": "可能领了两份，请带身份证到服务窗口核对",
}
WHY_NOT_KNOWN: Final = "为什么，请问服务窗口"
NOTHING_PAID: Final = "还没有发放记录，发了就能在这里看到。"
NOTHING_ARRIVED: Final = "还没有缴费记录，缴了就能在这里看到。"


def drawn(resident: Resident, scheme: Scheme, paid: frozenset[str], today: date) -> tuple[Fact, ...]:
    """What is drawn of *scheme*, from when, and whether it was stopped. *paid*: the schemes that something was paid of,
    of which their records tell from when."""
    if scheme is Scheme.UNEMPLOYMENT:
        return _benefit(resident, today)
    schemes = [one.value for one in BESIDE.get(scheme, (scheme,))]
    facts = []
    drawing = SchemeMembership.objects.filter(resident=resident, scheme__in=schemes, drawing__isnull=False)
    mine = list(drawing.order_by("scheme"))
    for one in mine:
        assert one.drawing is not None
        name = SHORT[Scheme(one.scheme)]
        if one.scheme not in paid:
            where = f"，{PaidTo(one.paid_to).label}" if one.paid_to else ""
            facts.append(Fact(label=name, value=f"从{spoken_date(one.drawing)}起发{where}"))
        if one.suspended is not None:
            why = WHY.get(one.why, WHY_NOT_KNOWN)
            facts.append(Fact(label=f"{name}停发", value=f"从{spoken_date(one.suspended)}起：{why}"))
    return (*facts, *_proved(resident, today)) if mine else ()


def _proved(resident: Resident, today: date) -> tuple[Fact, ...]:
    """Until when the last proof of continued eligibility holds (item 21): who draws must know before it runs out."""
    record = LifeRecord.objects.filter(pk=resident.pk, checked__isnull=False).first()
    if record is None or record.checked is None:
        return ()
    until = months_on(record.checked, EVERY)
    over = "" if today <= until else "，已经过了，请找帮办员办（事项 21）"
    return (Fact(label="资格认证", value=f"管到{spoken_date(until)}{over}"),)


def _benefit(resident: Resident, today: date) -> tuple[Fact, ...]:
    """What was granted, and whether it is drawn no more: nobody waits for what does not come."""
    grant = BenefitGrant.objects.filter(resident=resident, item=BENEFIT).order_by("-since", "-pk").first()
    benefit = living.life_of(resident, clock.now()).benefit if grant is not None else None
    if grant is None or benefit is None:
        return ()
    granted = Fact(label="批准", value=f"从{spoken_date(grant.since)}起算，最多领 {grant.months} 个月")
    if today < benefit.until:
        return (granted,)
    early = benefit.until < months_on(benefit.since, benefit.months)
    why = "：又上班了、自己干活儿了，或者领养老金了" if early else "：领满了"
    return (granted, Fact(label="停发", value=f"从{spoken_date(benefit.until)}起{why}。{IF_WRONG}"))


def joined(resident: Resident, *schemes: Scheme) -> tuple[Fact, ...]:
    """Since when somebody is a member, and since when they pay no more."""
    mine = SchemeMembership.objects.filter(resident=resident, scheme__in=[scheme.value for scheme in schemes])
    facts = []
    for one in mine.order_by("scheme"):
        paused = "" if one.paused is None else f"，{spoken_date(one.paused)}起暂停缴费"
        facts.append(Fact(label=f"{JOINED[Scheme(one.scheme)]}参保", value=f"{spoken_date(one.joined)}{paused}"))
    return tuple(facts)
