"""Matters that are decided: refused by the rules with their reasons, done at once, or queued for a specialist with a
due date. What being decided means for the resident is one function an item (``ACTS``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import msgspec
from django.db import transaction

from central import clock, living, offered, state_calendar, workers
from central.items import benefit_acts, card_acts, pension_acts, training, work_registrations
from central.models import MatterRecord, Resident
from central.models.business import MatterState
from central.models.insurance import Scheme
from central.rules import people
from central.rules.life import is_aged, years_on
from contract import formatting
from contract.catalogue import Item
from contract.conditions import Conditions, Standing
from contract.wire import Submission

Act = Callable[[MatterRecord, datetime], str]
"""(the matter, now) → what the resident is told of it, or nothing. Runs in the decision's transaction."""

ACTS: Final[Mapping[int, Act]] = {
    10: work_registrations.flexible,
    11: work_registrations.unemployed,
    16: training.register,
    19: training.tell,
    20: pension_acts.enrol(Scheme.EMPLOYEE),
    21: pension_acts.prove,
    22: benefit_acts.skill,
    23: benefit_acts.unemployment,
    24: pension_acts.suspend(Scheme.EMPLOYEE),
    28: pension_acts.enrol(Scheme.RESIDENT),
    29: pension_acts.enrol(Scheme.SUPPLEMENT),
    30: pension_acts.change,
    31: pension_acts.pause_or_resume,
    32: pension_acts.back_pay,
    34: pension_acts.draw(Scheme.RESIDENT),
    35: pension_acts.draw(Scheme.SUPPLEMENT),
    37: pension_acts.suspend(Scheme.RESIDENT, Scheme.SUPPLEMENT),
    38: card_acts.activate,
    40: card_acts.loss,
}
DETAIL: Final = 200


class NotDecidedError(ValueError):
    """What was asked for cannot be; the text is for whoever reviews."""


def does(item: int) -> bool:
    """Whether the platform decides *item*."""
    return item in ACTS


def refused(item: Item, submission: Submission, resident: Resident, made_at: datetime) -> str:
    """Why the rules refuse it, for the resident; empty when nothing stands against it. Held against the day it was
    made: what was kept while the line was down is not judged by the day it came."""
    if not is_aged(resident.born, item.youngest, clock.day_of(made_at)):
        return f"满 {item.youngest} 周岁才能办，到{formatting.date(years_on(resident.born, item.youngest))}就能办"
    if not does(submission.item):  # no conditions of its own: but nobody registers in the name of who is dead
        asked = living.asked(clock.day_of(made_at), submission.answers)
        stands = people.alive(living.life_of(resident, made_at), asked)
        return stands.words if stands.standing is Standing.UNMET else ""
    if under_way := living.under_way(item, resident):
        return under_way
    return reasons(living.look(item, resident, made_at, submission.answers))


def reasons(found: Conditions) -> str:
    """What is not met, as one text."""
    return "；".join(one.words for one in found.unmet)[:DETAIL]


def take_in(matter: MatterRecord, item: Item, submission: Submission) -> None:
    """Queue it with its due date, or do it at once."""
    matter.answers = msgspec.to_builtins(submission.answers)
    if item.working_days:
        due = state_calendar.working_days().due(clock.day_of(matter.made_at), item.working_days)
        matter.due, matter.due_provisional = due.day, due.provisional
        matter.save()
        return
    _done(matter, clock.now(), "")


def waiting() -> list[MatterRecord]:
    """What is to be reviewed, the most urgent first."""
    queued = MatterRecord.objects.filter(state=MatterState.ACCEPTED, item__in=ACTS, due__isnull=False)
    return list(queued.select_related("resident", "terminal").order_by("due", "received_at", "pk"))


def look(matter: MatterRecord) -> Conditions:
    """The conditions once more, as the platform knows the resident now, on the day the matter was made."""
    item = offered.of(matter)
    if item is None or matter.resident is None:
        raise NotDecidedError("这件事已经不在事项表里")
    return living.look(item, matter.resident, matter.made_at, matter.answers)


def decide(receipt: str, *, approve: bool, by: str, reason: str = "") -> MatterRecord:
    """A specialist's decision, once; never of their own matter, nor of one they handed in for somebody. Approving what
    the rules now refuse is refused. Raises NotDecidedError, StaffError."""
    member = workers.specialist(by)
    if not approve and not reason:
        raise NotDecidedError("不通过要写原因，群众看得到")
    with transaction.atomic():
        matter = MatterRecord.objects.select_for_update().filter(receipt=receipt).first()
        if matter is None or matter.item not in ACTS or matter.resident is None:
            raise NotDecidedError("没有这一件要审核的")
        if matter.state != MatterState.ACCEPTED or matter.due is None:
            raise NotDecidedError(f"这一件已经{MatterState(matter.state).label}，不能再审")
        if matter.resident_id == member.resident_id:
            raise NotDecidedError("这一件是您本人的，要别人来审")
        is_agent = matter.agent_id_number != "" and matter.agent_id_number == member.resident.id_number
        if is_agent or workers.is_theirs(member, matter.operator):
            raise NotDecidedError("这一件是您经手办的，要别人来审")
        if approve:
            against = reasons(look(matter))
            if against:
                raise NotDecidedError(f"条件不够，不能通过：{against}")
            _done(matter, clock.now(), by)
        else:
            matter.state, matter.detail = MatterState.DECLINED.value, reason[:DETAIL]
            matter.decided_at, matter.decided_by, matter.answers = clock.now(), by, {}
            matter.save()
    return matter


def _done(matter: MatterRecord, at: datetime, by: str) -> None:
    matter.detail = ACTS[matter.item](matter, at)[:DETAIL]
    matter.state, matter.decided_at, matter.decided_by, matter.answers = MatterState.DONE.value, at, by, {}
    matter.save()
