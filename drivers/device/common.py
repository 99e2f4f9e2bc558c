"""What every device has in common. Names follow XFS (CEN/XFS 3.x, XFS4IoT Common service) where it has one.

What a person can cause (a card pulled, paper out, a wrong PIN) is an ordinary result, never an exception.
A driver's blocking library runs in that driver's own worker thread; nothing here blocks the event loop.
"""

from __future__ import annotations

import asyncio
import enum
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Protocol

from contract.faults import Fault


class DeviceClass(enum.StrEnum):
    """XFS device classes, as far as a terminal has them."""

    CARD_READER = "cardReader"
    ID_READER = "idReader"
    """Resident identity card with SAM_V; XFS has no class of its own for it."""
    SCANNER = "barcodeReader"
    PRINTER = "printer"
    CAMERA = "camera"
    SPEAKER = "speaker"
    PRESENCE = "presence"
    """XFS: Auxiliaries, proximity sensor."""
    POWER = "power"
    """XFS: Auxiliaries, uninterruptible power supply."""


class State(enum.StrEnum):
    """XFS4IoT Common.Status device states."""

    ONLINE = "online"
    OFFLINE = "offline"
    NO_DEVICE = "noDevice"
    BUSY = "deviceBusy"
    HARDWARE_ERROR = "hardwareError"
    USER_ERROR = "userError"
    UNKNOWN = "unknown"


class Medium(enum.StrEnum):
    """Card or document in the device (XFS4IoT CardReader.Status media)."""

    PRESENT = "present"
    NOT_PRESENT = "notPresent"
    UNKNOWN = "unknown"


class Supply(enum.StrEnum):
    """Paper (XFS4IoT Printer.Status paper supply)."""

    FULL = "paperFull"
    LOW = "paperLow"
    OUT = "paperOut"
    JAMMED = "paperJammed"
    UNKNOWN = "unknown"
    """A silent printer is unknown, never full."""


class Happening(enum.StrEnum):
    """What a device reports by itself."""

    INSERTED = "mediaInserted"
    """Something is in or on the device; the data are read by a command."""
    REMOVED = "mediaRemoved"
    TAKEN = "mediaTaken"
    """A slip was taken out of the presenter (printers that can tell)."""
    SCANNED = "dataRead"
    INVALID = "invalidMedia"
    """Something was shown that cannot be what is asked for; says nothing of what it was."""
    STATE_CHANGED = "statusChanged"
    LOW = "suppliesLow"
    """Paper, or a battery, is nearly at its end: staff is warned early."""
    OUT = "suppliesOut"
    RECOVERED = "recovered"
    """After the state was not ``online``, or a supply was low or out: the device is whole again."""
    CAME = "proximityDetected"
    """Somebody stands before the terminal."""
    WENT = "proximityLost"


class Completion(enum.StrEnum):
    """The upper of the two layers of errors: how a command of any device can end (XFS4IoT completion codes).

    The lower layer is the fault of its class: card pulled, not authorised, paper out, jammed ...
    """

    SUCCESS = "success"
    TIMEOUT = "timeOut"
    CANCELLED = "canceled"
    NOT_READY = "deviceNotReady"
    HARDWARE_ERROR = "hardwareError"
    USER_ERROR = "userError"
    """Something a person did or can put right: card pulled, paper out, cover open."""
    UNSUPPORTED = "unsupportedCommand"


COMPLETION_OF: Final[Mapping[Fault, Completion]] = MappingProxyType(
    {
        Fault.READER_GONE: Completion.NOT_READY,
        Fault.PSAM_MISSING: Completion.NOT_READY,
        Fault.CARD_KEYS_AWAY: Completion.NOT_READY,
        Fault.PRINTER_GONE: Completion.NOT_READY,
        Fault.PRINTER_JAM: Completion.HARDWARE_ERROR,
        Fault.PRINTER_HOT: Completion.NOT_READY,
        Fault.PRINTER_BROKEN: Completion.HARDWARE_ERROR,
        Fault.ID_READER_SELF_TEST: Completion.HARDWARE_ERROR,
        Fault.ID_READER_NOT_AUTHORISED: Completion.HARDWARE_ERROR,
        Fault.PRINT_UNKNOWN: Completion.TIMEOUT,
        Fault.CAMERA_GONE: Completion.NOT_READY,
        Fault.SPEAKER_GONE: Completion.NOT_READY,
        Fault.DISK_FULL: Completion.NOT_READY,
    }
)
"""Where a fault's completion is not what it mostly is: something that a person did or can put right."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A command that did not do what it was asked. Ordinary, typed, with its sentence in contract/faults.toml."""

    fault: Fault
    detail: str = ""
    """For staff and the log (a status word, a state); never personal data."""
    tries_left: int | None = None
    timed_out: bool = False
    """The command ended because its deadline did."""

    @property
    def completion(self) -> Completion:
        """The same in the layer that all devices share."""
        if self.timed_out:
            return Completion.TIMEOUT
        return COMPLETION_OF.get(self.fault, Completion.USER_ERROR)


@dataclass(frozen=True, slots=True)
class Status:
    """What a device last said of itself. Classes with media or supplies add theirs."""

    state: State


@dataclass(frozen=True, slots=True)
class ReaderStatus(Status):
    medium: Medium = Medium.UNKNOWN


@dataclass(frozen=True, kw_only=True, slots=True)
class Capabilities:
    """What a device can do (XFS4IoT Common.Capabilities). Classes add theirs."""

    device_class: DeviceClass
    media: bool = False
    """Tells what lies in it: its ``seen`` is a ReaderStatus, and INSERTED and REMOVED come from it."""
    deadlines: Mapping[str, float] = field(default_factory=dict)
    """Command -> seconds after which it has ended, whatever the device does. Each can be cancelled before that, and
    the device takes the next command all the same."""


def since_boot() -> float:
    """Seconds since the machine started, time asleep included (CLOCK_BOOTTIME): no set clock moves it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True, slots=True)
class DeviceEvent:
    device: str
    happening: Happening
    state: State = State.ONLINE
    supply: Supply | None = None
    code: str = field(default="", repr=False)
    """For SCANNED: the opaque token. Never logged, never in a repr."""
    at: float = field(default_factory=since_boot, repr=False, compare=False)
    """When it happened (``since_boot``)."""


class Device(Protocol):
    """Life of any device: opened once, reopened by itself with backoff when it comes back, closed once."""

    name: str

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def seen(self) -> Status:
        """What it last said, without asking it. Before ``run`` and after it: not online."""
        ...

    @property
    def state(self) -> State:
        """``seen.state``."""
        ...

    async def run(self, events: asyncio.Queue[DeviceEvent]) -> None:
        """Own the device until cancelled: open, watch, put events, reopen with jittered backoff. Never raises for a
        device that is missing or breaks; closes everything on cancellation. Called again after it ended, it works."""
        ...


EventStream = AsyncIterator[DeviceEvent]


def happenings(before: State, now: State) -> tuple[Happening, ...]:
    """What a change of state is told as: STATE_CHANGED, and RECOVERED when it became whole after having been known
    to be otherwise."""
    if before is now:
        return ()
    if now is State.ONLINE and before in (State.HARDWARE_ERROR, State.USER_ERROR, State.OFFLINE, State.NO_DEVICE):
        return (Happening.STATE_CHANGED, Happening.RECOVERED)
    return (Happening.STATE_CHANGED,)
