"""Plants, to see that a search that finds nothing could have found something."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.privacy.searching import KEY, Search, Secret, forms


def planted(folder: Path, search: Search, secret: Secret) -> list[str]:
    """Write *secret* in every form where it must be found; what was not."""
    folder.mkdir()
    missed = []
    for number, (form, needle) in enumerate(forms(secret.value)):
        if len(needle) < KEY:
            continue
        path = folder / f"{number}"
        path.write_bytes(b"\x00" * (8191 - len(needle) // 2) + needle + b"\x00" * 100)
        if not search.file(path):
            missed.append(form)
    database = folder / "plain.db"
    with closing(sqlite3.connect(database, isolation_level=None)) as file:
        # What an ordinary database keeps of rows that were deleted: the reason why ours is told not to.
        file.execute("PRAGMA secure_delete=OFF")
        file.execute("PRAGMA journal_mode=WAL")
        file.execute("CREATE TABLE note (text TEXT)")
        file.executemany("INSERT INTO note VALUES (?)", [(secret.value,)] * 200)
        file.execute("DELETE FROM note")
        if not search.file(database.with_name("plain.db-wal")):
            missed.append("WAL")
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if not search.file(database):
        missed.append("free pages")
    return missed
