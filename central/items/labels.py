"""Codes into words, from the very questions residents answer (item 1), so that both sides always name a thing alike."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

from central.call import items
from contract import codes
from contract.answers import options

NONE: Final = "none"
"""The option that means nothing (no certificate, neither board nor lodging)."""
JOB_SEEKING: Final = 1


def occupation(code: str) -> str:
    return _of("occupations").get(code, code)


def county(code: str) -> str:
    return _of("county").get(code, code)


def hours(code: str) -> str:
    return _of("hours").get(code, code)


def certificate(code: str) -> str:
    return _of("certificate").get(code, code)


def times(code: str) -> str:
    """When work by the day is done."""
    return codes.table("gig_times").label(code)


def start(rank: int) -> str:
    """How soon it begins, by its rank (see ``starts``)."""
    rows = codes.table("gig_starts").rows
    return rows[rank].label if 0 <= rank < len(rows) else ""


def starts() -> tuple[str, ...]:
    """Codes of how soon work by the day begins, the soonest first; the place of a code is its rank."""
    return tuple(row.code for row in codes.table("gig_starts").rows)


def lodging(code: str) -> str:
    """As the employer says it; the question of item 1 has the same codes in the seeker's words."""
    return codes.table("lodging").label(code)


def reach(code: str) -> str:
    """How far somebody goes, in the words of the question."""
    return codes.table("reaches").label(code)


def training_times(code: str) -> str:
    """When a class is held."""
    return codes.table("training_times").label(code)


def training_group(code: str) -> str:
    """One of the six groups that training is for."""
    return codes.table("training_groups").label(code)


def occupations_like(keyword: str) -> list[str]:
    """Codes of the occupations whose name holds *keyword*."""
    return [code for code, label in _of("occupations").items() if keyword in label]


def _of(key: str) -> Mapping[str, str]:
    return _vocabulary(settings.CENTRAL.items)[key]


@cache
def _vocabulary(folder: Path) -> Mapping[str, Mapping[str, str]]:
    form = items(folder)[JOB_SEEKING]
    return {field.key: {option.code: option.label for option in options(field)} for field in form.fields}
