"""Colours, sizes and what follows from the window's size. All lengths are pixels of the 1080-wide design."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from contract import texts
from contract.catalogue import Group

if TYPE_CHECKING:
    from screens.fonts import Fonts

LINE_HEIGHT: Final = 1.45
LARGE: Final = 1.35
MARGIN: Final = 56
GAP: Final = 24
"""Between touch targets, so that a trembling finger hits one thing."""
BUTTON: Final = 128
TILE: Final = 220
CORNER: Final = 20
LEAST_TARGET: Final = 96
"""No touch target is lower or narrower than this (about 24 mm on the terminal's panel)."""
KEY_GAP: Final = 16
"""Between the keys of a keyboard only."""

TITLE: Final = 64
QUESTION: Final = 56
NAME: Final = 52
BODY: Final = 36
SMALL: Final = 30

PAPER: Final = {
    "ground": "#F7F4EE", "sheet": "#FFFFFF", "ink": "#1D2327", "soft": "#4B5660", "outline": "#8A8478",
    "primary": "#0B5A7D", "on_primary": "#FFFFFF", "error": "#B3261E", "success": "#1C7A3A", "notice": "#FFE3A3",
    "on_notice": "#1D2327", "chosen": "#E4F0F5", "bad": "#FBE9E7", "rule": "#DDD8CC", "off": "#6B665C",
    "wait": "#7A5200",
    "work": "#1C68A8", "skill": "#74489C", "insurance": "#0A7256", "card": "#A84F14", "on_group": "#FFFFFF",
    "slot": "#E3DDD0", "chip": "#FFE3A3", "shade": "#1D2327", "rest": "#000000",
}  # fmt: skip
"""look.md, tokens; contrast of every text colour on its ground at least 4.5:1 (WCAG 2.2, 1.4.3)."""
NIGHT: Final = {
    "ground": "#000000", "sheet": "#000000", "ink": "#FFFFFF", "soft": "#FFFFFF", "outline": "#FFFFFF",
    "primary": "#FFE14D", "on_primary": "#000000", "error": "#FFE14D", "success": "#FFE14D", "notice": "#FFE14D",
    "on_notice": "#000000", "chosen": "#333300", "bad": "#332B00", "rule": "#8A8478", "off": "#AAAAAA",
    "wait": "#FFE14D",
    "work": "#000000", "skill": "#000000", "insurance": "#000000", "card": "#000000", "on_group": "#FFE14D",
    "slot": "#333333", "chip": "#FFE14D", "shade": "#000000", "rest": "#000000",
}  # fmt: skip
GROUPS: Final = {Group.WORK: "work", Group.SKILL: "skill", Group.INSURANCE: "insurance", Group.CARD: "card"}
"""Colour and, in screens.widgets.icon, the picture of each group."""


@dataclass(frozen=True)
class Style:
    """How things are drawn at this moment. ``scale``: pixels of the window per pixel of the 1080-wide design."""

    fonts: Fonts
    scale: float = 1.0
    large: bool = False
    contrast: bool = False
    texts: texts.Texts = field(default_factory=texts.load, repr=False)
    """What the screens themselves say."""

    @property
    def colours(self) -> dict[str, str]:
        return NIGHT if self.contrast else PAPER

    def type(self, size: float) -> float:
        """Height of letters in pixels of the window."""
        return size * self.scale * (LARGE if self.large else 1.0)


def scale_of(width: float, height: float) -> float:
    """Pixels of the window per pixel of the design: by the width when upright, by the height when lying."""
    if height > width:
        return min(width / 1080, height / 1640)
    return min(height / 1200, width / 1420)
