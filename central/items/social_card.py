"""The state of the resident's social-security cards, and how far one that is being made has come (item 39)."""

from __future__ import annotations

from datetime import date
from typing import Final

from central import clock
from central.items import words
from central.items.card_acts import NOT_FOUND
from central.models import CardStep, Resident, SocialCard
from central.models.people import CardState
from contract import codes, masking, wire
from contract.catalogue import Item
from contract.wire import Cell, Column, Fact, Table

STATES: Final = {
    CardState.ACTIVE: "ok:正常，能用",
    CardState.LOST: "bad:已挂失，不能用",
    CardState.SEALED: "bad:封存了，不能用",
    CardState.CANCELLED: "bad:已注销，不能用",
    CardState.IN_PRODUCTION: "wait:正在做，还没发到您手里",
}
NEXT: Final = {
    CardState.LOST: f"找到了，请带身份证找帮办员解挂（事项 40）；{NOT_FOUND}。",
    CardState.SEALED: "要接着用，请带身份证到服务窗口办启用。",
    CardState.CANCELLED: "这张卡不用了。没有新卡的，请带身份证到服务窗口申领。",
}
STEPS: Final = (Column(label="做到哪一步"), Column(label="日期", cell=Cell.DATE), Column(label="结果", cell=Cell.STATE))
COLUMNS: Final = (
    Column(label="卡号后四位"),
    Column(label="状态", cell=Cell.STATE),
    Column(label="发卡", cell=Cell.DATE),
    Column(label="到期", cell=Cell.DATE),
)
NONE: Final = "平台上没有您的社会保障卡。要申领，请带身份证到乡镇（街道）服务点的窗口。"
NOT_YET: Final = "还没到"
NOT_ENABLED: Final = "wait:社保功能还没启用"
ENABLE: Final = "请带身份证和这张卡找帮办员，当场启用。"
OVER: Final = "bad:过期了，不能用"
RENEW: Final = "请带身份证到服务窗口换一张新的。"


def state(resident: Resident, item: Item, before: str, today: date) -> wire.Records:
    """The newest card above, its making where it is being made, the earlier ones below."""
    del before
    cards = list(SocialCard.objects.filter(resident=resident).order_by("-issued", "-pk"))
    if not cards:
        return wire.Records(title=item.name, facts=(), tables=(), as_of=today.isoformat(), note=NONE)
    # who waits for a card wants to know of that one
    cards.sort(key=lambda card: card.state != CardState.IN_PRODUCTION)
    first, *others = cards
    tables = [_making(first)] if first.state == CardState.IN_PRODUCTION else []
    if others:
        tables.append(Table(title="别的卡", columns=COLUMNS, rows=tuple(_row(card, today) for card in others)))
    return wire.Records(
        title=item.name,
        facts=_facts(first, today),
        tables=tuple(tables),
        as_of=today.isoformat(),
        note=words.MADE_UP if resident.made_up else "",
    )


def _told(card: SocialCard, today: date) -> tuple[str, str]:
    """(the state in words, what to do). A temporary loss report that lapsed is lapsed here too."""
    state = card.state_at(clock.now())
    if state is CardState.ACTIVE and card.expires < today:
        return OVER, RENEW
    if state is CardState.ACTIVE and not card.enabled:
        return NOT_ENABLED, ENABLE
    return STATES[state], NEXT.get(state, "")


def _facts(card: SocialCard, today: date) -> tuple[Fact, ...]:
    spoken, advice = _told(card, today)
    facts = [Fact(label="卡的状态", value=spoken, cell=Cell.STATE, large=True)]
    if card.state != CardState.IN_PRODUCTION:
        facts += [
            Fact(label="卡号", value=masking.card_number(card.card_number)),
            Fact(label="发卡日期", value=card.issued.isoformat(), cell=Cell.DATE),
            Fact(label="有效期到", value=card.expires.isoformat(), cell=Cell.DATE),
        ]
    if card.state_at(clock.now()) is CardState.LOST and card.lost_until is not None:
        facts.append(Fact(label="自己解开", value=clock.day_of(card.lost_until).isoformat(), cell=Cell.DATE))
    if advice:
        facts.append(Fact(label="怎么办", value=advice))
    return tuple(facts)


def _making(card: SocialCard) -> Table:
    """Every step there is, with its day where it is behind."""
    done = dict(CardStep.objects.filter(card=card).values_list("step", "day"))
    rows = []
    for code in codes.table("card_steps").rows:
        day = done.get(int(code.code))
        rows.append((code.label, day.isoformat() if day else NOT_YET, "ok:好了" if day else f"wait:{NOT_YET}"))
    return Table(title="新卡做到哪一步", columns=STEPS, rows=tuple(rows))


def _row(card: SocialCard, today: date) -> tuple[str, ...]:
    return card.card_number[-4:], _told(card, today)[0], card.issued.isoformat(), card.expires.isoformat()
