"""What of a person may be seen on a screen, a slip or a list by default. Pure; every function is safe for any text."""

from __future__ import annotations

import unicodedata

STAR = "*"


def name(text: str) -> str:
    """「张*」: the first character and one star, whatever the length, so that the length does not tell either.

    A compound surname keeps its first character too; a foreign name its first letter. One character alone is
    a star.
    """
    text = text.strip()
    if not text:
        return ""
    end = 1
    while end < len(text) and _belongs_to_the_one_before(text[end]):
        end += 1
    return text[:end] + STAR if end < len(text) else STAR


def id_number(text: str) -> str:
    """First 6 and last 4 of a citizen number (18, formerly 15); 2 and 2 of a shorter one; of one below 8 nothing."""
    text = text.strip()
    if len(text) >= 15:
        return _keep(text, 6, 4)
    return _keep(text, 2, 2) if len(text) >= 8 else STAR * len(text)


def phone(text: str) -> str:
    """``138****1234``; of a land line the first three digits and the last two."""
    digits = "".join(character for character in text if character.isascii() and character.isdigit())
    if len(digits) == 11 and digits.startswith("1"):
        return _keep(digits, 3, 4)
    return _keep(digits, 3, 2) if len(digits) >= 9 else STAR * len(digits)


def card_number(text: str) -> str:
    """The last four of a social-security or bank card number; nothing of one shorter than 8."""
    text = text.strip()
    return _keep(text, 0, 4) if len(text) >= 8 else STAR * len(text)


def _keep(text: str, first: int, last: int) -> str:
    return text[:first] + STAR * (len(text) - first - last) + text[-last:]


def _belongs_to_the_one_before(character: str) -> bool:
    """Combining marks, and the variation selectors of ideographs, whose name says what they are."""
    return unicodedata.combining(character) != 0 or unicodedata.name(character, "").startswith("VARIATION SELECTOR")
