"""The contract every device keeps. Names follow XFS (CEN/XFS 3.x, XFS4IoT) where it has one.

What a person can cause (a card pulled, paper out, a wrong PIN) is an ordinary result, never an exception.
A driver's blocking library runs in that driver's own worker thread; nothing here blocks the event loop.
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from contract.faults import Fault
from contract.slip import PrintOutcome, Slip


class State(enum.StrEnum):
    """XFS4IoT Common.Status device states."""

    ONLINE = "online"
    OFFLINE = "offline"
    NO_DEVICE = "noDevice"
    BUSY = "deviceBusy"
    HARDWARE_ERROR = "hardwareError"
    USER_ERROR = "userError"
    UNKNOWN = "unknown"


class Supply(enum.StrEnum):
    """Paper (XFS4IoT Printer.Status paper supply)."""

    FULL = "paperFull"
    LOW = "paperLow"
    OUT = "paperOut"
    JAMMED = "paperJammed"
    UNKNOWN = "unknown"
    """A silent printer is unknown, never full."""


class Medium(enum.StrEnum):
    """Card or document in the device (XFS4IoT CardReader.Status media)."""

    PRESENT = "present"
    NOT_PRESENT = "notPresent"
    UNKNOWN = "unknown"


class Happening(enum.StrEnum):
    """What a device reports by itself."""

    INSERTED = "mediaInserted"
    """Something is in or on the device; the data are read by a command."""
    REMOVED = "mediaRemoved"
    SCANNED = "dataRead"
    STATE_CHANGED = "statusChanged"


@dataclass(frozen=True, slots=True)
class DeviceEvent:
    device: str
    happening: Happening
    state: State = State.ONLINE
    supply: Supply | None = None
    code: str = field(default="", repr=False)
    """For SCANNED: the opaque token. Never logged, never in a repr."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A command that did not do what it was asked. Ordinary, typed, with its sentence in contract/faults.toml."""

    fault: Fault
    detail: str = ""
    """For staff and the log (a status word, a state); never personal data."""
    tries_left: int | None = None


@dataclass(frozen=True, slots=True)
class CardHolder:
    """What a social-security card says (device-protocols 1.4, 1.5). No repr of its personal fields."""

    id_number: str = field(repr=False)
    name: str = field(repr=False)
    sex: str = field(repr=False)
    """GB/T 2261.1: 1 male, 2 female, 0 unknown, 9 unstated"""
    ethnicity: str = field(repr=False)
    """GB/T 3304, two digits; empty when the card does not say"""
    born: date = field(repr=False)
    card_number: str = field(repr=False)
    card_id_code: str = field(repr=False)
    version: str
    """``1.00``, ``2.00``, ``3.00``"""
    issued: date | None
    expires: date | None
    algorithm: str = "3DES"


@dataclass(frozen=True, slots=True)
class IdCardHolder:
    """What a resident identity card (or permit) says (device-protocols 2.7)."""

    id_number: str = field(repr=False)
    name: str = field(repr=False)
    sex: str = field(repr=False)
    ethnicity: str = field(repr=False)
    born: date = field(repr=False)
    address: str = field(repr=False)
    expires: date | None
    """None: 长期"""


class Device(Protocol):
    """Life of any device: opened once, reopened by itself with backoff when it comes back, closed once."""

    name: str

    @property
    def state(self) -> State: ...

    async def run(self, events: asyncio.Queue[DeviceEvent]) -> None:
        """Own the device until cancelled: open, watch, put events, reopen with jittered backoff. Never raises for a
        device that is missing or breaks; closes everything on cancellation."""
        ...


class CardReader(Device, Protocol):
    """Contact social-security card reader (XFS4IoT CardReader, chip)."""

    @property
    def medium(self) -> Medium: ...

    async def read(self) -> CardHolder | Failure:
        """Read EF05 and EF06 of the card that is in (deadline limits.CARD_READ)."""
        ...

    async def verify_pin(self, pin: str) -> Failure | None:
        """VERIFY on the card that is in; None when the card accepted it. Never retried by the driver."""
        ...


class IdReader(Device, Protocol):
    """Resident identity card reader with SAM_V (XFS: identity card reader)."""

    @property
    def medium(self) -> Medium: ...

    async def read(self) -> IdCardHolder | Failure: ...


class Scanner(Device, Protocol):
    """2D barcode scanner (XFS4IoT BarcodeReader). Its codes come as SCANNED events while it is armed."""

    async def arm(self) -> None: ...

    async def disarm(self) -> None: ...


class JobLedger(Protocol):
    """Where the printer writes a job's id before the first byte, and its outcome afterwards."""

    async def started(self, job: str) -> bool:
        """Whether the id is on disk. When not (the disk is full) nothing is printed: a job nobody could answer for."""
        ...

    async def ended(self, job: str, outcome: PrintOutcome) -> None: ...


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    state: State
    supply: Supply
    cover_open: bool = False
    cutter_error: bool = False


@dataclass(frozen=True, slots=True)
class Printed:
    outcome: PrintOutcome
    fault: Fault | None = None
    """Why not, or why not known."""


class Printer(Device, Protocol):
    """Receipt printer (XFS4IoT Printer)."""

    @property
    def supply(self) -> Supply:
        """What the last status said of the paper."""
        ...

    async def status(self) -> PrinterStatus: ...

    async def print(self, job: str, slip: Slip) -> Printed:
        """Print once. The job's id is in the ledger before the first byte; the driver never repeats a job."""
        ...


EventStream = AsyncIterator[DeviceEvent]
