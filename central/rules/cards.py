"""Rules of the social-security card: its function (38), loss and what undoes it (40)."""

from __future__ import annotations

from datetime import datetime, timedelta

from central.rules.figures import Figures
from central.rules.life import Asked, Card, Life
from central.rules.said import Said, no, yes

ACTIVE, LOST, IN_PRODUCTION = "active", "lost", "in_production"
REPLACED = "您已经补了新卡，旧卡不能再解挂"
NOT_USABLE = {
    "sealed": "您的卡封存着，请到服务窗口核对",
    "cancelled": "您的卡已经注销，请到服务窗口补办",
    IN_PRODUCTION: "您的卡还在制作，做好了再来",
}


def newest(life: Life) -> Card | None:
    """The newest that was handed out; one that is still being made where there is no other."""
    handed_out = (card for card in life.cards if card.state != IN_PRODUCTION)
    return next(handed_out, life.cards[0] if life.cards else None)


def is_replaced(life: Life) -> bool:
    """A new card is being made for the one that is lost."""
    return life.cards[0].state == IN_PRODUCTION


def lapses(at: datetime, figures: Figures) -> datetime:
    """When a temporary loss report of *at* lapses by itself."""
    return at + timedelta(days=figures.value("loss_report_days", at.date()))


def can_activate(life: Life, asked: Asked) -> Said:
    """The card's social-security function is not on yet, and the card can be used (38)."""
    card = newest(life)
    if card is None:
        return no("平台上没有您的社保卡，请先到服务窗口申领")
    if card.state == LOST:
        return no("您的卡挂失着，找到了请先解挂（事项 40）")
    if card.state != ACTIVE:
        return no(NOT_USABLE.get(card.state, "您的卡现在不能用，请到服务窗口核对"))
    if card.expires is not None and card.expires < asked.today:
        return no("您的卡过期了，请带身份证到服务窗口换一张新的")
    if card.enabled:
        return no("您的卡社保功能已经启用，不用再办")
    return yes("您的卡是好的，社保功能还没有启用")


def loss_fits(life: Life, asked: Asked) -> Said:
    """What was chosen fits the card: one in use can be lost; a report can be made formal, or lifted while no new
    card was issued (40). A temporary report that lapsed is none."""
    card, act = newest(life), asked.text("act")
    if card is None:
        return no("平台上没有您的社保卡，没有可以挂失的")
    if card.state not in (ACTIVE, LOST):
        late = _lifting_late(life) if act == "lift" else ""
        return no(late or NOT_USABLE.get(card.state, "您的卡现在不能用，请到服务窗口核对"))
    if card.state == ACTIVE:
        if act == "lift":
            return no(_lifting_late(life) or "您的卡没有挂失，不用解挂；临时挂失到期会自己解开")
        return yes("您的卡在用，可以临时挂失，也可以正式挂失")
    if act == "temporary":
        return no("您的卡已经挂失了，不用再挂" if card.lost_until is None else "您的卡已经临时挂失，可以改成正式挂失")
    if act == "formal" and card.lost_until is None:
        return no("您的卡已经正式挂失，不用再挂")
    if is_replaced(life):
        formal_is_left = act != "lift" and card.lost_until is not None
        return yes("您的卡临时挂失着，可以改成正式挂失") if formal_is_left else no(REPLACED)
    return yes("您的卡挂失着，没有补新卡，可以解挂")


def _lifting_late(life: Life) -> str:
    """Why a report on an older card is not lifted: a new card was issued since."""
    return REPLACED if any(card.state == LOST for card in life.cards[1:]) else ""
