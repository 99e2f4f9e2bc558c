"""The rules: how a seeker and a job can stand to each other, as conditions the database decides.

A rule names the operands by side. One side is bound (the registration that is matched), the other is the columns of the
table that is searched, so that the same rule serves both directions. Its outcomes are tried in order, the first that
holds is taken; ``otherwise`` holds when none does.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Final

from django.db.models import ExpressionWrapper, F, FloatField, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.lookups import Contains, Exact, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual

from central import places

Operand = Any
"""A Value or an F of Django's; its own types do not say what may be compared."""
Outcomes = tuple[tuple[str, Q], ...]

OTHERWISE: Final = "otherwise"
BEYOND: Final = "beyond"
"""Outcome of ``distance``: farther than was wished. What is so is kept apart (``search.rank``)."""
ANY: Final = "any"
"""No preference, in every question that has one."""
FLEXIBLE: Final = "flexible"
"""Times that suit whoever comes."""
ANYWHERE: Final = 100_000.0
"""Reach of who would go anywhere (km)."""
NOWHERE: Final = -1.0
"""Reach of whose place is not known."""
UNKNOWN: Final = 0.0
"""Latitude of a place that is not known: nothing here lies on the equator."""
CLOSE_KM: Final = 8.0
METRE: Final = 0.001
"""In kilometres. No place is known better than that: arithmetic must not put outside what lies just there."""
LONG_YEARS: Final = 3
LODGING_COVERS: Final = (("meals", "meals"), ("meals", "both"), ("bed", "bed"), ("bed", "both"), ("both", "both"))
"""(what is wanted, what is given)"""
NO_LODGING: Final = "none"
NO_CERTIFICATE: Final = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """The side that is known: its values."""

    values: Mapping[str, object]

    def __call__(self, name: str) -> Operand:
        return Value(self.values[name])


@dataclass(frozen=True, slots=True)
class Columns:
    """The side that is searched. *names*: what the table calls it where that is something else; ``""`` is a column that
    holds many (the trades of a seeker), which the search itself has to meet."""

    names: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, name: str) -> Operand:
        return F(self.names.get(name, name))


@dataclass(frozen=True, slots=True)
class Pair:
    """Who is weighed against what. *latitude* is of the bound side: how long a degree of longitude is there."""

    seeker: Bound | Columns
    job: Bound | Columns
    latitude: float


def occupation(pair: Pair) -> Outcomes:
    """Asked of the search itself (``search.candidates``): nothing else is worth weighing."""
    del pair
    return (("fits", Q()),)


def wage(pair: Pair) -> Outcomes:
    wish = pair.seeker("wage")
    return (
        ("enough", Q(GreaterThanOrEqual(pair.job("wage_low"), wish))),
        ("maybe", Q(GreaterThanOrEqual(pair.job("wage_high"), wish))),
    )


def county(pair: Pair) -> Outcomes:
    return (
        ("any", Q(Exact(pair.seeker("county"), Value(ANY)))),
        ("same", Q(Exact(pair.seeker("county"), pair.job("county")))),
    )


def distance(pair: Pair) -> Outcomes:
    reach, away = pair.seeker("reach"), square_km(pair)
    return (
        ("nowhere", _nowhere(pair)),
        (BEYOND, beyond(pair)),
        ("close", Q(LessThanOrEqual(away, Value(CLOSE_KM**2))) & Q(GreaterThanOrEqual(reach, Value(CLOSE_KM)))),
        ("anywhere", Q(GreaterThanOrEqual(reach, Value(ANYWHERE)))),
        ("near", Q()),
    )


def beyond(pair: Pair) -> Q:
    """Farther than the seeker said they would go. What is not known, or does not matter to them, is never so."""
    reach = pair.seeker("reach")
    farther = Q(GreaterThan(square_km(pair), _squared(_float(reach + Value(METRE)))))
    return ~_nowhere(pair) & Q(LessThan(reach, Value(ANYWHERE))) & farther


def _nowhere(pair: Pair) -> Q:
    return Q(LessThan(pair.seeker("reach"), Value(0.0))) | Q(Exact(pair.job("lat"), Value(UNKNOWN)))


def times(pair: Pair) -> Outcomes:
    wish, there = pair.seeker("times"), pair.job("times")
    return (("any", Q(Exact(wish, Value(ANY)))), ("fits", Q(Exact(there, wish)) | Q(Exact(there, Value(FLEXIBLE)))))


def start(pair: Pair) -> Outcomes:
    return (("fits", Q(LessThanOrEqual(pair.seeker("start"), pair.job("start")))),)


def certificate(pair: Pair) -> Outcomes:
    asked = pair.job("certificate")
    return (
        ("none_asked", Q(Exact(asked, Value(NO_CERTIFICATE)))),
        ("held", Q(Exact(asked, pair.seeker("certificate")))),
    )


def years(pair: Pair) -> Outcomes:
    if isinstance(pair.job, Columns):
        asked, has = pair.job("years"), pair.seeker("years")
        return (("none_asked", Q(Exact(asked, Value(0)))), ("enough", Q(GreaterThanOrEqual(has, asked))))
    return (("long", Q(GreaterThanOrEqual(pair.seeker("years"), Value(LONG_YEARS)))),)


def lodging(pair: Pair) -> Outcomes:
    wish, given = pair.seeker("lodging"), pair.job("lodging")
    pairs = [Q(Exact(wish, Value(one))) & Q(Exact(given, Value(other))) for one, other in LODGING_COVERS]
    return (("none_wanted", Q(Exact(wish, Value(NO_LODGING)))), ("covered", reduce(operator.or_, pairs)))


def group(pair: Pair) -> Outcomes:
    """One of many that are written between bars."""
    return (("serves", Q(Contains(pair.job("groups"), pair.seeker("group")))),)


RULES: Final[Mapping[str, Callable[[Pair], Outcomes]]] = {
    "occupation": occupation, "wage": wage, "county": county, "distance": distance, "times": times, "start": start,
    "certificate": certificate, "years": years, "lodging": lodging,
    "group": group,
}  # fmt: skip


def square_km(pair: Pair) -> Combinable:
    """Distance squared on a flat map around the bound side: within a county's reach as good as the globe's, and plain
    arithmetic to the database."""
    north = _squared(_times(_minus(pair.job("lat"), pair.seeker("lat")), places.DEGREE_KM))
    east_km = places.DEGREE_KM * math.cos(math.radians(pair.latitude))
    return _float(north + _squared(_times(_minus(pair.job("lon"), pair.seeker("lon")), east_km)))


def _minus(one: Operand, other: Operand) -> Combinable:
    return _float(one - other)


def _times(one: Operand, factor: float) -> Combinable:
    return _float(one * Value(factor))


def _squared(one: Operand) -> Combinable:
    return _float(one * one)


def _float(expression: Operand) -> Combinable:
    wrapped: Combinable = ExpressionWrapper(expression, output_field=FloatField())
    return wrapped
