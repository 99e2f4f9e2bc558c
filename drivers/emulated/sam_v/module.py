"""The SAM_V module: answers commands byte for byte (device-protocols 2.2 to 2.6), and badly when told to.

A card that has been selected is not found again until it is lifted, as in the field; reading it still works.
"""

from __future__ import annotations

import asyncio
from collections import deque
from functools import reduce
from operator import xor
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from drivers.emulated.pty_link import PtyLink
from drivers.emulated.sam_v.document import Document
from drivers.emulated.sam_v.script import Script

PREAMBLE: Final = bytes((0xAA, 0xAA, 0xAA, 0x96, 0x69))
PHOTO: Final = bytes(at * 7 & 0xFF for at in range(1024))
"""Made up; nobody decodes it."""
FIND: Final = b"\x20\x01"
SELECT: Final = b"\x20\x02"
READ: Final = b"\x30\x01"


SAM_ID: Final = bytes.fromhex("0500010005A6340101000000FF000000")
"""Made up: 05.01-20227589-0000000001-0000000255."""
ADDRESS_BYTES: Final = 70
_BAUDS: Final = (115200, 57600, 38400, 19200, 9600)


class EmulatedSamV:
    """``async with EmulatedSamV(link) as reader: reader.lay(Document.of(person)); reader.lift()``."""

    def __init__(self, link: Path) -> None:
        self._pty = PtyLink(link, self._received)
        self._text = b""
        self._selected = False
        self._held = bytearray()
        self._answers: asyncio.Queue[tuple[bytes, Script]] = asyncio.Queue()
        self._sender: asyncio.Task[None] | None = None
        self.script = Script()
        """How it answers when no step is left."""
        self.steps: deque[Script] = deque()
        """One for each command that comes from now on."""
        self.baud = 115200
        """Spoken to at another rate it hears garbage and answers garbage."""
        self.pace = False
        """Answers take as long as they would on the wire."""
        self.newest_address = ""
        self.commands: list[bytes] = []
        """CMD and PARA of every command received."""

    async def __aenter__(self) -> Self:
        self._pty.plug()
        self._sender = asyncio.create_task(self._send_all(), name="sam_v")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._sender is not None
        self._sender.cancel()
        await asyncio.gather(self._sender, return_exceptions=True)
        self._pty.unplug()

    def lay(self, document: Document) -> None:
        """Lay *document* on the reader, instead of what lay there."""
        self._text = document.text()
        self._selected = False

    def lift(self) -> None:
        self._text = b""
        self._selected = False

    @property
    def plugged(self) -> bool:
        """It can have pulled its own plug, in the middle of a document."""
        return self._pty.plugged

    def unplug(self) -> None:
        self._pty.unplug()

    def plug(self) -> None:
        self._pty.plug()

    def play(self, *steps: Script) -> None:
        """The next commands are answered so, one step for each, then as ``script`` says."""
        self.steps.clear()
        self.steps.extend(steps)

    def _received(self, data: bytes) -> None:
        if self._pty.baud != self.baud:
            self._held.clear()
            self._answers.put_nowait((bytes(byte ^ 0x5A | 0x80 for byte in data[: len(data) // 2]), Script()))
            return
        self._held += data
        while (at := self._held.find(PREAMBLE)) >= 0:
            del self._held[:at]
            length = int.from_bytes(self._held[5:7], "big")
            if len(self._held) < 7 or len(self._held) < 7 + length:
                return
            body = bytes(self._held[5 : 7 + length])
            del self._held[: 7 + length]
            payload = body[2:-1]
            self.commands.append(payload[:2])
            self._answer(payload, reduce(xor, body) == 0)

    def _answer(self, payload: bytes, sound: bool) -> None:
        script = self.steps.popleft() if self.steps else self.script
        now = script.for_command(payload[:2]) or Script()
        if now.silent:
            return
        if now.sw3 is not None:
            sw3, data = now.sw3, b""
        else:
            sw3, data = self._work(payload) if sound else (0x10, b"")
        length = len(data) + 4 if now.length is None else now.length
        body = length.to_bytes(2, "big") + bytes((0, 0, sw3)) + data
        check = reduce(xor, body) ^ (0xFF if now.bad_checksum else 0)
        self._answers.put_nowait((now.noise + PREAMBLE + body + bytes((check,)), now))

    def _work(self, payload: bytes) -> tuple[int, bytes]:
        lies = bool(self._text)
        match payload[:2]:
            case b"\x20\x01":
                return (0x9F, bytes(4)) if lies and not self._selected else (0x80, b"")
            case b"\x20\x02":
                if not lies or self._selected:
                    return 0x81, b""
                self._selected = True
                return 0x90, bytes(8)
            case b"\x30\x01":
                if not lies or not self._selected:
                    return 0x41, b""
                return 0x90, bytes.fromhex("01000400") + self._text + PHOTO
            case b"\x30\x03":
                if not lies or not self._selected:
                    return 0x41, b""
                address = self.newest_address.encode("utf-16-le")
                return (0x90, (address + b" \0" * 35)[:ADDRESS_BYTES]) if address else (0x91, b"")
            case b"\x10\xff" | b"\x11\xff":
                return 0x90, b""
            case b"\x12\xff":
                return 0x90, SAM_ID
            case bytes() as command if command[0] == 0x60 and command[1] < len(_BAUDS):
                self.baud = _BAUDS[command[1]]
                return 0x90, b""
            case _:
                return 0x21, b""

    async def _send_all(self) -> None:
        while True:
            data, script = await self._answers.get()
            if script.delay:
                await asyncio.sleep(script.delay)
            pulled = script.unplug_after is not None
            data = data[: script.unplug_after] if pulled else data
            step = script.piece or len(data) or 1
            for at in range(0, len(data), step):
                if at:
                    await asyncio.sleep(script.pause)
                if self.pace:
                    await asyncio.sleep(len(data[at : at + step]) * 10 / self.baud)
                self._pty.send(data[at : at + step])
            if pulled:
                await asyncio.sleep(script.pause)
                self.unplug()
