"""What every screen shares that shows one page of its view at a time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

from kiosk.views import Nav, View
from screens.input.boxes import Box
from screens.kit import Kit

V = TypeVar("V", bound=View[object])
A = TypeVar("A")


class Paged(ABC, Generic[V, A]):
    """Composes itself when it is made and again for each page turned; ``_draw`` draws ``self._page`` (from 0)."""

    def __init__(self, kit: Kit, area: Box, view: V, answer: Callable[[A | Nav], None]) -> None:
        self._kit = kit
        self._area = area
        self._view = view
        self._answer = answer
        self._page = 0
        self._draw()

    def release(self) -> None:
        """Let go of everything that is drawn."""
        self._kit.clear()

    @abstractmethod
    def _draw(self) -> None: ...

    def _turn(self, by: int) -> None:
        self._page += by
        self._draw()
