"""A serial line (or any descriptor that reads and writes like one) for asyncio, and the patience to open it again.

pyserial opens and configures the tty in the driver's worker thread (opening may wait); afterwards reading and writing
are non-blocking and belong to the event loop, so that no thread can hang on a device that says nothing.
"""

from __future__ import annotations

import asyncio
import os
import random
import select
import termios
from collections.abc import Callable
from concurrent.futures import Executor

import serial

from contract import limits
from drivers.opening import opened_by

_READ_BYTES = 4096
_READS_AT_ONCE = 16


class LineLost(Exception):
    """The device behind the line is gone (unplugged, closed). Stays within drivers."""


class LineHeld(LineLost):
    """It is there, and cannot be had: another program holds it, or it is not permitted."""


class Watched:
    """One open, non-blocking descriptor, and whoever waits for it. ``close`` wakes them: closing a descriptor does not,
    and its number may be another's a moment later."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._waiting: set[asyncio.Future[None]] = set()
        self._closed = False

    async def readable(self) -> None:
        """Raises LineLost when it is closed meanwhile."""
        loop = asyncio.get_running_loop()
        await self._ready(loop.add_reader, loop.remove_reader)

    async def writable(self) -> None:
        """Raises LineLost when it is closed meanwhile."""
        loop = asyncio.get_running_loop()
        await self._ready(loop.add_writer, loop.remove_writer)

    async def _ready(
        self, watch: Callable[[int, Callable[[], None]], object], unwatch: Callable[[int], object]
    ) -> None:
        self.check()
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def wake() -> None:
            if not ready.done():
                ready.set_result(None)

        self._waiting.add(ready)
        watch(self._descriptor, wake)
        try:
            await ready
        finally:
            self._waiting.discard(ready)
            if not self._closed:
                unwatch(self._descriptor)
        self.check()

    @property
    def closed(self) -> bool:
        return self._closed

    def flagged(self) -> bool:
        """Whether it would be readable now (or is hung up)."""
        look = select.poll()
        look.register(self._descriptor, select.POLLIN)
        return bool(look.poll(0))

    def check(self) -> None:
        """Raises LineLost when it has been closed."""
        if self._closed:
            raise LineLost("closed")

    def close(self) -> None:
        """Call it before the descriptor is closed, from within the event loop."""
        if self._closed:
            return
        self._closed = True
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._descriptor)
        loop.remove_writer(self._descriptor)
        for ready in self._waiting:
            if not ready.done():
                ready.set_result(None)


class Line:
    """One open descriptor. ``close`` gives it back to whoever opened it; call it once."""

    def __init__(self, descriptor: int, closer: Callable[[], None], tuner: Callable[[int], None] | None = None) -> None:
        self._watched = Watched(descriptor)
        self._descriptor = descriptor
        self._closer = closer
        self._tuner = tuner

    async def read(self, seconds: float | None) -> bytes:
        """What has come, at least one byte; ``b""`` when nothing came within *seconds*. Raises LineLost."""
        try:
            async with asyncio.timeout(seconds):
                await self._watched.readable()
        except TimeoutError:
            return b""
        data = self._read()
        # Readable, and nothing there: unplugged. But a tty that somebody has just emptied reads like that too.
        if not data and self._watched.flagged() and not (data := self._read()):
            raise LineLost("end of file")
        return data

    def _read(self) -> bytes:
        try:
            return os.read(self._descriptor, _READ_BYTES)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise LineLost(error.strerror or "read") from error

    async def write(self, data: bytes, seconds: float) -> int:
        """Hand over as much of *data* as the line takes within *seconds*; how many bytes that were. Raises LineLost."""
        self._watched.check()
        sent = self._write(data)
        if sent == len(data):
            return sent  # mostly: no clock has to be set for it
        try:
            async with asyncio.timeout(seconds):
                while sent < len(data):
                    await self._watched.writable()
                    sent += self._write(data[sent:])
        except TimeoutError:
            pass
        return sent

    def _write(self, data: bytes) -> int:
        try:
            return os.write(self._descriptor, data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise LineLost(error.strerror or "write") from error

    def set_rate(self, baud: int) -> None:
        """Speak at *baud* from now on. Raises LineLost when the line is gone or knows no such rate."""
        if self._tuner is None:
            return
        self._watched.check()
        try:
            self._tuner(baud)
        except (OSError, ValueError, termios.error, serial.SerialException) as error:
            raise LineLost(type(error).__name__) from error

    def take_input(self) -> bytes:
        """What has come and was not read, without waiting; of one that never stops coming, the first part."""
        taken = b""
        if self._watched.closed:  # the number may be another's by now
            return taken
        try:
            for _ in range(_READS_AT_ONCE):
                data = os.read(self._descriptor, _READ_BYTES)
                if not data:
                    break
                taken += data
        except OSError:
            pass  # nothing more, or gone: the next read tells which
        return taken

    def discard_input(self) -> None:
        """Forget what has come and was not read."""
        self.take_input()

    def discard_output(self) -> None:
        """Forget what was handed over and has not gone out; a socket keeps it."""
        try:
            termios.tcflush(self._descriptor, termios.TCOFLUSH)
        except (termios.error, OSError):
            return  # no tty, or gone

    def close(self) -> None:
        """Throw away what has not gone out (waiting for a silent device to take it could last for ever) and close.
        Whoever reads or writes at this moment gets LineLost."""
        self._watched.close()
        self.discard_output()
        try:
            self._closer()
        except (OSError, termios.error, serial.SerialException):
            return  # it was gone already


async def open_serial(path: str, baud: int, worker: Executor) -> Line:
    """Open the tty at *path*, 8N1, no flow control. Raises LineLost when it is not there or will not open."""

    def opened() -> serial.Serial:
        return serial.Serial(path, baud, timeout=0, write_timeout=0)

    try:
        port = await opened_by(worker, opened, serial.Serial.close)
    except (OSError, ValueError, termios.error) as error:
        raise LineLost(type(error).__name__) from error

    def tune(rate: int) -> None:
        port.baudrate = rate

    return Line(port.fileno(), port.close, tune)


class Patience:
    """Waits between attempts to open a device: from the first to the last of limits.DEVICE_REOPEN, with jitter."""

    def __init__(self) -> None:
        self._next = limits.DEVICE_REOPEN_FIRST

    def succeeded(self) -> None:
        self._next = limits.DEVICE_REOPEN_FIRST

    def following(self) -> float:
        """Seconds to the next attempt: half of the present wait to all of it, which then doubles."""
        seconds = self._next * random.uniform(0.5, 1.0)  # noqa: S311 - spreads attempts, keeps no secret
        self._next = min(self._next * 2, limits.DEVICE_REOPEN_LAST)
        return seconds

    async def wait(self) -> None:
        """Sleep until the next attempt."""
        await asyncio.sleep(self.following())
