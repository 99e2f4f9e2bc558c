"""The stage: what shows a view and returns its typed answer. screens/ implements it with Kivy, tests with a list."""

from __future__ import annotations

from typing import Protocol, TypeVar

from kiosk.views import Nav, Resting, StillThere, View

A = TypeVar("A")


class Stage(Protocol):
    """One window, one view at a time. All methods are called from the event loop the window runs in."""

    async def show(self, view: View[A]) -> A | Nav:
        """Show *view* until it is answered or this call is cancelled. On cancellation nothing of the view is kept:
        no text typed, no picture, no sound. Showing the same kind of view again rebinds its one screen."""
        ...

    def as_left(self, view: View[A]) -> View[A]:
        """*view* with what was typed or chosen on it and not answered yet. To be asked between the touch that led away
        from it (帮办) and the next view; showing what this returns goes on where the person was."""
        ...

    async def overlay(self, view: StillThere | Resting) -> bool:
        """Lay *view* over what is shown and return True on any touch, False when its seconds are over.
        What lies beneath keeps its state and receives no touch meanwhile."""
        ...

    def idle_seconds(self) -> float:
        """Seconds since the last touch (monotonic)."""
        ...

    def clear(self) -> None:
        """Let go of everything any screen holds of a resident: texts, pictures, textures, sound. Large text, contrast
        and sound go back to their defaults."""
        ...
