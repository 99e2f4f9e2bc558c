"""Reading ``amounts.toml``: the seed's example amounts, each from the day it holds."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

TABLE: Final = Path(__file__).with_name("amounts.toml")


class Amount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    key: str
    since: date
    value: int
    source: str


class Amounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    figure: tuple[Amount, ...]


@cache
def table() -> tuple[Amount, ...]:
    return msgspec.toml.decode(TABLE.read_bytes(), type=Amounts).figure


def amount(key: str, day: date) -> int:
    """fen, as it held on *day*. Raises ValueError for what no row gives."""
    held = [row for row in table() if row.key == key and row.since <= day]
    if not held:
        raise ValueError(f"{key} {day}")
    return max(held, key=lambda row: row.since).value
