"""What can be touched. Everything that can be is a Target, so that harnesses find it by its label."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kivy.graphics import Color, RoundedRectangle

from screens.input.boxes import Box
from screens.widgets.part import Part

PRESSED: Final = 0.22


class Target(Part):
    """``label`` is what a person reads on it, ``key`` names it for programs. Touches come from screens.hand alone."""

    def __init__(
        self, box: Box, height: float, label: str, key: str, act: Callable[[], None], *, enabled: bool
    ) -> None:
        """*height*: of the window; *act* is called once for each touch that began and ended on it."""
        super().__init__()
        self.box = box
        self.label = label
        self.key = key
        self.enabled = enabled
        self.act = act
        self.repeats = False
        """Two quick touches are two: keys of pads and keyboards (「11」)."""
        self.pos = (box.x, height - box.bottom)
        self.size = (box.w, box.h)
        self._shade: Color | None = None

    def face_done(self, corner: float) -> None:
        """The face is drawn: lay the shade of the pressed state over it (invisible until pressed)."""
        with self.canvas.after:
            self._shade = Color(0.45, 0.45, 0.45, 0)
            RoundedRectangle(pos=self.pos, size=self.size, radius=[corner])

    def press(self, down: bool) -> None:
        if self._shade is not None:
            self._shade.a = PRESSED if down else 0

    def clear(self) -> None:
        super().clear()
        self._shade = None
        self.act = _nothing
        self.label = ""


def _nothing() -> None:
    """What a target does that is not there any more."""
