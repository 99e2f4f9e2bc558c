"""Time: kept in UTC, shown in Asia/Shanghai."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone

SHOWN: Final = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Now, aware, UTC."""
    return timezone.now()


def today() -> date:
    """The calendar day in Asia/Shanghai."""
    return timezone.localdate(timezone=SHOWN)


def hour() -> str:
    """``HH:MM`` in Asia/Shanghai."""
    return timezone.localtime(now(), SHOWN).strftime("%H:%M")


def day_of(at: datetime) -> date:
    """The calendar day of *at* in Asia/Shanghai."""
    return timezone.localdate(at, SHOWN)


def shown(at: datetime) -> str:
    """ISO 8601 with the offset of Asia/Shanghai, to the second."""
    return timezone.localtime(at, SHOWN).isoformat(timespec="seconds")
