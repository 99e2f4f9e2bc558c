"""The peers beside the card: which of them lie on this dock."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from drivers.emulated.dock.desk import Desk


async def lay_out(desk: Desk, folder: Path, width_mm: int, stack: AsyncExitStack) -> None:
    """Open the emulated printer, scanner and ID-card reader with their links in *folder*."""
