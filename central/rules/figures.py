"""Dated figures: amounts and periods that are set by somebody, each with the day from which it holds and its source."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import msgspec

TABLE: Final = Path(__file__).with_name("figures.toml")
EXAMPLE: Final = "示例"


class Figure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    key: str
    since: date
    value: int
    source: str

    @property
    def is_example(self) -> bool:
        """Nobody's figure: it is shown with 「示例」."""
        return EXAMPLE in self.source


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    figure: tuple[Figure, ...]


class Figures:
    """The figures, by key and day."""

    def __init__(self, figures: tuple[Figure, ...]) -> None:
        self._figures = tuple(sorted(figures, key=lambda figure: figure.since))

    def row(self, key: str, day: date) -> Figure:
        """The one that holds on *day*; the first one before it began. Raises KeyError for a key that is in no table."""
        mine = [figure for figure in self._figures if figure.key == key]
        if not mine:
            raise KeyError(key)
        held = [figure for figure in mine if figure.since <= day]
        return held[-1] if held else mine[0]

    def value(self, key: str, day: date) -> int:
        return self.row(key, day).value

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._figures)


def load(path: Path = TABLE) -> Figures:
    """Raises msgspec.ValidationError naming what is wrong."""
    return Figures(msgspec.toml.decode(path.read_bytes(), type=_Table).figure)
