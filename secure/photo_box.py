"""Photographed pages that wait for the platform (``Ledger.photos``).

They come sealed, are kept in the transaction of the business they belong to, and leave on the platform's signed
receipt.
Everything here runs in the ledger's thread on its one connection.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contract import limits
from contract.log_events import Event
from contract.log_format import (
    ENCAPSULATED_BYTES,
    GM,
    INTL,
    SM2_ENCAPSULATED_BYTES,
    TAG_BYTES,
    delivery_signed,
    suite_name,
)
from contract.wire import PHOTO, Delivery
from secure.business import DiskFull, Entry, Position, SealedPhoto
from secure.keys import DeviceKey
from secure.suite import suite_of

Transaction = Callable[[int, Callable[[], Any]], Any]
AROUND = {INTL: ENCAPSULATED_BYTES + TAG_BYTES, GM: SM2_ENCAPSULATED_BYTES + TAG_BYTES}
"""What sealing adds."""


@dataclass(frozen=True, slots=True)
class WaitingPhoto:
    """One that the platform has not answered for; the picture itself stays in the file until it is sent."""

    key: str
    sha256: str
    tries: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class PhotoBox:
    """See the module. *transaction* and *seal* are the ledger's own."""

    connection: sqlite3.Connection
    device: DeviceKey
    device_id: str
    transaction: Transaction
    seal: Callable[[Sequence[Entry]], Position]

    def reference(self, sealed: bytes) -> str:
        """By which an answer names a page, hex: the hash that its log record, its delivery and the platform have."""
        return suite_of(self.device.public).hash(sealed).hex()

    def check(self, photos: Sequence[SealedPhoto]) -> None:
        """Raises ValueError for more, or larger ones, than limits allow."""
        if len(photos) > limits.PHOTOS_A_MATTER:
            raise ValueError("more photographs than limits.PHOTOS_A_MATTER")
        longest = limits.PHOTO_BYTES + AROUND[suite_of(self.device.public).id]
        if any(len(photo.sealed) > longest for photo in photos):
            raise ValueError("a photograph is larger than limits.PHOTO_BYTES")

    def insert(self, photos: Sequence[SealedPhoto], number: str) -> None:
        """Within the caller's transaction: each with its log record, signed by the device."""
        for photo in photos:
            digest = self.reference(photo.sealed)
            self.seal((Entry(Event.PHOTO_KEPT, {"receipt": number, "key": photo.key, "sha256": digest}),))
            signature = self.device.sign(delivery_signed(self.device_id, photo.key, PHOTO, digest))
            self.connection.execute(
                "INSERT INTO photo (key, number, sha256, sealed, signature) VALUES (?, ?, ?, ?, ?)",
                (photo.key, number, digest, photo.sealed, signature),
            )

    def pending(self) -> tuple[WaitingPhoto, ...]:
        """What the platform has not answered for, oldest first."""
        rows = self.connection.execute(
            "SELECT key, sha256, tries, next_at FROM photo WHERE state = 'kept' ORDER BY ordinal"
        ).fetchall()
        return tuple(
            WaitingPhoto(key, sha256, tries, None if next_at is None else datetime.fromisoformat(next_at))
            for key, sha256, tries, next_at in rows
        )

    def delivery(self, key: str) -> Delivery | None:
        """As it goes over the wire; None when it left already."""
        row = self.connection.execute(
            "SELECT sha256, sealed, signature FROM photo WHERE key = ? AND state = 'kept'", (key,)
        ).fetchone()
        suite = suite_name(self.device.algorithm.suite)
        return (
            None
            if row is None
            else Delivery(key=key, type=PHOTO, sha256=row[0], sealed=row[1], signature=row[2], suite=suite)
        )

    def settle(self, key: str, receipt: bytes, verdict: str, *, taken: bool) -> DiskFull | None:
        """The platform answered with a receipt whose signature the caller has verified: the picture goes; key, hash
        and *receipt* stay. Settling again changes nothing."""

        def work() -> None:
            done = self.connection.execute(
                "UPDATE photo SET state = ?, receipt = ?, sealed = NULL, signature = NULL, next_at = NULL"
                " WHERE key = ? AND state = 'kept'",
                ("settled" if taken else "refused", receipt, key),
            )
            if done.rowcount:
                self.seal((Entry(Event.PHOTO_DELIVERED, {"key": key, "verdict": verdict}),))

        done: DiskFull | None = self.transaction(1, work)
        return done

    def attempt_failed(self, key: str, when_next: datetime) -> DiskFull | None:
        """No answer: counted; it stays, for ever if need be."""

        def work() -> None:
            self.connection.execute(
                "UPDATE photo SET tries = tries + 1, next_at = ? WHERE key = ? AND state = 'kept'",
                (when_next.isoformat(), key),
            )

        done: DiskFull | None = self.transaction(0, work)
        return done
