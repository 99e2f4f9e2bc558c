"""A terminal's ledger in a folder, with its keys, and the verifier that reads it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from contract.log_events import Event
from secure.business import DiskFull, Draft, Entry, Kept, Position
from secure.keys import DeviceKey, Sm2Key, SoftwareKey
from secure.ledger import Ledger
from secure.reading.gm import Sm2Private
from secure.reading.log import Verifier
from secure.reading.report import Report

DEVICE = "XZ-0007"
DAY = date(2026, 11, 23)
PLENTY = 1 << 40
SUITES: Final = ("INTL", "GM")


def _clock() -> datetime:
    return datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@dataclass
class Bench:
    """Keys and places of one terminal."""

    folder: Path
    device: DeviceKey = field(default_factory=SoftwareKey.generate)
    audit: X25519PrivateKey | Sm2Private = field(default_factory=X25519PrivateKey.generate)
    platform: X25519PrivateKey | Sm2Private = field(default_factory=X25519PrivateKey.generate)
    uptime: float = 0.0
    suite: str = "INTL"

    @classmethod
    def of(cls, suite: str, folder: Path) -> Bench:
        """With keys of *suite*."""
        if suite == "INTL":
            return cls(folder)
        return cls(folder, Sm2Key.generate(), Sm2Private.generate(), Sm2Private.generate(), suite=suite)

    def other_device(self) -> DeviceKey:
        """Somebody else's, of the same suite."""
        return (Sm2Key if self.suite == "GM" else SoftwareKey).generate()

    def other_private(self) -> X25519PrivateKey | Sm2Private:
        return (Sm2Private if self.suite == "GM" else X25519PrivateKey).generate()

    @property
    def db(self) -> Path:
        return self.folder / "ledger.db"

    def open(
        self, path: Path | None = None, free: Callable[[Path], int] = lambda _path: PLENTY, last_receipt: str = ""
    ) -> Ledger:
        return Ledger.open(
            path or self.db,
            device=self.device,
            device_id=DEVICE,
            audit_key=self.audit.public_key().public_bytes_raw(),
            platform_key=self.platform.public_key().public_bytes_raw(),
            last_receipt=last_receipt,
            clock=_clock,
            uptime=lambda: self.uptime,
            free_bytes=free,
        )

    def verify(self, path: Path | None = None, *, full: bool = True, slips: tuple[str, ...] = ()) -> Report:
        audit = self.audit.private_bytes_raw() if full else None
        return Verifier(self.device.public, audit, slips=slips).verify(path or self.db)

    def copy(self, name: str) -> Path:
        """The disk as it is at this moment, WAL and all."""
        target = self.folder / name / self.db.name
        target.parent.mkdir()
        for suffix in ("", "-wal"):
            source = self.db.with_name(self.db.name + suffix)
            if source.exists():
                shutil.copy(source, target.with_name(source.name))
        return target


def item(number: int) -> Entry:
    return Entry(Event.ITEM_OPENED, {"visit": "v", "item": number})


def write(ledger: Ledger, records: int) -> list[Position]:
    positions = [ledger.append(item(number)) for number in range(records)]
    return [position for position in positions if not isinstance(position, DiskFull)]


def submission(body: bytes = b"{}") -> Draft:
    return Draft(
        type="submission",
        terminal_number=7,
        body=lambda _key, _receipt, _position: body,
        entry=lambda key, receipt, sha256: Entry(
            Event.SUBMITTED, {"visit": "v", "item": 1, "receipt": receipt, "key": key, "sha256": sha256}
        ),
    )


def keep(ledger: Ledger, body: bytes = b"{}") -> Kept:
    kept = ledger.accept(submission(body), day=DAY)
    assert isinstance(kept, Kept)
    return kept
