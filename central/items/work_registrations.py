"""What follows when a registration as unemployed (11) or as working flexibly (10) is approved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from central import clock, living, offered, places
from central.models import MatterRecord, Registration, WorkBook
from central.models.people import WorkBookState
from contract import formatting

FLEXIBLE: Final = 10
UNEMPLOYED: Final = 11
SECOND: Final = timedelta(seconds=1)
"""A terminal's clock tells no less."""


def unemployed(matter: MatterRecord, at: datetime) -> str:
    """Registered from the day it was asked for."""
    del at
    if not _register(matter, ends=FLEXIBLE):
        return "失业登记办过了。您后来又登记了灵活就业，以后来登记的为准"
    return "失业登记办好了，可以享受就业服务和扶持"


def flexible(matter: MatterRecord, at: datetime) -> str:
    """Who lived on unemployment benefit until then is told that it stops (失业保险条例 15)."""
    del at
    assert matter.resident is not None
    day = clock.day_of(matter.made_at)
    on_benefit = living.life_of(matter.resident, matter.made_at).on_benefit(day)
    if not _register(matter, ends=UNEMPLOYED):
        return "灵活就业登记办过了。您后来又登记了失业，以后来登记的为准"
    stops = f"。失业金从{formatting.date(day)}起停发" if on_benefit else ""
    return f"灵活就业登记办好了{stops}"


def _register(matter: MatterRecord, *, ends: int) -> bool:
    """One is either or neither: the one ends the other. Whether this one stands: of two that wait at once the later
    made does, whichever is approved first."""
    mine = Registration.objects.filter(resident=matter.resident, item__in=(ends, matter.item))
    current = not mine.filter(made_at__gte=matter.made_at + SECOND).exists()
    if current:
        mine.filter(current=True).update(current=False)
    Registration.objects.create(
        resident=matter.resident, item=matter.item, receipt=matter.receipt, answers=matter.answers,
        made_at=matter.made_at, current=current,
    )  # fmt: skip
    if current:
        _write_down(matter)
    return current


def _write_down(matter: MatterRecord) -> None:
    """Into the resident's 《就业创业证》, where they have one that is valid: item 13 shows what stands in it."""
    assert matter.resident is not None
    book = WorkBook.objects.filter(resident=matter.resident, state=WorkBookState.VALID.value).first()
    item = offered.of(matter)
    if book is None or item is None:
        return
    county = places.COUNTIES.get(matter.resident.county)
    entry = [clock.day_of(matter.made_at).isoformat(), item.name, "" if county is None else county.name]
    book.entries = sorted([entry, *book.entries], key=lambda one: one[0], reverse=True)
    book.save(update_fields=["entries"])
