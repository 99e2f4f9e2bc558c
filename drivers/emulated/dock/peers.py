"""The peers beside the card, each reached by a link, a file or a folder in the devices' folder, the UPS by its port."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from drivers.emulated.camera import EmulatedCamera
from drivers.emulated.dock.desk import Desk
from drivers.emulated.presence import EmulatedPresence
from drivers.emulated.printer import EmulatedPrinter
from drivers.emulated.sam_v import EmulatedSamV
from drivers.emulated.scanner import EmulatedScanner
from drivers.emulated.sound_card import EmulatedSoundCard
from drivers.emulated.upsd import EmulatedUpsd


async def lay_out(desk: Desk, folder: Path, width_mm: int, stack: AsyncExitStack, ups_port: int = 0) -> None:
    """Open them as ``printer``, ``scanner``, ``id_reader``, ``camera``, ``sound_cards`` and ``sensors`` in *folder*,
    and the power supply's daemon at *ups_port* of this machine, until *stack* closes."""
    desk.printer = await stack.enter_async_context(EmulatedPrinter(folder / "printer", width_mm=width_mm))
    desk.scanner = await stack.enter_async_context(EmulatedScanner(folder / "scanner"))
    desk.id_reader = await stack.enter_async_context(EmulatedSamV(folder / "id_reader"))
    desk.camera = stack.enter_context(EmulatedCamera(folder / "camera"))
    desk.speaker = stack.enter_context(EmulatedSoundCard(folder / "sound_cards"))
    desk.presence = stack.enter_context(EmulatedPresence(folder / "sensors"))
    desk.power = await stack.enter_async_context(EmulatedUpsd(port=ups_port))
