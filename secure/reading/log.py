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
    record_suite,
    record_time,
    segment_info,
    witness,
)
from contract.wire import RATING
from contract.witnessing import WitnessList
from secure.reading.report import BrokenError, Kind, Reason, Report
from secure.reading.signing import device_verifier
from secure.reading.source import NotALogError, OutboxRow, RecordRow, SegmentRow, Source, open_source
from secure.reading.suite import READING, Reading, opener
from secure.reading.witness import Witnesses

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

NO_AUDIT_KEY: Final = "没有使用审计密钥：记录的内容和防伪码（mac）没有核验，只核验了次序、链接、签名和散列。"
PRUNED_SLIPS: Final = "有 {count} 张凭条的记录已按期清除，这里对不了，要用平台存的那一份对。"
NO_SLIP: Final = "没有拿凭条上的核验码来对照。"


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
    start: tuple[int, int] = (0, 0)
    """Where the file begins: after what was pruned."""
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
        witness_key: bytes | None = None,
        witnessed: Iterable[WitnessList] = (),
        outbox: bool = True,
    ) -> None:
        """*device*: the id the log must be of; empty: whichever the key signed for. *slips*: witness lines as printed.
        *witness_key*: the platform's receipt key, raw; *witnessed*: its own list of what it cosigned.
        *outbox*: False for the platform's copy, which has the log and not the terminal's outbox.

        Raises FormatError for a slip's line that is none, ListError for a list that is not of this platform and this
        key, ValueError for keys of another length.
        """
        self._signer = device_verifier(device_public_key)
        self._reading = READING[self._signer.suite]
        self._record_suite = record_suite(self._signer.suite)
        self._audit = None if audit_private_key is None else opener(audit_private_key)
        self._device = device
        self._slips: dict[int, set[str]] = {}
        for line in slips:
            seq, characters = parse_witness(line)
            self._slips.setdefault(seq, set()).add(characters)
        self._witnesses = Witnesses(device_public_key, witness_key, witnessed)
        self._state = _State()
        self._outbox = outbox
        self._places: dict[int, int] = {}
        """seq → segment of the records that outbox rows name, as far as found."""
        self._submitted: dict[int, tuple[Value, Value, Value]] = {}

    @property
    def kind(self) -> Kind:
        return Kind.CHAIN if self._audit is None else Kind.FULL

    def verify(self, path: Path) -> Report:
        """The verdict on the log in *path*. Raises FileNotFoundError."""
        broken: BrokenError | None = None
        rows: list[OutboxRow] = []
        try:
            with open_source(path) as source:
                rows = list(source.outbox())
                self._check(source, rows)
        except BrokenError as found:
            broken = found
        except NotALogError:
            broken = BrokenError(Reason.UNSEALED, self._state.next_seq)
        except (sqlite3.Error, UnicodeDecodeError, OverflowError):
            broken = BrokenError(Reason.UNREADABLE, self._state.next_seq)
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
        except BrokenError as broken:
            raise ValueError(f"{broken.reason} at seq {broken.seq}") from None

    def _check(self, source: Source, rows: list[OutboxRow]) -> None:
        named = {row.seq for row in rows}
        seq: int | None = None
        for opened in self._records(source, named):
            seq = self._state.next_seq
            if self._outbox and opened is not None and opened.event in (Event.SUBMITTED, Event.RATED):
                values = opened.values
                rated = f"{RATING}:{values.get('key')}" if opened.event is Event.RATED else None
                self._submitted[opened.seq] = (values.get("key"), values.get("sha256"), rated or values.get("receipt"))
        self._witnesses.end((self._state.segments, self._state.next_seq))
        if seq is None:
            raise BrokenError(Reason.EMPTY, 0)
        for row in rows:
            if 0 <= row.seq < self._state.start[1]:
                continue  # pruned with its record
            if not 0 <= row.seq < seq:
                raise BrokenError(Reason.TRUNCATED_BELOW_WITNESS, seq, row.segment)
            if self._places.get(row.seq) != row.segment:
                raise BrokenError(Reason.OUTBOX_MISMATCH, row.seq, row.segment)
            if self._audit is not None and self._submitted.pop(row.seq, None) != (row.key, row.sha256, row.number):
                raise BrokenError(Reason.OUTBOX_MISMATCH, row.seq, row.segment)
        if self._submitted:
            raise BrokenError(Reason.OUTBOX_MISMATCH, min(self._submitted))
        if any(slip >= seq for slip in self._slips):
            raise BrokenError(Reason.TRUNCATED_BELOW_WITNESS, seq)

    def _records(self, source: Source, named: set[int] | None = None) -> Iterator[Opened | None]:
        """Walk the log; each item is one good record, opened when there is the audit key."""
        self._begin(source)
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
            raise BrokenError(Reason.UNSEALED, waiting.seq)

    def _begin(self, source: Source) -> None:
        """Where the file begins, and what the platform witnessed of it."""
        state = self._state
        state.start = self._witnesses.begin(source.cosignatures(), source.pruned())
        if self._witnesses.pruned is not None:
            receipt = self._witnesses.pruned.receipt
            state.device, state.head = receipt.device, receipt.head
            state.segments, state.next_seq = state.start
            self._witnesses.meet(state.device, state.start, state.head)

    def _segment(self, row: SegmentRow, waiting: RecordRow | None) -> tuple[SegmentHeader, bytes]:
        state = self._state
        try:
            header = SegmentHeader.unpack(row.header)
        except FormatError:
            raise BrokenError(Reason.UNSEALED, state.next_seq, row.number) from None
        expected = self._device or state.device or header.device
        if header.device != expected:
            raise BrokenError(Reason.WRONG_DEVICE, state.next_seq, row.number)
        if row.number != state.segments:
            unsealed = row.number > state.segments and waiting is not None and waiting.seq == state.next_seq
            reason = Reason.FORK if row.number < state.segments else Reason.UNSEALED if unsealed else Reason.GAP
            raise BrokenError(reason, state.next_seq, state.segments)
        try:
            self._signer.verify(row.signature, row.header)
        except InvalidSignature:
            raise BrokenError(Reason.BAD_SEGMENT_SIG, state.next_seq, row.number) from None
        if header.suite != self._signer.suite:  # signed, but with another algorithm than it says
            raise BrokenError(Reason.BAD_SEGMENT_SIG, state.next_seq, row.number)
        if header.number != row.number:
            raise BrokenError(Reason.BAD_ORDER, state.next_seq, row.number)
        if header.start_seq != state.next_seq:
            reason = Reason.GAP if header.start_seq > state.next_seq else Reason.FORK
            raise BrokenError(reason, state.next_seq, row.number)
        if header.prev_head != (state.head or self._reading.hash(GENESIS + header.device.encode())):
            raise BrokenError(Reason.BAD_PREV, state.next_seq, row.number)
        secret = self._secret(header)
        state.device, state.segments = header.device, header.number + 1
        state.head = self._reading.hash(row.header + row.signature)
        self._after(header.at, header.start_seq)
        return header, secret

    def _after(self, at: int, seq: int) -> None:
        """What the platform says of the place that the walk has come to."""
        state = self._state
        self._witnesses.meet(state.device, (state.segments, state.next_seq), state.head)
        if self._witnesses.revoked(_time(at)):
            raise BrokenError(Reason.AFTER_REVOCATION, seq, state.segments - 1)

    def _secret(self, header: SegmentHeader) -> bytes:
        """A0, or nothing without the audit key."""
        if self._audit is None:
            return b""
        same_suite = self._audit.suite == self._record_suite
        if not same_suite or self._reading.hash(self._audit.public) != header.audit_key_id:
            raise BrokenError(Reason.WRONG_KEY, header.start_seq, header.number)
        info = segment_info(header.device, header.number, header.start_seq, header.prev_head)
        try:
            return self._audit.open(header.sealed_secret, info)
        except (InvalidTag, ValueError):
            raise BrokenError(Reason.BAD_SEGMENT_KEY, header.start_seq, header.number) from None

    def _record(self, row: RecordRow, segment: SegmentHeader, secret: bytes) -> tuple[Opened | None, bytes]:
        state, number = self._state, segment.number
        if row.seq != state.next_seq:
            reason = Reason.GAP if row.seq > state.next_seq else Reason.FORK
            raise BrokenError(reason, state.next_seq, number)
        at = record_time(row.header, number, row.seq, self._record_suite)
        if at is None:
            raise BrokenError(_misplaced(row.header, self._record_suite), row.seq, number)
        reading, bound = self._reading, row.header + state.head
        head = reading.hash(bound + row.nonce + row.ciphertext)
        if secret and not hmac.compare_digest(reading.mac(reading.mac(secret, LABEL_MAC), head), row.mac):
            raise BrokenError(Reason.BAD_MAC, row.seq, number)
        if head != row.head:
            raise BrokenError(Reason.BAD_HASH, row.seq, number)
        opened = _open(row, number, at, reading, secret, bound) if secret else None
        if row.seq in self._slips and self._slips[row.seq] != {witness(row.seq, head).rpartition("-")[2]}:
            raise BrokenError(Reason.FORK, row.seq, number)
        state.head, state.next_seq, state.last_at = head, row.seq + 1, at
        if state.first_at is None:
            state.first_at = at
        if not self._witnesses.silent:
            self._after(at, row.seq)
        return opened, reading.mac(secret, LABEL_NEXT) if secret else b""

    def _report(self, broken: BrokenError | None, outbox_rows: int) -> Report:
        state = self._state
        cannot_see = self._witnesses.cannot_see(state.next_seq)
        start = state.start[1]
        below = sum(len(lines) for seq, lines in self._slips.items() if seq < start)
        if below:
            cannot_see.append(PRUNED_SLIPS.format(count=below))
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
            segments=state.segments - state.start[0],
            records=state.next_seq - start,
            sound_from=start,
            last_seq=state.next_seq - 1 if state.next_seq > start else None,
            head=state.head.hex(),
            first_at=_instant(state.first_at),
            last_at=_instant(state.last_at),
            slips=sum(len(lines) for seq, lines in self._slips.items() if start <= seq < state.next_seq),
            last_witnessed=max((seq for seq in self._slips if start <= seq < state.next_seq), default=None),
            outbox_rows=outbox_rows,
            beyond_cosignature=max(state.next_seq - max(self._witnesses.covered, start), 0),
            cosignatures=self._witnesses.count,
            trusted_from=self._witnesses.times[0],
            trusted_to=self._witnesses.times[1],
            cannot_see=tuple(cannot_see),
        )


