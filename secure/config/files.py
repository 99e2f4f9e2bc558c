"""The configuration's files: python-tuf's metadata, and objects named by their SHA-256."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contract import limits

_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
PRIVATE: Final = 0o700


@dataclass(frozen=True, slots=True)
class Files:
    """A folder of this terminal's own."""

    folder: Path

    def __post_init__(self) -> None:
        for made in (self.metadata, self.objects):
            made.mkdir(mode=PRIVATE, parents=True, exist_ok=True)

    @property
    def metadata(self) -> Path:
        return self.folder / "metadata"

    @property
    def objects(self) -> Path:
        return self.folder / "objects"

    @staticmethod
    def is_name(sha256: str) -> bool:
        return _SHA256.fullmatch(sha256) is not None

    def path(self, sha256: str) -> Path:
        """Where the object with this hash lies, if it is there."""
        assert self.is_name(sha256)
        return self.objects / sha256

    def read(self, sha256: str) -> bytes | None:
        """The object's bytes, their hash looked at again; None when it is not there, or not whole any more."""
        try:
            with self.path(sha256).open("rb") as file:
                data = file.read(limits.CONFIG_OBJECT_BYTES + 1)
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == sha256 else None

    @contextmanager
    def incoming(self, sha256: str) -> Iterator[Path]:
        """A place to write the object to; it has its name when the block ends well, and is on the disk."""
        draft = self.objects / f".{sha256}"
        try:
            yield draft
            _sync(draft)
            draft.replace(self.path(sha256))
        finally:
            draft.unlink(missing_ok=True)

    def settle(self) -> None:
        """The names of objects that came in are on the disk, too: before anything that says they are in use."""
        _sync(self.objects)

    def sync(self) -> None:
        """python-tuf renames its metadata into place and never syncs it: a power cut may leave it empty. Nothing is
        trusted for these files, the marks see to that; but a village on a thin line need not fetch them twice."""
        fresh = self.folder / ".synced"
        since = fresh.stat().st_mtime_ns if fresh.exists() else 0
        changed = [path for path in self.metadata.rglob("*.json") if path.stat().st_mtime_ns > since]
        for path in changed:
            _sync(path)
        if changed:
            _sync(self.metadata)
            fresh.touch()

    def sweep(self, keep: Iterable[str]) -> None:
        """Remove objects that are not among *keep*."""
        kept = set(keep)
        for path in self.objects.iterdir():
            if path.name not in kept:
                path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
