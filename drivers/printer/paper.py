"""What is told of the paper: nearly at its end, at its end, renewed, a slip taken. Pure; the clock is the caller's."""

from __future__ import annotations

from contract import limits
from drivers.device import Happening, Medium, PrinterStatus, State, Supply

OPENED = frozenset({Supply.OUT, Supply.JAMMED})
"""With these somebody has to open the printer."""


class PaperWatch:
    """Says once that the paper is low, and once that it is out, until it was renewed. A sensor that flutters tells
    nothing twice: staff who are warned for nothing stop looking."""

    def __init__(self) -> None:
        self._told: Supply | None = None
        self._opened = False
        self._full_since: float | None = None
        self._medium = Medium.UNKNOWN

    def note(self, now: PrinterStatus, seconds: float) -> tuple[Happening, ...]:
        """What to tell of *now*, seen at *seconds* of a clock that only goes on."""
        return (*self._of_supply(now, seconds), *self._of_medium(now))

    def _of_supply(self, now: PrinterStatus, seconds: float) -> tuple[Happening, ...]:
        self._opened = self._opened or now.cover_open or now.supply in OPENED or now.state is State.NO_DEVICE
        if now.supply is Supply.OUT:
            self._full_since = None
            return self._tell(Supply.OUT, Happening.OUT)
        if now.supply is Supply.LOW:
            self._full_since = None
            if self._told is Supply.OUT and now.state is State.ONLINE:
                self._told = Supply.LOW  # a roll that is nearly at its end was put in: paper, but not for long
                return (Happening.RECOVERED, Happening.LOW)
            return () if self._told is Supply.OUT else self._tell(Supply.LOW, Happening.LOW)
        if now.state is not State.ONLINE or now.supply is Supply.JAMMED or self._told is None:
            return ()
        if self._full_since is None:
            self._full_since = seconds
        if not self._opened and seconds - self._full_since < limits.PAPER_SETTLE:
            return ()
        self._told, self._full_since = None, None
        return (Happening.RECOVERED,)

    def _tell(self, supply: Supply, happening: Happening) -> tuple[Happening, ...]:
        if self._told is supply:
            return ()
        self._told, self._opened = supply, supply is Supply.OUT
        return (happening,)

    def _of_medium(self, now: PrinterStatus) -> tuple[Happening, ...]:
        if now.medium is Medium.UNKNOWN:
            return ()
        before, self._medium = self._medium, now.medium
        return (Happening.TAKEN,) if (before, now.medium) == (Medium.PRESENT, Medium.NOT_PRESENT) else ()
