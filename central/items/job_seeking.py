"""Looking for steady work: the registration (item 1) and what fits it (item 2), each opening with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

import msgspec

from central import places
from central.items import labels, listing, openings, registering
from central.items.words import yuan
from central.matching import search
from central.matching.rules import ANY, UNKNOWN, Bound, Columns, Pair
from central.matching.search import Ranked
from central.matching.weights import weights
from central.models import Opening, Resident
from contract import wire
from contract.wire import Listing

REGISTRATION: Final = 1
ITEM: Final = 2
COLUMNS: Final = Columns({"times": "hours"})


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """The answers of item 1 that an opening is weighed by. Not named here: not weighed."""

    occupations: tuple[str, ...] = ()
    county: str = ANY
    distance: str = ""
    wage: int = 0
    certificate: str = labels.NONE
    years: int = 0
    hours: str = ANY
    lodging: str = labels.NONE


def register(resident: Resident, submission: wire.Submission, made_at: datetime) -> None:
    registering.keep(resident, submission, made_at)


def recommend(resident: Resident, page: int, today: date) -> Listing:
    """Openings that fit the current registration, best first."""
    return listing.ranked(ranked(resident, page, today), openings.card, today)


def ranked(resident: Resident, page: int, today: date, since: date | None = None) -> Ranked[Opening]:
    """The same before it is put on cards; *since*: of those alone that were posted then or later."""
    wish = msgspec.convert(registering.current(resident, REGISTRATION).answers, Wish)
    there = registering.whereabouts(resident)
    candidates = openings.valid(today).order_by(*openings.ORDER)
    if wish.occupations:
        candidates = candidates.filter(occupation__in=wish.occupations)
    if since is not None:
        candidates = candidates.filter(posted__gte=since)

    def words(opening: Opening) -> Mapping[str, str]:
        return reason_words(wish, there, opening)

    return search.rank(candidates, pair(wish, there), weights(ITEM), words, page)


def pair(wish: Wish, there: tuple[float, float] | None) -> Pair:
    lat, lon = there or (UNKNOWN, UNKNOWN)
    seeker = {
        "wage": wish.wage, "county": wish.county, "lat": lat, "lon": lon, "times": wish.hours, "years": wish.years,
        "reach": registering.reach(wish.distance, there is not None), "certificate": wish.certificate,
        "lodging": wish.lodging,
    }  # fmt: skip
    return Pair(Bound(seeker), COLUMNS, lat)


def reason_words(wish: Wish, there: tuple[float, float] | None, opening: Opening) -> Mapping[str, str]:
    return {
        "occupation": labels.occupation(opening.occupation),
        "low": yuan(opening.wage_low),
        "high": yuan(opening.wage_high),
        "wish": yuan(wish.wage),
        "county": labels.county(opening.county),
        "km": places.spoken(there, (opening.lat, opening.lon)),
        "reach": labels.reach(wish.distance),
        "times": labels.hours(opening.hours),
        "certificate": labels.certificate(opening.certificate),
        "years_asked": str(opening.years),
        "years": str(wish.years),
        "lodging": labels.lodging(opening.lodging),
    }
