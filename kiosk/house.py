"""What a visit finds when it comes in: put together once by the composition root, passed on, never global."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from contract import working_days
from contract.catalogue import Catalogue
from contract.contents import Notice
from contract.faults import Fault, Sentence
from contract.texts import Texts
from contract.waits import Waits
from contract.working_days import WorkingDays
from kiosk.bay import Bay
from kiosk.central import Central
from kiosk.concurrency import Signal
from kiosk.courier import Courier
from kiosk.journal import Journal
from kiosk.printing import PrintDesk
from kiosk.settings import NoticeSection, Settings
from kiosk.shelf import Shelf
from kiosk.staff import Staff
from kiosk.stage import Stage

Clock = Callable[[], datetime]
"""Now, with its zone (Asia/Shanghai)."""


@dataclass(frozen=True)
class House:
    stage: Stage
    bay: Bay
    central: Central
    journal: Journal
    courier: Courier
    desk: PrintDesk
    catalogue: Catalogue
    texts: Texts
    faults: Mapping[Fault, Sentence]
    settings: Settings
    clock: Clock
    news: Signal
    """Notified when the platform went away or came back."""
    follow: Callable[[str], str]
    """From a receipt number to the address of its follow-up page, for the slip's QR."""
    notice: Callable[[int], str]
    """From an item's number to the address of its one-time notice, for the printed one's QR."""
    waits: Waits = field(default_factory=Waits)
    calendar: WorkingDays = field(default_factory=working_days.load)
    """By which due dates are counted."""
    configured_notices: tuple[Notice, ...] | None = None
    """None: terminal.toml's."""
    pictures: Sequence[bytes] = field(default=(), repr=False)
    """PNG files that take their turn with the notices."""
    shelf: Shelf | None = None
    """Where a newer configuration is laid."""
    staff: Staff | None = None
    """The desk of the staff PIN; None: this terminal has none, and nobody can sign in."""
    disabled: Signal = field(default_factory=Signal)
    """Notified when a worker's PIN was disabled: the platform is told."""

    @property
    def notices(self) -> Sequence[Notice | NoticeSection]:
        """What hangs on the idle screen."""
        return self.settings.notices if self.configured_notices is None else self.configured_notices

    def current(self) -> House:
        """This house with what lies on the shelf now. Asked for between visits only: a visit keeps what it had."""
        if self.shelf is None:
            return self
        laid = self.shelf.contents
        if laid.catalogue is self.catalogue and laid.texts is self.texts and laid.faults is self.faults:
            return self
        return replace(
            self,
            catalogue=laid.catalogue,
            texts=laid.texts,
            faults=laid.faults,
            waits=laid.waits,
            calendar=laid.calendar,
            configured_notices=laid.notices,
            pictures=laid.pictures,
        )
