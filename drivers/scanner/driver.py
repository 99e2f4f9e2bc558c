"""What every scanner does: opens its line, listens, is triggered while armed, comes back by itself.

A code is an opaque token: bounded, printable, used once, never logged and in no repr.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Executor
from typing import Final, Protocol

from contract import limits
from drivers.device import (
    DeviceClass,
    DeviceEvent,
    Happening,
    ScannerCapabilities,
    State,
    Status,
    happenings,
)
from drivers.opening import opening_thread
from drivers.scanner.gate import Gate
from drivers.scanner.profiles import Profile
from drivers.serial_line import LineHeld, LineLost, Patience

_LOOK: Final = 0.25
"""A scanner that is triggered: how often it is looked whether a start has to be sent again (seconds)."""
_UNANSWERED: Final = 2
"""So many commands without an answer make a scanner that answers commands offline."""
_SETTLE: Final = 1.0
"""A line that is not quiet when it is opened is waited for so long (the longest code takes half of it at 9600 baud)."""


class Source(Protocol):
    """Where bytes come from: a serial line, or a keyboard whose keys are turned into them."""

    async def read(self, seconds: float | None) -> bytes:
        """What has come; ``b""`` when nothing came within *seconds*. Raises LineLost."""
        ...

    async def write(self, data: bytes, seconds: float) -> int: ...

    def take_input(self) -> bytes:
        """What has come and was not read, without waiting."""
        ...

    def close(self) -> None: ...


class BarcodeScanner:
    """Implements drivers.device.Scanner for anything that is a Source; says how by ``_open``."""

    def __init__(self, profile: Profile, name: str) -> None:
        self.name = name
        self._profile = profile
        self._dialect = profile.dialect()
        self._state = State.UNKNOWN
        self._source: Source | None = None
        self._events: asyncio.Queue[DeviceEvent] | None = None
        self._gate = Gate(self._emit)
        self._started = 0.0
        """When the scanner was last triggered (monotonic)."""
        self._unanswered = 0
        self._asked = False
        """A command went out whose acknowledgement has not come."""
        self._answers = 0

    @property
    def capabilities(self) -> ScannerCapabilities:
        """Deadlines: a command is handed over, or given up, within limits.SCANNER_COMMAND."""
        seconds = limits.SCANNER_COMMAND + 0.1  # the event loop's own share
        return ScannerCapabilities(
            device_class=DeviceClass.SCANNER,
            trigger=self._profile.name,
            deadlines={"arm": seconds, "disarm": seconds},
        )

    @property
    def seen(self) -> Status:
        return Status(self._state)

    @property
    def state(self) -> State:
        return self._state

    async def arm(self) -> None:
        """Report the next code. What was shown before now does not count, nor does the rest of what has begun."""
        self._pass_over()
        self._gate.open()
        await self._command(self._profile.start)

    async def disarm(self) -> None:
        """Be deaf again."""
        was_open = self._gate.is_open
        self._gate.close()
        if was_open:  # else it stopped by itself when it had read
            await self._command(self._profile.stop)

    async def run(self, events: asyncio.Queue[DeviceEvent]) -> None:
        """See drivers.device.Device.run."""
        patience = Patience()
        self._events = events
        try:
            async with opening_thread(self.name) as worker:
                while True:
                    try:
                        source = await self._open(worker)
                        patience.succeeded()
                        await self._serve(source)
                    except LineHeld:
                        self._become(State.HARDWARE_ERROR)
                    except LineLost:
                        self._become(State.NO_DEVICE)
                    await patience.wait()
        finally:
            self._state, self._events = State.UNKNOWN, None

    async def _open(self, worker: Executor) -> Source:
        """Raises LineLost, LineHeld."""
        raise NotImplementedError

    async def _serve(self, source: Source) -> None:
        """Listen to *source* until it is lost, and close it."""
        self._dialect = self._profile.dialect()
        self._answers = self._unanswered = 0
        self._asked = False
        try:
            await self._settle(source)
            self._source = source
            self._become(State.ONLINE)
            if self._gate.is_open:
                await self._command(self._profile.start)
            await self._listen(source)
        finally:
            self._source = None
            self._dialect.forget()
            source.close()

    async def _settle(self, source: Source) -> None:
        """A code that was under way when the line was opened has lost its beginning: nothing of it counts."""
        end = time.monotonic() + _SETTLE
        while data := await source.read(self._dialect.silence):
            if time.monotonic() > end:
                self._dialect.feed(data)
                self._dialect.skip()
                return

    async def _listen(self, source: Source) -> None:
        dialect, heard = self._dialect, time.monotonic()
        while True:
            data = await source.read(self._patience(heard))
            now = time.monotonic()
            if data:
                heard = now
                self._gate.take(dialect.feed(data))
                del data  # a code is let go of at once, and not when the next one comes
            elif dialect.pending and now - heard >= dialect.silence:
                self._gate.take(dialect.idle())
            self._gate.overdue()
            if dialect.replies:
                reply = bytes(dialect.replies)
                dialect.replies.clear()
                await source.write(reply, limits.SCANNER_COMMAND)
            if self._profile.start:
                await self._keep_triggered(now)

    def _patience(self, heard: float) -> float | None:
        """How long a read may wait before something else is due."""
        waits = [
            max(0.0, self._dialect.silence - (time.monotonic() - heard)) if self._dialect.pending else None,
            self._gate.wait(),
            _LOOK if self._profile.start else None,
        ]
        return min((wait for wait in waits if wait is not None), default=None)

    async def _keep_triggered(self, now: float) -> None:
        """The scanner's own limit of one trigger has passed, or it did not acknowledge: start it again."""
        if self._dialect.acknowledged != self._answers:
            self._answers, self._asked, self._unanswered = self._dialect.acknowledged, False, 0
            self._become(State.ONLINE)
        late = self._profile.acknowledges and self._asked and now - self._started >= limits.SCANNER_ACKNOWLEDGE
        if late:
            self._asked = False
            self._unanswered += 1
            if self._unanswered >= _UNANSWERED:
                self._become(State.OFFLINE)
        silent = late or (self._unanswered > 0 and not self._asked)
        due = self._profile.renew and now - self._started >= self._profile.renew
        if silent or (due and self._gate.is_open):
            await self._command(self._profile.start if self._gate.is_open else self._profile.stop)

    async def _command(self, data: bytes) -> None:
        """Hand *data* over within limits.SCANNER_COMMAND; a line that takes nothing or is gone is seen by ``run``."""
        if not data or self._source is None:
            return
        self._started, self._asked = time.monotonic(), True
        try:
            await self._source.write(data, limits.SCANNER_COMMAND)
        except LineLost:
            return

    def _pass_over(self) -> None:
        if self._source is None:
            self._dialect.forget()
            return
        self._dialect.feed(self._source.take_input())
        if self._dialect.pending:
            self._dialect.skip()

    def _emit(self, what: Happening, code: str) -> None:
        if what is Happening.SCANNED and self._state is State.OFFLINE:
            self._become(State.ONLINE)
        if self._events is not None:
            self._events.put_nowait(DeviceEvent(self.name, what, self._state, code=code))

    def _become(self, state: State) -> None:
        before, self._state = self._state, state
        for what in happenings(before, state):
            if self._events is not None:
                self._events.put_nowait(DeviceEvent(self.name, what, state))
