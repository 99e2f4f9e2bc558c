"""Citizen numbers: GB 11643-1999, check digit by ISO 7064 MOD 11-2 (device-protocols 3). Pure."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

_SHAPE: Final = re.compile(r"[0-9]{17}[0-9X]")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"


class Invalid(enum.StrEnum):
    """Why a text is no citizen number."""

    SHAPE = "shape"
    """Not 17 digits and a digit or X."""
    CHECK_DIGIT = "check_digit"
    BIRTH = "birth"
    """No real date, or one in the future."""


class Sex(enum.StrEnum):
    """GB/T 2261.1."""

    MALE = "1"
    FEMALE = "2"


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """What a valid number says. The division is where it was first given, never where its owner lives."""

    number: str = field(repr=False)
    division: str = field(repr=False)
    birth: date = field(repr=False)
    sex: Sex = field(repr=False)

    def age(self, on: date) -> int:
        """Full years on that day; somebody born on 29 February completes a year on 1 March."""
        return on.year - self.birth.year - ((on.month, on.day) < (self.birth.month, self.birth.day))


def check_digit(first17: str) -> str:
    """The 18th character for 17 digits."""
    assert len(first17) == 17
    assert first17.isascii()
    assert first17.isdigit()
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17, strict=True))
    return _CHECKS[total % 11]


def parse(text: str, today: date) -> CitizenNumber | Invalid:
    """Read an 18-character number; blanks around it and a small x are forgiven, nothing else."""
    number = text.strip().upper()
    if not _SHAPE.fullmatch(number):
        return Invalid.SHAPE
    if check_digit(number[:17]) != number[17]:
        return Invalid.CHECK_DIGIT
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return Invalid.BIRTH
    if birth > today:
        return Invalid.BIRTH
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return CitizenNumber(number, number[:6], birth, sex)


def valid(text: str, today: date) -> bool:
    """Whether *text* is a citizen number of somebody born by *today*."""
    return isinstance(parse(text, today), CitizenNumber)
