"""Verifying and opening a sealed log. Shares no code with the writer: another library, and only the format in common.

Order of the checks, which is also the order of the reasons: place, segment, mac (full) or hash (chain), content, then
what the outbox and the slips witness. Verification ends at the first thing that does not hold.
"""

from __future__ import annotations

import hmac
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag

from contract.log_events import BY_CODE, Event
from contract.log_format import (
    GENESIS,
    LABEL_ENC,
    LABEL_MAC,
    LABEL_NEXT,
    NONCE_BYTES,
    FormatError,
    RecordHeader,
    SegmentHeader,
    Value,
    decode_detail,
    parse_witness,
    segment_info,
    witness,
)
from secure.reading.report import Kind, Reason, Report
from secure.reading.source import NotALogError, OutboxRow, RecordRow, SegmentRow, Source, open_source
from secure.reading.suite import READING, opener, signer

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

NO_COSIGNATURE: Final = (
    "平台还没有为这份日志做见证签名：最后一张凭条之后的记录如果被整段截掉，"
    "或者持有终端密钥的人另写一份，从文件本身看不出来。"
)
NO_TRUSTED_TIME: Final = "记录的时间来自终端自己的时钟，没有平台时间佐证；先后次序以序号为准。"
NO_AUDIT_KEY: Final = "没有使用审计密钥：记录的内容和防伪码（mac）没有核验，只核验了次序、链接、签名和散列。"
NO_SLIP: Final = "没有拿凭条上的核验码来对照。"


