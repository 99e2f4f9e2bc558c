"""The one-time notice of an item: who, what to bring, how, by when, where, on what basis (四公开). The terminal shows
and prints it; the platform serves it behind the QR of that print."""

from __future__ import annotations

from typing import Final

from contract.catalogue import INSTANT, Item
from contract.texts import Text, Texts

NOTICE_PATH: Final = "/i/"
"""Of the platform's public listener; the item's number follows."""
Row = tuple[Text, tuple[str, ...]]


def address(public_url: str, item: int) -> str:
    """``<public_url>/i/<number>``."""
    return f"{public_url.rstrip('/')}{NOTICE_PATH}{item}"


def limit(texts: Texts, item: Item) -> str:
    """How long it takes, in a neighbour's words with the official one beside them."""
    return texts(Text.LIMIT_INSTANT) if item.time_limit == INSTANT else item.time_limit


def rows(texts: Texts, item: Item) -> list[Row]:
    """(label, lines), in the order in which they are told; what an item has nothing to say of is left out."""
    told: list[Row] = [
        (Text.GUIDE_WHAT, (item.content,)),
        (Text.GUIDE_WHO, (item.audience,)),
        (Text.GUIDE_CONDITIONS, tuple(condition.text for condition in item.conditions)),
        (Text.GUIDE_BRING, (item.documents,)),
        (Text.GUIDE_STEPS, item.steps),
        (Text.GUIDE_LIMIT, (limit(texts, item),)),
        (Text.GUIDE_WHERE, (item.where,)),
        (Text.GUIDE_RESULT, (item.result,)),
        (Text.GUIDE_BASIS, item.basis or (texts(Text.GUIDE_BASIS_LOCAL),)),
    ]
    return [(label, lines) for label, lines in told if any(lines)]
