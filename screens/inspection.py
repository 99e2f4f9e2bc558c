"""What a harness may ask of the window: what can be touched and what is written, at window coordinates.

For tests and the tour; the terminal itself does not import it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kivy.uix.widget import Widget

from screens.widgets.part import Part, Said
from screens.widgets.target import Target


@dataclass(frozen=True)
class TargetBox:
    """A visible touch target: pixels of the window, y from the top (as xdotool counts)."""

    label: str
    key: str
    x: float
    y: float
    w: float
    h: float
    enabled: bool


def parts(root: Widget) -> Iterator[Part]:
    """The parts of the window that are drawn, in the order they are drawn. What lies under an overlay is left out."""
    children = list(reversed(root.children))
    over = [n for n, child in enumerate(children) if getattr(child, "covers", False) and child.children]
    for child in children[over[-1] if over else 0 :]:
        if isinstance(child, Part):
            yield child
        yield from parts(child)


def targets(root: Widget) -> list[TargetBox]:
    """Everything that can be seen and touched (or is shown as switched off)."""
    return [
        TargetBox(part.label, part.key, part.box.x, part.box.y, part.box.w, part.box.h, part.enabled)
        for part in parts(root)
        if isinstance(part, Target)
    ]


def said(root: Widget) -> list[Said]:
    """Everything written, with its place."""
    return [one for part in parts(root) for one in part.said]


def texts(root: Widget) -> list[str]:
    """Everything written, in the order it is drawn."""
    return [one.text for one in said(root)]
