"""Writing one segment of the sealed log: its signed header, and the ratchet that seals record after record.

A segment here is a value: sealing returns the segment as it is afterwards, and the ledger takes it only when the
transaction stands. The secret lives in memory only; an old ratchet value would stay readable in SQLite's WAL.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace

from contract.log_format import (
    GENESIS,
    LABEL_ENC,
    LABEL_MAC,
    LABEL_NEXT,
    NONCE_BYTES,
    SECRET_BYTES,
    RecordHeader,
    SegmentHeader,
    segment_info,
)
from secure.keys import DeviceKey, SealingKey
from secure.suite import INTL_SUITE, Suite, suite_of


def genesis(device_id: str, suite: Suite = INTL_SUITE) -> bytes:
    """The head of a log without anything in it."""
    return suite.hash(GENESIS + device_id.encode())


def head_after(header: bytes, signature: bytes, suite: Suite = INTL_SUITE) -> bytes:
    """The head after a segment's header."""
    return suite.hash(header + signature)


@dataclass(frozen=True, slots=True)
class SealedRecord:
    header: bytes
    nonce: bytes
    ciphertext: bytes
    """With its tag."""
    head: bytes
    mac: bytes


@dataclass(frozen=True, slots=True)
class Segment:
    """An open segment: where the log stands, and the secret of the next record."""

    number: int
    header: bytes
    signature: bytes
    head: bytes
    next_seq: int
    records: int
    opened: float
    """Uptime in seconds."""
    secret: bytes = field(repr=False)
    suite: Suite = INTL_SUITE

    def seal(self, plain: bytes, at: int) -> tuple[SealedRecord, Segment]:
        """The next record, and the segment after it. *at*: microseconds since 1970."""
        suite, secret = self.suite, self.secret
        header = RecordHeader(self.number, self.next_seq, at, suite.id).pack()
        bound = header + self.head
        nonce = secrets.token_bytes(NONCE_BYTES)
        ciphertext = suite.encrypt(suite.mac(secret, LABEL_ENC), nonce, bound, plain)
        head = suite.hash(bound + nonce + ciphertext)
        mac = suite.mac(suite.mac(secret, LABEL_MAC), head)
        following = suite.mac(secret, LABEL_NEXT)
        after = replace(self, head=head, next_seq=self.next_seq + 1, records=self.records + 1, secret=following)
        return SealedRecord(header, nonce, ciphertext, head, mac), after


def begin(
    device: DeviceKey,
    audit: SealingKey,
    *,
    device_id: str,
    number: int,
    start_seq: int,
    prev_head: bytes,
    at: int,
    uptime: float,
) -> Segment:
    """A new segment after *prev_head*, its secret fresh and sealed to the audit key."""
    suite = suite_of(device.public)
    secret = secrets.token_bytes(SECRET_BYTES)
    header = SegmentHeader(
        device=device_id,
        number=number,
        start_seq=start_seq,
        at=at,
        prev_head=prev_head,
        audit_key_id=suite.hash(audit.public),
        sealed_secret=audit.seal(secret, segment_info(device_id, number, start_seq, prev_head)),
        suite=device.algorithm.suite,
    ).pack()
    signature = device.sign(header)
    return Segment(number, header, signature, head_after(header, signature, suite), start_seq, 0, uptime, secret, suite)
