"""The one finger: from Kivy's touches to a Target's act, with everything that a trembling hand must not cause.

* One touch at a time; more fingers, other mouse buttons and wheels do nothing. A finger that lies there longer than
  limits.TOUCH_HELD gives way to the next one.
* A target acts when a touch that began on it ends on it, and only if nothing new has been shown meanwhile.
* Two touches on the same target, or in the same place of a screen that has just changed, closer together than
  limits.DOUBLE_TAP are one. Only keys of pads and keyboards take them as two (Target.repeats): 「11」, 「nn」.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from kivy.uix.widget import Widget

from contract import limits
from screens.widgets.target import Target

NEAR: Final = 160.0
"""A finger that comes down again within so many pixels came down in the same place."""


class Hand:
    """Touches on the layers of one window, the topmost first."""

    def __init__(
        self, layers: Callable[[], list[Widget]], touched: Callable[[], None], shaded: Callable[[], None]
    ) -> None:
        """*layers*: where targets are looked for now; *touched* is called at every touch, whatever it does; *shaded*
        when ``pressed`` has changed."""
        self.pressed: Target | None = None
        """What the finger is on now, and is shown as pressed."""
        self._layers = layers
        self._touched = touched
        self._shaded = shaded
        self._touch: Any = None
        self._since = -math.inf
        self._target: Target | None = None
        self._turn = 0
        self._last = -math.inf
        self._last_key = ""
        self._last_turn = 0
        self._last_place = (0.0, 0.0)
        self._deaf_until = -math.inf

    def ignore(self, seconds: float) -> None:
        """A touch that begins within *seconds* does nothing: nobody has seen yet what it would be on."""
        self._deaf_until = time.monotonic() + seconds

    def new_screen(self) -> None:
        """Something else is shown: a touch that is under way does nothing any more."""
        self._turn += 1
        self._let_go()

    def down(self, touch: Any) -> None:
        self._touched()
        if getattr(touch, "button", "left") != "left":
            return
        now = time.monotonic()
        if self._touch is not None and now - self._since < limits.TOUCH_HELD:
            return
        self._let_go()
        self._touch, self._since = touch, now
        if now < self._deaf_until:
            return
        target = next(self._under(touch), None)
        if target is not None and not self._is_second(target, touch):
            self._target = target
            self._press(target)

    def move(self, touch: Any) -> None:
        if touch is self._touch and self._target is not None:
            self._press(self._target if self._target.collide_point(*touch.pos) else None)

    def up(self, touch: Any) -> None:
        if touch is not self._touch:
            return
        target = self._target
        self._touch = None
        self._let_go()
        if target is None or not target.collide_point(*touch.pos):
            return
        self._last, self._last_key, self._last_turn = time.monotonic(), target.key, self._turn
        self._last_place = touch.pos
        target.act()

    def _is_second(self, target: Target, touch: Any) -> bool:
        """Whether this touch and the last that did something are one double tap."""
        if time.monotonic() - self._last >= limits.DOUBLE_TAP:
            return False
        if self._turn == self._last_turn:
            return target.key == self._last_key and not target.repeats
        return math.dist(self._last_place, touch.pos) < NEAR

    def _under(self, touch: Any) -> Iterator[Target]:
        for layer in self._layers():
            for target in _targets(layer):
                if target.enabled and target.collide_point(*touch.pos):
                    yield target

    def _let_go(self) -> None:
        self._press(None)
        self._target = None

    def _press(self, target: Target | None) -> None:
        if target is not self.pressed:
            self.pressed = target
            self._shaded()


def _targets(layer: Widget) -> Iterator[Target]:
    for child in layer.children:
        if isinstance(child, Target):
            yield child
        yield from _targets(child)
