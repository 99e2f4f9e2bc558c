"""The few kinds of item that are code; ``WALKS`` is the table of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from contract.catalogue import Item, Kind
from kiosk.kinds import browse, recommendation, records, registration
from kiosk.visit import Visit

Walk = Callable[[Visit, Item], Awaitable[None]]

WALKS: Final[Mapping[Kind, Walk]] = {
    Kind.BROWSE: browse.walk,
    Kind.RECORDS: records.walk,
    Kind.REGISTRATION: registration.walk,
    Kind.RECOMMENDATION: recommendation.walk,
}
"""GUIDE has no walk: its page is the item's notice itself."""
