"""The stage of the terminal: one window, one view at a time (kiosk.stage.Stage)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeVar, cast

from kivy.uix.widget import Widget

from contract import limits
from contract.texts import Texts
from kiosk.views import Nav, Resting, StillThere, Surroundings, View
from screens.base import Moving, Resumable, Screen
from screens.fonts import Fonts
from screens.frame import Frame, content_of
from screens.hand import Hand
from screens.input.boxes import Box
from screens.kit import Kit
from screens.pace import Pace
from screens.painter import Painter
from screens.registry import Registry
from screens.theme import Style, scale_of
from screens.widgets.part import Part

A = TypeVar("A")

TICK: Final = 0.09
"""What moves by itself is drawn anew no sooner than this after the last time (seconds): ten times a second."""
EVERYWHERE: Final = Box(0, 0, 1e6, 1e6)


class Layer(Part):
    """One of the window's layers: frame, content, overlay. One that ``covers`` hides what lies beneath from harnesses
    and from touches while there is something in it."""

    def __init__(self, covers: bool = False) -> None:
        super().__init__()
        self.covers = covers

    def clear(self) -> None:
        """All of the window is painted anew: what was shown goes from the picture too, whatever its parts told."""
        super().clear()
        self.drew(EVERYWHERE)
        self.drawn = None


class Ground(Widget):  # type: ignore[misc]
    """The root: three layers, and the hand."""

    def __init__(self, touched: Callable[[], None], shaded: Callable[[], None]) -> None:
        super().__init__()
        self.frame = Layer()
        self.content = Layer()
        self.over = Layer(covers=True)
        for layer in (self.frame, self.content, self.over):
            self.add_widget(layer)
        self.hand = Hand(self._layers, touched, shaded)

    def _layers(self) -> list[Widget]:
        return [self.over] if self.over.children else [self.content, self.frame]

    def on_touch_down(self, touch: Any) -> bool:
        self.hand.down(touch)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        self.hand.move(touch)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        self.hand.up(touch)
        return True


class KivyStage:
    """Implements kiosk.stage.Stage on one window. Made by screens.app.perform."""

    def __init__(
        self, window: Any, fonts: Fonts, surroundings: Surroundings, registry: Registry, clock: Callable[[], datetime],
        pace: Pace | None = None,
    ) -> None:  # fmt: skip
        """*window*: Kivy's; *clock* says what the clock on it shows; *pace* is told when something must not wait."""
        self.root = Ground(self._touched, self._shaded)
        self.painter = Painter(window, self.root, self.root.hand)
        self._size: tuple[float, float] = tuple(window.size)
        self._pace = pace or Pace()
        self._surroundings = surroundings
        self._registry = registry
        self._clock = clock
        self._plain = Style(fonts, scale_of(*self._size))
        self._style = self._plain
        self._frame: Frame | None = None
        self._view: View[Any] | None = None
        self._screen: Screen | None = None
        self._cover: Screen | None = None
        self._answer: asyncio.Future[Any] | None = None
        self._since = self._since_over = self._last_touch = time.monotonic()
        self._ticked = 0.0
        self._restyle()

    # -- kiosk.stage.Stage -------------------------------------------------------------------------------------------

    async def show(self, view: View[A]) -> A | Nav:
        """Show *view* until it is answered or this call is cancelled."""
        assert self._answer is None or self._answer.done(), "one view at a time"
        self._let_go()
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._view, self._answer, self._since = view, answer, time.monotonic()
        self.root.hand.new_screen()
        try:
            # A screen that cannot be drawn leaves the stage free: the page that says so comes next.
            self._frame_for(view)
            self._compose()
            self._pace.ring()
            given = await answer
        except asyncio.CancelledError:
            if self._answer is answer:
                self._let_go()
            raise
        finally:
            answer.cancel()
        # What was answered stays in sight until the next view is there, so that the window never blinks; it takes no
        # touch any more.
        return cast("A | Nav", given)

    def as_left(self, view: View[A]) -> View[A]:
        """*view* with what was typed or chosen on it and not answered yet."""
        screen: object = self._screen
        if self._view is view and isinstance(screen, Resumable):
            return cast("View[A]", screen.now())
        return view

    async def overlay(self, view: StillThere | Resting) -> bool:
        """Lay *view* over what is shown; True on any touch, False when its seconds are over."""
        touched: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def answer(_given: Any) -> None:
            if not touched.done():
                touched.set_result(True)

        self.root.hand.new_screen()
        whole = Box(0, 0, *self._size)
        self._since_over = time.monotonic()
        self._cover = self._registry[type(view)](Kit(self.root.over, self._size[1], self._style), whole, view, answer)
        self._pace.ring()
        try:
            async with asyncio.timeout(view.seconds):
                return await touched
        except TimeoutError:
            return False
        finally:
            self._cover.release()
            self._cover = None
            self.root.over.clear()
            self.root.hand.new_screen()
            if isinstance(view, Resting):
                self.root.hand.ignore(limits.WAKE_GRACE)
            self._pace.ring()

    def reword(self, texts: Texts) -> None:
        """Say *texts* from the next view on."""
        if texts is not self._plain.texts:
            self._plain, self._style = replace(self._plain, texts=texts), replace(self._style, texts=texts)
            self._restyle()

    def idle_seconds(self) -> float:
        """Seconds since the last touch (monotonic)."""
        return time.monotonic() - self._last_touch

    def clear(self) -> None:
        """Let go of everything any screen holds of a resident; large text and contrast go back to their defaults."""
        if self._answer is None or self._answer.done():
            self._let_go()
            self._view = None
            self._pace.ring()
        self._style.fonts.forget()
        if self._style != self._plain:
            self._style = self._plain
            self._restyle()

    # -- for the window that holds it --------------------------------------------------------------------------------

    def warm(self) -> None:
        """Import one screen that has not been needed yet. For quiet moments."""
        for kind in self._registry.waiting()[:1]:
            self._registry[kind]

    # -- drawing -----------------------------------------------------------------------------------------------------

    def _compose(self) -> None:
        view, answer = self._view, self._answer
        assert view is not None
        assert answer is not None
        width, height = self._size
        area = content_of(width, height, self._style.scale) if view.frame else Box(0, 0, width, height)

        def give(given: Any) -> None:
            if not answer.done():
                answer.set_result(given)

        self._screen = self._registry[type(view)](Kit(self.root.content, height, self._style), area, view, give)

    def _let_go(self) -> None:
        """Nothing of the last view is reachable afterwards."""
        if self._screen is not None:
            self._screen.release()
        self._screen = None
        self._view = None
        self.root.content.clear()

    def _frame_for(self, view: View[Any]) -> None:
        if not view.frame:
            self.root.frame.clear()
            self._frame = None
        elif self._frame is None or (self._frame.helper, self._frame.held) != (view.helper, view.held):
            kit = Kit(self.root.frame, self._size[1], self._style)
            self._frame = Frame(
                kit,
                self._size[0],
                self._surroundings,
                self._clock(),
                self._nav,
                self._switch_large,
                self._switch_contrast,
                view.helper,
                view.held,
            )

    def _restyle(self) -> None:
        self.painter.ground(self._style.colours["ground"])
        self._frame = None

    def _nav(self, choice: Nav) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(choice)

    def _switch_large(self) -> None:
        self._change(replace(self._style, large=not self._style.large))

    def _switch_contrast(self) -> None:
        self._change(replace(self._style, contrast=not self._style.contrast))

    def _change(self, style: Style) -> None:
        """Draw everything anew in another style; what somebody has typed or chosen stays."""
        if self._view is None or self._answer is None or self._answer.done():
            return
        view = self.as_left(self._view)
        self._style = style
        self._let_go()
        self._view = view
        self._restyle()
        self.root.hand.new_screen()
        self._frame_for(view)
        self._compose()

    # -- time --------------------------------------------------------------------------------------------------------

    def _touched(self) -> None:
        self._last_touch = time.monotonic()

    def _shaded(self) -> None:
        self.painter.shaded()

    def calm(self) -> bool:
        """Whether nobody has touched anything for a while, and nothing moves that somebody waits for."""
        last = max(self._last_touch, self._since, self._since_over)
        return time.monotonic() - last > limits.IDLE_SLOWDOWN and not getattr(self._screen, "restless", False)

    def tick(self) -> None:
        """Draw anew what moves by itself, where it is time."""
        now = time.monotonic()
        if now - self._ticked < TICK:
            return
        self._ticked = now
        if self._frame is not None:
            self._frame.tick(self._clock())
        _move(self._screen, now - self._since)
        _move(self._cover, now - self._since_over)


def _move(screen: Screen | Moving | None, seconds: float) -> None:
    # Not by isinstance: asking a Protocol at every tick was a tenth of all that the idle screen costs.
    tick = getattr(screen, "tick", None)
    if tick is not None:
        tick(seconds)
