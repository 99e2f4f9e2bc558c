"""The SAM_V reader: watches for a card by FIND, reads it by SELECT and READ (device-protocols 2.6).

A card that was read and stays is not found again until it is lifted: FIND then says 80 although the card lies there.
So once a card is in, only a READ that fails too tells that it is gone. What such a look reads is dropped unseen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
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
from drivers.id_reader.document import TEXT_BYTES, Flaw, decode, decode_address
from drivers.id_reader.frames import BAUDS, BROKEN, Answer, Command, Sw3
from drivers.id_reader.module import Module, deadline
from drivers.id_reader.sam_id import sam_id
from drivers.opening import opening_thread
from drivers.serial_line import LineLost, Patience, open_serial

_SILENT_POLLS: Final = 3
"""So many unanswered polls in a row and the reader is offline; as often the other rates are tried."""
_MISSES: Final = 2
"""So many failed looks in a row mean that the card was lifted; one can be a card that was pushed a little."""
_OF_THE_CARD: Final = ("read", "newest_address")
_COMMANDS: Final = (*_OF_THE_CARD, "sam_id", "self_test", "reset", "set_baud")
_RESET_EVERY: Final = 10
"""A module that does not work is reset once in so many polls: its self-test runs again."""


@dataclass(frozen=True, slots=True)
class IdReaderSettings:
    path: str
    """A stable path: /dev/serial/by-id/…"""
    baud: int = 115200
    """Where the search for the module's rate begins (8N1, no flow control)."""


