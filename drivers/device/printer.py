"""The receipt printer (XFS4IoT Printer) and the ledger it keeps its jobs in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from contract.faults import Fault
from contract.slip import PrintOutcome, Slip
from drivers.device.common import Capabilities, Device, Medium, Status, Supply


class JobLedger(Protocol):
    """Where the printer writes a job's id before the first byte, and its outcome afterwards."""

    async def started(self, job: str) -> bool:
        """Whether the id is on disk. When not (the disk is full) nothing is printed: a job nobody could answer for."""
        ...

    async def ended(self, job: str, outcome: PrintOutcome) -> None: ...


@dataclass(frozen=True, slots=True)
class PrinterStatus(Status):
    supply: Supply = Supply.UNKNOWN
    cover_open: bool = False
    cutter_error: bool = False
    overheated: bool = False
    """The head is hot: it goes on by itself when it has cooled."""
    medium: Medium = Medium.UNKNOWN
    """A slip waits in the presenter to be taken (printers that can tell)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PrinterCapabilities(Capabilities):
    width_mm: int = 80
    native_qr: bool = True
    cutter: bool = True
    near_end: bool = True
    """Tells that the paper is nearly at its end."""
    automatic_status: bool = False
    """Reports changes by itself (ASB)."""
    presenter: bool = False
    """Tells when a slip was taken: TAKEN comes from it."""


@dataclass(frozen=True, slots=True)
class Printed:
    outcome: PrintOutcome
    fault: Fault | None = None
    """Why not, or why not known."""


class Printer(Device, Protocol):
    @property
    def seen(self) -> PrinterStatus: ...

    @property
    def supply(self) -> Supply:
        """What the last status said of the paper."""
        ...

    async def status(self) -> PrinterStatus:
        """Ask the printer now."""
        ...

    async def print(self, job: str, slip: Slip) -> Printed:
        """Print once. The job's id is in the ledger before the first byte; the driver never repeats a job: asked again
        for the same one, it says what became of it."""
        ...
