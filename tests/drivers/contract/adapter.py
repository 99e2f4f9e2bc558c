"""What the contract's tests need to know of a driver and its peer, and nothing more.

A new device is one more subclass, listed in ``adapters.ADAPTERS``; the tests do not change.
"""

from __future__ import annotations

import abc
import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, ClassVar, Self

import pytest

from contract import limits
from drivers.camera import driver as camera_driver
from drivers.device import (
    COMPLETION_OF,
    Completion,
    Device,
    DeviceEvent,
    Failure,
    Medium,
    Printed,
    PrinterStatus,
    ReaderStatus,
    State,
)
from drivers.printer import port as printer_port
from drivers.serial_line import Patience

LONG = 20.0
"""Nothing that is waited for takes this long, whatever else the machine is doing (seconds)."""


DEADLINES = (
    *("CARD_EXCHANGE", "CARD_READ", "ID_READER_FIND", "ID_READER_SELECT", "ID_READER_READ", "ID_READER_ADDRESS"),
    *("ID_READER_MODULE", "PRINTER_STATUS", "SPEAKER_SLACK"),
)


@contextmanager
def hurried() -> Iterator[None]:
    """Deadlines a quarter as long, for as long as a peer gives no good answer anyway: what is looked at is what its
    command comes to, and that it comes to it by the deadline that the driver declares."""
    with pytest.MonkeyPatch.context() as patch:
        for name in DEADLINES:
            patch.setattr(limits, name, getattr(limits, name) / 4)
        patch.setattr(printer_port, "LATE", printer_port.LATE / 4)
        patch.setattr(camera_driver, "_SECONDS", dict.fromkeys(camera_driver._SECONDS, 1.0))
        yield


def slowed(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, seconds: float) -> list[float]:
    """*owner.name* begins with a blocking wait, as a library does on a device that thinks about it."""
    plain: Callable[..., Any] = getattr(owner, name)
    began: list[float] = []

    def slow(*arguments: Any, **named: Any) -> Any:
        began.append(time.monotonic())
        time.sleep(seconds)
        return plain(*arguments, **named)

    monkeypatch.setattr(owner, name, slow)
    return began


