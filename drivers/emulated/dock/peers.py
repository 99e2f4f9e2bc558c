"""The peers beside the card: printer, scanner and ID-card reader, each reached by a link in the devices' folder."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from drivers.emulated.dock.desk import Desk
from drivers.emulated.printer import EmulatedPrinter
from drivers.emulated.sam_v import EmulatedSamV
from drivers.emulated.scanner import EmulatedScanner


async def lay_out(desk: Desk, folder: Path, width_mm: int, stack: AsyncExitStack) -> None:
    """Open them as ``printer``, ``scanner`` and ``id_reader`` in *folder* until *stack* closes."""
    desk.printer = await stack.enter_async_context(EmulatedPrinter(folder / "printer", width_mm=width_mm))
    desk.scanner = await stack.enter_async_context(EmulatedScanner(folder / "scanner"))
    desk.id_reader = await stack.enter_async_context(EmulatedSamV(folder / "id_reader"))
