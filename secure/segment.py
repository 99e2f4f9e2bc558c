"""Writing one segment of the sealed log: its signed header, and the ratchet that seals record after record.

A segment here is a value: sealing returns the segment as it is afterwards, and the ledger takes it only when the
transaction stands. The secret lives in memory only; an old ratchet value would stay readable in SQLite's WAL.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field, replace

from Crypto.Cipher import AES

from contract.log_format import (
    GENESIS,
    INTL,
    LABEL_ENC,
    LABEL_MAC,
    LABEL_NEXT,
    NONCE_BYTES,
    P256,
    SECRET_BYTES,
    TAG_BYTES,
    RecordHeader,
    SegmentHeader,
    segment_info,
)
from secure.keys import Algorithm, DeviceKey, SealingKey


def genesis(device_id: str) -> bytes:
    """The head of a log without anything in it."""
    return hashlib.sha256(GENESIS + device_id.encode()).digest()


def head_after(header: bytes, signature: bytes) -> bytes:
    """The head after a segment's header."""
    return hashlib.sha256(header + signature).digest()


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

    def seal(self, plain: bytes, at: int) -> tuple[SealedRecord, Segment]:
        """The next record, and the segment after it. *at*: microseconds since 1970."""
        header = RecordHeader(self.number, self.next_seq, at).pack()
        bound = header + self.head
        nonce = secrets.token_bytes(NONCE_BYTES)
        cipher = AES.new(_mac(self.secret, LABEL_ENC), AES.MODE_GCM, nonce=nonce, mac_len=TAG_BYTES)
        cipher.update(bound)
        body, tag = cipher.encrypt_and_digest(plain)
        ciphertext = body + tag
        head = hashlib.sha256(bound + nonce + ciphertext).digest()
        mac = _mac(_mac(self.secret, LABEL_MAC), head)
        after = replace(
            self, head=head, next_seq=self.next_seq + 1, records=self.records + 1, secret=_mac(self.secret, LABEL_NEXT)
        )
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
    secret = secrets.token_bytes(SECRET_BYTES)
    header = SegmentHeader(
        device=device_id,
        number=number,
        start_seq=start_seq,
        at=at,
        prev_head=prev_head,
        audit_key_id=hashlib.sha256(audit.public).digest(),
        sealed_secret=audit.seal(secret, segment_info(device_id, number, start_seq, prev_head)),
        suite=INTL if device.algorithm is Algorithm.ED25519 else P256,
    ).pack()
    signature = device.sign(header)
    return Segment(number, header, signature, head_after(header, signature), start_seq, 0, uptime, secret)


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")
