"""Copying the sealed log to a technician's stick: consistent while the terminal runs, and nothing but the log.

SQLite's backup API (sqlite.org/backup.html) copies one state of the database, WAL included, in one step. From the copy
everything is taken out that the log does not need: sealed bodies of business, print jobs, other tables.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

import msgspec

from contract import limits
from contract.log_format import FormatError, SegmentHeader

COPY: Final = "ledger.db"
MANIFEST: Final = "manifest.json"
LOG_TABLES: Final = frozenset({"segment", "record", "checkpoint", "log_receipt", "pruned", "outbox"})


class ExportError(RuntimeError):
    """Nothing was exported; the text says why, in Chinese."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """manifest.json: what the folder holds."""

    device: str
    made_at: str
    file: str
    bytes: int
    sha256: str
    segments: int
    records: int
    first_seq: int
    last_seq: int
    head: str


def _free(path: Path) -> int:
    room = os.statvfs(path)
    return room.f_bavail * room.f_frsize


def export(
    ledger: Path, target: Path, *, now: datetime, free_bytes: Callable[[Path], int] = _free
) -> tuple[Path, Manifest]:
    """Copy the log of *ledger* into a new folder under *target*. Raises ExportError, OSError, sqlite3.Error; what was
    begun is taken away again."""
    if not ledger.is_file():
        raise ExportError("没有这个数据文件")
    if not target.is_dir():
        raise ExportError("没有这个目录：先插好、挂好介质")
    address = f"file:{quote(str(ledger.absolute()))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=limits.LEDGER_BUSY)) as source:
        size = _pragma(source, "page_count") * _pragma(source, "page_size")
        free = free_bytes(target)
        if free < size + limits.EXPORT_RESERVE_BYTES:
            raise ExportError(f"介质上放不下：要 {size + limits.EXPORT_RESERVE_BYTES} 字节，只有 {free}")
        folder = target / f"log-{_device(source)}-{now:%Y%m%d-%H%M%S}"
        folder.mkdir()
        try:
            manifest = _fill(source, folder, now)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return folder, manifest


def _fill(source: sqlite3.Connection, folder: Path, now: datetime) -> Manifest:
    part = folder / f"{COPY}.part"
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        source.backup(copy)
        # In a copy the journal is of no use, and on a stick's FAT there is one file less to be forgotten.
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("PRAGMA secure_delete=ON")
        copy.execute("UPDATE outbox SET sealed = NULL, signature = NULL, next_at = NULL")
        names = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            if name not in LOG_TABLES and not name.startswith("sqlite_"):
                copy.execute('DROP TABLE "' + name.replace('"', '""') + '"')
        device = _device(copy)
        segments = copy.execute("SELECT count(*) FROM segment").fetchone()[0]
        records, first, last = copy.execute("SELECT count(*), min(seq), max(seq) FROM record").fetchone()
        if not records:
            raise ExportError("日志里一条记录也没有")
        head = copy.execute("SELECT head FROM record WHERE seq = ?", (last,)).fetchone()[0]
    _sync(part)
    digest = hash_of(part)  # read back: what is on the stick, not what was meant to be
    part.replace(folder / COPY)
    manifest = Manifest(
        device=device, made_at=now.isoformat(timespec="seconds"), file=COPY, bytes=(folder / COPY).stat().st_size,
        sha256=digest, segments=segments, records=records, first_seq=first, last_seq=last, head=head.hex(),
    )  # fmt: skip
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
    _sync(folder / MANIFEST)
    return manifest


def hash_of(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def opened(path: Path) -> Path:
    """The log file in *path*: itself, or in an export's folder the copy, when it is what the manifest says.

    Raises ExportError, OSError."""
    if not path.is_dir():
        return path
    try:
        manifest = msgspec.json.decode((path / MANIFEST).read_bytes(), type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ExportError("清单读不出") from None
    copy = path / COPY
    if manifest.file != COPY or hash_of(copy) != manifest.sha256:
        raise ExportError("文件与清单不符：拷贝之后被改过或没有拷完")
    return copy


def _device(connection: sqlite3.Connection) -> str:
    row = connection.execute("SELECT header FROM segment ORDER BY number LIMIT 1").fetchone()
    try:
        return SegmentHeader.unpack(row[0]).device if row else "empty"
    except FormatError:
        raise ExportError("日志的第一段读不出") from None


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
