"""Keeping what was wished for: the newest made is current, the others are history."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

from central.matching.rules import ANYWHERE, NOWHERE
from central.models import GigOpening, GigSeeker, MatterRecord, Registration, Resident
from central.problems import RefusedError
from contract import wire
from contract.wire import ProblemCode

REACH_KM: Final = {"village": 5.0, "town": 15.0, "county": 45.0, "city": 150.0, "away": ANYWHERE}
"""How far 「村里、镇上、县里、市里、外地」 reach, in a straight line."""


def keep(resident: Resident, submission: wire.Submission, made_at: datetime) -> bool:
    """Whether it is the current one now: an older one may be delivered later."""
    answers = msgspec.to_builtins(submission.answers)
    return _keep(resident, submission.item, submission.receipt, answers, made_at).current


def keep_matter(matter: MatterRecord) -> Registration:
    """The same for what is decided (central.deciding)."""
    assert matter.resident is not None
    return _keep(matter.resident, matter.item, matter.receipt, matter.answers, matter.made_at)


def _keep(resident: Resident, item: int, receipt: str, answers: dict[str, Any], made_at: datetime) -> Registration:
    mine = Registration.objects.select_for_update().filter(resident=resident, item=item)
    current = not mine.filter(made_at__gt=made_at).exists()
    if current:
        mine.filter(current=True).update(current=False)
    return Registration.objects.create(
        resident=resident, item=item, receipt=receipt, answers=answers, made_at=made_at, current=current
    )


def current(resident: Resident, item: int) -> Registration:
    """Raises RefusedError when nothing was registered."""
    found = Registration.objects.filter(resident=resident, item=item, current=True).first()
    if found is None:
        raise RefusedError(ProblemCode.NOT_REGISTERED, "还没有登记")
    return found


def withdraw(resident: Resident) -> None:
    """Nothing of what *resident* registered stands any more: nobody is to be called about who died."""
    Registration.objects.filter(resident=resident, current=True).update(current=False)
    GigSeeker.objects.filter(resident=resident).delete()
    GigOpening.objects.filter(resident=resident).delete()


def whereabouts(resident: Resident) -> tuple[float, float] | None:
    """Where *resident* lives; None when that is not known: no distance is made up."""
    return None if resident.lat is None or resident.lon is None else (resident.lat, resident.lon)


def reach(distance: str, known: bool) -> float:
    """What 「最远到」 comes to in kilometres."""
    return REACH_KM.get(distance, ANYWHERE) if known else NOWHERE


def reach_of(kilometres: float) -> str:
    """What was answered, from what it comes to; empty where no distance was known."""
    return next((code for code, km in REACH_KM.items() if km == kilometres), "")
