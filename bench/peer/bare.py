"""The idle page's shapes on a bare Kivy window: what the toolkit itself costs, without the terminal."""

from __future__ import annotations

import os
import sys

os.environ["KIVY_NO_ARGS"] = "1"
os.environ["KIVY_NO_FILELOG"] = "1"

from kivy.config import Config

Config.set("graphics", "width", sys.argv[1])
Config.set("graphics", "height", sys.argv[2])
Config.set("graphics", "borderless", "1")
Config.set("graphics", "maxfps", "30")
Config.set("input", "mouse", "mouse,disable_multitouch")

from kivy.app import App  # noqa: E402 - Kivy reads its settings when it is imported
from kivy.graphics import Color, Rectangle  # noqa: E402 - Kivy reads its settings when it is imported
from kivy.uix.widget import Widget  # noqa: E402 - Kivy reads its settings when it is imported


class Page(Widget):  # type: ignore[misc]
    """Three flat colours, as tall as on the idle page; the picture changes while it is touched."""

    def on_size(self, *_: object) -> None:
        self.draw(pressed=False)

    def draw(self, *, pressed: bool) -> None:
        width, height = self.size
        self.canvas.clear()
        with self.canvas:
            Color(0.043, 0.353, 0.490)
            Rectangle(size=(width, height))
            Color(0.969, 0.957, 0.933)
            Rectangle(pos=(width * 0.05, height * 0.5), size=(width * 0.9, height * 0.17))
            Color(0.6, 0.6, 0.6) if pressed else Color(1, 1, 1)
            Rectangle(pos=(width * 0.05, height * 0.04), size=(width * 0.9, height * 0.46))

    def on_touch_down(self, touch: object) -> bool:
        self.draw(pressed=True)
        return True

    def on_touch_up(self, touch: object) -> bool:
        self.draw(pressed=False)
        return True


class Bare(App):  # type: ignore[misc]
    def build(self) -> Widget:
        return Page()


if __name__ == "__main__":
    Bare().run()
