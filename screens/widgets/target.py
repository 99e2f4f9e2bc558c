"""What can be touched. Everything that can be is a Target, so that harnesses find it by its label."""

from __future__ import annotations

from collections.abc import Callable

from screens.input.boxes import Box
from screens.widgets.part import Part


class Target(Part):
    """``label`` is what a person reads on it, ``key`` names it for programs. Touches come from screens.hand alone."""

    def __init__(
        self, box: Box, height: float, label: str, key: str, act: Callable[[], None], *, enabled: bool, corner: float
    ) -> None:
        """*height*: of the window; *act* is called once for each touch that began and ended on it; *corner*: how round
        the shade of the pressed state is (screens.painter lays it over the face)."""
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
        self.corner = corner

    def clear(self) -> None:
        super().clear()
        self.act = _nothing
        self.label = ""


def _nothing() -> None:
    """What a target does that is not there any more."""
