"""What holds for codes of letters and digits beyond alphabet and length, by the name of the standard (``Field.rule``).
Pure; terminal and platform ask the same functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

CHARACTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""What a code can consist of, in the order an alphabet is written in."""
LONGEST: Final = 32
"""No code is longer: beyond that nobody copies it from a paper by hand."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``check`` is asked only of a code that has the alphabet and one of the lengths."""

    alphabet: str
    lengths: tuple[int, ...]
    check: Callable[[str], str | None]
    """None when the code can be taken, else one sentence for the resident."""


CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015, table of characters: no I, O, S, V, Z. A character's place is its value."""
_CREDIT_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_DIVISION: Final = slice(2, 8)
_SKILL_LEVEL: Final = re.compile(r"[SY][0-9]{14}[1-5][0-9]{6}")
_QUALIFICATION: Final = re.compile(r"[0-9]{16}")
QUALIFICATION_LENGTH: Final = 16
SKILL_LEVEL_LENGTH: Final = 22


def credit_check_character(first17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100-2015: weights are powers of 3, modulo 31)."""
    total = sum(weight * CREDIT_ALPHABET.index(one) for weight, one in zip(_CREDIT_WEIGHTS, first17, strict=True))
    return CREDIT_ALPHABET[-total % 31]


def _credit_code(code: str) -> str | None:
    division = code[_DIVISION]
    if not division.isdigit():
        return "第 3 位到第 8 位都是数字，没有字母，请再看一看。"
    if credit_check_character(code[:17]) != code[17]:
        return "最后一位和前面的对不上，请对着证一个一个再看一看。"
    return None


def _skill_certificate(code: str) -> str | None:
    """Skill-level certificates: S (a training and assessing body) or Y (an employer) and 21 digits, the 16th place
    being the level, 1 to 5. Vocational qualification certificates: 16 digits. Both by the ministry's rules for their
    numbers, which give no check character."""
    if len(code) == QUALIFICATION_LENGTH:
        return None if _QUALIFICATION.fullmatch(code) else "16 位的编号都是数字，没有字母，请再看一看。"
    if code[0] not in "SY":
        return "22 位的编号，第一位是字母 S 或 Y，请再看一看。"
    if _SKILL_LEVEL.fullmatch(code):
        return None
    if not code[1:].isdigit():
        return "22 位的编号只有第一位是字母，后面都是数字，请再看一看。"
    return "22 位的编号，第 16 位是等级，只能是 1 到 5，请再看一看。"


RULES: Final[Mapping[str, Rule]] = {
    "gb32100": Rule(CREDIT_ALPHABET, (18,), _credit_code),
    "skill_certificate": Rule("0123456789SY", (QUALIFICATION_LENGTH, SKILL_LEVEL_LENGTH), _skill_certificate),
}
"""gb32100: the unified social credit code of employers and other bodies. skill_certificate: numbers of skill-level and
of vocational qualification certificates."""
