"""What a rule says: met, not met, or not to be told from here, and why, in one sentence for the resident."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from contract import formatting
from contract.conditions import Standing


class Said(NamedTuple):
    standing: Standing
    words: str


def yes(words: str) -> Said:
    return Said(Standing.MET, words)


def no(words: str) -> Said:
    return Said(Standing.UNMET, words)


def unknown(words: str) -> Said:
    return Said(Standing.UNKNOWN, words)


def spoken(day: date) -> str:
    return formatting.date(day)