def _misplaced(raw: bytes, suite: bytes) -> Reason:
    """Of a header that is not the one of its place. Of another suite than its segment's, it was never sealed in it."""
    try:
        header = RecordHeader.unpack(raw)
    except FormatError:
        return Reason.UNSEALED
    return Reason.BAD_ORDER if header.suite == suite else Reason.UNSEALED


def _open(row: RecordRow, segment: int, at: int, reading: Reading, secret: bytes, bound: bytes) -> Opened:
    if len(row.nonce) != NONCE_BYTES:
        raise BrokenError(Reason.BAD_SEAL, row.seq, segment)
    try:
        key = reading.mac(secret, LABEL_ENC)
        code, values = decode_detail(reading.decrypt(key, row.nonce, row.ciphertext, bound))
        when = EPOCH + timedelta(microseconds=at)
    except (InvalidTag, FormatError, OverflowError):
        raise BrokenError(Reason.BAD_SEAL, row.seq, segment) from None
    if code not in BY_CODE:
        raise BrokenError(Reason.BAD_SEAL, row.seq, segment)
    return Opened(segment, row.seq, when, BY_CODE[code], values)


def _start_of(row: SegmentRow) -> int:
    try:
        return SegmentHeader.unpack(row.header).start_seq
    except FormatError:
        raise BrokenError(Reason.UNSEALED, None, row.number) from None


def _with_next(rows: Iterator[SegmentRow]) -> Iterator[tuple[SegmentRow, SegmentRow | None]]:
    current = next(rows, None)
    while current is not None:
        following = next(rows, None)
        yield current, following
        current = following


def _time(at: int) -> datetime:
    """Of a time that no clock shows, the last one there is."""
    try:
        return EPOCH + timedelta(microseconds=at)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _instant(at: int | None) -> str:
    if at is None:
        return ""
    try:
        return (EPOCH + timedelta(microseconds=at)).isoformat(timespec="seconds")
    except OverflowError:
        return ""
