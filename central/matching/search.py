"""Ranking: the database adds up the points of all candidates, and only the page that is shown is read and worded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.db.models import Case, IntegerField, Model, QuerySet, Value, When
from django.db.models.expressions import Combinable

from central.matching import rules
from central.matching.rules import BEYOND, OTHERWISE, RULES, Pair
from central.matching.weights import Weights, Worth
from contract import limits

M = TypeVar("M", bound=Model)
SCORE: Final = "matching_score"
OUTCOME: Final = "matching_"
"""Before the rule's name: the annotation that holds its outcome."""
NOTHING: Final = Worth(points=0)

Words = Callable[[Any], Mapping[str, str]]
"""A found row → the words its reasons may use."""


@dataclass(frozen=True, slots=True)
class Match(Generic[M]):
    found: M
    score: int
    reasons: tuple[str, ...]
    """The weightiest first."""
    beyond: str = ""
    """That it is farther than was wished, and how far; empty where it is not."""


@dataclass(frozen=True, slots=True)
class Ranked(Generic[M]):
    """One page of what fits."""

    total: int
    page: int
    pages: int
    matches: tuple[Match[M], ...]
    note: str = ""
    """What is to be said of all of them."""


def rank(candidates: QuerySet[M], pair: Pair, weights: Weights, words: Words, page: int) -> Ranked[M]:
    """*candidates* must be those of the right occupation, in the order that decides among equals. Two questions to the
    database, however many there are, and one more where nothing lies within the reach that was wished for: only then
    what lies beyond it comes, the nearest first, and says so."""
    order = candidates.query.order_by
    scored = candidates.annotate(**{SCORE: _score(pair, weights)})
    apart = rules.beyond(pair)
    within = scored.exclude(apart).order_by(f"-{SCORE}", *order)
    best = [pk for pk, score in within.values_list("pk", SCORE)[: weights.most] if score >= weights.least]
    note = ""
    if not best:
        outside = scored.filter(apart, **{f"{SCORE}__gte": weights.least})
        nearest = outside.order_by(rules.square_km(pair), f"-{SCORE}", *order)
        best = list(nearest.values_list("pk", flat=True)[: weights.most])
        note = weights.beyond if best else ""
    pages = max(1, -(-len(best) // limits.LISTING_PAGE))
    page = min(page, pages)
    shown = best[(page - 1) * limits.LISTING_PAGE : page * limits.LISTING_PAGE]
    return Ranked(len(best), page, pages, weigh(candidates, shown, pair, weights, words), note)


def weigh(candidates: QuerySet[M], keys: list[Any], pair: Pair, weights: Weights, words: Words) -> tuple[Match[M], ...]:
    """The rows *keys* of *candidates*, in that order, each with its score and its reasons."""
    outcomes: dict[str, Any] = {f"{OUTCOME}{name}": _outcome(name, pair, weights) for name in weights.rules}
    rows = {row.pk: row for row in candidates.order_by().annotate(**outcomes).filter(pk__in=keys)}
    return tuple(_match(rows[key], weights, words) for key in keys if key in rows)


def _match(row: M, weights: Weights, words: Words) -> Match[M]:
    outcomes = {name: getattr(row, f"{OUTCOME}{name}") for name in weights.rules}
    taken = {name: weights.rules[name].get(outcome, NOTHING) for name, outcome in outcomes.items()}
    spoken = words(row)
    ordered = sorted(taken, key=lambda name: -taken[name].points)  # stable: among equals the order of the file
    said = {name: taken[name].reason.format_map(spoken) for name in ordered if taken[name].reason}
    beyond = "".join(said.pop(name, "") for name, outcome in outcomes.items() if outcome == BEYOND)
    return Match(row, sum(worth.points for worth in taken.values()), tuple(said.values()), beyond)


def _score(pair: Pair, weights: Weights) -> Combinable:
    whole: Combinable = Value(0)
    for name, worths in weights.rules.items():
        whens = [
            When(condition, then=Value(worths[outcome].points)) for outcome, condition in _named(name, pair, worths)
        ]
        whole += _case(whens, worths.get(OTHERWISE, NOTHING).points)
    return whole


def _case(whens: list[When], default: int) -> Any:
    return Case(*whens, default=Value(default), output_field=IntegerField()) if whens else Value(default)


def _outcome(name: str, pair: Pair, weights: Weights) -> Any:
    named = _named(name, pair, weights.rules[name])
    whens = [When(condition, then=Value(outcome)) for outcome, condition in named]
    return Case(*whens, default=Value(OTHERWISE))


def _named(name: str, pair: Pair, worths: Mapping[str, Worth]) -> list[tuple[str, Any]]:
    """The outcomes that this item gives a worth. One that holds always (the search met it) is said by a constant."""
    return [(outcome, condition or Value(True)) for outcome, condition in RULES[name](pair) if outcome in worths]
