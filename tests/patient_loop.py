"""An event loop whose clock stands still while the machine does something else.

A test plays driver and device in one process, with waits made short so that silence is soon silence. When three
workers share two cores, one of them may not run for half a second: on the wall clock every such wait is then over, and
a device that was about to answer counts as silent. On this clock no time has passed.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from typing import Final

SLICE: Final = 0.05
"""Between two looks for what is ready, and past what a look was to take, more than this is not the test's own time (s).
"""


class _Selector(selectors.DefaultSelector):
    """Adds up the time in which this process did not run, as far as it can be told from here."""

    def __init__(self) -> None:
        super().__init__()
        self.lost = 0.0
        self._looked = time.monotonic()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        self._account(0.0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        ready = super().select(timeout)
        self._account(float("inf") if timeout is None else timeout)
        return ready

    def _account(self, expected: float) -> None:
        now = time.monotonic()
        self.lost += max(0.0, now - self._looked - expected - SLICE)
        self._looked = now


class PatientLoop(asyncio.SelectorEventLoop):
    """A selector loop, on that clock."""

    def __init__(self) -> None:
        self._patient = _Selector()
        super().__init__(self._patient)

    def time(self) -> float:
        return super().time() - self._patient.lost


class PatientPolicy(asyncio.DefaultEventLoopPolicy):
    """What asyncio.run and pytest-asyncio make is such a loop."""

    def new_event_loop(self) -> PatientLoop:
        return PatientLoop()
