"""The SAM_V reader: watches for a card by FIND, reads it by SELECT and READ (device-protocols 2.6).

A card that was read and stays is not found again until it is lifted: FIND then says 80 although the card lies there.
So once a card is in, only a READ that fails too tells that it is gone. What such a look reads is dropped unseen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from contract import limits
from contract.faults import Fault
from drivers.device import (
    DeviceClass,
    DeviceEvent,
    Failure,
    Happening,
    IdCardHolder,
    IdReaderCapabilities,
    Medium,
    ReaderStatus,
    State,
    happenings,
)
from drivers.id_reader.document import TEXT_BYTES, Flaw, decode
from drivers.id_reader.frames import BROKEN, Answer, Command, Receiver, Sw3, command
from drivers.opening import opening_thread
from drivers.serial_line import Line, LineLost, Patience, open_serial

_SILENT_POLLS: Final = 3
"""So many unanswered polls in a row make the reader's state unknown."""
_MISSES: Final = 2
"""So many failed looks in a row mean that the card was lifted; one can be a card that was pushed a little."""
_DEADLINES: Final = {
    Command.FIND: limits.ID_READER_FIND,
    Command.SELECT: limits.ID_READER_SELECT,
    Command.READ: limits.ID_READER_READ,
}


@dataclass(frozen=True, slots=True)
class IdReaderSettings:
    path: str
    baud: int = 115200


