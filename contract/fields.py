"""Questions and filters: field types, and the one function by which terminal and platform check an answer."""

from __future__ import annotations

import enum

import msgspec


class FieldKind(enum.StrEnum):
    CHOICE = "choice"
    """One of the options; the answer is its code."""
    CHOICES = "choices"
    """One to ``most`` of the options; the answer is a tuple of codes."""
    TEXT = "text"
    """Chinese words; at most ``most`` characters."""
    PHONE = "phone"
    """A mainland mobile number (11 digits) or a land line."""
    MONEY = "money"
    """Whole yuan between ``low`` and ``high``; the answer is an int."""
    NUMBER = "number"
    """A whole number between ``low`` and ``high``."""
    MONTH = "month"
    """``YYYY-MM``."""


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    label: str


Answer = str | int | tuple[str, ...] | None
Answers = dict[str, Answer]


class Field(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question, one screen."""

    key: str
    kind: FieldKind
    question: str
    """A sentence a neighbour would ask: 「您想找什么活儿？」"""
    label: str
    """The same in two to six characters, for the confirmation sheet and the slip."""
    hint: str = ""
    options: tuple[Option, ...] = ()
    codes: str = ""
    """Name of a code table (contract/codes/NAME.toml) to take the options from."""
    required: bool = True
    low: int = 0
    high: int = 0
    most: int = 0
    unit: str = ""
    example: str = ""
    masked: bool = False
    """Shown masked on the confirmation sheet and on the slip (telephones)."""
