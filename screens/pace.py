"""When the window's loop takes its next turn: when something rings, and at the latest when it is time.

Kivy's own loop (EventLoop.async_mainloop) sleeps first, then looks at the touches it heard of before, draws, and asks
for new ones last: a touch waits for up to two frames, and where the clock is slowed, because nobody is there, for up to
two slow ones. This one is woken by the touch itself: the X server's connection becomes readable. Where there is no such
connection (kmsdrm) touches are found by looking for them, as often as the limits say.
"""

from __future__ import annotations

import asyncio
import ctypes
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from kivy.base import EventLoop, stopTouchApp
from kivy.clock import Clock

from contract import limits
from screens.painter import on_x

SETTLE: Final = 6
"""Turns of the event loop from a touch to the view it leads to: the answer, the story, the next view. They are waited
for, so that what was touched is not drawn once more in between."""


class Pace:
    """A bell, and somebody who sleeps until it rings."""

    def __init__(self) -> None:
        self._rung = False
        self._sleeper: asyncio.Future[None] | None = None

    def ring(self, *_: Any) -> None:
        """Something has happened. Does no harm when nobody sleeps: then the next sleep is none."""
        self._rung = True
        if self._sleeper is not None and not self._sleeper.done():
            self._sleeper.set_result(None)

    async def sleep(self, seconds: float) -> None:
        """Until the bell rings, or has rung since the last sleep; *seconds* at most."""
        if self._rung:
            self._rung = False
            await asyncio.sleep(0)
            return
        loop = asyncio.get_running_loop()
        self._sleeper = loop.create_future()
        timer = loop.call_later(seconds, self.ring)
        try:
            await self._sleeper
        finally:
            timer.cancel()
            self._rung, self._sleeper = False, None


class Turns:
    """The loop of one *window*: touches, what moves by itself, the picture."""

    def __init__(self, window: Any, pace: Pace) -> None:
        self._window = window
        self._pace = pace
        self._touched = False
        for event in ("on_mouse_down", "on_mouse_up", "on_mouse_move"):
            window.fbind(event, self._heard)

    async def run(self, tick: Callable[[], None], calm: Callable[[], bool], due: Callable[[], bool]) -> None:
        """Until Kivy's event loop, which has been started, is stopped. *tick* moves what moves by itself; *calm* says
        whether nobody is there; *due* whether there is anything to draw."""
        Clock._max_fps = 0.0  # it never sleeps: that is done here
        loop = asyncio.get_running_loop()
        connection = connection_of(self._window)
        if connection is not None:
            loop.add_reader(connection, self._pace.ring)
        try:
            while not EventLoop.quit and EventLoop.status == "started":
                await self._turn(tick, due)
                await self._pace.sleep(_rest(calm(), woken=connection is not None))
        finally:
            if connection is not None:
                loop.remove_reader(connection)
            stopTouchApp()

    async def _turn(self, tick: Callable[[], None], due: Callable[[], bool]) -> None:
        self._window.mainloop()
        EventLoop.dispatch_input()
        if self._touched:
            self._touched = False
            for _ in range(SETTLE):
                await asyncio.sleep(0)
        if EventLoop.quit or EventLoop.status != "started":
            return
        Clock.tick()
        tick()
        Clock.tick_draw()
        if due():
            self._window.dispatch("on_draw")
            self._window.dispatch("on_flip")
            # Drawing talks to the X server as well, and may have read a touch off the connection that nothing would
            # wake us for.
            self._window.mainloop()

    def _heard(self, *_: Any) -> None:
        self._touched = True
        self._pace.ring()


def _rest(calm: bool, *, woken: bool) -> float:
    """Seconds until the next turn when nothing rings."""
    if not calm:
        return 1 / limits.FPS_ACTIVE
    return 1 / (limits.FPS_IDLE if woken else limits.FPS_UNWOKEN)


def connection_of(window: Any) -> int | None:
    """The file descriptor on which an X server says that something was touched; None where there is none."""
    if not on_x(window):
        return None
    with suppress(OSError, AttributeError):
        ask = ctypes.CDLL("libX11.so.6").XConnectionNumber
        ask.argtypes, ask.restype = [ctypes.c_void_p], ctypes.c_int
        found = int(ask(window.get_window_info().display))
        return found if found >= 0 else None
    return None
