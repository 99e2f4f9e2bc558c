"""The screen at rest (views.Resting): black, because nobody is there to read it.

DPMS is not used: a panel that has switched itself off takes seconds to come back, and some take their touch layer
along. The light is back as soon as the finger is lifted, and the touch that brought it has done nothing else: it began
on this screen, and whatever begins within limits.WAKE_GRACE of the light is nobody's (screens.hand).
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.views import Nav, Resting
from screens.input.boxes import Box
from screens.kit import Kit


class RestScreen:
    """The whole window is one target without a word on it."""

    def __init__(self, kit: Kit, area: Box, view: Resting, answer: Callable[[bool | Nav], None]) -> None:
        self._kit = kit
        kit.clear()
        target = kit.target(area, "", "rest", lambda: answer(True), say=False, fill="rest", outline="rest")
        target.canvas.clear()
        kit.fill(area, "rest", corner=0, into=target)

    def release(self) -> None:
        self._kit.clear()
