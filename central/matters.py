"""「我的办件」: a resident's own matters, newest first."""

from __future__ import annotations

from typing import Final

from django.conf import settings

from central import clock, offered, state_calendar, terminals, trainees
from central.call import Call, find_item
from central.models import MatterRecord
from central.models.business import MatterState
from central.problems import RefusedError
from central.sessions import MATTERS_SINCE
from contract import wire
from contract.catalogue import Proof
from contract.follow import follow_address
from contract.wire import ProblemCode
from contract.working_days import Due

MOST: Final = 50
STATES: Final = {
    MatterState.ACCEPTED: "wait:已受理",
    MatterState.DONE: "ok:已办结",
    MatterState.REFUSED: "bad:没有受理",
    MatterState.DECLINED: "bad:没有通过",
}


def own(call: Call[wire.Empty]) -> wire.Matters:
    session = call.open_session
    if not Proof(session.proof).satisfies(Proof.PROVED):
        raise RefusedError(ProblemCode.NOT_ALLOWED, "要先证明是本人")
    mine = MatterRecord.objects.filter(resident=session.resident, received_at__gt=call.at - MATTERS_SINCE)
    return wire.Matters(matters=tuple(_matter(record) for record in mine.order_by("-made_at", "-id")[:MOST]))


def name_of(number: int) -> str:
    """The item's name; an item that left the catalogue keeps its matters."""
    item = find_item(number)
    return item.name if item is not None else f"事项 {number}"


def due_of(record: MatterRecord) -> Due | None:
    """By when it must be done, while it is not; counted anew where the calendar did not reach it when it came."""
    if record.due is None or record.state != MatterState.ACCEPTED:
        return None
    item = offered.of(record) if record.due_provisional else None
    if item is None:
        return Due(record.due, record.due_provisional)
    return state_calendar.working_days().due(clock.day_of(record.made_at), item.working_days)


def detail_of(record: MatterRecord) -> str:
    """What came of it: of a wish for training (16), how far it has come since."""
    followed = record.item == trainees.WISH and record.state == MatterState.DONE
    return (trainees.standing(record) if followed else "") or record.detail


def _matter(record: MatterRecord) -> wire.Matter:
    due = due_of(record)
    return wire.Matter(
        receipt=record.receipt,
        item=record.item,
        name=name_of(record.item),
        made_at=clock.shown(record.made_at),
        state=STATES[MatterState(record.state)],
        detail=detail_of(record),
        due=due.day.isoformat() if due is not None else "",
        due_provisional=due is not None and due.provisional,
        link=follow_address(settings.CENTRAL.public_url, terminals.follow_key(record.terminal_id), record.receipt),
    )
