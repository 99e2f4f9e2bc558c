"""Files that are there whole or not at all, whenever the power goes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

OWNER_ONLY: Final = 0o600


def write(path: Path, content: bytes) -> None:
    """0600, whole or not at all, on disk when this returns."""
    write_all(path.parent, {path.name: content})


def write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Several, each of them whole or not at all, all on disk when this returns; of a power cut before, any of them may
    be there."""
    here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name, content in files.items():
            temporary = f"{name}.new"
            flags = os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC
            with os.fdopen(os.open(temporary, flags, OWNER_ONLY, dir_fd=here), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, name, src_dir_fd=here, dst_dir_fd=here)
        os.fsync(here)
    finally:
        os.close(here)


def remove(path: Path) -> None:
    """Gone, and on disk as gone, when this returns."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """A name is on disk when its folder is."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