class SamvIdReader:
    """Implements drivers.device.IdReader."""

    def __init__(
        self, settings: IdReaderSettings, name: str = "id_reader", today: Callable[[], date] = date.today
    ) -> None:
        self.name = name
        self._settings = settings
        self._today = today
        self._state = State.UNKNOWN
        self._medium = Medium.UNKNOWN
        self._module: Module | None = None
        self._one_at_a_time = asyncio.Lock()

    @property
    def capabilities(self) -> IdReaderCapabilities:
        """The deadlines hold whatever the module does, and grow with a slower line: a card is 1295 bytes."""
        return IdReaderCapabilities(
            device_class=DeviceClass.ID_READER,
            media=True,
            deadlines={name: self._deadline(name) for name in _COMMANDS},
        )

    def _deadline(self, name: str) -> float:
        """A command waits for the look that is under way; then it asks, a card's once more from the beginning."""
        baud = self.baud
        look = deadline(Command.FIND, baud) + deadline(Command.READ, baud)
        if name in _OF_THE_CARD:
            return 2 * (look + deadline(Command.SELECT, baud))
        sweeps = 2 * len(BAUDS) * (limits.ID_READER_PROBE + limits.ID_READER_QUIET) if name == "set_baud" else 0.0
        return look + 2 * deadline(Command.STATUS, baud) + sweeps

    @property
    def seen(self) -> ReaderStatus:
        return ReaderStatus(self._state, self._medium)

    @property
    def state(self) -> State:
        return self._state

    @property
    def medium(self) -> Medium:
        return self._medium

    @property
    def baud(self) -> int:
        """The rate the module was last heard at; before that, the configured one."""
        return self._settings.baud if self._module is None else self._module.baud

    # -- commands ----------------------------------------------------------------------------------------------------

    async def read(self) -> IdCardHolder | Failure:
        """Read the document that lies there: find, select, read (2.6)."""
        answer = await self._command("read", lambda module: _of_the_card(module, Command.READ))
        if isinstance(answer, Failure):
            return answer
        if answer.sw3 != Sw3.OK:
            return answer.failure
        text = _text_of(answer.data)
        if text is None:
            return Failure(Fault.ID_CARD_UNREADABLE, Flaw.LENGTH.value)
        holder = decode(text, self._today())
        if isinstance(holder, Flaw):
            return Failure(Fault.ID_CARD_UNREADABLE, holder.value)
        if holder.expires is not None and holder.expires < self._today():
            return Failure(Fault.ID_CARD_EXPIRED)
        return holder

    async def newest_address(self) -> str | Failure:
        """The address appended last to the document that lies there; empty when none was."""
        answer = await self._command("newest_address", lambda module: _of_the_card(module, Command.NEWEST_ADDRESS))
        if isinstance(answer, Failure):
            return answer
        if answer.sw3 == Sw3.NO_ITEM:
            return ""
        if answer.sw3 != Sw3.OK:
            return answer.failure
        address = decode_address(answer.data)
        return Failure(Fault.ID_CARD_UNREADABLE, address.value) if isinstance(address, Flaw) else address

    async def sam_id(self) -> str | Failure:
        """The module's number (2.4), for the readiness report. Never logged together with a person."""
        answer = await self._command("sam_id", lambda module: module.ask(Command.SAM_ID))
        if isinstance(answer, Failure):
            return answer
        number = sam_id(answer.data) if answer.sw3 == Sw3.OK else None
        return answer.failure if number is None else number

    async def self_test(self) -> Failure | None:
        """What the module says of itself (SAM status); None: it works."""
        return _plain(await self._command("self_test", lambda module: module.ask(Command.STATUS)))

    async def reset(self) -> Failure | None:
        """Reset the module, which tests itself; None: it works."""
        return _plain(await self._command("reset", lambda module: module.ask(Command.RESET)))

    async def set_baud(self, baud: int) -> Failure | None:
        """For provisioning: set the module to *baud*, which it keeps; None when it is heard there. Raises ValueError
        for a rate that no module has."""
        if baud not in BAUDS:
            raise ValueError(f"no rate of a SAM_V module: {baud}")
        return _plain(await self._command("set_baud", lambda module: module.set_rate(baud)))

    async def _command(self, name: str, work: Callable[[Module], Awaitable[Answer | None]]) -> Answer | Failure:
        """One command with the module to itself; ends within the deadline of its name."""
        try:
            async with asyncio.timeout(self._deadline(name)), self._one_at_a_time:
                if self._module is None:
                    return Failure(Fault.READER_GONE)
                answer = await work(self._module)
        except LineLost:
            return Failure(Fault.READER_GONE)
        except TimeoutError:
            answer = None
        if answer is None:
            card = name in _OF_THE_CARD
            return Failure(Fault.ID_CARD_UNREADABLE if card else Fault.READER_GONE, "silent", timed_out=True)
        return answer

    # -- its life ----------------------------------------------------------------------------------------------------

    async def run(self, events: asyncio.Queue[DeviceEvent]) -> None:
        """See drivers.device.Device.run."""
        patience = Patience()
        try:
            async with opening_thread(self.name) as worker:
                while True:
                    try:
                        line = await open_serial(self._settings.path, self._settings.baud, worker)
                        patience.succeeded()
                        await self._serve(Module(line, self._settings.baud), events)
                    except LineLost:
                        self._become(State.NO_DEVICE, Medium.UNKNOWN, events)
                    await patience.wait()
        finally:
            self._state, self._medium = State.UNKNOWN, Medium.UNKNOWN

    async def _serve(self, module: Module, events: asyncio.Queue[DeviceEvent]) -> None:
        """Watch until the line is lost, and close it."""
        self._module = module
        try:
            async with self._one_at_a_time:
                await module.find_rate()
            await self._watch(module, events)
        finally:
            self._module = None
            module.close()

    async def _watch(self, module: Module, events: asyncio.Queue[DeviceEvent]) -> None:
        silent = misses = broken = 0
        while True:
            async with self._one_at_a_time:
                found = await module.ask(Command.FIND)
                if found is None:
                    silent += 1
                    if silent % _SILENT_POLLS == 0:
                        self._become(State.OFFLINE, Medium.UNKNOWN, events)
                        await module.find_rate()
                elif found.sw3 in BROKEN:
                    silent, broken = 0, broken + 1
                    self._become(State.HARDWARE_ERROR, Medium.UNKNOWN, events)
                    if broken % _RESET_EVERY == 0:
                        await module.ask(Command.RESET)
                else:
                    silent = broken = 0
                    misses = await self._look(module, found, misses, events)
            await asyncio.sleep(limits.ID_READER_POLL)

    async def _look(self, module: Module, found: Answer, misses: int, events: asyncio.Queue[DeviceEvent]) -> int:
        """What FIND and, for a card that lies there, READ say of its presence; how often in a row it was missed."""
        if found.sw3 in (Sw3.FOUND, Sw3.OK):
            if self._medium is Medium.PRESENT:  # found anew: lifted and laid between two looks, perhaps another one
                self._become(State.ONLINE, Medium.NOT_PRESENT, events)
            await module.ask(Command.SELECT)
            self._become(State.ONLINE, Medium.PRESENT, events)
            return 0
        if self._medium is Medium.NOT_PRESENT:
            return 0
        read = await module.ask(Command.READ)
        if read is not None and read.sw3 == Sw3.OK:
            # Seen for the first time (this program began anew, the module did not): left lying, laid by nobody now.
            self._become(State.ONLINE, Medium.PRESENT, events, laid=False)
            return 0
        if self._medium is Medium.UNKNOWN or misses + 1 >= _MISSES:
            self._become(State.ONLINE, Medium.NOT_PRESENT, events)
            return 0
        return misses + 1

    def _become(self, state: State, medium: Medium, events: asyncio.Queue[DeviceEvent], *, laid: bool = True) -> None:
        was_state, was_medium = self._state, self._medium
        self._state, self._medium = state, medium
        for what in happenings(was_state, state):
            events.put_nowait(DeviceEvent(self.name, what, state))
        if medium is not was_medium and medium is Medium.PRESENT and laid:
            events.put_nowait(DeviceEvent(self.name, Happening.INSERTED, state))
        elif was_medium is Medium.PRESENT and medium is not Medium.PRESENT:
            events.put_nowait(DeviceEvent(self.name, Happening.REMOVED, state))


async def _of_the_card(module: Module, which: Command) -> Answer | None:
    """*which*; when that fails, once more from the beginning, whatever FIND and SELECT say of a card that lies."""
    answer = await module.ask(which)
    if answer is not None and (answer.sw3 in (Sw3.OK, Sw3.NO_ITEM) or answer.sw3 in BROKEN):
        return answer
    await module.ask(Command.FIND)
    await module.ask(Command.SELECT)
    again = await module.ask(which)
    return answer if again is None else again


def _plain(answer: Answer | Failure) -> Failure | None:
    """For commands that ask for nothing but to be done."""
    if isinstance(answer, Failure):
        return answer
    return None if answer.sw3 == Sw3.OK else answer.failure


def _text_of(data: bytes) -> bytes | None:
    """The text part of a READ answer; the photo behind it is dropped here. None when the lengths do not agree."""
    text_length, photo_length = int.from_bytes(data[0:2], "big"), int.from_bytes(data[2:4], "big")
    if text_length != TEXT_BYTES or len(data) != 4 + text_length + photo_length:
        return None
    return data[4 : 4 + text_length]
