"""The window: opened, run under asyncio, with no way out of it by touch or key."""

from __future__ import annotations

import asyncio
import importlib
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from kivy.app import App
from kivy.base import EventLoop, async_runTouchApp
from kivy.config import Config
from kivy.uix.widget import Widget
from kivy.utils import get_color_from_hex

from kiosk.questions import TextQuestion
from kiosk.views import Attract, Surroundings
from screens.attract import AttractScreen
from screens.base import Answer, Screen
from screens.fonts import Fonts
from screens.input.boxes import Box
from screens.kit import Kit
from screens.pace import Pace, Turns
from screens.registry import SCREENS, Registry
from screens.stage import KivyStage
from screens.theme import PAPER

PINYIN: Final = Path(sys.prefix) / "share" / "jiujinban" / "pinyin"
CHINA: Final = ZoneInfo("Asia/Shanghai")
"""Whatever the machine's own zone is: what a clock on a village's wall shows."""
QUIET: Final = 0.5
"""Between two imports of screens that are not needed yet (seconds)."""
FIRST_STEPS: Final = 3
"""Turns of the loop from the start of *play* to its first view: play itself, a task of its own, the view."""
END: Final = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True)
class Look:
    """The window of one terminal. ``freeze_clock``: what the clock on it shows, for pictures that are compared."""

    width: int = 1080
    height: int = 1920
    fullscreen: bool = True
    fonts: Path | None = None
    pinyin: Path | None = None
    """Where librime's compiled schema is, or is put. None: where set-up puts the fonts."""
    freeze_clock: datetime | None = None


class Terminal(App):  # type: ignore[misc]
    """Kivy's application around one root, without its settings panel, its files and its ways out."""

    def __init__(self, stage: KivyStage, turns: Turns) -> None:
        super().__init__()
        self._stage = stage
        self._turns = turns

    async def async_run(self, async_lib: str | None = None) -> None:
        """As Kivy's, with a loop of our own (screens.pace)."""
        self._run_prepare()
        await async_runTouchApp(embedded=True, async_lib=async_lib)
        await self._turns.run(self._stage.tick, self._stage.calm, lambda: self._stage.painter.due)
        self._stop()

    def build(self) -> Widget:
        return self._stage.root

    def load_config(self) -> None:
        """No file."""

    def load_kv(self, *_: Any, **__: Any) -> bool:
        return False

    def open_settings(self, *_: Any) -> bool:
        """Kivy's panel, on F1: never."""
        return False

    def on_pause(self) -> bool:
        return False


async def perform(play: Callable[[KivyStage], Awaitable[None]], surroundings: Surroundings, look: Look) -> None:
    """Open the window and run ``play(stage)`` on it; close it when *play* ends, and raise what *play* raised.

    *play* is cancelled when the window must close (SIGTERM, SIGINT, or this call is cancelled). One call a process:
    Kivy has one window.
    """
    window = open_window(look)
    typist = LateTypist(look.pinyin or PINYIN)
    registry = Registry()
    registry.add(TextQuestion, typist)

    def clock() -> datetime:
        return look.freeze_clock or datetime.now(CHINA)

    registry.add(Attract, partial(AttractScreen, place=surroundings.place, clock=clock))
    pace = Pace()
    stage = KivyStage(window, Fonts(look.fonts), surroundings, registry, clock, pace)
    app = Terminal(stage, Turns(window, pace))
    loop = asyncio.get_running_loop()
    playing = asyncio.ensure_future(play(stage))
    playing.add_done_callback(lambda _: app.stop())
    playing.add_done_callback(pace.ring)
    for number in END:
        loop.add_signal_handler(number, playing.cancel)
    warming = asyncio.create_task(_warm(stage, typist))
    try:
        for _ in range(FIRST_STEPS):
            # What *play* shows at once stands on the first picture: no empty one is drawn before it.
            await asyncio.sleep(0)
        await app.async_run("asyncio")
    finally:
        for number in END:
            loop.remove_signal_handler(number)
        for task in (warming, playing):
            task.cancel()
        await asyncio.gather(warming, playing, return_exceptions=True)
    if not playing.cancelled():
        playing.result()


class LateTypist:
    """The words screen and its pinyin library, imported and opened when they are needed first, or in the quiet after
    the first picture."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: Any = None

    def load(self) -> None:
        """Import and open it now; for a thread."""
        self._typist().load()

    def __call__(self, kit: Kit, area: Box, view: TextQuestion, answer: Answer) -> Screen:
        made: Screen = self._typist()(kit, area, view, answer)
        return made

    def _typist(self) -> Any:
        if self._made is None:
            self._made = importlib.import_module("screens.input.typist").Typist(self._folder)
        return self._made


async def _warm(stage: KivyStage, typist: LateTypist) -> None:
    await asyncio.sleep(QUIET * 4)
    for _ in SCREENS:
        stage.warm()
        await asyncio.sleep(QUIET)
    await asyncio.to_thread(typist.load)


def open_window(look: Look) -> Any:
    """Kivy's window (kivy.core.window.Window), from which nobody gets out."""
    for section, key, value in (
        ("kivy", "exit_on_escape", "0"),
        ("kivy", "log_level", "warning"),
        ("kivy", "keyboard_mode", ""),
        ("graphics", "width", str(look.width)),
        ("graphics", "height", str(look.height)),
        ("graphics", "fullscreen", "auto" if look.fullscreen else "0"),
        ("graphics", "resizable", "0"),
        ("graphics", "multisamples", "0"),
        ("graphics", "show_cursor", "1"),
        ("graphics", "allow_screensaver", "0"),
    ):
        Config.set(section, key, value)
    # One provider of touches, and it is one finger: the mouse, which is what X makes of a touch panel's first finger.
    for name, _ in Config.items("input"):
        Config.remove_option("input", name)
    Config.set("input", "mouse", "mouse,disable_multitouch")
    EventLoop.ensure_window()
    window = EventLoop.window
    assert window is not None, "no window: is DISPLAY set?"
    window.clearcolor = tuple(get_color_from_hex(PAPER["ground"]))
    for event in ("on_keyboard", "on_key_down", "on_key_up", "on_textinput", "on_request_close", "on_drop_file"):
        window.bind(**{event: _swallow})
    return window


def _swallow(*_: Any, **__: Any) -> bool:
    """Seen to: nothing else is told."""
    return True
