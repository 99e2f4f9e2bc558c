"""The bay: the opened devices, their events, and which ways of showing who one is work at this moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from contract import limits
from drivers.device import (
    Camera,
    CardReader,
    Device,
    DeviceEvent,
    Happening,
    IdReader,
    Medium,
    Power,
    Presence,
    Printer,
    Scanner,
    Speaker,
    State,
    since_boot,
)
from kiosk.defects import report
from kiosk.views import Way

Devices = tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something came that can tell who is there."""

    way: Way
    code: str = field(default="", repr=False)
    """For Way.CODE: the opaque token; empty when what was shown cannot be one."""
    at: float = field(default_factory=since_boot, repr=False, compare=False)
    """When it came (drivers.device.since_boot)."""

    @property
    def unreadable(self) -> bool:
        """A code was shown that is none."""
        return self.way is Way.CODE and not self.code


class Bay:
    """Any device can be missing. ``run`` owns them all until cancelled."""

    def __init__(
        self,
        *,
        card_reader: CardReader | None = None,
        id_reader: IdReader | None = None,
        scanner: Scanner | None = None,
        printer: Printer | None = None,
        camera: Camera | None = None,
        speaker: Speaker | None = None,
        presence: Presence | None = None,
        power: Power | None = None,
    ) -> None:
        self.card_reader = card_reader
        self.id_reader = id_reader
        self.scanner = scanner
        self.printer = printer
        self.camera = camera
        self.speaker = speaker
        self.presence = presence
        self.power = power
        self.removals = 0
        """How often a social-security card was taken out. A card that is in is the one that was in before only while
        this stays the same: pulled and another one put in can both happen between two looks."""
        self.lifted = 0
        """The same of the ID card."""
        self._ears: set[asyncio.Queue[DeviceEvent]] = set()

    @property
    def devices(self) -> Devices:
        who = (self.card_reader, self.id_reader, self.scanner)
        others = (self.printer, self.camera, self.speaker, self.presence, self.power)
        return tuple(device for device in (*who, *others) if device is not None)

    async def run(self) -> None:
        """Run every device and hand each event to whoever listens."""
        events: asyncio.Queue[DeviceEvent] = asyncio.Queue()
        async with asyncio.TaskGroup() as group:
            for device in self.devices:
                group.create_task(_owned(device, events), name=f"device {device.name}")
            while True:
                event = await events.get()
                if event.happening is Happening.REMOVED and self._is_card_reader(event):
                    self.removals += 1
                if event.happening is Happening.REMOVED and self.id_reader is not None:
                    self.lifted += event.device == self.id_reader.name
                for ear in self._ears:
                    ear.put_nowait(event)
                del event  # it can hold a resident's code, and the next one may be hours away

    @contextmanager
    def listen(self) -> Iterator[asyncio.Queue[DeviceEvent]]:
        """Every event from now on, until the block is left."""
        ear: asyncio.Queue[DeviceEvent] = asyncio.Queue()
        self._ears.add(ear)
        try:
            yield ear
        finally:
            self._ears.discard(ear)

    def ways(self) -> tuple[Way, ...]:
        """The ways that work now, the easiest for a resident first."""
        table = ((Way.CARD, self.card_reader), (Way.CODE, self.scanner), (Way.ID_CARD, self.id_reader))
        return tuple(way for way, device in table if device is not None and device.state is State.ONLINE)

    def card_is_in(self) -> bool:
        return self.card_reader is not None and self.card_reader.medium is Medium.PRESENT

    def card_reader_works(self) -> bool:
        return self.card_reader is not None and self.card_reader.state is State.ONLINE

    def printer_works(self) -> bool:
        return self.printer is not None and self.printer.state is State.ONLINE

    def power_is_low(self) -> bool:
        """Mains gone and the battery nearly empty."""
        return self.power is not None and self.power.seen.low

    def somebody(self) -> bool | None:
        """Whether somebody stands there; None: not known."""
        return None if self.presence is None else self.presence.somebody

    async def somebody_came(self) -> None:
        """Wait until somebody is known to stand there."""
        with self.listen() as ear:
            while not self.somebody():
                await ear.get()

    async def somebody_went(self) -> None:
        """Wait until nobody is known to stand there any more."""
        with self.listen() as ear:
            while self.somebody():
                await ear.get()

    async def arrival(self, *, lying: bool = False, unreadable: bool = True, card_in: bool = True) -> Arrival:
        """Wait for a card, an ID card or a code. A card that is in already counts; with *lying* (somebody was asked to
        show something) an ID card that lies there already too. Nobody is held by an ID card that was left behind. What
        cannot be a code arrives too, unless not *unreadable*: where it has just been said, it is not said again. Not
        *card_in*: a card that is in already is somebody else's, and does not count."""
        with self.listen() as ear:
            try:
                if self.scanner is not None:
                    await self.scanner.arm()
                if card_in and self.card_is_in():
                    return Arrival(Way.CARD)
                if lying and self.id_reader is not None and self.id_reader.medium is Medium.PRESENT:
                    return Arrival(Way.ID_CARD)
                async for event in _each(ear):
                    found = self._arrival_of(event)
                    if found is not None and (unreadable or not found.unreadable):
                        return found
            finally:
                if self.scanner is not None:
                    await self.scanner.disarm()
        raise AssertionError("an ear never ends")  # pragma: no cover - said to the type checker

    def _arrival_of(self, event: DeviceEvent) -> Arrival | None:
        if event.happening is Happening.SCANNED:
            return Arrival(Way.CODE, event.code, event.at)
        if event.happening is Happening.INVALID:
            return Arrival(Way.CODE, "", event.at)
        if event.happening is Happening.INSERTED:
            if self._is_card_reader(event):
                return Arrival(Way.CARD)
            if self.id_reader is not None and event.device == self.id_reader.name:
                return Arrival(Way.ID_CARD)
        return None

    def _is_card_reader(self, event: DeviceEvent) -> bool:
        return self.card_reader is not None and event.device == self.card_reader.name

    def taken(self, way: Way) -> int:
        """How often a card of *way* was taken away: while it stays the same, what lies there is what lay there."""
        return self.removals if way is Way.CARD else self.lifted

    async def laid(self, way: Way, since: int | None = None) -> Literal[True]:
        """Wait until a card of *way* (not a code) is there; with *since* (``taken`` then) another one than that."""
        with self.listen() as ear:
            while True:
                device = self.card_reader if way is Way.CARD else self.id_reader
                there = device is not None and device.medium is Medium.PRESENT
                if there and since != self.taken(way):
                    return True
                await ear.get()

    async def card_removed(self, since: int | None = None) -> None:
        """Wait until the social-security card that was in when ``removals`` was *since* (default: now) is out, whether
        or not another one is in already."""
        with self.listen() as ear:
            mark = self.removals if since is None else since
            if mark != self.removals or not self.card_is_in():
                return
            async for _event in _each(ear):
                if mark != self.removals or not self.card_is_in():
                    return

    @contextmanager
    def changes(self) -> Iterator[Callable[[], Coroutine[Any, Any, DeviceEvent]]]:
        """One change of any device's state or supply after the other: none between two waits is missed."""
        with self.listen() as ear:
            yield lambda: _change(ear)

    async def changed(self) -> DeviceEvent:
        """Wait for any change of any device's state or supply from now on."""
        with self.changes() as change:
            return await change()


_CHANGES: Final = frozenset({Happening.STATE_CHANGED, Happening.LOW, Happening.OUT, Happening.RECOVERED})


async def _owned(device: Device, events: asyncio.Queue[DeviceEvent]) -> None:
    """Run *device* for ever: a defect in one driver is reported and ends neither the others nor the terminal."""
    while True:
        try:
            await device.run(events)
        except Exception as error:
            report(error)
        await asyncio.sleep(limits.DEVICE_REOPEN_LAST)


async def _change(ear: asyncio.Queue[DeviceEvent]) -> DeviceEvent:
    while (event := await ear.get()).happening not in _CHANGES:
        pass
    return event


async def _each(ear: asyncio.Queue[DeviceEvent]) -> AsyncIterator[DeviceEvent]:
    while True:
        yield await ear.get()
