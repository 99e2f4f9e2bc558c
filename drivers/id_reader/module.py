"""One open line to a SAM_V module: commands and answers in turn, and its rate (device-protocols 2.1, 2.2)."""

from __future__ import annotations

import asyncio
from typing import Final

from contract import limits
from drivers.id_reader.document import ADDRESS_BYTES
from drivers.id_reader.frames import BAUDS, BROKEN, Answer, Command, Receiver, Sw3, command
from drivers.serial_line import Line

_SHORT: Final = 32
"""Bytes of a command and its answer, but for those that carry a document."""
_LONG: Final = {Command.READ: 1305, Command.NEWEST_ADDRESS: 91}
"""Bytes of command and answer together (2.4)."""
_DATA: Final = {Command.FIND: 4, Command.SELECT: 8, Command.NEWEST_ADDRESS: ADDRESS_BYTES, Command.SAM_ID: 16}
"""Bytes of data in a good answer (2.4); others have none, a READ's say themselves how many."""
_OF_THE_CARD: Final = frozenset({Command.FIND, Command.SELECT, Command.READ, Command.NEWEST_ADDRESS})
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


def fits(which: Command, answer: Answer) -> bool:
    """Whether *answer* can be one to *which*: of what was asked before and given up, the answer may come late."""
    if answer.sw3 != Sw3.OK:
        return which in _OF_THE_CARD or answer.sw3 in BROKEN or answer.sw3 < Sw3.CARD_REFUSED_READER
    if which is Command.READ:
        return len(answer.data) > ADDRESS_BYTES
    return len(answer.data) == _DATA.get(which, 0)


class Module:
    """Not for two at once: whoever uses it holds the driver's lock. Every method raises LineLost.

    A module works off its commands one after the other. So when one was given up, its answer is waited for as long as
    it may take, or another is asked whose answer is told apart, before anything else: what is read is never the card
    that lay there before.
    """

    def __init__(self, line: Line, baud: int) -> None:
        self.baud = baud
        self._line = line
        self._receiver = Receiver()
        self._owed: tuple[Command, float] | None = None
        """A command that went out and was not answered, and until when it may still be (the event loop's time)."""

    async def ask(self, which: Command) -> Answer | None:
        """One command and its answer; None when no sound one came within its ``deadline``."""
        if self._owed is not None and not await self._settled(*self._owed):
            return None
        return await self._exchange(which, deadline(which, self.baud))

    async def _settled(self, which: Command, until: float) -> bool:
        """Whether nothing that was asked before can still be answered."""
        if await self._answer(which, until - asyncio.get_running_loop().time()) is not None:
            return True
        return await self._exchange(Command.STATUS, deadline(Command.STATUS, self.baud)) is not None

    async def _exchange(self, which: Command, seconds: float) -> Answer | None:
        self._line.discard_input()
        self._owed = (which, asyncio.get_running_loop().time() + seconds)
        await self._line.write(command(which), seconds)
        return await self._answer(which, seconds)

    async def _answer(self, which: Command, seconds: float) -> Answer | None:
        """The next answer that can be one to *which*; what else comes is dropped."""
        line, receiver = self._line, self._receiver
        try:
            async with asyncio.timeout(seconds):
                while True:
                    data = await line.read(limits.ID_READER_QUIET if receiver.pending else None)
                    for answer in receiver.feed(data) if data else receiver.idle():
                        if fits(which, answer):
                            self._owed = None
                            return answer
        except TimeoutError:
            return None
        finally:
            receiver.forget()

    async def hears(self) -> bool:
        """Whether it answers at the present rate, whatever it says."""
        return await self._exchange(Command.STATUS, limits.ID_READER_PROBE) is not None

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
            self._owed = None  # an answer at another rate is nothing but noise here
            self._line.set_rate(baud)

    def close(self) -> None:
        self._receiver.forget()
        self._line.close()
