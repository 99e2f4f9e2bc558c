"""Policies and laws on employment (item 12): real titles with their source; the county's notices, marked 示例."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.conf import settings
from django.db.models import Q

from central.items import listing
from central.models import Policy
from central.problems import RefusedError
from contract import codes
from contract.catalogue import Item
from contract.fields import Answers
from contract.wire import Card, Cell, Detail, Fact, Listing, ProblemCode

ORDER: Final = ("rank", "number")
SAMPLE: Final = "示例"
NOTHING: Final = "平台上还没有政策法规。请打 12333 问一问。"


def browse(item: Item, filters: Answers, page: int, today: date) -> Listing:
    asked = listing.checked(item, filters)
    wanted = Q()
    if asked["topic"]:
        wanted &= Q(topic=asked["topic"])
    if asked["kind"]:
        wanted &= Q(kind=asked["kind"])
    if keyword := asked["keyword"]:
        wanted &= Q(title__icontains=keyword) | Q(text__icontains=keyword)
    return listing.of(Policy.objects.filter(wanted).order_by(*ORDER), page, card, today, nothing=NOTHING)


def kind(policy: Policy) -> str:
    return codes.table("policy_kinds").label(policy.kind)


def topic(policy: Policy) -> str:
    return codes.table("policy_topics").label(policy.topic)


def card(policy: Policy) -> Card:
    return Card(
        id=policy.number,
        title=policy.title,
        lines=(f"{topic(policy)} · {kind(policy)}", policy.issuer, policy.paper),
        tag=SAMPLE if policy.sample else "",
    )


def find(number: str) -> Policy | None:
    return Policy.objects.filter(number=number).first()


def detail(number: str, today: date) -> Detail:
    del today
    policy = find(number)
    if policy is None:
        raise RefusedError(ProblemCode.NOT_FOUND, "没有这一条")
    return Detail(
        id=policy.number, title=policy.title, facts=facts(policy), text=policy.text,
        link=f"{settings.CENTRAL.public_url}/g/{policy.number}",
    )  # fmt: skip


def facts(policy: Policy) -> tuple[Fact, ...]:
    found = [Fact(label="说的是", value=topic(policy)), Fact(label="种类", value=kind(policy))]
    if policy.sample:
        found.append(Fact(label="注意", value="这是示例，不是真的通知"))
    found.append(Fact(label="谁定的", value=policy.issuer))
    if policy.paper:
        found.append(Fact(label="文号", value=policy.paper))
    if policy.in_force is not None:
        found.append(Fact(label="从哪天起", value=policy.in_force.isoformat(), cell=Cell.DATE))
    return (*found, Fact(label="出处", value=policy.source))
