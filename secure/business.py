"""What the ledger is given and what it gives back: records to seal, new business, and what of it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import uuid6

from contract.log_events import Event
from contract.log_format import INTL, Value, suite_name, witness
from contract.wire import Delivery


@dataclass(frozen=True, slots=True)
class Entry:
    """One record to be sealed: the event and its declared fields. No repr of the values: they can be a resident's."""

    event: Event
    values: dict[str, Value] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a record stands. Within ``Draft.body`` the head is empty: it depends on the body's hash."""

    segment: int
    seq: int
    head: bytes

    @property
    def witness(self) -> str:
        """For the slip: an offline witness of everything up to this record."""
        assert self.head, "the record is not sealed yet"
        return witness(self.seq, self.head)


@dataclass(frozen=True, slots=True)
class DiskFull:
    """Nothing was written: no room, or less than limits.DISK_RESERVE_BYTES left for new business."""

    free: int | None = None
    """Bytes, when that was what told."""


@dataclass(frozen=True, slots=True)
class SealedPhoto:
    """A photographed page as the camera gave it: sealed to the platform. Answers name it by its hash
    (PhotoBox.reference)."""

    key: str
    """UUIDv7; also the key of idempotency."""
    sealed: bytes = field(repr=False)


def new_photo(sealed: bytes) -> SealedPhoto:
    """With a key of its own."""
    return SealedPhoto(str(uuid6.uuid7()), sealed)


@dataclass(frozen=True, slots=True)
class Draft:
    """New business, to be completed inside the transaction."""

    type: str
    """Delivery type: ``submission``, ``rating``."""
    terminal_number: int
    """Four digits within the city."""
    body: Callable[[str, str, Position], bytes]
    """(key, receipt number, position without head) → plain body."""
    entry: Callable[[str, str, str], Entry]
    """(key, receipt number, hash of the body in hex) → the log record."""
    photos: tuple[SealedPhoto, ...] = ()
    """Kept in the same transaction; delivered by themselves."""
    numbered: bool = True
    """Whether it is a matter, with a receipt number; what is none leaves no gap in the numbers."""


@dataclass(frozen=True, slots=True)
class Kept:
    """New business that stands, whatever happens next."""

    key: str
    receipt: str
    """Receipt number: terminal 4 digits, year 2, day of the year 3, running number of the day 3; empty for what is no
    matter."""
    position: Position


@dataclass(frozen=True, slots=True)
class OutboxRow:
    key: str
    type: str
    number: str
    """Receipt number; of what is no matter, its type and key."""
    sha256: str
    position: tuple[int, int]
    """Segment and seq of its log record."""
    tries: int
    next_at: datetime | None
    sealed: bytes | None = field(repr=False)
    signature: bytes | None = field(repr=False)
    receipt: bytes | None = field(repr=False)
    """What settled it, as given to ``settle`` or ``dead_letter``."""
    suite: bytes = INTL

    def delivery(self) -> Delivery:
        assert self.sealed is not None, "a settled row is not delivered again"
        assert self.signature is not None
        return Delivery(
            key=self.key,
            type=self.type,
            sha256=self.sha256,
            sealed=self.sealed,
            signature=self.signature,
            suite=suite_name(self.suite),
        )
