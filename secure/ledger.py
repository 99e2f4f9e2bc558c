"""The terminal's one file: sealed log, outbox and print jobs; one connection, one writer, one transaction per act.

Synchronous: its caller gives it one thread of its own. A full disk is an ordinary result (``DiskFull``) that leaves
nothing half-done; any other error of the file is raised, after the transaction was rolled back.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Final, TypeVar

import uuid6

from contract import limits
from contract.log_format import (
    DEVICE_ID,
    FormatError,
    SegmentHeader,
    delivery_info,
    delivery_signed,
    encode_detail,
)
from secure import file
from secure import segment as writing
from secure.business import DiskFull, Draft, Entry, Kept, OutboxRow, Position
from secure.keys import DeviceKey, SealingKey, signed_by
from secure.photo_box import PhotoBox
from secure.schema import LEDGER, STAFF
from secure.segment import Segment
from secure.sqlite import Database
from secure.suite import suite_of
from secure.upkeep import Upkeep

T = TypeVar("T")

FULL_CODES: Final = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_TRUNCATE}
)
"""What SQLite says when the disk, the quota or the file-size limit is reached."""
MOST_A_DAY: Final = 999
NOT_ARRIVED: Final = 50
"""So many matters of the day may have been lost with the disk that was here before: slips are out with their numbers,
and nobody else's matter is to be found under one of them."""


class WrongDeviceError(RuntimeError):
    """The file is another device's log, or this one's under another key."""


