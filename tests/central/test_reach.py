"""How far somebody said they would go (4, 1, 16) is a wish that is kept: what lies beyond it is recommended only where
nothing lies within it, and says so. Just inside, just there, just outside, for items 2, 5, 8 and 17 alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from central import places
from central.items import gig_matching, job_seeking, labels, registering, training
from central.matching import rules, search
from central.matching.rules import Bound, Columns, Pair
from central.matching.weights import weights
from central.models import (
    Employer,
    GigOpening,
    GigSeeker,
    Opening,
    Resident,
    TrainingCourse,
    TrainingProvider,
)

MADE_AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
OVER = date(2000, 1, 1)
"""No list shows what these tests make."""
HERE = (38.41, 112.74)
WORDS = (
    "occupation", "low", "high", "wish", "county", "km", "times", "start", "certificate", "years", "years_asked",
    "lodging", "group", "reach",
)  # fmt: skip


@dataclass(frozen=True)
class Side:
    """One of the four matchings: makes what lies so many kilometres away, and ranks what it made."""

    item: int
    make: Callable[[float], Any]
    ranked: Callable[[], search.Ranked[Any]]
    unknown: Callable[[], Any]
    """One of which nobody knows how far it is."""


def north(km: float) -> float:
    """A latitude so many kilometres north of HERE."""
    return HERE[0] + km / places.DEGREE_KM


@pytest.fixture(params=[2, 5, 8, 17])
def side(request: pytest.FixtureRequest, platform: object) -> Iterator[Side]:
    made: list[Any] = []
    build = {2: steady, 5: by_the_day, 8: people, 17: courses}[request.param]

    def keep(row: Any) -> Any:
        made.append(row)
        return row

    yield build(keep)
    for row in reversed(made):
        row.delete()


REACH = "town"
KM = registering.REACH_KM[REACH]


def ranked(item: int, candidates: Any, pair: Pair, words: Callable[[Any], Any] | None = None) -> search.Ranked[Any]:
    return search.rank(candidates, pair, weights(item), words or (lambda row: dict.fromkeys(WORDS, "x")), 1)


def steady(keep: Callable[[Any], Any]) -> Side:
    wish = job_seeking.Wish(occupations=("cook",), distance=REACH, wage=2500, hours="day")
    employer = keep(Employer.objects.create(name="近处远处", county="140902"))

    def make(km: float, **more: float) -> Opening:
        return keep(Opening.objects.create(**({
            "occupation": "cook", "county": "140902", "lat": north(km), "lon": HERE[1], "wage_low": 3000,
            "wage_high": 4000, "hours": "day", "certificate": "", "years": 0, "lodging": "none", "headcount": 1,
            "posted": OVER, "valid_until": OVER, "employer": employer, "number": f"R{len(employer.openings.all())}",
        } | more)))  # fmt: skip

    return Side(
        2, make, lambda: ranked(
            2, Opening.objects.filter(employer=employer).order_by("number"), job_seeking.pair(wish, HERE),
            lambda one: job_seeking.reason_words(wish, HERE, one),
        ), lambda: make(0, lat=rules.UNKNOWN, lon=rules.UNKNOWN),
    )  # fmt: skip


def by_the_day(keep: Callable[[Any], Any]) -> Side:
    seeker = {
        "wage": 150, "county": "140902", "lat": HERE[0], "lon": HERE[1], "times": "whole", "years": 5, "reach": KM,
        "certificate": "cook", "lodging": "none", "start": 0,
    }  # fmt: skip
    mine = GigOpening.objects.filter(number__startswith="R").order_by("number")

    def make(km: float, **more: float) -> GigOpening:
        return keep(GigOpening.objects.create(**({
            "number": f"R{mine.count()}", "employer": "试验", "occupation": "cook", "county": "140902", "place": "-",
            "lat": north(km), "lon": HERE[1], "wage": 200, "days": 2, "times": "whole", "start": 1, "certificate": "",
            "lodging": "none", "headcount": 1, "may_call": True, "phone": "1", "made_at": MADE_AT, "valid_until": OVER,
        } | more)))  # fmt: skip

    return Side(5, make, lambda: ranked(5, mine, Pair(Bound(seeker), gig_matching.GIG_COLUMNS, HERE[0])),
                lambda: make(0, lat=rules.UNKNOWN, lon=rules.UNKNOWN))  # fmt: skip


def people(keep: Callable[[Any], Any]) -> Side:
    gig = {
        "wage_low": 300, "wage_high": 300, "county": "140902", "lat": HERE[0], "lon": HERE[1], "times": "whole",
        "start": 1, "certificate": "", "lodging": "none",
    }  # fmt: skip
    mine = GigSeeker.objects.filter(number__startswith="R").order_by("number")
    residents = list(Resident.objects.filter(gig_seeker=None)[:4])

    def make(km: float, **more: float) -> GigSeeker:
        return keep(GigSeeker.objects.create(resident=residents.pop(), **({
            "number": f"R{mine.count()}", "county": "140902", "home": "140902", "lat": north(km), "lon": HERE[1],
            "reach": KM, "wage": 250, "times": "whole", "start": 1, "certificate": "none", "years": 3, "may_call": True,
            "phone": "1", "made_at": MADE_AT, "valid_until": OVER,
        } | more)))  # fmt: skip

    return Side(8, make, lambda: ranked(8, mine, Pair(Columns(), Bound(gig), HERE[0])),
                lambda: make(0, lat=rules.UNKNOWN, lon=rules.UNKNOWN, reach=rules.NOWHERE))  # fmt: skip


def courses(keep: Callable[[Any], Any]) -> Side:
    wish = training.Wish(group="rural", trades=("cook",), times="weekend", distance=REACH)
    mine = TrainingCourse.objects.select_related("provider").filter(number__startswith="R").order_by("number")

    def make(km: float, **more: float) -> TrainingCourse:
        place = {"lat": north(km), "lon": HERE[1]} | more
        provider = keep(TrainingProvider.objects.create(
            number=f"R{mine.count()}", name="试验", county="140902", address="-", phone="1", **place))  # fmt: skip
        return keep(TrainingCourse.objects.create(
            number=f"R{mine.count()}", provider=provider, occupation="cook", times="weekend", days=3, groups="|rural|"
        ))  # fmt: skip

    return Side(17, make, lambda: ranked(17, mine, training.pair(wish, "140902", HERE),
                                         lambda one: training.reason_words(wish, HERE, one)),
                lambda: make(0, lat=rules.UNKNOWN, lon=rules.UNKNOWN))  # fmt: skip


@pytest.mark.parametrize("km", [KM - 0.01, KM], ids=["just inside", "just there"])
def test_what_lies_within_the_reach_is_recommended_and_nothing_beyond_it(side: Side, km: float) -> None:
    inside = side.make(km)
    side.make(KM + 0.01)
    found = side.ranked()
    assert [match.found for match in found.matches] == [inside]
    assert (found.total, found.note) == (1, "")
    assert not found.matches[0].beyond


def test_just_outside_comes_only_where_nothing_is_inside_the_nearest_first_and_says_so(side: Side) -> None:
    far, near = side.make(KM + 30), side.make(KM + 0.01)
    found = side.ranked()
    assert [match.found for match in found.matches] == [near, far]
    assert found.note == weights(side.item).beyond
    for match in found.matches:
        assert match.beyond.startswith("比本人要的远" if side.item == 8 else "比您要的远")
        assert match.reasons, "it fits otherwise"
        assert not any("要的远" in reason for reason in match.reasons)


def test_of_what_is_not_known_no_distance_is_held_against_anybody(side: Side) -> None:
    unknown = side.unknown()
    side.make(KM + 0.01)
    found = side.ranked()
    assert [match.found for match in found.matches] == [unknown]
    assert not found.matches[0].beyond


def test_the_sentence_says_how_far_it_is_and_what_was_wished(platform: object) -> None:
    wish = job_seeking.Wish(occupations=("cook",), distance="village")
    opening = Opening.objects.exclude(lat=rules.UNKNOWN).first()
    assert opening is not None
    there = (opening.lat - 12 / places.DEGREE_KM, opening.lon)
    (match,) = search.weigh(
        Opening.objects.select_related("employer"), [opening.pk], job_seeking.pair(wish, there), weights(2),
        lambda one: job_seeking.reason_words(wish, there, one),
    )  # fmt: skip
    assert match.beyond == "比您要的远：直线大约 12 公里，您说的是「就在村里」"


@pytest.mark.parametrize("code", registering.REACH_KM)
def test_what_was_answered_is_known_again_by_its_kilometres(code: str) -> None:
    assert registering.reach_of(registering.reach(code, True)) == code
    assert registering.reach_of(registering.reach(code, False)) == ""
    assert labels.reach(code) != code


@pytest.mark.parametrize("km", [1.0, 7.9, 8.1, 5000.0])
def test_who_goes_anywhere_gets_everything(platform: object, km: float) -> None:
    seeker = {"lat": HERE[0], "lon": HERE[1], "reach": rules.ANYWHERE}
    gig = GigOpening.objects.order_by("pk").first()
    assert gig is not None
    lat = gig.lat - km / places.DEGREE_KM if km < 100 else -gig.lat
    pair = Pair(Bound(seeker | {"lat": lat, "lon": gig.lon}), gig_matching.GIG_COLUMNS, lat)
    assert not gigs_beyond(pair, gig)


def gigs_beyond(pair: Pair, gig: GigOpening) -> bool:
    return GigOpening.objects.filter(pk=gig.pk).filter(rules.beyond(pair)).exists()