class SamvIdReader:
    """Implements drivers.device.IdReader."""

    def __init__(
        self, settings: IdReaderSettings, name: str = "id_reader", today: Callable[[], date] = date.today
    ) -> None:
        self.name = name
        self._settings = settings
        self._today = today
        self._state = State.NO_DEVICE
        self._medium = Medium.UNKNOWN
        self._line: Line | None = None
        self._receiver = Receiver()
        self._one_at_a_time = asyncio.Lock()
        self._owed = False
        """A command went out whose answer was not waited for: it may still come and must not be taken for another's."""

    @property
    def capabilities(self) -> IdReaderCapabilities:
        twice = 2 * (limits.ID_READER_FIND + limits.ID_READER_SELECT + limits.ID_READER_READ)
        return IdReaderCapabilities(device_class=DeviceClass.ID_READER, media=True, deadlines={"read": twice})

    @property
    def seen(self) -> ReaderStatus:
        return ReaderStatus(self._state, self._medium)

    @property
    def state(self) -> State:
        return self._state

    @property
    def medium(self) -> Medium:
        return self._medium

    async def read(self) -> IdCardHolder | Failure:
        """Read the card that lies there. Deadline: twice find, select and read of contract/limits.py."""
        try:
            async with self._one_at_a_time:
                answer = await self._read_card()
        except LineLost:
            return Failure(Fault.READER_GONE)
        if answer is None:
            return Failure(Fault.ID_CARD_UNREADABLE, "silent", timed_out=True)
        if answer.sw3 in BROKEN:
            return Failure(Fault.READER_GONE, f"SW3 {answer.sw3:02X}")
        if answer.sw3 != Sw3.OK:
            return Failure(Fault.ID_CARD_UNREADABLE, f"SW3 {answer.sw3:02X}")
        text = _text_of(answer.data)
        if text is None:
            return Failure(Fault.ID_CARD_UNREADABLE, Flaw.LENGTH.value)
        holder = decode(text, self._today())
        if isinstance(holder, Flaw):
            return Failure(Fault.ID_CARD_UNREADABLE, holder.value)
        if holder.expires is not None and holder.expires < self._today():
            return Failure(Fault.ID_CARD_EXPIRED)
        return holder

    async def run(self, events: asyncio.Queue[DeviceEvent]) -> None:
        patience = Patience()
        async with opening_thread(self.name) as worker:
            while True:
                try:
                    line = await open_serial(self._settings.path, self._settings.baud, worker)
                except LineLost:
                    self._become(State.NO_DEVICE, Medium.UNKNOWN, events)
                    await patience.wait()
                    continue
                patience.succeeded()
                self._line = line
                try:
                    await self._watch(events)
                except LineLost:
                    self._become(State.NO_DEVICE, Medium.UNKNOWN, events)
                finally:
                    self._line, self._owed = None, False
                    self._state, self._medium = State.NO_DEVICE, Medium.UNKNOWN
                    self._receiver.forget()
                    line.close()
                await patience.wait()

    async def _watch(self, events: asyncio.Queue[DeviceEvent]) -> None:
        silent = misses = 0
        while True:
            async with self._one_at_a_time:
                found = await self._exchange(Command.FIND)
                if found is None:
                    silent += 1
                    if silent >= _SILENT_POLLS:
                        self._become(State.UNKNOWN, Medium.UNKNOWN, events)
                elif found.sw3 in BROKEN:
                    self._become(State.HARDWARE_ERROR, Medium.UNKNOWN, events)
                else:
                    silent = 0
                    misses = await self._look(found, misses, events)
            await asyncio.sleep(limits.ID_READER_POLL)

    async def _look(self, found: Answer, misses: int, events: asyncio.Queue[DeviceEvent]) -> int:
        """What FIND and, for a card that lies there, READ say of its presence; how often in a row it was missed."""
        if found.sw3 in (Sw3.FOUND, Sw3.OK):
            if self._medium is Medium.PRESENT:  # found anew: lifted and laid between two looks, perhaps another one
                self._become(State.ONLINE, Medium.NOT_PRESENT, events)
            await self._exchange(Command.SELECT)
            self._become(State.ONLINE, Medium.PRESENT, events)
            return 0
        if self._medium is not Medium.PRESENT:
            self._become(State.ONLINE, Medium.NOT_PRESENT, events)
            return 0
        read = await self._exchange(Command.READ)
        if read is not None and read.sw3 == Sw3.OK:
            return 0
        if misses + 1 >= _MISSES:
            self._become(State.ONLINE, Medium.NOT_PRESENT, events)
            return 0
        return misses + 1

    async def _read_card(self) -> Answer | None:
        """READ; when that fails, once more from the beginning, whatever FIND and SELECT say of a card that lies."""
        answer = await self._exchange(Command.READ)
        if answer is not None and (answer.sw3 == Sw3.OK or answer.sw3 in BROKEN):
            return answer
        await self._exchange(Command.FIND)
        await self._exchange(Command.SELECT)
        return await self._exchange(Command.READ)

    async def _exchange(self, which: Command) -> Answer | None:
        """One command and its answer; None when none came in time. Raises LineLost."""
        line = self._line
        if line is None:
            raise LineLost("closed")
        deadline = _DEADLINES[which]
        try:
            async with asyncio.timeout(deadline):
                if self._owed:
                    while await line.read(limits.ID_READER_QUIET):
                        pass
                line.discard_input()
                self._receiver.forget()
                self._owed = True
                await line.write(command(which), deadline)
                while True:
                    for answer in self._receiver.feed(await line.read(None)):
                        self._owed = False
                        return answer
        except TimeoutError:
            return None
        finally:
            self._receiver.forget()

    def _become(self, state: State, medium: Medium, events: asyncio.Queue[DeviceEvent]) -> None:
        was_state, was_medium = self._state, self._medium
        self._state, self._medium = state, medium
        for happening in happenings(was_state, state):
            events.put_nowait(DeviceEvent(self.name, happening, state))
        if medium is not was_medium and medium is Medium.PRESENT:
            events.put_nowait(DeviceEvent(self.name, Happening.INSERTED, state))
        elif was_medium is Medium.PRESENT and medium is not Medium.PRESENT:
            events.put_nowait(DeviceEvent(self.name, Happening.REMOVED, state))


def _text_of(data: bytes) -> bytes | None:
    """The text part of a READ answer; the photo behind it is dropped here. None when the lengths do not agree."""
    text_length, photo_length = int.from_bytes(data[0:2], "big"), int.from_bytes(data[2:4], "big")
    if text_length != TEXT_BYTES or len(data) != 4 + text_length + photo_length:
        return None
    return data[4 : 4 + text_length]
