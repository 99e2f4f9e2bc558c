"""What the sealed log needs besides being written: to be witnessed, delivered, and pruned once the platform has it.

Everything here runs in the ledger's thread on its one connection (``Ledger.upkeep``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from contract import limits
from contract.log_events import Event
from contract.log_format import SegmentHeader
from contract.witnessing import Checkpoint, Cosignature, LogPart, LogReceipt, Pruned, SealedRecord
from secure.business import DiskFull, Entry, Position
from secure.keys import DeviceKey
from secure.segment import head_after
from secure.suite import suite_of

Transaction = Callable[[int, Callable[[], Any]], Any]
Place = tuple[int, int]
BEGINNING: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """See the module. *transaction* and *seal* are the ledger's own."""

    connection: sqlite3.Connection
    device: DeviceKey
    device_id: str
    transaction: Transaction
    seal: Callable[[Sequence[Entry]], Position]

    # -- witness -----------------------------------------------------------------------------------------------------

    def checkpoint(self) -> Checkpoint | None:
        """What the platform has not witnessed yet, signed: first the newest segment's opening, then the newest head.
        Older places need none: a head commits to all that is before it."""
        last = self._one("SELECT number, header, signature, cosignature FROM segment ORDER BY number DESC LIMIT 1")
        if last is None:
            return None
        number, raw, signature, cosignature = last
        start = SegmentHeader.unpack(raw).start_seq
        if cosignature is None:
            return self._signed(
                number + 1, start, head_after(raw, signature, suite_of(self.device.public)), raw, signature
            )
        newest = self._one("SELECT seq, head FROM record ORDER BY seq DESC LIMIT 1")
        if newest is None or newest[0] < start or self._one("SELECT 1 FROM checkpoint WHERE seq = ?", newest[0]):
            return None
        return self._signed(number + 1, newest[0] + 1, newest[1])

    def witnessed(self, checkpoint: Checkpoint, cosignature: Cosignature) -> DiskFull | None:
        """Store what the platform answered to *checkpoint*; the caller has verified its signature."""
        assert cosignature.is_of(checkpoint)
        encoded = msgspec.json.encode(cosignature)
        if checkpoint.header:
            return self._write(
                "UPDATE segment SET cosignature = ? WHERE number = ?", encoded, checkpoint.segments - 1
            )  # fmt: skip
        return self._write(
            "INSERT OR IGNORE INTO checkpoint (seq, head, at, cosignature) VALUES (?, ?, ?, ?)",
            checkpoint.size - 1, checkpoint.head, cosignature.at, encoded,
        )  # fmt: skip

    def last_cosigned_at(self) -> datetime | None:
        """The newest time that the platform put its name to: no clock of this terminal is before it."""
        heads = self._one("SELECT cosignature FROM checkpoint ORDER BY seq DESC LIMIT 1")
        opening = self._one("SELECT cosignature FROM segment WHERE cosignature NOT NULL ORDER BY number DESC LIMIT 1")
        found = [msgspec.json.decode(row[0], type=Cosignature).at for row in (heads, opening) if row is not None]
        return max(map(datetime.fromisoformat, found), default=None)

    # -- delivery ----------------------------------------------------------------------------------------------------

    def delivered(self) -> Place:
        """As far as the platform's receipts go."""
        row = self._one("SELECT segments, size FROM log_receipt ORDER BY segments DESC, size DESC LIMIT 1")
        return BEGINNING if row is None else (row[0], row[1])

    def part(self, after: Place) -> LogPart | None:
        """The next records of a closed segment after *after*; None: all closed segments are delivered."""
        segments, size = after
        if segments and (end := self._end(segments - 1)) is not None and size < end:
            return self._part(segments - 1, size, end)
        end = self._end(segments)
        return None if end is None else self._part(segments, None, end)

    def received(self, receipt: LogReceipt) -> bool | DiskFull:
        """Store a receipt whose signature the caller has verified. False: it is of another history than this log's."""
        if self._head_at(receipt.place) != receipt.head:
            return False
        done = self._write(
            "INSERT OR REPLACE INTO log_receipt (segments, size, at, receipt) VALUES (?, ?, ?, ?)",
            receipt.segments, receipt.size, receipt.at, msgspec.json.encode(receipt),
        )  # fmt: skip
        return done if isinstance(done, DiskFull) else True

    # -- pruning -----------------------------------------------------------------------------------------------------

    def prune(self, keep_days: int) -> Place | DiskFull | None:
        """Drop the oldest segments whose receipt is older than *keep_days*, by the platform's time: a terminal's clock
        that jumps ahead takes nothing away. In their place stands the receipt, signed by the device.

        None: nothing is old enough yet."""
        assert limits.LOG_KEPT_DAYS <= keep_days <= limits.LOG_KEPT_DAYS_MOST
        now = self.last_cosigned_at()
        if now is None or (receipt := self._prunable(now - timedelta(days=keep_days))) is None:
            return None
        bare = Pruned(receipt=receipt, signature=b"")
        statement = msgspec.structs.replace(bare, signature=self.device.sign(bare.signed_bytes()))
        segments, size = receipt.place

        def work() -> Place:
            execute = self.connection.execute
            execute(
                "INSERT OR REPLACE INTO pruned (id, segments, size, statement) VALUES (0, ?, ?, ?)",
                (segments, size, msgspec.json.encode(statement)),
            )
            execute("DELETE FROM record WHERE seq < ?", (size,))
            execute("DELETE FROM segment WHERE number < ?", (segments,))
            execute("DELETE FROM checkpoint WHERE seq < ?", (size,))
            execute("DELETE FROM outbox WHERE seq < ? AND state != 'kept'", (size,))
            # A receipt number goes with its record: in the photographs' rows too, once they have left.
            execute("DELETE FROM photo WHERE state != 'kept' AND number NOT IN (SELECT number FROM outbox)")
            execute("DELETE FROM log_receipt WHERE segments < ?", (segments,))
            self.seal((Entry(Event.LOG_PRUNED, {"segments": segments, "size": size}),))
            return receipt.place

        done: Place | DiskFull = self.transaction(1, work)
        return done

    # -- inside ------------------------------------------------------------------------------------------------------

    def _prunable(self, before: datetime) -> LogReceipt | None:
        """The receipt of the longest prefix of closed, delivered segments that is old enough and that no undelivered
        business stands in. The last closed segment stays: what is after a pruning is never nothing."""
        pending = self._one("SELECT min(seq) FROM outbox WHERE state = 'kept'")
        first_pending = None if pending is None else pending[0]
        found = None
        for segments, size, encoded in self.connection.execute(
            "SELECT segments, size, receipt FROM log_receipt"
            " WHERE segments > coalesce((SELECT segments FROM pruned), 0) ORDER BY segments"
        ).fetchall():
            receipt = msgspec.json.decode(encoded, type=LogReceipt)
            whole = self._end(segments - 1) == size
            if not whole or datetime.fromisoformat(receipt.at) >= before or self._end(segments) is None:
                break
            if first_pending is not None and first_pending < size:
                break
            found = receipt
        return found

    def _signed(
        self, segments: int, size: int, head: bytes, header: bytes = b"", header_signature: bytes = b""
    ) -> Checkpoint:
        bare = Checkpoint(
            device=self.device_id, segments=segments, size=size, head=head, header=header,
            header_signature=header_signature, signature=b"",
        )  # fmt: skip
        return msgspec.structs.replace(bare, signature=self.device.sign(bare.signed_bytes()))

    def _end(self, number: int) -> int | None:
        """seq after the last record of a closed segment; None when it is open or not there (pruned, not begun)."""
        both = self.connection.execute(
            "SELECT header FROM segment WHERE number IN (?, ?) ORDER BY number", (number, number + 1)
        ).fetchall()
        return SegmentHeader.unpack(both[1][0]).start_seq if len(both) == 2 else None

    def _part(self, number: int, start: int | None, end: int) -> LogPart:
        header, signature = self._one("SELECT header, signature FROM segment WHERE number = ?", number) or (b"", b"")
        begin = SegmentHeader.unpack(header).start_seq if start is None else start
        records: list[SealedRecord] = []
        room = limits.LOG_PART_BYTES
        for row in self.connection.execute(
            "SELECT header, nonce, ciphertext, head, mac FROM record WHERE seq >= ? AND seq < ? ORDER BY seq",
            (begin, end),
        ):
            room -= sum(map(len, row))
            if records and room < 0:
                break
            records.append(SealedRecord(header=row[0], nonce=row[1], ciphertext=row[2], head=row[3], mac=row[4]))
        return LogPart(number=number, header=header, signature=signature, start=begin, records=tuple(records))

    def _head_at(self, place: Place) -> bytes | None:
        """This log's own head at *place*, if it was ever there and is not pruned."""
        segments, size = place
        row = self._one("SELECT header, signature FROM segment WHERE number = ?", segments - 1)
        if row is None:
            return None
        start = SegmentHeader.unpack(row[0]).start_seq
        if size == start:
            return head_after(row[0], row[1], suite_of(self.device.public))
        end = self._end(segments - 1)
        if size < start or (end is not None and size > end):
            return None
        record = self._one("SELECT head FROM record WHERE seq = ?", size - 1)
        return None if record is None else record[0]

    def _one(self, query: str, *values: int) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self.connection.execute(query, values).fetchone()
        return row

    def _write(self, statement: str, *values: object) -> DiskFull | None:
        done = self.transaction(0, lambda: self.connection.execute(statement, values))
        return done if isinstance(done, DiskFull) else None
