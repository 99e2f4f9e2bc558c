"""Reading ``weights.toml``: what each outcome of each rule is worth for an item, and the reason it gives."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from central.matching.rules import RULES

FILE: Final = Path(__file__).with_name("weights.toml")


class Worth(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    points: int
    reason: str = ""


class Weights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One item's."""

    least: int
    most: int
    beyond: str
    """Said of what is recommended where nothing lies within the reach that was wished for."""
    rules: Mapping[str, Mapping[str, Worth]]
    """Rule → outcome → what it is worth."""

    def __post_init__(self) -> None:
        """Raises ValueError for a rule that is none."""
        unknown = sorted(set(self.rules) - set(RULES))
        if unknown:
            raise ValueError(f"没有这样的规则：{unknown}")


@cache
def weights(item: int) -> Weights:
    return read(FILE)[item]


def read(path: Path) -> Mapping[int, Weights]:
    """Raises msgspec.ValidationError naming what is wrong."""
    tables = msgspec.toml.decode(path.read_bytes(), type=dict[str, Weights])
    return {int(number): table for number, table in tables.items()}
