"""One code for each time somebody is asked for one: open from ``arm`` to the first code, deaf otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from contract import limits
from drivers.device import Happening
from drivers.scanner.tokens import Reading

Emit = Callable[[Happening, str], None]


class Gate:
    """Of what is read it passes on the first code, and once that something was shown that is none, when no code has
    followed within limits.SCANNER_VERDICT. The same for every kind of scanner, in the same order."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._open = False
        self._due: float | None = None
        self._told = False

    @property
    def is_open(self) -> bool:
        return self._open

    def open(self) -> None:
        self._open, self._due, self._told = True, None, False

    def close(self) -> None:
        self._open, self._due = False, None

    def take(self, readings: Iterable[Reading]) -> None:
        """*readings* came just now, in this order."""
        for reading in readings:
            if not self._open:
                return
            if isinstance(reading, str):
                self.close()
                self._emit(Happening.SCANNED, reading)
            elif self._due is None and not self._told:
                self._due = time.monotonic() + limits.SCANNER_VERDICT

    def wait(self) -> float | None:
        """Seconds until ``overdue`` has something to say; None: nothing."""
        return None if self._due is None else max(0.0, self._due - time.monotonic())

    def overdue(self) -> None:
        """Say it, if it is time."""
        if self._due is not None and time.monotonic() >= self._due:
            self._due, self._told = None, True
            self._emit(Happening.INVALID, "")
