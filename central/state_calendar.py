"""The working days the platform counts by: the packaged years, and those whose notices were signed and published."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec
from django.conf import settings

from central.configuration.repository import Repository
from contract import working_days as packaged
from contract.configuration import CONTENT, OBJECTS, Named
from contract.working_days import Calendar, WorkingDays

KIND: Final = f"{OBJECTS}/calendar"


def working_days() -> WorkingDays:
    """What terminals get is what the platform counts by: the newest published version of every calendar."""
    repository = Repository(settings.CENTRAL.configuration)
    return counted(repository.folder, repository.version(CONTENT))


@lru_cache(maxsize=2)
def counted(folder: Path, version: int) -> WorkingDays:
    """Read once for each published version of the content."""
    known = packaged.load()
    if not version:
        return known
    repository = Repository(folder)
    found = [
        repository.bytes_of(Named(name, newest).target)
        for name, (newest, _) in sorted(repository.newest().items())
        if name == KIND or name.startswith(f"{KIND}-")
    ]
    return known.with_years(msgspec.toml.decode(data, type=Calendar) for data in found if data is not None)
