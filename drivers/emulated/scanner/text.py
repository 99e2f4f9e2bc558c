"""A scanner that sends bare text; with or without a trigger, and with the answers of its maker."""

from __future__ import annotations

import asyncio
import enum
from pathlib import Path
from types import TracebackType
from typing import Self

from drivers.emulated.pty_link import PtyLink


class Answering(enum.Enum):
    """Whose commands it knows (device-protocols 4.2) and how it answers them."""

    NOTHING = "nothing"
    HONEYWELL = "honeywell"
    NEWLAND = "newland"
    ZEBRA = "zebra"


_STARTS = {
    Answering.HONEYWELL: b"\x16T\r",
    Answering.NEWLAND: b"~\x010000#SCNTRG1;\x03",
    Answering.ZEBRA: b"\x04\xe4\x04\x00\xff\x14",
}
_STOPS = {
    Answering.HONEYWELL: b"\x16U\r",
    Answering.NEWLAND: b"~\x010000#SCNTRG0;\x03",
    Answering.ZEBRA: b"\x04\xe5\x04\x00\xff\x13",
}


class EmulatedScanner:
    """``async with EmulatedScanner(link) as scanner: await scanner.send(code)``."""

    def __init__(self, link: Path, answering: Answering = Answering.NOTHING) -> None:
        self.received = bytearray()
        """What the terminal sent it (a trigger, or nothing)."""
        self.answering = answering
        self.triggered = False
        self.starts = 0
        self.silent = False
        """It hears nothing and answers nothing."""
        self.refuses = False
        """It answers no to every command."""
        self._held = bytearray()
        self._pty = PtyLink(link, self._heard)

    async def __aenter__(self) -> Self:
        self._pty.plug()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pty.unplug()

    async def send(
        self,
        code: str | bytes,
        suffix: bytes = b"\r",
        *,
        piece: int = 0,
        pause: float = 0.01,
        unplug_after: int | None = None,
    ) -> None:
        """Send a code, whole or in pieces of *piece* bytes with *pause* seconds between them; the plug is pulled after
        *unplug_after* bytes of it."""
        data = (code.encode() if isinstance(code, str) else code) + suffix
        if unplug_after is not None:
            data = data[:unplug_after]
        step = piece or len(data) or 1
        for at in range(0, len(data), step):
            if at:
                await asyncio.sleep(pause)
            self._pty.send(data[at : at + step])
        if unplug_after is not None:
            await asyncio.sleep(pause)
            self.unplug()

    async def show(self, code: str | bytes) -> bool:
        """A code is held before it; whether it was looking."""
        if not self.triggered:
            return False
        self.triggered = False
        await self.send(code)
        return True

    def say(self, data: bytes) -> None:
        """Any bytes, at once: what no telephone shows."""
        self._pty.send(data)

    def unplug(self) -> None:
        self._pty.unplug()

    def plug(self) -> None:
        self._pty.plug()

    def _heard(self, data: bytes) -> None:
        self.received += data
        if self.silent or self.answering is Answering.NOTHING:
            return
        self._held += data
        while True:
            found = [
                (at, command, on)
                for command, on in ((_STARTS[self.answering], True), (_STOPS[self.answering], False))
                if (at := self._held.find(command)) >= 0
            ]
            if not found:
                return
            at, command, on = min(found)
            del self._held[: at + len(command)]
            self.starts += on
            self.triggered = on and not self.refuses
            self._pty.send(self._answer(command))

    def _answer(self, command: bytes) -> bytes:
        match self.answering:
            case Answering.NEWLAND:
                return b"\x02" + command[1:-2] + (b"\x15" if self.refuses else b"\x06") + b";\x03"
            case Answering.ZEBRA:
                return bytes.fromhex("05D1000006FF24") if self.refuses else bytes.fromhex("04D00000FF2C")
            case _:
                return b""
