"""A pseudo-terminal with a stable name: what a program opens as the serial port of an emulated device."""

from __future__ import annotations

import asyncio
import contextlib
import os
import termios
import tty
from collections.abc import Callable
from pathlib import Path

_READ_BYTES = 4096
_RATES = {getattr(termios, f"B{rate}"): rate for rate in (9600, 19200, 38400, 57600, 115200)}


class PtyLink:
    """``plug`` makes the port appear under *link*, ``unplug`` makes it vanish under whoever has it open."""

    def __init__(self, link: Path, received: Callable[[bytes], None]) -> None:
        self.link = link
        self._received = received
        self._master = -1
        self._slave = -1
        self._reading = False
        self._unsent = bytearray()

    @property
    def plugged(self) -> bool:
        return self._master >= 0

    @property
    def baud(self) -> int:
        """The rate that whoever has the port open has set (0: unplugged); a pseudo-terminal only keeps it."""
        if not self.plugged:
            return 0
        return _RATES.get(termios.tcgetattr(self._slave)[5], 0)

    def plug(self) -> None:
        assert not self.plugged
        # One end of the slave stays open here: else reading the master fails between two clients.
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.link.parent.mkdir(parents=True, exist_ok=True)
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(os.ttyname(self._slave))
        self.resume()

    def unplug(self) -> None:
        if not self.plugged:
            return
        self.pause()
        asyncio.get_running_loop().remove_writer(self._master)
        self._unsent.clear()
        self.link.unlink(missing_ok=True)
        os.close(self._slave)
        os.close(self._master)
        self._master = self._slave = -1

    def pause(self) -> None:
        """Take no more: the buffer is full, whoever writes has to wait."""
        if self._reading:
            asyncio.get_running_loop().remove_reader(self._master)
            self._reading = False

    def resume(self) -> None:
        if self.plugged and not self._reading:
            asyncio.get_running_loop().add_reader(self._master, self._readable)
            self._reading = True

    def send(self, data: bytes) -> None:
        """To whoever has the port open. Kept in order; an unplugged port swallows it."""
        if not self.plugged:
            return
        self._unsent += data
        self._flush()

    def _flush(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._unsent:
                del self._unsent[: os.write(self._master, self._unsent)]
        except BlockingIOError:
            loop.add_writer(self._master, self._flush)
            return
        loop.remove_writer(self._master)

    def _readable(self) -> None:
        data = b""
        with contextlib.suppress(BlockingIOError):
            data = os.read(self._master, _READ_BYTES)
        if data:
            self._received(data)
