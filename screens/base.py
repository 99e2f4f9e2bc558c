"""How a screen is written.

A screen shows one kind of view. It is a class that composes itself when it is made::

    class GuideScreen:
        def __init__(self, kit: Kit, area: Box, view: Guide, answer: Callable[[GuideChoice | Nav], None]) -> None: ...
        def release(self) -> None:
            self._kit.clear()

* ``kit`` draws (screens/kit.py) into the one part of the window that belongs to the view; ``area`` is where: the
  content within the frame, or the whole window when ``view.frame`` is False. Pixels, y from the top.
* ``answer`` is called with the view's answer, or with ``Nav.BACK``. Only the first call counts.
* ``release`` lets go of everything: called when the view is answered or cancelled, and again is harmless.
* A screen that holds what somebody has typed or chosen has ``now()``: its view with that put in, from which it can be
  composed anew when the person asks for 大字 or 高对比 in the middle of it.
* A screen that moves by itself has ``tick(seconds)``, called ten times a second with the time since it was shown, and
  more slowly when nobody has touched anything for a while, unless it says ``restless = True``.

It is registered with one line in screens/registry.py. It imports no device, no platform, and no Kivy beyond the kit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

from kiosk.views import View
from screens.input.boxes import Box
from screens.kit import Kit

Answer = Callable[[Any], None]


class Screen(Protocol):
    """One view on the window."""

    def release(self) -> None: ...


@runtime_checkable
class Resumable(Protocol):
    """Holds what somebody typed or chose."""

    def now(self) -> View[Any]: ...


@runtime_checkable
class Moving(Protocol):
    """Changes by itself."""

    def tick(self, seconds: float) -> None: ...


class Compose(Protocol):
    """What makes a screen."""

    def __call__(self, kit: Kit, area: Box, view: Any, answer: Answer) -> Screen: ...
