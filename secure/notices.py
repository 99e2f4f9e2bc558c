"""Notices for the sealed log from commands beside the running terminal: it alone writes the log, they leave a file.

What was read or copied is known afterwards: the notice is on the disk before anything is shown, and the terminal seals
it at its next round or start. No resident's data stands in one. Whatever a command was given, its notice is one that
the terminal takes: what is too long for a record is cut here too, and what root leaves belongs to the log's owner.
"""

from __future__ import annotations

import os
import stat
import uuid
from pathlib import Path
from typing import Final

import msgspec

from contract import limits
from contract.log_events import Event
from contract.log_format import Value
from secure import whole
from secure.business import Entry

LEFT_BY_COMMANDS: Final = frozenset({Event.LOG_OPENED, Event.LOG_EXPORTED})
"""Nothing else can be put into the log this way."""
MOST: Final = 100
"""Taken at a time."""
LONGEST: Final = 4096
"""Bytes of one notice."""
MOST_NUMBER: Final = 2**62
"""No log is longer."""


class _Notice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    event: str
    values: dict[str, str | int]


def folder_of(ledger: Path) -> Path:
    return ledger.with_name(ledger.name + ".notices")


def leave(ledger: Path, event: Event, values: dict[str, str | int]) -> Path:
    """Leave a notice; on the disk when this returns. Raises OSError."""
    assert event in LEFT_BY_COMMANDS
    assert values.keys() == set(event.value.fields)
    folder = folder_of(ledger)
    if not folder.is_dir():
        folder.mkdir(mode=0o700, exist_ok=True)
        _give(folder, ledger)
        whole.sync_folder(folder.parent)
    name = folder / f"{uuid.uuid4()}.json"
    taken = {field: _fitting(value) for field, value in values.items()}
    whole.write(name, msgspec.json.encode(_Notice(event=event.name, values=taken)))
    _give(name, ledger)
    return name


def _fitting(value: str | int) -> str | int:
    """As a record can hold it. One character more than that, so that the cut shows there."""
    if isinstance(value, int):
        return max(-MOST_NUMBER, min(value, MOST_NUMBER))
    return value[: limits.LOG_VALUE_CHARS + 1].encode("utf-8", "backslashreplace").decode()


def _give(path: Path, ledger: Path) -> None:
    """To whoever writes the log, where root leaves a notice: a terminal that cannot read it cannot seal it. What lies
    at *path* by then need not be what was left there, for the folder is theirs already: a link gives nothing away."""
    if os.geteuid() != 0:
        return
    owner = ledger.parent.stat()
    here = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        mine = os.fstat(here)
        if mine.st_uid != owner.st_uid and (stat.S_ISDIR(mine.st_mode) or mine.st_nlink == 1):
            os.fchown(here, owner.st_uid, owner.st_gid)
    finally:
        os.close(here)


def collect(ledger: Path) -> list[tuple[Path, Entry | None]]:
    """The notices that lie there; None for a file that is none. The caller seals an entry, then removes its file. What
    the disk does not give back now stays where it is."""
    found: list[tuple[Path, Entry | None]] = []
    for path in sorted(folder_of(ledger).glob("*.json")):
        if len(found) == MOST:
            break
        try:
            with path.open("rb") as file:
                notice = msgspec.json.decode(file.read(LONGEST + 1), type=_Notice)
            event = Event[notice.event]
        except OSError:
            continue
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, KeyError):
            found.append((path, None))
            continue
        values: dict[str, Value] = {name: notice.values[name] for name in event.value.fields if name in notice.values}
        found.append((path, Entry(event, values) if event in LEFT_BY_COMMANDS else None))
    return found
