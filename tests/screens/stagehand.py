"""Hands and eyes on a window of our own: real touches through xdotool, pictures from the X server."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from PIL import Image, ImageGrab

from screens.inspection import TargetBox, targets
from screens.stage import KivyStage

FRAME = 0.05
"""Three frames at least."""


async def xdotool(*arguments: str) -> None:
    process = await asyncio.create_subprocess_exec("xdotool", *arguments)
    assert await process.wait() == 0


async def drawn() -> None:
    """Until three more frames were made, however long that takes: what the hand did before has arrived by then."""
    last = Clock.frames + 3
    while Clock.frames < last:
        await asyncio.sleep(0.005)


def find(stage: KivyStage, label: str) -> TargetBox:
    """The target whose label or key is *label*."""
    found = [box for box in targets(stage.root) if label in {box.label, box.key}]
    assert found, f"no target {label}; there are {[box.label for box in targets(stage.root)]}"
    return found[0]


def middle(box: TargetBox) -> tuple[str, str]:
    return str(round(box.x + box.w / 2)), str(round(box.y + box.h / 2))


async def touch(stage: KivyStage, label: str, *, times: int = 1) -> None:
    """Touch *label* with the X server's pointer; more than once is a trembling finger, 80 ms apart."""
    place = middle(find(stage, label))
    await xdotool("mousemove", *place, "click", "--repeat", str(times), "--delay", "80", "1")
    await drawn()


def picture(path: Path | None = None) -> Image.Image:
    """What the X server shows now."""
    seen: Image.Image = ImageGrab.grab(xdisplay=os.environ["DISPLAY"]).convert("RGB")
    if path is not None:
        seen.save(path, compress_level=1)
    return seen


async def showing(stage: KivyStage, view: Any) -> asyncio.Task[Any]:
    """Show *view* in a task of its own and wait until it is drawn."""
    task = asyncio.create_task(stage.show(view))
    await asyncio.sleep(FRAME)
    if task.done():
        task.result()
        raise AssertionError("answered before anybody touched it")
    return task


async def gone(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
