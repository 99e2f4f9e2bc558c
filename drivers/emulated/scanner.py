"""A 2D scanner on a pseudo-terminal: sends what a resident's telephone would have shown it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

from drivers.emulated.pty_link import PtyLink


class EmulatedScanner:
    """``async with EmulatedScanner(link) as scanner: await scanner.send(code)``."""

    def __init__(self, link: Path) -> None:
        self.received = bytearray()
        """What the terminal sent it (a trigger, or nothing)."""
        self._pty = PtyLink(link, self.received.extend)

    async def __aenter__(self) -> Self:
        self._pty.plug()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pty.unplug()

    async def send(self, code: str | bytes, suffix: bytes = b"\r", *, piece: int = 0, pause: float = 0.01) -> None:
        """Send a code, whole or in pieces of *piece* bytes with *pause* seconds between them."""
        data = (code.encode() if isinstance(code, str) else code) + suffix
        step = piece or len(data)
        for at in range(0, len(data), step):
            if at:
                await asyncio.sleep(pause)
            self._pty.send(data[at : at + step])

    def say(self, data: bytes) -> None:
        """Any bytes, at once: what no telephone shows."""
        self._pty.send(data)

    def unplug(self) -> None:
        self._pty.unplug()

    def plug(self) -> None:
        self._pty.plug()
