"""Notices for the sealed log from commands beside the running terminal: it alone writes the log, they leave a file.

What was read or copied is known afterwards: the notice is on the disk before anything is shown, and the terminal seals
it at its next round or start. No resident's data stands in one.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Final

import msgspec

from contract.log_events import Event
from contract.log_format import Value
from secure.business import Entry

LEFT_BY_COMMANDS: Final = frozenset({Event.LOG_OPENED, Event.LOG_EXPORTED})
"""Nothing else can be put into the log this way."""
MOST: Final = 100
"""Taken at a time."""
LONGEST: Final = 4096
"""Bytes of one notice."""


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
    folder.mkdir(mode=0o700, exist_ok=True)
    name = folder / f"{uuid.uuid4()}.json"
    draft = name.with_suffix(".new")
    with draft.open("xb") as file:
        file.write(msgspec.json.encode(_Notice(event=event.name, values=values)))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(name)
    return name


def collect(ledger: Path) -> list[tuple[Path, Entry | None]]:
    """The notices that lie there; None for a file that is none. The caller seals an entry, then removes its file."""
    found: list[tuple[Path, Entry | None]] = []
    for path in sorted(folder_of(ledger).glob("*.json"))[:MOST]:
        try:
            notice = msgspec.json.decode(path.read_bytes()[: LONGEST + 1], type=_Notice)
            event = Event[notice.event]
        except (msgspec.MsgspecError, UnicodeDecodeError, KeyError, OSError):
            found.append((path, None))
            continue
        values: dict[str, Value] = {name: notice.values[name] for name in event.value.fields if name in notice.values}
        found.append((path, Entry(event, values) if event in LEFT_BY_COMMANDS else None))
    return found
