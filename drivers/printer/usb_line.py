"""A printer on USB, as a line: python-escpos' Usb class opens it, pyusb's blocking transfers run in two threads.

USB Printer Class 1.1: one bulk endpoint out, one in. Which ones is read from the device; python-escpos guesses them.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Final

import usb.core
import usb.util
from escpos.exceptions import DeviceNotFoundError
from escpos.printer import Usb

from drivers.opening import opened_by
from drivers.serial_line import LineLost

SLICE: Final = 0.2
"""A transfer lasts at most this long (seconds), so that nobody waits for a thread that waits for a printer."""
PACKETS: Final = 512
"""Bytes of one transfer out."""


async def open_usb(vendor: int, product: int, worker: Executor) -> UsbLine:
    """Raises LineLost when the printer is not on the bus or may not be opened."""
    try:
        return await opened_by(worker, lambda: _opened(vendor, product, worker), UsbLine.give_back)
    except (DeviceNotFoundError, usb.core.USBError, usb.core.NoBackendError, OSError, StopIteration) as error:
        raise LineLost(type(error).__name__) from error


def _opened(vendor: int, product: int, worker: Executor) -> UsbLine:
    """Blocking, in the worker thread."""
    printer = Usb(vendor, product)
    printer.open()
    try:
        return _line_of(printer, worker)
    except BaseException:
        with contextlib.suppress(usb.core.USBError):
            printer.close()
        raise


def _line_of(printer: Usb, worker: Executor) -> UsbLine:
    interface = printer.device.get_active_configuration()[(0, 0)]
    bulk = [end for end in interface if usb.util.endpoint_type(end.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK]
    towards = {usb.util.endpoint_direction(end.bEndpointAddress): end for end in reversed(bulk)}
    if usb.util.ENDPOINT_OUT not in towards:
        raise LineLost("no bulk endpoint")
    return UsbLine(printer, towards[usb.util.ENDPOINT_OUT], towards.get(usb.util.ENDPOINT_IN), worker)


class UsbLine:
    """One open printer. ``close`` gives it back; call it once. *worker*: the thread that opens printers."""

    def __init__(self, printer: Usb, out: usb.core.Endpoint, back: usb.core.Endpoint | None, worker: Executor) -> None:
        self._printer = printer
        self._worker = worker
        self._out, self._back = out, back
        self._ends = threading.Event()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="printer usb")
        self._came: asyncio.Queue[bytes | LineLost] | None = None
        self._reader: threading.Thread | None = None

    async def read(self, seconds: float | None) -> bytes:
        """What has come, at least one byte; ``b""`` when nothing came within *seconds*. Raises LineLost."""
        if self._came is None:
            self._came = asyncio.Queue()
            loop = asyncio.get_running_loop()
            arguments = (loop, self._came)
            self._reader = threading.Thread(target=self._read, args=arguments, name="printer usb in", daemon=True)
            self._reader.start()
        try:
            async with asyncio.timeout(seconds):
                came = await self._came.get()
        except TimeoutError:
            return b""
        if isinstance(came, LineLost):
            self._came.put_nowait(came)
            raise LineLost(*came.args)
        return came

    async def write(self, data: bytes, seconds: float) -> int:
        """Hand over as much of *data* as the printer takes within *seconds*; how many bytes that were. What was handed
        to the bus is waited for, at most SLICE, also when the caller is cancelled. Raises LineLost."""
        loop = asyncio.get_running_loop()
        until, sent = loop.time() + seconds, 0
        while sent < len(data):
            if self._ends.is_set():
                raise LineLost("closed")
            left = until - loop.time()
            if left <= 0:
                break
            part = data[sent : sent + PACKETS]
            sent += await loop.run_in_executor(self._writer, self._write, part, min(left, SLICE))
        return sent

    def _write(self, part: bytes, seconds: float) -> int:
        try:
            return int(self._out.write(part, max(int(seconds * 1000), 1)))
        except usb.core.USBTimeoutError:
            return 0  # pyusb tells of a part that went out as a number, not as this
        except usb.core.USBError as error:
            raise LineLost(error.strerror or "usb") from error

    def _read(self, loop: asyncio.AbstractEventLoop, came: asyncio.Queue[bytes | LineLost]) -> None:
        """A thread of its own until the line is closed or lost."""

        def tell(what: bytes | LineLost) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
                loop.call_soon_threadsafe(came.put_nowait, what)

        while not self._ends.is_set() and self._back is not None:
            try:
                data = bytes(self._back.read(self._back.wMaxPacketSize, int(SLICE * 1000)))
            except usb.core.USBTimeoutError:
                continue
            except usb.core.USBError as error:
                tell(LineLost(error.strerror or "usb"))
                return
            if data:
                tell(data)

    def discard_output(self) -> None:
        """Nothing is kept here: what was handed over is in the printer."""

    def close(self) -> None:
        """Ends the reading, and gives the device back. The loop waits for nothing; who opens a printer next waits in
        the same thread: a reading that has not ended yet would take the answers to the next one's questions."""
        self._ends.set()
        self._worker.submit(self.give_back)

    def give_back(self) -> None:
        """Blocking, at most a little more than SLICE: when no transfer is under way any more, because libusb must not
        lose the device in the middle of one."""
        self._ends.set()
        self._writer.shutdown(wait=True)
        if self._reader is not None:
            self._reader.join()
        with contextlib.suppress(usb.core.USBError):
            self._printer.close()  # it was gone already
