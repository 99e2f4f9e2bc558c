"""The social-security card reader on PC/SC: presence, reading, PIN. Implements drivers.device.CardReader."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from contract import limits
from contract.faults import Fault
from drivers.card_reader import apdu
from drivers.card_reader.authenticator import Authenticator, NoKeys
from drivers.card_reader.slots import Interface, Sight
from drivers.card_reader.worker import Job, PinJob, ReadJob, Worker
from drivers.device import (
    CardHolder,
    CardReaderCapabilities,
    DeviceClass,
    DeviceEvent,
    Failure,
    Happening,
    Medium,
    ReaderStatus,
    State,
    happenings,
)


@dataclass(frozen=True, slots=True)
class CardReaderSettings:
    """Which reader. A combined device shows as two PC/SC readers; each is named for itself, at least one."""

    reader: str = ""
    """Part of the contact reader's PC/SC name; of several the first by name is taken. Empty: none."""
    contactless: str = ""
    """Part of the contactless reader's PC/SC name. Empty: none."""

    def interfaces(self) -> tuple[Interface, ...]:
        named = ((self.reader, False), (self.contactless, True))
        return tuple(Interface(reader, contactless) for reader, contactless in named if reader)


class PcscCardReader:
    """One device with a slot, an antenna, or both. Its worker thread lives as long as ``run``."""

    def __init__(
        self,
        settings: CardReaderSettings,
        *,
        authenticator: Authenticator | None = None,
        today: Callable[[], date] = date.today,
        name: str = "card_reader",
    ) -> None:
        if not settings.interfaces():
            raise ValueError("a card reader needs the name of a contact or of a contactless reader")
        self.name = name
        self._settings = settings
        self._authenticator: Authenticator = authenticator or NoKeys()
        self._today = today
        self._sight = Sight(State.OFFLINE)
        self._worker: Worker | None = None

    @property
    def capabilities(self) -> CardReaderCapabilities:
        return CardReaderCapabilities(
            device_class=DeviceClass.CARD_READER,
            media=True,
            contact=bool(self._settings.reader),
            contactless=bool(self._settings.contactless),
            authenticator=self._authenticator.kind,
            deadlines={"read": limits.CARD_READ, "verify_pin": limits.CARD_READ},
        )

    @property
    def seen(self) -> ReaderStatus:
        return ReaderStatus(self._sight.state, self._sight.medium)

    @property
    def state(self) -> State:
        return self._sight.state

    @property
    def medium(self) -> Medium:
        return self._sight.medium

    async def run(self, events: asyncio.Queue[DeviceEvent]) -> None:
        """Own the reader until cancelled. A missing pcscd or reader is waited for with backoff."""
        assert self._worker is None, "it is running already"
        loop = asyncio.get_running_loop()
        ended: concurrent.futures.Future[None] = concurrent.futures.Future()
        ended.set_running_or_notify_cancel()

        def report(sight: Sight) -> None:
            loop.call_soon_threadsafe(self._seen, sight, events)

        self._worker = Worker(self._settings.interfaces(), report, ended)
        self._worker.start()
        ending = asyncio.wrap_future(ended)
        try:
            await asyncio.shield(ending)
        finally:
            self._worker.close()
            self._worker = None
            await asyncio.wait((ending,), timeout=limits.CARD_CONNECT)
            self._sight = Sight(State.OFFLINE)

    async def read(self) -> CardHolder | Failure:
        """Read the holder of the card that is in, within limits.CARD_READ; cancelling stops between two commands."""
        result = await self._command(ReadJob(self._today(), self._authenticator))
        assert result is not None
        return result

    async def verify_pin(self, pin: str) -> Failure | None:
        """One VERIFY on the card that was read; None when it accepted. Never sent twice."""
        if not apdu.pin_has_shape(pin):
            return Failure(Fault.PIN_WRONG, "not 4 to 16 digits, not sent")
        result = await self._command(PinJob(pin))
        assert not isinstance(result, CardHolder)
        return result

    async def _command(self, job: Job) -> CardHolder | Failure | None:
        worker = self._worker
        if worker is None or self.state is not State.ONLINE:
            return Failure(Fault.READER_GONE, self.state.value)
        worker.post(job)
        try:
            async with asyncio.timeout(limits.CARD_READ):
                return await asyncio.wrap_future(job.result)
        except TimeoutError:
            return Failure(Fault.CARD_UNREADABLE, f"no end within {limits.CARD_READ:.0f} s", timed_out=True)
        finally:
            job.stop.set()

    def _seen(self, sight: Sight, events: asyncio.Queue[DeviceEvent]) -> None:
        """On the loop: take over what the worker saw and say what changed, removal first."""
        before, self._sight = self._sight, sight
        was_in, is_in = before.medium is Medium.PRESENT, sight.medium is Medium.PRESENT
        swapped = was_in and is_in and before.insertion != sight.insertion
        happened = []
        if was_in and (not is_in or swapped):
            happened.append(Happening.REMOVED)
        happened.extend(happenings(before.state, sight.state))
        if is_in and (not was_in or swapped):
            happened.append(Happening.INSERTED)
        for happening in happened:
            events.put_nowait(DeviceEvent(self.name, happening, sight.state))
