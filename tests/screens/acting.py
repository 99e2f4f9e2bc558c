"""What is acted in the real window: one function an act, by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from contract import limits
from kiosk.views import Action, MessageView
from screens.stage import KivyStage

Act = Callable[[KivyStage], Awaitable[None]]
ACTS: dict[str, Act] = {}


def act(function: Act) -> Act:
    ACTS[function.__name__] = function
    return function


@contextmanager
def as_long(name: str, seconds: float) -> Iterator[None]:
    """A limit so long that nothing between two touches makes them miss it, whatever else the machine is doing."""
    before = getattr(limits, name)
    setattr(limits, name, seconds)
    try:
        yield
    finally:
        setattr(limits, name, before)


def message(title: str, *labels: str) -> MessageView:
    return MessageView(title=title, text="", actions=tuple(Action(label, label) for label in labels))
