"""What follows when a registration as unemployed (11) or as working flexibly (10) is approved."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from central.models import MatterRecord, Registration

FLEXIBLE: Final = 10
UNEMPLOYED: Final = 11


def unemployed(matter: MatterRecord, at: datetime) -> str:
    """Registered from the day it was asked for."""
    del at
    _register(matter, ends=FLEXIBLE)
    return "失业登记办好了，可以享受就业服务和扶持"


def flexible(matter: MatterRecord, at: datetime) -> str:
    del at
    _register(matter, ends=UNEMPLOYED)
    return "灵活就业登记办好了"


def _register(matter: MatterRecord, *, ends: int) -> None:
    """One is either or neither: the one ends the other."""
    mine = Registration.objects.filter(resident=matter.resident, current=True)
    mine.filter(item__in=(ends, matter.item)).update(current=False)
    Registration.objects.create(
        resident=matter.resident, item=matter.item, receipt=matter.receipt, answers=matter.answers,
        made_at=matter.made_at, current=True,
    )  # fmt: skip