class _BrokenError(Exception):
    """The first thing that does not hold."""

    def __init__(self, reason: Reason, seq: int | None = None, segment: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.seq, self.segment = reason, seq, segment


@dataclass(frozen=True, slots=True)
class Opened:
    """A record as the audit key shows it. Its repr tells no values: they can be a resident's."""

    segment: int
    seq: int
    at: datetime
    event: Event
    values: dict[str, Value] = field(repr=False)


@dataclass(slots=True)
class _State:
    head: bytes = b""
    device: str = ""
    segments: int = 0
    next_seq: int = 0
    first_at: int | None = None
    last_at: int | None = None


class Verifier:
    """One pass over one file. *audit_private_key* (X25519, 32 bytes; SM2, 96) makes the verdict ``full``."""

    def __init__(
        self,
        device_public_key: bytes,
        audit_private_key: bytes | None = None,
        *,
        device: str = "",
        slips: Iterable[str] = (),
    ) -> None:
        """*device*: the id the log must be of; empty: whichever the key signed for. *slips*: witness lines as printed.

        Raises FormatError for a slip's line that is none, ValueError for keys of another length.
        """
        self._signer = signer(device_public_key)
        self._audit = None if audit_private_key is None else opener(audit_private_key)
        self._device = device
        self._slips: dict[int, set[str]] = {}
        for line in slips:
            seq, characters = parse_witness(line)
            self._slips.setdefault(seq, set()).add(characters)
        self._state = _State()
        self._places: dict[int, int] = {}
        """seq → segment of the records that outbox rows name, as far as found."""
        self._submitted: dict[int, tuple[Value, Value, Value]] = {}

    @property
    def kind(self) -> Kind:
        return Kind.CHAIN if self._audit is None else Kind.FULL

    def verify(self, path: Path) -> Report:
        """The verdict on the log in *path*. Raises FileNotFoundError."""
        broken: _BrokenError | None = None
        rows: list[OutboxRow] = []
        try:
            with open_source(path) as source:
                rows = list(source.outbox())
                self._check(source, rows)
        except _BrokenError as found:
            broken = found
        except NotALogError:
            broken = _BrokenError(Reason.UNSEALED, self._state.next_seq)
        except (sqlite3.Error, UnicodeDecodeError, OverflowError):
            broken = _BrokenError(Reason.UNREADABLE, self._state.next_seq)
        return self._report(broken, len(rows))

    def read(self, path: Path) -> Iterator[Opened]:
        """The contents, record by record, each verified before it is given. Needs the audit key.

        Raises sqlite3.Error, NotALogError, or ValueError naming reason and seq at the first record that does not hold.
        """
        assert self._audit is not None, "contents open with the audit key only"
        try:
            with open_source(path) as source:
                for opened in self._records(source):
                    assert opened is not None
                    yield opened
        except _BrokenError as broken:
            raise ValueError(f"{broken.reason} at seq {broken.seq}") from None

    def _check(self, source: Source, rows: list[OutboxRow]) -> None:
        named = {row.seq for row in rows}
        seq = 0
        for opened in self._records(source, named):
            if opened is not None and opened.event is Event.SUBMITTED:
                values = opened.values
                self._submitted[seq] = (values.get("key"), values.get("sha256"), values.get("receipt"))
            seq += 1
        if not seq:
            raise _BrokenError(Reason.EMPTY, 0)
        for row in rows:
            if not 0 <= row.seq < seq:
                raise _BrokenError(Reason.TRUNCATED_BELOW_WITNESS, seq, row.segment)
            if self._places.get(row.seq) != row.segment:
                raise _BrokenError(Reason.OUTBOX_MISMATCH, row.seq, row.segment)
            if self._audit is not None and self._submitted.pop(row.seq, None) != (row.key, row.sha256, row.number):
                raise _BrokenError(Reason.OUTBOX_MISMATCH, row.seq, row.segment)
        if self._submitted:
            raise _BrokenError(Reason.OUTBOX_MISMATCH, min(self._submitted))
        if any(slip >= seq for slip in self._slips):
            raise _BrokenError(Reason.TRUNCATED_BELOW_WITNESS, seq)

    def _records(self, source: Source, named: set[int] | None = None) -> Iterator[Opened | None]:
        """Walk the log; each item is one good record, opened when there is the audit key."""
        records = source.records()
        waiting = next(records, None)
        for segment, following in _with_next(source.segments()):
            header, secret = self._segment(segment, waiting)
            end = None if following is None else _start_of(following)
            while waiting is not None and (end is None or waiting.seq < end):
                record, secret = self._record(waiting, header, secret)
                if named and waiting.seq in named:
                    self._places[waiting.seq] = header.number
                yield record
                waiting = next(records, None)
        if waiting is not None:
            raise _BrokenError(Reason.UNSEALED, waiting.seq)

    def _segment(self, row: SegmentRow, waiting: RecordRow | None) -> tuple[SegmentHeader, bytes]:
        state = self._state
        try:
            header = SegmentHeader.unpack(row.header)
        except FormatError:
            raise _BrokenError(Reason.UNSEALED, state.next_seq, row.number) from None
        expected = self._device or state.device or header.device
        if header.device != expected:
            raise _BrokenError(Reason.WRONG_DEVICE, state.next_seq, row.number)
        if row.number != state.segments:
            unsealed = row.number > state.segments and waiting is not None and waiting.seq == state.next_seq
            reason = Reason.FORK if row.number < state.segments else Reason.UNSEALED if unsealed else Reason.GAP
            raise _BrokenError(reason, state.next_seq, state.segments)
        try:
            self._signer.verify(row.signature, row.header)
        except InvalidSignature:
            raise _BrokenError(Reason.BAD_SEGMENT_SIG, state.next_seq, row.number) from None
        if header.suite != self._signer.suite:  # signed, but with another algorithm than it says
            raise _BrokenError(Reason.BAD_SEGMENT_SIG, state.next_seq, row.number)
        if header.number != row.number:
            raise _BrokenError(Reason.BAD_ORDER, state.next_seq, row.number)
        if header.start_seq != state.next_seq:
            reason = Reason.GAP if header.start_seq > state.next_seq else Reason.FORK
            raise _BrokenError(reason, state.next_seq, row.number)
        if header.prev_head != (state.head or READING[header.suite].hash(GENESIS + header.device.encode())):
            raise _BrokenError(Reason.BAD_PREV, state.next_seq, row.number)
        secret = self._secret(header)
        state.device, state.segments = header.device, header.number + 1
        state.head = READING[header.suite].hash(row.header + row.signature)
        return header, secret

    def _secret(self, header: SegmentHeader) -> bytes:
        """A0, or nothing without the audit key."""
        if self._audit is None:
            return b""
        key_id = READING[self._audit.suite].hash(self._audit.public)
        if self._audit.suite != header.suite or key_id != header.audit_key_id:
            raise _BrokenError(Reason.WRONG_KEY, header.start_seq, header.number)
        info = segment_info(header.device, header.number, header.start_seq, header.prev_head)
        try:
            return self._audit.open(header.sealed_secret, info)
        except (InvalidTag, ValueError):
            raise _BrokenError(Reason.BAD_SEGMENT_KEY, header.start_seq, header.number) from None

    def _record(self, row: RecordRow, segment: SegmentHeader, secret: bytes) -> tuple[Opened | None, bytes]:
        state, number = self._state, segment.number
        if row.seq != state.next_seq:
            reason = Reason.GAP if row.seq > state.next_seq else Reason.FORK
            raise _BrokenError(reason, state.next_seq, number)
        try:
            header = RecordHeader.unpack(row.header)
        except FormatError:
            raise _BrokenError(Reason.UNSEALED, row.seq, number) from None
        if (header.seq, header.segment) != (row.seq, number):
            raise _BrokenError(Reason.BAD_ORDER, row.seq, number)
        if header.suite != segment.suite:
            raise _BrokenError(Reason.UNSEALED, row.seq, number)
        suite, bound = READING[header.suite], row.header + state.head
        head = suite.hash(bound + row.nonce + row.ciphertext)
        if secret and not hmac.compare_digest(suite.mac(suite.mac(secret, LABEL_MAC), head), row.mac):
            raise _BrokenError(Reason.BAD_MAC, row.seq, number)
        if head != row.head:
            raise _BrokenError(Reason.BAD_HASH, row.seq, number)
        opened = _open(row, header, secret, bound) if secret else None
        if any(characters != witness(row.seq, head).rpartition("-")[2] for characters in self._slips.get(row.seq, ())):
            raise _BrokenError(Reason.FORK, row.seq, number)
        state.head, state.next_seq, state.last_at = head, row.seq + 1, header.at
        state.first_at = header.at if state.first_at is None else state.first_at
        return opened, suite.mac(secret, LABEL_NEXT) if secret else b""

    def _report(self, broken: _BrokenError | None, outbox_rows: int) -> Report:
        state = self._state
        cannot_see = [NO_COSIGNATURE, NO_TRUSTED_TIME]
        if self._audit is None:
            cannot_see.insert(0, NO_AUDIT_KEY)
        if not self._slips:
            cannot_see.append(NO_SLIP)
        return Report(
            kind=self.kind,
            device=state.device,
            reason=None if broken is None else broken.reason,
            bad_seq=None if broken is None else broken.seq,
            bad_segment=None if broken is None else broken.segment,
            segments=state.segments,
            records=state.next_seq,
            last_seq=state.next_seq - 1 if state.next_seq else None,
            head=state.head.hex(),
            first_at=_instant(state.first_at),
            last_at=_instant(state.last_at),
            slips=sum(len(lines) for seq, lines in self._slips.items() if seq < state.next_seq),
            last_witnessed=max((seq for seq in self._slips if seq < state.next_seq), default=None),
            outbox_rows=outbox_rows,
            beyond_cosignature=state.next_seq,
            cannot_see=tuple(cannot_see),
        )


def _open(row: RecordRow, header: RecordHeader, secret: bytes, bound: bytes) -> Opened:
    if len(row.nonce) != NONCE_BYTES:
        raise _BrokenError(Reason.BAD_SEAL, header.seq, header.segment)
    try:
        suite = READING[header.suite]
        plain = suite.decrypt(suite.mac(secret, LABEL_ENC), row.nonce, row.ciphertext, bound)
        code, values = decode_detail(plain)
        at = EPOCH + timedelta(microseconds=header.at)
    except (InvalidTag, FormatError, OverflowError):
        raise _BrokenError(Reason.BAD_SEAL, header.seq, header.segment) from None
    if code not in BY_CODE:
        raise _BrokenError(Reason.BAD_SEAL, header.seq, header.segment)
    return Opened(header.segment, header.seq, at, BY_CODE[code], values)


def _start_of(row: SegmentRow) -> int:
    try:
        return SegmentHeader.unpack(row.header).start_seq
    except FormatError:
        raise _BrokenError(Reason.UNSEALED, None, row.number) from None


def _with_next(rows: Iterator[SegmentRow]) -> Iterator[tuple[SegmentRow, SegmentRow | None]]:
    current = next(rows, None)
    while current is not None:
        following = next(rows, None)
        yield current, following
        current = following


def _instant(at: int | None) -> str:
    if at is None:
        return ""
    try:
        return (EPOCH + timedelta(microseconds=at)).isoformat(timespec="seconds")
    except OverflowError:
        return ""
