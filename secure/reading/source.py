"""The rows of a log file, of which nothing is believed: opened for reading only, every value's type checked."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple
from urllib.parse import quote

TABLES: Final = frozenset({"segment", "record", "outbox"})
RECORD_TYPES: Final = (int, bytes, bytes, bytes, bytes, bytes)
PAGE: Final = 256
"""Rows held at a time."""
NOT_BESIDE: Final = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY})
LONGEST_VALUE: Final = 1_000_000
"""Bytes; no column of a real log comes near it."""


class NotALogError(Exception):
    """A readable SQLite file that is not a sealed log."""


@dataclass(frozen=True, slots=True)
class SegmentRow:
    number: int
    header: bytes
    signature: bytes


class RecordRow(NamedTuple):
    """A tuple, because there are very many of them."""

    seq: int
    header: bytes
    nonce: bytes
    ciphertext: bytes
    head: bytes
    mac: bytes


@dataclass(frozen=True, slots=True)
class OutboxRow:
    key: str
    sha256: str
    number: str
    segment: int
    seq: int


class Source:
    """One consistent view of the file, also while the terminal is writing it."""

    def __init__(self, connection: sqlite3.Connection, tables: set[str]) -> None:
        self._connection, self._tables = connection, tables

    def segments(self) -> Iterator[SegmentRow]:
        for number, header, signature in self._rows("SELECT number, header, signature FROM segment ORDER BY number"):
            yield SegmentRow(_whole(number), _bytes(header), _bytes(signature))

    def records(self) -> Iterator[RecordRow]:
        query = "SELECT seq, header, nonce, ciphertext, head, mac FROM record ORDER BY seq"
        for row in self._rows(query):
            if tuple(map(type, row)) != RECORD_TYPES:
                raise NotALogError("a number is none, or bytes are none")
            yield RecordRow._make(row)

    def outbox(self) -> Iterator[OutboxRow]:
        query = "SELECT key, sha256, number, segment, seq FROM outbox ORDER BY ordinal"
        for key, sha256, number, segment, seq in self._rows(query):
            yield OutboxRow(_text(key), _text(sha256), _text(number), _whole(segment), _whole(seq))

    def cosignatures(self) -> Iterator[bytes]:
        """What the platform answered, encoded: of openings and of heads."""
        columns = {row[1] for row in self._rows("PRAGMA table_info(segment)")}
        if "cosignature" in columns:
            for (encoded,) in self._rows("SELECT cosignature FROM segment WHERE cosignature NOT NULL ORDER BY number"):
                yield _bytes(encoded)
        if "checkpoint" in self._tables:
            for (encoded,) in self._rows("SELECT cosignature FROM checkpoint ORDER BY seq"):
                yield _bytes(encoded)

    def pruned(self) -> bytes | None:
        """What stands in the place of pruned segments."""
        if "pruned" not in self._tables:
            return None
        return next((_bytes(statement) for (statement,) in self._rows("SELECT statement FROM pruned")), None)

    def _rows(self, query: str) -> Iterator[tuple[object, ...]]:
        cursor = self._connection.execute(query)
        while rows := cursor.fetchmany(PAGE):
            yield from rows


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Raises sqlite3.Error when the file cannot be read, NotALogError when it is something else, OSError."""
    if not path.is_file():
        raise FileNotFoundError(path.name)
    with ExitStack() as stack:
        connection = stack.enter_context(closing(_connect(path)))
        try:
            found = _tables(connection)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in NOT_BESIDE:
                raise
            # To read a WAL SQLite keeps an index beside it. Where none can be made (evidence mounted read-only) a copy
            # is read: all that counts in it is sealed.
            folder = Path(stack.enter_context(TemporaryDirectory()))
            connection = stack.enter_context(closing(_connect(_copied(path, folder))))
            found = _tables(connection)
        if not found >= TABLES:
            raise NotALogError("the tables of a sealed log are not there")
        yield Source(connection, found)


def _connect(path: Path) -> sqlite3.Connection:
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    connection = sqlite3.connect(address, uri=True, isolation_level=None)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA query_only=ON")
    return connection


def _tables(connection: sqlite3.Connection) -> set[str]:
    """Begin the one view of everything. A SQL view could answer anything, for ever: only real tables are read."""
    connection.execute("BEGIN")
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _copied(path: Path, folder: Path) -> Path:
    for part in (path, path.with_name(path.name + "-wal")):
        if part.exists():
            shutil.copyfile(part, folder / part.name)
    return folder / path.name


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise NotALogError("a number is none")
    return value


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise NotALogError("bytes are none")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise NotALogError("a text is none")
    return value