class Adapter(abc.ABC):
    """One driver beside one peer. Opened, the peer is there and unplugged and the driver does not run."""

    name: ClassVar[str]
    mute: ClassVar[tuple[str, ...]] = ()
    """Commands that give no answer (a scanner's ``arm``): they only have to end in time, whatever the peer does."""
    opens: ClassVar[bool] = True
    """False: whether it is there is seen without opening anything, so that no attempt is ever made in vain."""
    driver: Device
    secrets: tuple[str, ...] = ()
    """What belongs to a resident and may stand in no repr."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[DeviceEvent] = asyncio.Queue()
        self.heard: list[DeviceEvent] = []
        self.running: asyncio.Task[None] | None = None

    # -- told of each driver and peer ---------------------------------------------------------------------------------
    @classmethod
    @asynccontextmanager
    async def surroundings(cls) -> AsyncIterator[Any]:
        """What is opened once for all tests (pcscd)."""
        yield None

    @abc.abstractmethod
    async def open(self, folder: Path, surroundings: Any, stack: AsyncExitStack) -> None:
        """Make peer and driver; what must be closed goes on *stack*."""

    @abc.abstractmethod
    async def plug(self) -> None: ...

    @abc.abstractmethod
    async def unplug(self) -> None: ...

    async def ready(self) -> None:  # noqa: B027  # most need nothing
        """Whatever the commands need: a card that is in, a document that lies there."""

    async def command(self, name: str) -> object:
        """Call one command of ``capabilities.deadlines``."""
        raise NotImplementedError(name)

    def whole(self, name: str, result: object) -> bool:
        """Whether *result* is what the command gives when all is well."""
        raise NotImplementedError(name)

    @abc.abstractmethod
    async def silence(self) -> None:
        """From now on the peer takes everything and answers nothing."""

    @abc.abstractmethod
    async def garble(self, seed: int) -> None:
        """From now on the peer answers noise; a peer that only talks says some now."""

    @abc.abstractmethod
    async def heal(self) -> None:
        """The peer is well again, and what lay in it was taken out."""

    async def insert(self, which: int = 0) -> None:
        """Devices with media: put in the first or the second of two."""
        raise NotImplementedError

    async def remove(self) -> None:
        raise NotImplementedError

    async def tell_a_secret(self) -> None:  # noqa: B027  # most tell nothing by themselves
        """Make the device report something of a resident by itself (a code that is shown)."""

    @abc.abstractmethod
    def slow_opening(self, monkeypatch: pytest.MonkeyPatch, seconds: float) -> list[float]:
        """Make the library's opening block so long; the list gets an entry each time it begins."""

    def pauses(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        """Between attempts to open, wait no time; the list gets the pauses it would have waited."""
        noted: list[float] = []

        async def wait(patience: Patience) -> None:
            noted.append(patience.following())
            await asyncio.sleep(0.001)

        monkeypatch.setattr(Patience, "wait", wait)
        return noted

    # -- the same for all ---------------------------------------------------------------------------------------------
    @classmethod
    @asynccontextmanager
    async def beside(cls, folder: Path, surroundings: Any) -> AsyncIterator[Self]:
        async with AsyncExitStack() as stack:
            adapter = cls()
            await adapter.open(folder, surroundings, stack)
            try:
                yield adapter
            finally:
                await adapter.stop()
                await adapter.heal()
                adapter.listen()
                adapter.no_secret_in(adapter.driver, *adapter.heard)

    def start(self) -> None:
        assert self.running is None
        self.running = asyncio.create_task(self.driver.run(self.events), name=f"run {self.name}")

    async def stop(self) -> None:
        """Cancel run; it must end by that and by nothing else."""
        running, self.running = self.running, None
        if running is None:
            return
        assert not running.done(), f"run ended by itself: {running!r}"
        running.cancel()
        async with asyncio.timeout(LONG):
            await asyncio.wait((running,))
        assert running.cancelled(), f"run did not end by its cancellation: {running!r}"

    async def online(self) -> None:
        """Plugged and running, wait until the driver says so."""
        await self.until(lambda: self.driver.state is State.ONLINE)

    async def until(self, condition: Callable[[], bool], seconds: float = LONG) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                assert self.running is None or not self.running.done(), f"run ended: {self.running!r}"
                await asyncio.sleep(0.005)

    async def medium(self, medium: Medium) -> None:
        def there() -> bool:
            seen = self.driver.seen
            assert isinstance(seen, ReaderStatus)
            return seen.medium is medium

        await self.until(there)

    @property
    def commands(self) -> tuple[str, ...]:
        return tuple(name for name in self.driver.capabilities.deadlines if name not in self.mute)

    def listen(self) -> list[DeviceEvent]:
        """All events until now."""
        while not self.events.empty():
            self.heard.append(self.events.get_nowait())
        return self.heard

    def forget_events(self) -> None:
        self.listen()
        self.heard.clear()

    async def works(self, name: str) -> None:
        """The command does what it should, within its deadline."""
        async with asyncio.timeout(self.driver.capabilities.deadlines[name] + 5):
            result = await self.command(name)
        assert self.whole(name, result), f"{name}: {result!r}"
        self.no_secret_in(result)

    def no_secret_in(self, *things: object) -> None:
        for thing in things:
            told = repr(thing)
            assert not [secret for secret in self.secrets if secret in told], f"a resident's data in {type(thing)}"


def completion(result: object) -> Completion:
    """How a command ended, in the layer all devices share."""
    match result:
        case Failure():
            return result.completion
        case Printed(fault=None) | None:
            return Completion.SUCCESS
        case Printed():
            assert result.fault is not None
            return COMPLETION_OF.get(result.fault, Completion.USER_ERROR)
        case PrinterStatus(state=State.NO_DEVICE | State.OFFLINE):
            return Completion.NOT_READY
        case PrinterStatus(state=State.UNKNOWN):
            return Completion.TIMEOUT
        case _:
            return Completion.SUCCESS
