"""Slips that wait to be printed, and what became of those that were: a job is printed once, however often it is asked
for."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from contract.slip import Slip
from drivers.device import Printed

REMEMBERED: Final = 256
"""Jobs whose outcome is kept; their slips are not."""


@dataclass(slots=True, eq=False)
class Request:
    job: str
    slip: Slip = field(repr=False)
    begun: bool = False
    result: asyncio.Future[Printed] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.result = asyncio.get_running_loop().create_future()
        self.result.add_done_callback(self._ended)

    def answer(self, printed: Printed) -> None:
        if not self.result.done():
            self.result.set_result(printed)

    def fail(self, error: Exception) -> None:
        if not self.result.done():
            self.result.set_exception(error)

    def _ended(self, result: asyncio.Future[Printed]) -> None:
        """What was on the slip is a resident's: only its outcome is remembered, also where nobody waits for it now;
        and what went wrong then is no news to the loop."""
        self.slip = Slip(())
        if not result.cancelled():
            result.exception()


class Requests:
    """*wake* is called when one has come."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._waiting: deque[Request] = deque()
        self._known: OrderedDict[str, Request] = OrderedDict()
        self._now: Request | None = None

    @property
    def waiting(self) -> bool:
        return any(not request.result.done() for request in self._waiting)

    @property
    def under_way(self) -> bool:
        return self._now is not None and not self._now.result.done()

    def find(self, job: str) -> Request | None:
        """The job of this id, if it was begun or waits."""
        return self._known.get(job)

    def begin(self) -> Request | None:
        """The next that somebody still wants."""
        while self._waiting:
            request = self._waiting.popleft()
            if not request.result.done():
                request.begun, self._now = True, request
                return request
        return None

    def refuse(self, printed: Printed) -> None:
        """Everything that waits is answered with *printed*, and may be asked for again."""
        while self._waiting:
            self._withdraw(self._waiting.popleft(), printed)

    async def wait_for(self, request: Request, seconds: float, otherwise: Printed) -> Printed:
        """What becomes of *request*; *otherwise* when it was not begun within *seconds*. Cancelled, it is given up
        unless it was begun."""
        self._waiting.append(request)
        self._known[request.job] = request
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        self._wake()
        try:
            await asyncio.wait({request.result}, timeout=seconds)
            if not request.begun:
                self._withdraw(request, otherwise)
            return await asyncio.shield(request.result)
        except asyncio.CancelledError:
            if not request.begun:
                self._withdraw(request, otherwise)
            raise

    def _withdraw(self, request: Request, printed: Printed) -> None:
        request.answer(printed)
        self._known.pop(request.job, None)
