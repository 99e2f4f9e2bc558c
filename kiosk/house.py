"""What a visit finds when it comes in: put together once by the composition root, passed on, never global."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from contract.catalogue import Catalogue
from contract.faults import Fault, Sentence
from contract.texts import Texts
from kiosk.bay import Bay
from kiosk.central import Central
from kiosk.concurrency import Signal
from kiosk.courier import Courier
from kiosk.journal import Journal
from kiosk.printing import PrintDesk
from kiosk.settings import Settings
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
