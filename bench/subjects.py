"""What is measured: the terminal, and Chromium in kiosk mode showing an equivalent page. Started alike, seen alike."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.screen import BYTES_PER_PIXEL, Area, Screen
from deploy.local.display import Size
from deploy.local.household import python
from deploy.local.programs import ProgramError, running, tail
from kiosk.memory import FORGETFUL

PAGE: Final = Path(__file__).parent / "peer" / "page.html"
PEER: Final = "chromium --kiosk"
SHOWN_WAIT: Final = 60.0
COLOURS: Final = 3
"""A page is there when a line down the screen shows at least so many colours of some size …"""
COLOUR_SHARE: Final = 0.03
"""… each at least this part of it. A bare display and an empty window show one."""


@dataclass(frozen=True)
class Subject:
    """A program that shows the idle page."""

    name: str
    command: tuple[str | Path, ...]
    log: Path
    env: tuple[tuple[str, str], ...] = ()


def terminal(settings: Path, log: Path) -> Subject:
    return Subject("terminal", tuple(python("kiosk", "run", "--settings", settings)), log, tuple(FORGETFUL.items()))


def chromium(profile: Path, size: Size, log: Path) -> Subject:
    """With a warm profile: the caller runs it once before it counts."""
    switches = [
        *("--kiosk", "--no-sandbox", "--no-first-run", "--no-default-browser-check", "--disable-sync"),
        *("--disable-component-update", "--disable-background-networking", "--disable-features=Translate"),
        *("--noerrdialogs", "--disable-infobars", "--password-store=basic", "--force-device-scale-factor=1"),
        *(f"--window-size={size.width},{size.height}", "--window-position=0,0", f"--user-data-dir={profile}"),
    ]
    return Subject(PEER, ("chromium", *switches, PAGE.as_uri()), log)


def page_is_there(column: bytes) -> bool:
    """Whether a line of pixels shows a page (see COLOURS)."""
    counted: dict[bytes, int] = {}
    for at in range(0, len(column), BYTES_PER_PIXEL):
        colour = column[at : at + 3]
        counted[colour] = counted.get(colour, 0) + 1
    least = COLOUR_SHARE * len(column) / BYTES_PER_PIXEL
    return sum(count >= least for count in counted.values()) >= COLOURS


@dataclass
class Started:
    """A subject that shows its page. Times are time.perf_counter()'s."""

    process: asyncio.subprocess.Process
    began: float
    shown: float

    @property
    def pid(self) -> int:
        return self.process.pid


@asynccontextmanager
async def showing(subject: Subject, display: str, screen: Screen, size: Size) -> AsyncIterator[Started]:
    """Start *subject* and wait for the first frame that shows its page."""
    line = Area(size.width // 8, 0, 1, size.height)
    began = time.perf_counter()
    async with running(
        subject.name, list(subject.command), log=subject.log, env={"DISPLAY": display, **dict(subject.env)}
    ) as process:
        shown = await asyncio.to_thread(screen.until, line, page_is_there, SHOWN_WAIT)
        if shown is None:
            raise ProgramError(f"{subject.name}: 没有画出页面 showed no page{tail(subject.log)}")
        yield Started(process, began, shown)
    # The next subject begins on an empty screen.
    gone = await asyncio.to_thread(screen.until, line, lambda pixels: not page_is_there(pixels), 10.0)
    if gone is None:
        raise ProgramError(f"{subject.name}: 画面没有消失 left its picture behind")
