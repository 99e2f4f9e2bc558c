"""High-water marks and what is in use: three tables of the terminal's file, written in one FULL-sync transaction.

python-tuf keeps its versions in files that it never syncs; a power cut can empty them, and it then takes whatever is
offered. These marks are what a roll-back is measured against instead (TUF 5.4.3, 5.5.5).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, TypeVar

from contract.configuration import Named

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Marks:
    """The highest seen of everything that may only rise. Zero and empty: nothing seen yet."""

    root: int = 0
    timestamp: int = 0
    snapshot: int = 0
    counter: int = 0
    assignment: str = ""
    """SHA-256 of the assignment with this counter: the same counter never means another one."""
    online: str = ""
    """Key ids of timestamp and snapshot. What they said rises only among themselves: when root gives the roles to other
    keys, a stolen key's huge version numbers must not bind the new ones (TUF 5.3.11, fast-forward attack)."""
    offline_minimum: Mapping[str, int] = field(default_factory=dict)
    """Object → lowest version that ``content`` or the county still allows."""
    online_minimum: Mapping[str, int] = field(default_factory=dict)
    """The same from assignments."""
    server_time: datetime | None = None
    expires: datetime | None = None
    """Of the newest accepted timestamp: after it the configuration is stale."""
    time_key: str = ""
    """The platform's time key in hex, from the newest root that was accepted."""

    def minimum(self, name: str) -> int:
        """Lowest version of *name* that may be applied."""
        return max(self.offline_minimum.get(name, 1), self.online_minimum.get(name, 1))

    def under(self, online: str) -> Marks:
        """The marks that bind what is signed with the keys *online*."""
        if self.online in ("", online):
            return replace(self, online=online)
        return replace(
            self, online=online, timestamp=0, snapshot=0, counter=0, assignment="", online_minimum={}, expires=None
        )


@dataclass(frozen=True, slots=True)
class Held:
    """An object in use: which, and its bytes' SHA-256 in hex (also its file's name)."""

    named: Named
    sha256: str


@dataclass(frozen=True, slots=True)
class InUse:
    """What was last applied, whole."""

    release: str = ""
    ring: int = 0
    counter: int = 0
    objects: tuple[Held, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)

    def by_name(self) -> dict[str, Held]:
        return {held.named.name: held for held in self.objects}


NUMBERS: Final = ("root", "timestamp", "snapshot", "counter")


def load(connection: sqlite3.Connection) -> tuple[Marks, InUse]:
    """Marks and what is in use, as the file has them."""
    numbers = dict(connection.execute("SELECT name, value FROM config_mark"))
    words = dict(connection.execute("SELECT name, value FROM config_fact"))
    marks = Marks(
        **{name: numbers.get(name, 0) for name in NUMBERS},
        assignment=words.get("assignment", ""),
        online=words.get("online", ""),
        offline_minimum=_beginning("offline:", numbers),
        online_minimum=_beginning("online:", numbers),
        server_time=_moment(words.get("server_time")),
        expires=_moment(words.get("expires")),
        time_key=words.get("time_key", ""),
    )
    objects = connection.execute("SELECT name, version, sha256 FROM config_object ORDER BY name").fetchall()
    in_use = InUse(
        release=words.get("release", ""),
        ring=numbers.get("ring", 0),
        counter=numbers.get("applied", 0),
        objects=tuple(Held(Named(name, version), sha256) for name, version, sha256 in objects),
        refused=_beginning("refused:", words),
    )
    return marks, in_use


def save(connection: sqlite3.Connection, marks: Marks, in_use: InUse | None) -> None:
    """Within the caller's transaction: the marks, and with them what is in use from now on, where that changed.
    Only what changed is written: most looks find nothing new, and wear no disk."""
    numbers = dict(connection.execute("SELECT name, value FROM config_mark"))
    words = dict(connection.execute("SELECT name, value FROM config_fact"))
    if words.get("online", "") not in ("", marks.online):
        connection.execute("DELETE FROM config_mark WHERE name IN ('timestamp', 'snapshot', 'counter')")
        connection.execute("DELETE FROM config_mark WHERE name LIKE 'online:%'")
        numbers = {}
    new = {name: getattr(marks, name) for name in NUMBERS}
    new |= {f"offline:{name}": version for name, version in marks.offline_minimum.items()}
    new |= {f"online:{name}": version for name, version in marks.online_minimum.items()}
    # Only upwards, whatever the caller holds.
    connection.executemany(
        "INSERT INTO config_mark (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
        sorted((name, value) for name, value in new.items() if value > numbers.get(name, -1)),
    )
    facts = {
        "assignment": marks.assignment,
        "online": marks.online,
        "time_key": marks.time_key,
        "server_time": max(_written(marks.server_time), words.get("server_time", "")),
        "expires": _written(marks.expires),
    }
    if in_use is not None:
        _replace_in_use(connection, in_use)
        facts |= {"release": in_use.release, **{f"refused:{name}": why for name, why in in_use.refused.items()}}
    connection.executemany(
        "INSERT OR REPLACE INTO config_fact (name, value) VALUES (?, ?)",
        sorted((name, value) for name, value in facts.items() if words.get(name) != value or in_use is not None),
    )


def _replace_in_use(connection: sqlite3.Connection, in_use: InUse) -> None:
    connection.execute("DELETE FROM config_object")
    connection.execute("DELETE FROM config_fact WHERE name LIKE 'refused:%'")
    connection.executemany(
        "INSERT INTO config_object (name, version, sha256) VALUES (?, ?, ?)",
        [(held.named.name, held.named.version, held.sha256) for held in in_use.objects],
    )
    connection.executemany(
        "INSERT OR REPLACE INTO config_mark (name, value) VALUES (?, ?)",
        [("ring", in_use.ring), ("applied", in_use.counter)],
    )


def _beginning(prefix: str, found: Mapping[str, T]) -> dict[str, T]:
    return {name.removeprefix(prefix): value for name, value in found.items() if name.startswith(prefix)}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _written(moment: datetime | None) -> str:
    """In UTC to the second, so that the order of the texts is the order in time."""
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment is not None else ""
