"""A Zebra scan engine that speaks SSI in packets (device-protocols 4.2). Shares no code with the driver."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Self

from drivers.emulated.pty_link import PtyLink

_QR = b"\xf1"
_RESPONSE_WAIT = 0.25
_ATTEMPTS = 3


def _packet(opcode: int, data: bytes = b"", status: int = 0, *, sound: bool = True) -> bytes:
    body = bytes((4 + len(data), opcode, 0, status)) + data
    check = (0x10000 - sum(body)) & 0xFFFF
    return body + (check if sound else check ^ 0x0101).to_bytes(2, "big")


class EmulatedSsiScanner:
    """``show`` sends DECODE_DATA and waits for its acknowledgement, as the engine does; it repeats twice, then gives
    up."""

    def __init__(self, link: Path) -> None:
        self.triggered = False
        self.silent = False
        self.part = 240
        """Bytes of a code in one packet."""
        self.piece = 0
        self.pause = 0.002
        self.garbled: Collection[int] = ()
        """Which packets, counted from 1 and repeats counted too, go out with a wrong checksum."""
        self.deaf_to_acks = 0
        """So many acknowledgements are lost on the way."""
        self.commands: list[int] = []
        """Opcodes received, in order."""
        self.sent = 0
        self._held = bytearray()
        self._answers: asyncio.Queue[bool] = asyncio.Queue()
        self._pty = PtyLink(link, self._heard)

    async def __aenter__(self) -> Self:
        self._pty.plug()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pty.unplug()

    def unplug(self) -> None:
        self._pty.unplug()

    def plug(self) -> None:
        self._pty.plug()

    def noise(self, data: bytes) -> None:
        self._pty.send(data)

    async def show(self, code: bytes) -> bool:
        """A code is held before it; whether every packet of it was acknowledged."""
        parts = [code[at : at + self.part] for at in range(0, len(code), self.part)] or [b""]
        for number, part in enumerate(parts):
            more = 0x02 if number + 1 < len(parts) else 0
            if not await self._delivered(_QR + part, more):
                return False
        return True

    async def _delivered(self, data: bytes, status: int) -> bool:
        for attempt in range(_ATTEMPTS):
            self.sent += 1
            raw = _packet(0xF3, data, status | (1 if attempt else 0), sound=self.sent not in self.garbled)
            step = self.piece or len(raw)
            for at in range(0, len(raw), step):
                if at:
                    await asyncio.sleep(self.pause)
                self._pty.send(raw[at : at + step])
            try:
                async with asyncio.timeout(_RESPONSE_WAIT):
                    if await self._answers.get():
                        return True
            except TimeoutError:
                continue
        return False

    def _heard(self, data: bytes) -> None:
        if self.silent:
            return
        self._held += data
        while self._held:
            length = self._held[0]
            if length < 4:  # the byte that wakes it
                del self._held[0]
                continue
            if len(self._held) < length + 2:
                return
            body, check = self._held[:length], self._held[length : length + 2]
            del self._held[: length + 2]
            assert (sum(body) + int.from_bytes(check, "big")) & 0xFFFF == 0, "the terminal sent a wrong checksum"
            self._do(body[1])

    def _do(self, opcode: int) -> None:
        self.commands.append(opcode)
        match opcode:
            case 0xE4 | 0xE5:
                self.triggered = opcode == 0xE4
                self._pty.send(_packet(0xD0))
            case 0xD0 if self.deaf_to_acks > 0:
                self.deaf_to_acks -= 1
            case 0xD0 | 0xD1:
                self._answers.put_nowait(opcode == 0xD0)
