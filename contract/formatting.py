"""How numbers and dates are written for residents: on the screen, on the confirmation sheet and on the slip.

Pure functions. Numbers that are read out or copied are grouped with a plain space (look.md, Type); dates are written
as people say them. A value that is not what its kind promises comes back as it is: the platform may be newer than the
terminal, and a resident is better served by the raw words than by nothing.
"""

from __future__ import annotations

import datetime
import enum
import re
from typing import Final, NamedTuple

from contract.wire import Cell

WEEKDAYS: Final = ("一", "二", "三", "四", "五", "六", "日")
MINUS: Final = "-"
"""The plain one: the true minus sign U+2212 is not in GBK and could not be printed as text."""

_DATE: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_DIGITS: Final = re.compile(r"\d+", re.ASCII)
_INTEGER: Final = re.compile(r"-?\d{1,18}", re.ASCII)


class Sign(enum.StrEnum):
    """The three states a record can be in (wire.Cell.STATE); each has a drawn sign beside its word."""

    OK = "ok"
    BAD = "bad"
    WAIT = "wait"


class State(NamedTuple):
    """A sign, or None where the value names none, and the words beside it."""

    sign: Sign | None
    words: str


def whole(number: int) -> str:
    """*number* in groups of three: 1234567 → 「1 234 567」."""
    return f"{number:,}".replace(",", " ") if number >= 0 else MINUS + whole(-number)


def money(fen: int) -> str:
    """Fen as yuan with two decimals, without the unit: 123450 → 「1 234.50」."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{MINUS if fen < 0 else ''}{whole(yuan)}.{rest:02d}"


def date(day: datetime.date) -> str:
    """2026-11-23 → 「2026年11月23日」."""
    return f"{day.year}年{day.month}月{day.day}日"


def date_with_weekday(day: datetime.date) -> str:
    """2026-11-23 → 「2026年11月23日（星期一）」."""
    return f"{date(day)}（星期{WEEKDAYS[day.weekday()]}）"


def moment(at: datetime.datetime) -> str:
    """2026-11-23 10:24 → 「2026年11月23日 10:24」, in the zone *at* carries."""
    return f"{date(at.date())} {at:%H:%M}"


def month(text: str) -> str:
    """「2026-11」 → 「2026年11月」; anything else as it is."""
    found = _MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12:
        return text
    return f"{int(found[1])}年{int(found[2])}月"


def parse_date(text: str) -> datetime.date | None:
    """``YYYY-MM-DD`` as a day, None when it is none."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    try:
        return datetime.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def grouped(digits: str, groups: tuple[int, ...], sep: str = " ") -> str:
    """*digits* cut from the left into *groups*; what is over stays in the last one.

    Half-typed numbers are grouped as far as they go: grouped("13812", (3, 4, 4)) → 「138 12」.
    """
    parts, at = [], 0
    for position, size in enumerate(groups):
        last = position == len(groups) - 1
        parts.append(digits[at:] if last else digits[at : at + size])
        at += size
    return sep.join(part for part in parts if part) if groups else digits


def phone(number: str) -> str:
    """「13812341234」 → 「138 1234 1234」; masked ones too; a land line or anything else as it is."""
    return grouped(number, (3, 4, 4)) if len(number) == 11 and number.startswith("1") else number


def receipt(number: str) -> str:
    """Receipt number in fours: 「261123000417」 → 「2611 2300 0417」."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4)) if _DIGITS.fullmatch(number) else number


def code(text: str) -> str:
    """A code of letters and digits in fours, as one compares it with a paper: 「S000 0149」."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def state(text: str) -> State:
    """「bad:银行卡已注销」 → State(Sign.BAD, "银行卡已注销")."""
    head, colon, words = text.partition(":")
    if colon and head in {sign.value for sign in Sign}:
        return State(Sign(head), words)
    return State(None, text)


def cell(value: str | int, kind: Cell) -> str:
    """What stands in a table's cell or beside a fact's label; of a state only the words."""
    text = str(value)
    match kind:
        case Cell.MONEY:
            return money(int(text)) if _INTEGER.fullmatch(text) else text
        case Cell.DATE:
            day = parse_date(text)
            return date(day) if day else text
        case Cell.MONTH:
            return month(text)
        case Cell.RECEIPT:
            return receipt(text)
        case Cell.STATE:
            return state(text).words
        case Cell.TEXT:  # pragma: no branch - the last kind there is: mypy holds the match to be whole
            return text