class Ledger:
    """See the module. Use ``open``; every method belongs to the thread that opened it."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        lock: int,
        path: Path,
        *,
        device: DeviceKey,
        device_id: str,
        audit: SealingKey,
        platform: SealingKey,
        last_receipt: str,
        clock: Callable[[], datetime],
        uptime: Callable[[], float],
        free_bytes: Callable[[Path], int],
    ) -> None:
        self._connection, self._lock, self._path = connection, lock, path
        self._device, self._device_id, self._audit, self._platform = device, device_id, audit, platform
        self._last_receipt = last_receipt
        self._clock, self._uptime, self._free_bytes = clock, uptime, free_bytes
        self._suite = suite_of(device.public)
        self._segment: Segment | None = None
        self._file = file.identity_of(path)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        device: DeviceKey,
        device_id: str,
        audit_key: bytes,
        platform_key: bytes,
        last_receipt: str = "",
        clock: Callable[[], datetime],
        uptime: Callable[[], float] = time.monotonic,
        free_bytes: Callable[[Path], int] | None = None,
    ) -> Ledger:
        """Open or make the file. *audit_key*, *platform_key*: public halves (platform.json), X25519 or SM2.
        *last_receipt*: what was given under this terminal's number before there was this file (platform.json).

        *clock* gives the wall time with its zone, *uptime* seconds that never jump, *free_bytes* the room
        beside the file.
        Raises LedgerInUseError, WrongDeviceError, sqlite3.DatabaseError (damaged), OSError, and ValueError for keys
        that are none or are not all of one suite.
        """
        assert DEVICE_ID.fullmatch(device_id)
        audit, platform = SealingKey(audit_key), SealingKey(platform_key)
        if len({suite_of(public).id for public in (device.public, audit_key, platform_key)}) != 1:
            raise ValueError("the keys are not all of one suite")
        lock = file.lock(path)
        connection: sqlite3.Connection | None = None
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
            connection = sqlite3.connect(path, isolation_level=None, timeout=limits.LEDGER_BUSY)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "trusted_schema=OFF"):
                connection.execute(f"PRAGMA {pragma}")
            LEDGER.apply(Database(connection))
            STAFF.apply(Database(connection))
            ledger = cls(
                connection, lock, path, device=device, device_id=device_id, audit=audit, platform=platform,
                last_receipt=last_receipt, clock=clock, uptime=uptime, free_bytes=free_bytes or file.free_bytes,
            )  # fmt: skip
            ledger._found()
        except BaseException:
            if connection is not None:
                connection.close()
            os.close(lock)
            raise
        return ledger

    def close(self) -> None:
        """Let go of the file; writes no record."""
        self._segment = None
        self._connection.close()
        os.close(self._lock)

    # -- the log -----------------------------------------------------------------------------------------------------

    def append(self, *entries: Entry) -> Position | DiskFull:
        """Seal *entries* in one transaction; on disk when this returns. The position is the last one's."""
        assert entries
        return self._transaction(len(entries), lambda: self._seal(entries))

    @property
    def upkeep(self) -> Upkeep:
        """What the log needs besides being written: witness, delivery, pruning."""
        return Upkeep(self._connection, self._device, self._device_id, self._transaction, self._seal)

    @property
    def photos(self) -> PhotoBox:
        """Photographed pages that wait for the platform."""
        return PhotoBox(self._connection, self._device, self._device_id, self._transaction, self._seal)

    # -- the outbox --------------------------------------------------------------------------------------------------

    def accept(self, draft: Draft, *, day: date) -> Kept | DiskFull:
        """Keep new business: log record and outbox row in one transaction, the body signed and sealed first.

        *day* is in the receipt number. Raises ValueError for a body longer than limits.OUTBOX_BODY_BYTES, and for
        photographs that are too many or too large.
        """
        assert 0 <= draft.terminal_number <= 9999
        self.photos.check(draft.photos)
        if (full := self.full()) is not None:
            return full
        return self._transaction(1 + len(draft.photos), lambda: self._keep(draft, day))

    def full(self) -> DiskFull | None:
        """Whether new business would be refused now: to be asked before somebody fills in a form, and not after it."""
        free = self._free_bytes(self._path)
        return DiskFull(free) if free < limits.DISK_RESERVE_BYTES else None

    def pending(self) -> tuple[OutboxRow, ...]:
        """What the platform has not answered for, oldest first: the order of every business."""
        return tuple(self._rows("state = 'kept' ORDER BY ordinal"))

    def row(self, key: str) -> OutboxRow | None:
        """The row of *key*, settled or not."""
        return next(self._rows("key = ?", key), None)

    def settle(self, key: str, receipt: bytes, *entries: Entry) -> DiskFull | None:
        """The platform answered with a receipt whose signature the caller has verified: the sealed body goes; key,
        hash and *receipt* stay; *entries* are logged, all in one transaction. Settling again changes nothing."""
        return self._leave(key, receipt, "settled", entries)

    def dead_letter(self, key: str, receipt: bytes, *entries: Entry) -> DiskFull | None:
        """As ``settle``, for the platform's signed refusal."""
        return self._leave(key, receipt, "refused", entries)

    def attempt_failed(self, key: str, when_next: datetime) -> DiskFull | None:
        """No answer: counted; the row stays, for ever if need be."""
        statement = "UPDATE outbox SET tries = tries + 1, next_at = ? WHERE key = ? AND state = 'kept'"
        return self._write(statement, when_next.isoformat(), key)

    # -- print jobs --------------------------------------------------------------------------------------------------

    def job_started(self, job: str) -> DiskFull | None:
        """On disk before the first byte goes to the printer. A job id is used once (sqlite3.IntegrityError)."""
        return self._write("INSERT INTO print_job (job, started_at) VALUES (?, ?)", job, self._clock().isoformat())

    def job_ended(self, job: str, outcome: str) -> DiskFull | None:
        """*outcome*: contract.slip.PrintOutcome."""
        statement = "UPDATE print_job SET outcome = ?, ended_at = ? WHERE job = ? AND outcome IS NULL"
        return self._write(statement, outcome, self._clock().isoformat(), job)

    def jobs_open(self) -> tuple[str, ...]:
        """Jobs that began and of which nobody knows the end: a power cut in the middle."""
        rows = self._connection.execute("SELECT job FROM print_job WHERE outcome IS NULL ORDER BY started_at, rowid")
        return tuple(job for (job,) in rows)

    # -- other tables of the same file -------------------------------------------------------------------------------

    def within(self, work: Callable[[sqlite3.Connection], T]) -> T | DiskFull:
        """Run *work* in one transaction of its own, on disk when this returns (signed configuration's marks)."""
        return self._transaction(0, lambda: work(self._connection))

    # -- inside ------------------------------------------------------------------------------------------------------

    def _transaction(self, records: int, work: Callable[[], T]) -> T | DiskFull:
        """Run *work* in one transaction that may seal up to *records* records. The ratchet moves only with it."""
        if file.identity_of(self._path) != self._file:
            raise OSError(errno.ESTALE, "the file was moved away or exchanged", self._path.name)
        try:
            if records:
                self._ready(records)
            before = self._segment
            try:
                with self._immediate():
                    return work()
            except BaseException:
                self._segment = before
                raise
        except sqlite3.Error as error:
            # Whether the file has it or not is the file's to say: the next record opens a segment after the head found.
            self._segment = None
            if error.sqlite_errorcode in FULL_CODES:
                return DiskFull()
            raise

    @contextmanager
    def _immediate(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _write(self, statement: str, *values: str) -> DiskFull | None:
        done = self._transaction(0, lambda: self._connection.execute(statement, values))
        return done if isinstance(done, DiskFull) else None

    def _ready(self, records: int) -> None:
        """Have a segment with room for *records*; a new one's header is committed before its first record."""
        assert records <= limits.SEGMENT_RECORDS
        now, current = self._uptime(), self._segment
        if (
            current is not None
            and current.records + records <= limits.SEGMENT_RECORDS
            and now - current.opened < limits.SEGMENT_AGE
        ):
            return
        number, seq, head = self._found()
        fresh = writing.begin(
            self._device, self._audit, device_id=self._device_id, number=number, start_seq=seq, prev_head=head,
            at=self._now(), uptime=now,
        )  # fmt: skip
        with self._immediate():
            self._connection.execute(
                "INSERT INTO segment (number, header, signature) VALUES (?, ?, ?)",
                (fresh.number, fresh.header, fresh.signature),
            )
        self._segment = fresh

    def _found(self) -> tuple[int, int, bytes]:
        """Next segment's number, next seq and the head, as the file has them."""
        last = self._connection.execute(
            "SELECT number, header, signature FROM segment ORDER BY number DESC LIMIT 1"
        ).fetchone()
        if last is None:
            return 0, 0, writing.genesis(self._device_id, self._suite)
        number, raw, signature = last
        try:
            header = SegmentHeader.unpack(raw)
        except FormatError:
            raise OSError(errno.EIO, "the log's last segment is damaged", self._path.name) from None
        if header.device != self._device_id or not signed_by(self._device.public, raw, signature):
            raise WrongDeviceError("the file is another device's log, or was signed with another key")
        record = self._connection.execute("SELECT seq, head FROM record ORDER BY seq DESC LIMIT 1").fetchone()
        if record is None or record[0] < header.start_seq:
            return number + 1, header.start_seq, writing.head_after(raw, signature, self._suite)
        return number + 1, record[0] + 1, record[1]

    def _seal(self, entries: Sequence[Entry]) -> Position:
        current = self._segment
        assert current is not None
        rows = []
        for entry in entries:
            unknown = entry.values.keys() - set(entry.event.value.fields)
            if unknown:
                raise ValueError(f"{entry.event.name} declares no field {sorted(unknown)}")
            sealed, after = current.seal(encode_detail(entry.event.code, entry.values), self._now())
            rows.append((current.next_seq, sealed.header, sealed.nonce, sealed.ciphertext, sealed.head, sealed.mac))
            current = after
        self._connection.executemany(
            "INSERT INTO record (seq, header, nonce, ciphertext, head, mac) VALUES (?, ?, ?, ?, ?, ?)", rows
        )
        self._segment = current
        return Position(current.number, current.next_seq - 1, current.head)

    def _keep(self, draft: Draft, day: date) -> Kept:
        current = self._segment
        assert current is not None
        # A version 7 begins with the millisecond; of what names no matter and nobody it would say who stood there.
        key = str(uuid6.uuid7() if draft.numbered else uuid.uuid4())
        receipt = self._receipt_number(draft.terminal_number, day) if draft.numbered else ""
        number = receipt or f"{draft.type}:{key}"
        body = draft.body(key, receipt, Position(current.number, current.next_seq, b""))
        if len(body) > limits.OUTBOX_BODY_BYTES:
            raise ValueError("the body is longer than limits.OUTBOX_BODY_BYTES")
        sha256 = self._suite.hash(body).hex()
        position = self._seal((draft.entry(key, receipt, sha256),))
        signature = self._device.sign(delivery_signed(self._device_id, key, draft.type, sha256))
        sealed = self._platform.seal(body, delivery_info(self._device_id, key, draft.type))
        self._connection.execute(
            "INSERT INTO outbox (key, type, number, sha256, sealed, signature, segment, seq)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (key, draft.type, number, sha256, sealed, signature, position.segment, position.seq),
        )
        self.photos.insert(draft.photos, number)
        return Kept(key, receipt, position)

    def _receipt_number(self, terminal: int, day: date) -> str:
        prefix = f"{terminal:04d}{day:%y%j}"
        (last,) = self._connection.execute(
            "SELECT max(number) FROM outbox WHERE number >= ? AND number <= ?", (f"{prefix}000", f"{prefix}999")
        ).fetchone()
        if last is not None:
            running = int(last[-3:]) + 1
        elif self._last_receipt.startswith(prefix):
            running = int(self._last_receipt[-3:]) + 1 + NOT_ARRIVED
        else:
            running = 1
        assert running <= MOST_A_DAY, "a terminal takes in fewer than a thousand matters a day"
        return f"{prefix}{running:03d}"

    def _leave(self, key: str, receipt: bytes, state: str, entries: Sequence[Entry]) -> DiskFull | None:
        def work() -> None:
            done = self._connection.execute(
                "UPDATE outbox SET state = ?, receipt = ?, sealed = NULL, signature = NULL, next_at = NULL"
                " WHERE key = ? AND state = 'kept'",
                (state, receipt, key),
            )
            if done.rowcount and entries:
                self._seal(entries)

        return self._transaction(len(entries), work)

    def _rows(self, where: str, *values: str) -> Iterator[OutboxRow]:
        rows = self._connection.execute(
            "SELECT key, type, number, sha256, segment, seq, tries, next_at, sealed, signature, receipt"  # noqa: S608
            f" FROM outbox WHERE {where}",
            values,
        ).fetchall()
        for key, kind, number, sha256, segment, seq, tries, next_at, sealed, signature, receipt in rows:
            when = None if next_at is None else datetime.fromisoformat(next_at)
            yield OutboxRow(
                key, kind, number, sha256, (segment, seq), tries, when, sealed, signature, receipt, self._suite.id
            )

    def _now(self) -> int:
        return int(self._clock().timestamp() * 1_000_000)
