"""「我的办件」: a resident's own matters, newest first."""

from __future__ import annotations

from typing import Final

from central import clock
from central.call import Call, find_item
from central.models import MatterRecord
from central.models.business import MatterState
from central.problems import RefusedError
from central.sessions import MATTERS_SINCE
from contract import wire
from contract.catalogue import Proof
from contract.wire import ProblemCode

MOST: Final = 50
STATES: Final = {
    MatterState.ACCEPTED: "wait:已受理",
    MatterState.DONE: "ok:已办结",
    MatterState.REFUSED: "bad:没有受理",
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


def _matter(record: MatterRecord) -> wire.Matter:
    return wire.Matter(
        receipt=record.receipt,
        item=record.item,
        name=name_of(record.item),
        made_at=clock.shown(record.made_at),
        state=STATES[MatterState(record.state)],
        detail=record.detail,
    )
