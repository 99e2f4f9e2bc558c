"""A part of the window that is drawn, and drawn again, by itself; it knows which words stand on it."""

from __future__ import annotations

from dataclasses import dataclass

from kivy.uix.widget import Widget

from screens.input.boxes import Box


@dataclass(frozen=True)
class Said:
    """Words on the window and where (pixels, y from the top)."""

    text: str
    box: Box
    lines: int = 1


class Part(Widget):  # type: ignore[misc]
    """Knows its words for as long as they are drawn: ``clear`` lets go of both."""

    def __init__(self) -> None:
        super().__init__(size_hint=(None, None), size=(0, 0))
        self.said: list[Said] = []

    def clear(self) -> None:
        """Nothing drawn, nothing said, nothing to touch."""
        for child in self.children:
            if isinstance(child, Part):
                child.clear()
        self.clear_widgets()
        self.canvas.clear()
        self.canvas.after.clear()
        self.said.clear()
