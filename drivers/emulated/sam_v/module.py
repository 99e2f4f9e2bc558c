"""The SAM_V module: answers commands byte for byte (device-protocols 2.2 to 2.6), and badly when told to.

A card that has been selected is not found again until it is lifted, as in the field; reading it still works.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from drivers.emulated.pty_link import PtyLink
from drivers.emulated.sam_v.document import Document

PREAMBLE: Final = bytes((0xAA, 0xAA, 0xAA, 0x96, 0x69))
PHOTO: Final = bytes(at * 7 & 0xFF for at in range(1024))
"""Made up; nobody decodes it."""
FIND: Final = b"\x20\x01"
SELECT: Final = b"\x20\x02"
READ: Final = b"\x30\x01"


@dataclass(slots=True)
class Script:
    """How the module misbehaves. ``times`` counts down by answers it has spoilt; -1: until changed."""

    sw3: int | None = None
    """Answer every command that *only* names (all, when empty) with this SW3."""
    only: bytes = b""
    bad_checksum: bool = False
    noise: bytes = b""
    """Sent before each preamble."""
    piece: int = 0
    """Answers come in pieces of so many bytes."""
    pause: float = 0.003
    silent: bool = False
    delay: float = 0.0
    times: int = -1


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

    def unplug(self) -> None:
        self._pty.unplug()

    def plug(self) -> None:
        self._pty.plug()

    def _received(self, data: bytes) -> None:
        self._held += data
        while (at := self._held.find(PREAMBLE)) >= 0:
            del self._held[:at]
            length = int.from_bytes(self._held[5:7], "big")
            if len(self._held) < 7 or len(self._held) < 7 + length:
                return
            body = bytes(self._held[5 : 7 + length])
            del self._held[: 7 + length]
            check = 0
            for byte in body:
                check ^= byte
            payload = body[2:-1]
            self.commands.append(payload[:2])
            self._answer(payload, check == 0)

    def _answer(self, payload: bytes, sound: bool) -> None:
        script = self.script
        spoilt = script.times != 0 and (not script.only or script.only == payload[:2])
        if spoilt and script.times > 0:
            script.times -= 1
        now = Script(**{name: getattr(script, name) for name in Script.__slots__}) if spoilt else Script()
        if now.silent:
            return
        sw3, data = self._work(payload) if sound else (0x10, b"")
        if now.sw3 is not None:
            sw3, data = now.sw3, b""
        body = (len(data) + 4).to_bytes(2, "big") + bytes((0, 0, sw3)) + data
        check = 0xFF if now.bad_checksum else 0
        for byte in body:
            check ^= byte
        self._answers.put_nowait((now.noise + PREAMBLE + body + bytes((check,)), now))

    def _work(self, payload: bytes) -> tuple[int, bytes]:
        match payload[:2]:
            case b"\x20\x01":
                if not self._text or self._selected:
                    return 0x80, b""
                return 0x9F, bytes(4)
            case b"\x20\x02":
                if not self._text or self._selected:
                    return 0x81, b""
                self._selected = True
                return 0x90, bytes(8)
            case b"\x30\x01":
                if not self._text or not self._selected:
                    return 0x41, b""
                return 0x90, bytes.fromhex("01000400") + self._text + PHOTO
            case b"\x10\xff" | b"\x11\xff":
                return 0x90, b""
            case b"\x12\xff":
                return 0x90, bytes(16)
            case _:
                return 0x21, b""

    async def _send_all(self) -> None:
        while True:
            data, script = await self._answers.get()
            if script.delay:
                await asyncio.sleep(script.delay)
            step = script.piece or len(data)
            for at in range(0, len(data), step):
                if at:
                    await asyncio.sleep(script.pause)
                self._pty.send(data[at : at + step])
