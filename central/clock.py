"""Time: kept in UTC, shown in Asia/Shanghai."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """Now, aware, UTC."""
    return timezone.now()


def today() -> date:
    """The calendar day in Asia/Shanghai."""
    return timezone.localdate()


def shown(at: datetime) -> str:
    """ISO 8601 with the offset of Asia/Shanghai, to the second."""
    return timezone.localtime(at).isoformat(timespec="seconds")
