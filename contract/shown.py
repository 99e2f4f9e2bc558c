"""What somebody showed to say who they are, and what was read of a card."""

from __future__ import annotations

import enum
from collections.abc import Collection
from typing import Final

from contract.message import Message


class ShownBy(enum.StrEnum):
    CARD = "ssc"
    ID_CARD = "id_card"
    CODE = "ecard"


BOTH: Final = (ShownBy.CARD, ShownBy.ID_CARD)
"""What is meant by both cards."""


def joined(read: Collection[ShownBy]) -> str:
    """Those of both that were *read*, as they are written down: ``ssc+id_card``."""
    return "+".join(one.value for one in BOTH if one in read)


class Reading(Message, frozen=True, kw_only=True):
    """A card as its reader read it in this visit: what an item wants both of is never somebody's word."""

    shown_by: ShownBy
    id_number: str
    name: str
    card_number: str = ""
    """Of a social-security card."""
    card_id_code: str = ""
