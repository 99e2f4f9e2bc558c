"""Work by the day and who does it, matched both ways: gigs for a seeker (item 5), seekers for a gig (item 8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec

from central import places
from central.items import gig_seekers, gigs, labels, listing, registering
from central.items.words import yuan
from central.matching import search
from central.matching.rules import UNKNOWN, Bound, Columns, Pair
from central.matching.weights import weights
from central.models import GigOpening, GigSeeker, Resident
from contract.wire import Listing

SEEKER: Final = 4
GIG: Final = 7
FOR_SEEKERS: Final = 5
FOR_EMPLOYERS: Final = 8
GIG_COLUMNS: Final = Columns({"wage_low": "wage", "wage_high": "wage"})
SEEKER_COLUMNS: Final = Columns()


def gigs_for(resident: Resident, page: int, today: date) -> Listing:
    """Gigs that fit what *resident* registered under item 4, best first."""
    wish = msgspec.convert(registering.current(resident, SEEKER).answers, gig_seekers.Wish)
    there = registering.whereabouts(resident)
    lat, lon = there or (UNKNOWN, UNKNOWN)
    seeker = {
        "wage": wish.wage, "county": wish.county, "lat": lat, "lon": lon, "times": wish.times, "years": wish.years,
        "reach": registering.reach(wish.distance, there is not None), "certificate": wish.certificate,
        "lodging": wish.lodging, "start": labels.starts().index(wish.start),
    }  # fmt: skip
    candidates = gigs.valid(today).filter(occupation__in=wish.occupations).exclude(resident=resident)

    def words(gig: GigOpening) -> Mapping[str, str]:
        return {
            "occupation": labels.occupation(gig.occupation), "low": yuan(gig.wage), "wish": yuan(wish.wage),
            "county": labels.county(gig.county), "km": places.spoken(there, (gig.lat, gig.lon)),
            "reach": labels.reach(wish.distance),
            "times": labels.times(gig.times), "start": labels.start(gig.start),
            "certificate": labels.certificate(gig.certificate), "lodging": labels.lodging(gig.lodging),
        }  # fmt: skip

    pair = Pair(Bound(seeker), GIG_COLUMNS, lat)
    found = search.rank(candidates.order_by(*gigs.ORDER), pair, weights(FOR_SEEKERS), words, page)
    return listing.ranked(found, gigs.card, today)


def seekers_for(resident: Resident, page: int, today: date) -> Listing:
    """Who fits what *resident* registered under item 7 last, best first."""
    offer = msgspec.convert(registering.current(resident, GIG).answers, gigs.Offer)
    there = gigs.whereabouts(resident, offer)
    lat, lon = there or (UNKNOWN, UNKNOWN)
    gig = {
        "wage_low": offer.wage, "wage_high": offer.wage, "county": offer.county, "lat": lat, "lon": lon,
        "times": offer.times, "start": labels.starts().index(offer.start), "lodging": offer.lodging,
        "certificate": "" if offer.certificate == labels.NONE else offer.certificate,
    }  # fmt: skip
    candidates = gig_seekers.valid(today).filter(trades__occupation=offer.occupation).exclude(resident=resident)

    def words(seeker: GigSeeker) -> Mapping[str, str]:
        return {
            "occupation": labels.occupation(offer.occupation), "low": yuan(offer.wage), "wish": yuan(seeker.wage),
            "county": labels.county(offer.county), "km": places.spoken(there, (seeker.lat, seeker.lon)),
            "reach": labels.reach(registering.reach_of(seeker.reach)),
            "times": labels.times(offer.times), "start": labels.start(seeker.start), "years": str(seeker.years),
            "certificate": labels.certificate(seeker.certificate),
        }  # fmt: skip

    pair = Pair(SEEKER_COLUMNS, Bound(gig), lat)
    found = search.rank(candidates.order_by(*gig_seekers.ORDER), pair, weights(FOR_EMPLOYERS), words, page)
    return listing.ranked(found, gig_seekers.card, today)
