"""When to try again what the platform has not answered for: doubling, bounded, with jitter, for ever."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Final

from contract import limits
from contract.faults import Fault

LOST: Final = frozenset({Fault.PLATFORM_AWAY, Fault.PLATFORM_SLOW, Fault.PLATFORM_GARBLED, Fault.PLATFORM_BUSY})
"""With these there is no use trying the next one now."""


def backoff(tries: int) -> float:
    """Seconds until something is tried again after *tries* tries before this one."""
    full = min(limits.DELIVERY_RETRY_FIRST * 2.0 ** min(tries, 16), limits.DELIVERY_RETRY_LAST)
    return spread(full)


def spread(seconds: float, least: float = 0.5, most: float = 1.0) -> float:
    """*seconds*, times something between *least* and *most*: not in the same moment as all the others."""
    return seconds * random.uniform(least, most)  # noqa: S311  # jitter, not a secret


def seconds_left(next_at: datetime | None, now: datetime) -> float:
    """How long something is put off. Nobody puts off for longer than limits.DELIVERY_RETRY_LAST: more than that means
    that the wall clock jumped, and counts as nothing."""
    if next_at is None:
        return 0.0
    left = (next_at - now).total_seconds()
    return left if 0 < left <= limits.DELIVERY_RETRY_LAST else 0.0
