"""The ledger's file on the disk: who writes it, which one it is, and how much room is beside it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class LedgerInUseError(RuntimeError):
    """Another process writes this file."""


def free_bytes(path: Path) -> int:
    room = os.statvfs(path.parent)
    return room.f_bavail * room.f_frsize


def identity_of(path: Path) -> tuple[int, int]:
    """Which file has this name: what is written into one that has none any more is lost with the process."""
    found = path.stat()
    return found.st_dev, found.st_ino


def lock(path: Path) -> int:
    """One writer per file, held by the kernel: it is let go when the process ends, however it ends."""
    held = os.open(path.with_name(path.name + ".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise LedgerInUseError(f"{path.name} is being written by another process") from None
    return held
