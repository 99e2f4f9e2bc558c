"""好差评: what a resident thought of one act, in five levels. Levels and reasons are code tables
(``contract/codes/rating_levels.toml``, ``rating_reasons.toml``)."""

from __future__ import annotations

from typing import Final

from contract import codes
from contract.message import Message

LEVELS: Final = "rating_levels"
REASONS: Final = "rating_reasons"
"""Names of the tables."""
OWN_WORDS: Final = "words"
"""The reason that asks for a few words of one's own."""
WORDS_CHARS: Final = 60
LOWEST_GOOD: Final = 3
"""Below it a rating is a bad one (差评): somebody has to look into it and answer for it by a day."""
BEST: Final = 5


class Rating(Message, frozen=True, kw_only=True):
    """The plain body of an outbox row, signed by the device and sealed to the platform as a submission is.

    It names an item and never a matter or a person. ``id_number`` stands in it only where somebody gave a bad rating
    and wished to be called back.
    """

    key: str
    """A random UUID, for a version 7 would say the hour; also the key of idempotency."""
    item: int
    terminal: str
    made_on: str
    """``YYYY-MM-DD``: the hour would say who stood there."""
    level: int
    """5 very good … 1 very poor."""
    reasons: tuple[str, ...] = ()
    words: str = ""
    operator: str = ""
    """Who helped (帮办), by staff number; empty when nobody did."""
    id_number: str = ""
    salt: str = ""
    """Random, so that the hash that stays on the terminal says nothing of the body to who guesses it."""


def is_bad(level: int) -> bool:
    return level < LOWEST_GOOD


def asks_why(level: int) -> bool:
    """Whoever was well served is asked nothing more."""
    return level <= LOWEST_GOOD


def wrong_with(rating: Rating) -> str:
    """What no terminal says, for staff; empty when nothing is wrong."""
    known = {row.code for row in codes.table(REASONS).rows}
    if codes.table(LEVELS).find(str(rating.level)) is None:
        return "没有这个评价等级"
    if not set(rating.reasons) <= known or len(set(rating.reasons)) != len(rating.reasons):
        return "评价的原因不在表里"
    if len(rating.words) > WORDS_CHARS:
        return "评价的话太长"
    if rating.id_number and not is_bad(rating.level):
        return "不是差评，不收身份"
    return ""
