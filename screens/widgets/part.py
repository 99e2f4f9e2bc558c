"""A part of the window that is drawn, and drawn again, by itself; it knows what is written on it and what changed."""

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
        self.drawn: Box | None = None
        """What is drawn of it lies in here."""
        self.stale: Box | None = None
        """What has changed since the window was painted last lies in here (screens.painter)."""

    def drew(self, box: Box) -> None:
        """Something has been drawn within *box*. Whoever draws must say so, or it is not painted."""
        self.drawn = box.around(self.drawn)
        self.stale = box.around(self.stale)

    def clear(self) -> None:
        """Nothing drawn, nothing said, nothing to touch."""
        for child in self.children:
            if isinstance(child, Part):
                child.clear()
                # It is gone from the tree when the window is painted: what it leaves behind is ours to tell.
                if child.stale is not None:
                    self.stale = child.stale.around(self.stale)
        if self.drawn is not None:
            self.stale = self.drawn.around(self.stale)
        self.drawn = None
        self.clear_widgets()
        self.canvas.clear()
        self.canvas.after.clear()
        self.said.clear()
