"""One open line to a SAM_V module: commands and answers in turn, and its rate (device-protocols 2.1, 2.2)."""

from __future__ import annotations

import asyncio
from typing import Final

from contract import limits
from drivers.id_reader.frames import BAUDS, Answer, Command, Receiver, Sw3, command
from drivers.serial_line import Line

_SHORT: Final = 32
"""Bytes of a command and its answer, but for those that carry a document."""
_LONG: Final = {Command.READ: 1305, Command.NEWEST_ADDRESS: 91}
"""Bytes of command and answer together (2.4)."""
_BITS: Final = 10
"""8N1 on the line."""


def deadline(which: Command, baud: int) -> float:
    """Seconds for *which* and its answer: the module's share, and what the line needs for the bytes at *baud*."""
    match which:
        case Command.FIND:
            seconds = limits.ID_READER_FIND
        case Command.SELECT:
            seconds = limits.ID_READER_SELECT
        case Command.READ:
            seconds = limits.ID_READER_READ
        case Command.NEWEST_ADDRESS:
            seconds = limits.ID_READER_ADDRESS
        case _:
            seconds = limits.ID_READER_MODULE
    return seconds + _LONG.get(which, _SHORT) * _BITS / baud


class Module:
    """Not for two at once: whoever uses it holds the driver's lock. Every method raises LineLost."""

    def __init__(self, line: Line, baud: int) -> None:
        self.baud = baud
        self._line = line
        self._receiver = Receiver()
        self._owed = False
        """A command went out whose answer was not waited for: it may still come and must not be taken for another's."""

    async def ask(self, which: Command, seconds: float | None = None) -> Answer | None:
        """One command and its answer; None when no sound one came within *seconds* (default: ``deadline``)."""
        line, receiver = self._line, self._receiver
        try:
            async with asyncio.timeout(deadline(which, self.baud) if seconds is None else seconds):
                if self._owed:
                    while await line.read(limits.ID_READER_QUIET):
                        pass
                line.discard_input()
                receiver.forget()
                self._owed = True
                await line.write(command(which), limits.ID_READER_MODULE)
                while True:
                    data = await line.read(limits.ID_READER_QUIET if receiver.pending else None)
                    for answer in receiver.feed(data) if data else receiver.idle():
                        self._owed = False
                        return answer
        except TimeoutError:
            return None
        finally:
            receiver.forget()

    async def hears(self) -> bool:
        """Whether it answers at the present rate, whatever it says."""
        return await self.ask(Command.STATUS, limits.ID_READER_PROBE) is not None

    async def find_rate(self) -> bool:
        """Try the present rate, then the others, the usual one first; back at the first where nothing answered."""
        configured = self.baud
        for baud in (configured, *(rate for rate in BAUDS if rate != configured)):
            self._speak_at(baud)
            if await self.hears():
                return True
        self._speak_at(configured)
        return False

    async def set_rate(self, baud: int) -> Answer | None:
        """Tell the module to speak at *baud* and follow it there; None when it is heard at no rate afterwards. Whether
        its answer still comes at the old rate or already at the new one, the makers do not agree: both will do."""
        answer = await self.ask(BAUDS[baud])
        if answer is not None and answer.sw3 != Sw3.OK:
            return answer
        before = self.baud
        self._speak_at(baud)
        if await self.hears():
            return Answer(Sw3.OK, b"")
        self._speak_at(before)
        await self.find_rate()
        return None

    def _speak_at(self, baud: int) -> None:
        if baud != self.baud:
            self.baud = baud
            self._owed = False  # an answer at another rate is nothing but noise here
            self._line.set_rate(baud)

    def close(self) -> None:
        self._receiver.forget()
        self._line.close()
