"""The few waits that signed configuration may change, each within bounds declared here; everything else is fixed.

Without a configuration the number in contract.limits is what runs.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import NamedTuple

from contract import limits


class Bounds(NamedTuple):
    low: float
    high: float


class Wait(enum.Enum):
    """Name in contract.limits, and how far one may go: nobody hurries an old resident, nobody leaves a visit open."""

    IDLE_LIMIT = Bounds(60.0, 300.0)
    IDLE_WARNING = Bounds(20.0, 60.0)
    FAREWELL = Bounds(3.0, 10.0)
    MESSAGE_LINGER = Bounds(10.0, 60.0)
    SUBMIT_WAIT = Bounds(5.0, 30.0)


class Waits:
    """Seconds by name: what was configured, else contract.limits."""

    def __init__(self, configured: Mapping[Wait, float] | None = None) -> None:
        self._configured = dict(configured or {})

    def __getitem__(self, wait: Wait) -> float:
        found = self._configured.get(wait)
        # Looked up when asked for: the number has one home, contract.limits.
        return float(getattr(limits, wait.name)) if found is None else found


def checked(given: Mapping[str, float]) -> dict[Wait, float]:
    """*given* by name. Raises ValueError for a name that may not be changed and for a value outside its bounds."""
    found: dict[Wait, float] = {}
    for name, value in given.items():
        if name not in Wait.__members__:
            raise ValueError(f"{name}: 不是可以调的时限")
        wait = Wait[name]
        low, high = wait.value
        if not low <= value <= high:
            raise ValueError(f"{name}: {value:g} 不在 {low:g} 到 {high:g} 之间")
        found[wait] = float(value)
    return found
