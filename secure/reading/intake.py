"""Taking in what a terminal delivers of its sealed log, and judging what it wants witnessed: chain only, no key needed.

The same rules as secure.reading.log's, step by step instead of over a whole file.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature

from contract.log_format import GENESIS, HASH_BYTES, FormatError, RecordHeader, SegmentHeader, record_suite
from contract.witnessing import Checkpoint, LogPart
from secure.reading.signing import device_verifier
from secure.reading.suite import READING, Reading

LARGEST = 2**62
"""Counts beyond this are no counts of a log (and no database's)."""


class Refusal(enum.Enum):
    """Why a part or a checkpoint is not taken."""

    MALFORMED = enum.auto()
    """Not this device's signature, or not what it says of itself. Nobody's history is told by it."""
    FORK = enum.auto()
    """Signed by the device, and goes on from another head than the one held."""


@dataclass(frozen=True, slots=True)
class Held:
    """Where a log stands, as far as it was taken in."""

    segments: int
    size: int
    head: bytes

    @property
    def place(self) -> tuple[int, int]:
        return self.segments, self.size


def nothing_of(device: str, device_key: bytes) -> Held:
    """The place before the first segment."""
    return Held(0, 0, _reading(device_key).hash(GENESIS + device.encode()))


def opened_by(header: bytes, signature: bytes, device_key: bytes) -> bytes:
    """The head after a segment's header."""
    return _reading(device_key).hash(header + signature)


def sound(checkpoint: Checkpoint, device: str, device_key: bytes) -> SegmentHeader | Refusal | None:
    """Whether *checkpoint* is one of this device, and the segment header it opens with, if it is an opening."""
    fits = 1 <= checkpoint.segments <= LARGEST and 0 <= checkpoint.size <= LARGEST
    if checkpoint.device != device or not fits or len(checkpoint.head) != HASH_BYTES:
        return Refusal.MALFORMED
    if not _signed(device_key, checkpoint.signed_bytes(), checkpoint.signature):
        return Refusal.MALFORMED
    if not checkpoint.header:
        return None
    header = _header(checkpoint.header, checkpoint.header_signature, device, device_key)
    if header is None or (header.number + 1, header.start_seq) != checkpoint.place:
        return Refusal.MALFORMED
    if opened_by(checkpoint.header, checkpoint.header_signature, device_key) != checkpoint.head:
        return Refusal.MALFORMED
    return header


def follow(part: LogPart, held: Held, device: str, device_key: bytes, *, opened: bytes) -> list[Held] | Refusal:
    """The places after *held* that *part* leads through, the last of them the new one.

    The caller has seen that the part begins where *held* ends. *opened*: the header of the last segment held, when the
    part goes on within it.
    """
    header = _header(part.header, part.signature, device, device_key)
    if header is None or header.number != part.number:
        return Refusal.MALFORMED
    places, reading, suite = [], READING[header.suite], record_suite(header.suite)
    at = held
    if part.number == held.segments:
        if (header.start_seq, header.prev_head) != (held.size, held.head):
            return Refusal.FORK
        at = Held(held.segments + 1, held.size, opened_by(part.header, part.signature, device_key))
        places.append(at)
    elif part.header != opened:
        return Refusal.FORK
    for record in part.records:
        try:
            named = RecordHeader.unpack(record.header)
        except FormatError:
            return Refusal.MALFORMED
        head = reading.hash(record.header + at.head + record.nonce + record.ciphertext)
        says = (named.suite, named.segment, named.seq, record.head)
        if says != (suite, part.number, at.size, head) or len(record.mac) != HASH_BYTES:
            return Refusal.MALFORMED
        at = Held(at.segments, at.size + 1, head)
        places.append(at)
    return places


def _reading(device_key: bytes) -> Reading:
    return READING[device_verifier(device_key).suite]


def _header(raw: bytes, signature: bytes, device: str, device_key: bytes) -> SegmentHeader | None:
    try:
        header = SegmentHeader.unpack(raw)
    except FormatError:
        return None
    if header.device != device or header.suite != device_verifier(device_key).suite:
        return None
    return header if _signed(device_key, raw, signature) else None


def _signed(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        device_verifier(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True
