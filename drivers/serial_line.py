"""A serial line (or any descriptor that reads and writes like one) for asyncio, and the patience to open it again.

pyserial opens and configures the tty in the driver's worker thread (opening may wait); afterwards reading and writing
are non-blocking and belong to the event loop, so that no thread can hang on a device that says nothing.
"""

from __future__ import annotations

import asyncio
import os
import random
import termios
from collections.abc import Callable
from concurrent.futures import Executor

import serial

from contract import limits
from drivers.opening import opened_by

_READ_BYTES = 4096


class LineLost(Exception):
    """The device behind the line is gone (unplugged, closed). Stays within drivers."""


class Line:
    """One open descriptor. ``close`` gives it back to whoever opened it; call it once."""

    def __init__(self, descriptor: int, closer: Callable[[], None]) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._closer = closer

    async def read(self, seconds: float | None) -> bytes:
        """What has come, at least one byte; ``b""`` when nothing came within *seconds*. Raises LineLost."""
        try:
            async with asyncio.timeout(seconds):
                await self._ready(asyncio.get_running_loop().add_reader, asyncio.get_running_loop().remove_reader)
        except TimeoutError:
            return b""
        try:
            data = os.read(self._descriptor, _READ_BYTES)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise LineLost(error.strerror or "read") from error
        if not data:
            raise LineLost("end of file")  # readable, and nothing there: how a tty says that it was unplugged
        return data

    async def write(self, data: bytes, seconds: float) -> int:
        """Hand over as much of *data* as the line takes within *seconds*; how many bytes that were. Raises LineLost."""
        sent = 0
        try:
            async with asyncio.timeout(seconds):
                while sent < len(data):
                    try:
                        sent += os.write(self._descriptor, data[sent:])
                    except BlockingIOError:
                        loop = asyncio.get_running_loop()
                        await self._ready(loop.add_writer, loop.remove_writer)
                    except OSError as error:
                        raise LineLost(error.strerror or "write") from error
        except TimeoutError:
            pass
        return sent

    async def _ready(
        self, watch: Callable[[int, Callable[[], None]], object], unwatch: Callable[[int], object]
    ) -> None:
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def wake() -> None:
            if not ready.done():
                ready.set_result(None)

        watch(self._descriptor, wake)
        try:
            await ready
        finally:
            unwatch(self._descriptor)

    def discard_input(self) -> None:
        """Forget what has come and was not read."""
        try:
            while os.read(self._descriptor, _READ_BYTES):
                pass
        except OSError:
            return  # nothing more, or gone: the next read tells which

    def discard_output(self) -> None:
        """Forget what was handed over and has not gone out; a socket keeps it."""
        try:
            termios.tcflush(self._descriptor, termios.TCOFLUSH)
        except (termios.error, OSError):
            return  # no tty, or gone

    def close(self) -> None:
        """Throw away what has not gone out (waiting for a silent device to take it could last for ever) and close."""
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
    return Line(port.fileno(), port.close)


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
