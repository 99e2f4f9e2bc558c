"""What a verification says: never a bare pass. What was seen, what was found, and what cannot be seen from here."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


class Kind(enum.StrEnum):
    CHAIN = "chain"
    """Without the audit key: order, links, signatures, hashes, the outbox's and the slips' witness."""
    FULL = "full"
    """With the audit key: also every mac and every content."""


class Reason(enum.StrEnum):
    """Why a log is not sound. Where several hold for one record, the first in this order is told, except that a full
    verification tells BAD_MAC where one without the key tells BAD_HASH."""

    UNREADABLE = "UNREADABLE"
    """No SQLite file, or damaged so that it cannot be read to the end."""
    UNSEALED = "UNSEALED"
    """Not this format: tables missing, headers that are none, records that belong to no segment."""
    EMPTY = "EMPTY"
    """No record at all: a terminal that was ever started has one."""
    WRONG_DEVICE = "WRONG_DEVICE"
    """A segment of another device than asked for, or than the one before."""
    GAP = "GAP"
    """A record or a segment is missing."""
    BAD_ORDER = "BAD_ORDER"
    """A record stands where another was written."""
    FORK = "FORK"
    """Two histories: a place taken twice, or a cosignature or a slip's witness that does not fit what stands there."""
    BAD_SEGMENT_SIG = "BAD_SEGMENT_SIG"
    BAD_PREV = "BAD_PREV"
    """A segment that continues another head than the one before it ends with."""
    WRONG_KEY = "WRONG_KEY"
    """The audit key given is not the one this segment is sealed to."""
    BAD_SEGMENT_KEY = "BAD_SEGMENT_KEY"
    """The segment's secret does not open although the key is the right one."""
    BAD_MAC = "BAD_MAC"
    BAD_HASH = "BAD_HASH"
    BAD_SEAL = "BAD_SEAL"
    """The mac holds, the content does not open or is no detail of a declared event."""
    AFTER_REVOCATION = "AFTER_REVOCATION"
    """By its own time written after the platform had revoked the terminal."""
    BAD_COSIGNATURE = "BAD_COSIGNATURE"
    """A cosignature in the file that is none, or not this platform's."""
    BAD_PRUNE = "BAD_PRUNE"
    """The beginning is gone, and what stands in its place is not the device's statement with the platform's receipt."""
    TRUNCATED_BELOW_WITNESS = "TRUNCATED_BELOW_WITNESS"
    """A cosignature, a slip or an outbox row witnesses a record beyond the end."""
    OUTBOX_MISMATCH = "OUTBOX_MISMATCH"
    """An outbox row whose log record says something else, or a logged submission without its row."""


class BrokenError(Exception):
    """The first thing that does not hold."""

    def __init__(self, reason: Reason, seq: int | None = None, segment: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.seq, self.segment = reason, seq, segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """``sound`` means: everything this kind of verification can see holds. Read ``cannot_see`` with it."""

    kind: Kind
    device: str = ""
    reason: Reason | None = None
    bad_seq: int | None = None
    """First seq that does not hold; of a missing segment, the first that is missing."""
    bad_segment: int | None = None
    segments: int = 0
    records: int = 0
    """Records found good, from ``sound_from`` on."""
    sound_from: int = 0
    """The first seq in the file: 0, unless a prefix was pruned with the platform's receipt."""
    last_seq: int | None = None
    head: str = ""
    """Hex, after the last good record."""
    first_at: str = ""
    last_at: str = ""
    """UTC by the terminal's own clock."""
    slips: int = 0
    """Slips' witness lines that fitted."""
    last_witnessed: int | None = None
    """Highest seq a slip given witnesses."""
    outbox_rows: int = 0
    beyond_cosignature: int = 0
    """Good records after the last verified cosignature: all of them without the platform's key."""
    cosignatures: int = 0
    """Verified, and fitting what stands there."""
    trusted_from: str = ""
    trusted_to: str = ""
    """First and last time of the verified cosignatures: what the last one covers was there at ``trusted_to``."""
    cannot_see: tuple[str, ...] = field(default=())

    @property
    def sound(self) -> bool:
        return self.reason is None
