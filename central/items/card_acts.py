"""What follows when something about a social-security card is done: its function on (38), lost, found again (40)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from central import clock, living
from central.models import LossReport, MatterRecord, SocialCard
from central.models.life import LossKind
from central.models.people import CardState
from central.rules import cards
from contract import formatting

NOT_FOUND: Final = "没找到，请带身份证到服务窗口补一张新的"
"""No item here makes a new card."""


def activate(matter: MatterRecord, at: datetime) -> str:
    del at
    card = _newest(matter)
    card.enabled = True
    card.save(update_fields=["enabled"])
    return "社保功能启用了"


def loss(matter: MatterRecord, at: datetime) -> str:
    """Reported lost, for some days or for good, or lifted. Each report stays on record."""
    del at
    card, act = _newest(matter), matter.answers.get("act")
    LossReport.objects.filter(card=card, lifted=None).update(lifted=matter.made_at)
    if act == "lift":
        card.state, card.lost_until = CardState.ACTIVE.value, None
        card.save(update_fields=["state", "lost_until"])
        return "解挂了，卡可以用了"
    temporary = act == LossKind.TEMPORARY
    lapses = cards.lapses(matter.made_at, living.known_figures()) if temporary else None
    card.state, card.lost_until = CardState.LOST.value, lapses
    card.save(update_fields=["state", "lost_until"])
    kind = LossKind.TEMPORARY if temporary else LossKind.FORMAL
    LossReport.objects.create(card=card, kind=kind.value, at=matter.made_at, lapses=lapses)
    if lapses is None:
        return f"正式挂失了，一直有效；找到了，没有补新卡可以来解挂；{NOT_FOUND}"
    return f"临时挂失了，到{formatting.date(clock.day_of(lapses))}自己解开；那以前没找到，请再来办正式挂失"


def _newest(matter: MatterRecord) -> SocialCard:
    """The newest that was handed out (central.rules.cards.newest): nothing is done to one that is being made."""
    mine = SocialCard.objects.filter(resident=matter.resident).exclude(state=CardState.IN_PRODUCTION.value)
    return mine.order_by("-issued", "-pk")[0]
