"""Puts an emulated card into vpcd's slot and takes it out again (device-protocols 6.3). An asyncio TCP client."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Protocol, Self

from drivers.emulated.card.card import Script

POWER_OFF, POWER_ON, RESET, GET_ATR = 0, 1, 2, 4
LONGEST: Final = 65_535
RETURN: Final = 0.2
"""How soon a chip that stays is put in again after pcscd let it go (seconds)."""
RESEATED: Final = 1.2
"""How long one is out that is taken out and put in again: pcscd, which looks every 0.4 s, sees it (seconds)."""


class Chip(Protocol):
    """What can lie in a slot: a card, a PSAM."""

    script: Script
    count: int
    """Commands answered since it was put in."""

    @property
    def atr(self) -> bytes: ...

    @property
    def leaves(self) -> bool: ...

    def inserted(self, script: Script) -> None: ...

    def reset(self) -> None: ...

    def answer(self, command: bytes) -> bytes: ...


@dataclass
class CardSlot:
    """The slot behind vpcd's *port* on this machine. One card at a time; any number of insertions.

    ``insert`` returns when vpcd has the connection, which is before the reader has noticed the card.
    """

    port: int
    host: str = "127.0.0.1"
    card: Chip | None = field(default=None, init=False)
    _task: asyncio.Task[None] | None = field(default=None, init=False)
    _pause: float = field(default=RETURN, init=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.pull()

    @property
    def occupied(self) -> bool:
        return self._task is not None and not self._task.done()

    async def insert(self, card: Chip, script: Script | None = None) -> None:
        """Put *card* in; OSError when no pcscd listens on the port."""
        await self.pull()
        reader, writer = await asyncio.open_connection(self.host, self.port)
        card.inserted(script or Script())
        self.card = card
        self._task = asyncio.create_task(self._serve(card, reader, writer), name="emulated card")

    async def pull(self) -> None:
        """Take the card out; nothing happens when none is in."""
        task, self._task = self._task, None
        self.card = None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def keep(self, card: Chip) -> None:
        """Hold *card* in the slot for ever, as a PSAM lies in a terminal: pcscd may come and go."""
        while True:
            with contextlib.suppress(OSError):
                await self.insert(card, Script(silent=card.script.silent))  # putting it in again mends no chip
                await self.left()
            pause, self._pause = self._pause, RETURN
            await asyncio.sleep(pause)

    def reseat(self) -> None:
        """What is kept is taken out and put in again: pcscd asks no chip a second time that said nothing."""
        self._pause = RESEATED
        if self._task is not None:
            self._task.cancel()

    async def left(self) -> None:
        """Wait until the card has gone: its script took it out, or pcscd ended."""
        if self._task is not None:
            await asyncio.wait((self._task,))

    async def _serve(self, card: Chip, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line: socket.socket = writer.get_extra_info("socket")
        try:
            while True:
                # vpcd sends length and message apart; a delayed acknowledgement of the first holds the second 40 ms.
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
                size = int.from_bytes(await reader.readexactly(2), "big")
                message = await reader.readexactly(size)
                answer = await self._answer(card, message)
                if answer is not None:
                    writer.write(len(answer).to_bytes(2, "big") + answer)
                    await writer.drain()
                if size > 1 and card.leaves:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()
            card.reset()

    @staticmethod
    async def _answer(card: Chip, message: bytes) -> bytes | None:
        if len(message) == 1:
            if message[0] == GET_ATR:
                return card.atr
            card.reset()
            return None
        if card.leaves:
            return None
        if card.script.delay:
            await asyncio.sleep(card.script.delay)
        return card.answer(message)
