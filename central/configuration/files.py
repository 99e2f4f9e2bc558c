"""The repository's files: published metadata and targets, and drafts that wait for offline signatures.

Consistent snapshots (TUF 6.2): every file but timestamp.json carries its version or hash in its name and is written
once. One writer at a time.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tuf.api.metadata import Metadata, TargetFile
from tuf.api.serialization.json import JSONSerializer

from central.state import write

OFFLINE_LIFE: Final = timedelta(days=365)


class CeremonyError(ValueError):
    """What was asked for does not hold; the text is for whoever keeps the ceremony."""


class Files:
    """``DIR/metadata``, ``DIR/targets``, ``DIR/drafts``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def exists(self) -> bool:
        """Whether terminals can be served: the first publication has been."""
        return self.metadata_path("timestamp.json").exists()

    @property
    def drafts(self) -> Path:
        return self.folder / "drafts"

    def metadata_path(self, name: str) -> Path:
        return self.folder / "metadata" / name

    def target_path(self, name: str) -> Path:
        return self.folder / "targets" / name

    def version(self, role: str) -> int:
        """The newest published version, 0 when there is none."""
        return self.versions().get(role, 0)

    def versions(self) -> dict[str, int]:
        """Role → newest published version; the folder is read once."""
        found: dict[str, int] = {}
        folder = self.folder / "metadata"
        for name in os.listdir(folder) if folder.exists() else ():
            number, _, rest = name.partition(".")
            if number.isdigit():
                role = rest.removesuffix(".json")
                found[role] = max(found.get(role, 0), int(number))
        return found

    def read(self, role: str) -> Metadata[Any]:
        """The newest published metadata. Raises CeremonyError when there is none."""
        name = "timestamp.json" if role == "timestamp" else f"{self.version(role)}.{role}.json"
        if not self.metadata_path(name).exists():
            raise CeremonyError(f"{role}: 还没有发布 not published yet")
        return Metadata.from_bytes(self.metadata_path(name).read_bytes())

    def draft_path(self, role: str) -> Path:
        return self.drafts / f"{role}.json"

    def draft(self, role: str) -> Metadata[Any]:
        """The draft of the next version: begun from what is published where there is none."""
        if self.draft_path(role).exists():
            return Metadata.from_bytes(self.draft_path(role).read_bytes())
        begun = self.read(role)
        begun.signatures.clear()
        begun.signed.version += 1
        return begun

    def keep_draft(self, role: str, metadata: Metadata[Any], now: datetime) -> Path:
        """Its signatures, if it had any, were for other content: they go."""
        metadata.signatures.clear()
        metadata.signed.expires = expiry(now, OFFLINE_LIFE)
        self.drafts.mkdir(parents=True, exist_ok=True, mode=0o700)
        write(self.draft_path(role), metadata.to_bytes(JSONSerializer(compact=False)))
        return self.draft_path(role)

    def waiting(self) -> list[str]:
        """Roles with a draft, in the order in which they are published."""
        found = sorted(path.stem for path in self.drafts.glob("*.json"))
        return sorted(found, key=lambda role: (role != "root", role != "targets", role))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One writer at a time: the commands, and the serving platform that renews."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(self.folder / ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _store(self, file: TargetFile, data: bytes) -> None:
        for prefixed in file.get_prefixed_paths():
            path = self.target_path(prefixed)
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write(path, data)

    def _write(self, name: str, data: bytes) -> None:
        self.metadata_path(name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write(self.metadata_path(name), data)


def expiry(now: datetime, life: timedelta) -> datetime:
    return (now.astimezone(UTC) + life).replace(microsecond=0)
