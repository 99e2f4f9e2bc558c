"""One engine, both ways: every rule weighs, the database's points are those an independent count gives, best first."""

from __future__ import annotations

import math
import random
import string
from datetime import UTC, date, datetime

import msgspec
import pytest

from central import clock, places
from central.items import gig_matching, gig_seekers, gigs, job_seeking, openings, registering, training
from central.items.job_seeking import Wish
from central.matching import rules, search
from central.matching.rules import Bound, Columns, Pair
from central.matching.weights import FILE, read, weights
from central.models import Employer, GigOpening, GigSeeker, GigTrade, Opening, Registration, Resident

from .conftest import ANSWERS

MADE_AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
OVER = date(2000, 1, 1)
"""No list shows what these tests make."""
GIG_WISH = {
    "occupations": ["cook", "cleaner"], "county": "140902", "distance": "county", "wage": 100, "times": "whole",
    "start": "now", "certificate": "cook", "years": 3, "lodging": "meals", "village": "杨树村", "phone": "13800000199",
    "contact": "village", "past": None,
}  # fmt: skip
OFFER = {
    "occupation": "cook", "headcount": 2, "county": "140902", "place": "南河镇", "wage": 300, "days": 3,
    "times": "whole", "start": "week", "certificate": "cook", "lodging": "meals", "employer": None,
    "phone": "13800000198", "contact": "call", "note": None,
}  # fmt: skip


@pytest.fixture
def employee(platform) -> Resident:
    return Resident.objects.get(cast_key="employee")


@pytest.fixture
def registered(employee):
    """Registers answers for *employee*, and takes them away again."""
    made = []

    def register(item: int, answers: dict) -> None:
        Registration.objects.filter(resident=employee, item=item, current=True).update(current=False)
        row = Registration.objects.create(
            resident=employee, item=item, receipt=f"7{random.randrange(10**11):011d}", answers=answers, made_at=MADE_AT
        )
        made.append(row.pk)

    yield register
    Registration.objects.filter(pk__in=made).delete()


# -- every rule weighs -----------------------------------------------------------------------------------------------

WISH = Wish(
    occupations=("cook",), county="140902", distance="town", wage=2500, certificate="cook", years=3, hours="day",
    lodging="meals",
)  # fmt: skip
THERE = (38.41, 112.74)


def scored(candidates, row, pair, item, words=lambda row: dict.fromkeys(WORDS, "x")) -> tuple[int, tuple[str, ...]]:
    (match,) = search.weigh(candidates, [row.pk], pair, weights(item), words)
    return match.score, match.reasons


WORDS = (
    "occupation", "low", "high", "wish", "county", "km", "times", "start", "certificate", "years", "years_asked",
    "lodging", "group", "reach",
)  # fmt: skip


@pytest.fixture
def an_opening(platform):
    employer, _ = Employer.objects.get_or_create(name="试验单位", defaults={"county": "140902"})

    def make(**changes) -> Opening:
        values = {
            "occupation": "cook", "county": "140902", "lat": 38.40, "lon": 112.73, "wage_low": 3000, "wage_high": 4000,
            "hours": "day", "certificate": "", "years": 0, "lodging": "meals", "headcount": 1, "posted": OVER,
            "valid_until": OVER, "employer": employer, "number": f"T{random.randrange(10**9)}",
        }  # fmt: skip
        return Opening.objects.create(**(values | changes))

    yield make
    employer.openings.all().delete()
    employer.delete()


@pytest.mark.parametrize(
    "worse",
    [
        {"county": "140932"}, {"wage_low": 1000, "wage_high": 1500}, {"hours": "night"}, {"certificate": "welder"},
        {"years": 30}, {"lodging": "none"}, {"lat": 39.44, "lon": 111.51},
    ],
)  # fmt: skip
def test_every_wish_for_steady_work_weighs(an_opening, worse):
    pair, rows = job_seeking.pair(WISH, THERE), Opening.objects.select_related("employer")

    def words(opening):
        return job_seeking.reason_words(WISH, THERE, opening)

    best, reasons = scored(rows, an_opening(), pair, 2, words)
    assert len(reasons) == 6
    assert "离您村直线大约 1 公里" in reasons
    assert scored(rows, an_opening(**worse), pair, 2, words)[0] < best


def steady(wish: Wish, there: tuple[float, float] | None, opening: Opening) -> tuple[int, tuple[str, ...]]:
    rows = Opening.objects.select_related("employer")
    return scored(
        rows, opening, job_seeking.pair(wish, there), 2, lambda one: job_seeking.reason_words(wish, there, one)
    )


def test_who_named_a_county_gets_what_is_elsewhere_last(an_opening):
    wish = Wish(occupations=("cook",), county="140902")
    here, _ = steady(wish, None, an_opening())
    elsewhere, _ = steady(wish, None, an_opening(county="140921"))
    assert here - elsewhere == 40


def test_who_has_no_place_is_not_weighed_by_distance(an_opening):
    """No distance is made up for a resident whose village is not known."""
    wish = Wish(occupations=("cook",), distance="town")
    score, reasons = steady(wish, None, an_opening())
    near, told = steady(wish, THERE, an_opening())
    assert near == score + 10
    assert not any("公里" in reason for reason in reasons)
    assert any("公里" in reason for reason in told)


@pytest.mark.parametrize(("wish", "reason"), [(Wish(), ""), (Wish(hours="day"), "上班时间合适")])
def test_hours_count_where_somebody_named_them(an_opening, wish: Wish, reason: str):
    _, reasons = steady(wish, None, an_opening())
    assert any("上班时间" in one for one in reasons) is bool(reason)


def test_a_place_that_was_only_named_is_no_distance(employee, platform):
    """Of work in the hirer's own village it is known where that is; of any other it is not."""
    offer = msgspec.convert(OFFER, gigs.Offer)
    assert gigs.whereabouts(employee, offer) is None
    at_home = msgspec.structs.replace(offer, county=employee.county, place=employee.village)
    assert gigs.whereabouts(employee, at_home) == (employee.lat, employee.lon)
    employee.village = f"忻府区{employee.village}12号"  # as it is once the address was given (28, 30)
    assert gigs.whereabouts(employee, at_home) == (employee.lat, employee.lon)
    assert gigs.whereabouts(employee, msgspec.structs.replace(at_home, place="区")) is None
    unknown = a_gig(lat=rules.UNKNOWN, lon=rules.UNKNOWN)
    known = a_gig()
    GigOpening.objects.bulk_create([unknown, known])
    try:
        pair = Pair(Bound(SEEKER), gig_matching.GIG_COLUMNS, THERE[0])
        near, reasons = scored(GigOpening.objects.all(), known, pair, 5)
        nowhere, fewer = scored(GigOpening.objects.all(), unknown, pair, 5)
        assert near - nowhere == weights(5).rules["distance"]["close"].points
        assert len(fewer) == len(reasons) - 1
    finally:
        GigOpening.objects.filter(number__in=[unknown.number, known.number]).delete()


def a_gig(**changes) -> GigOpening:
    values = {
        "number": f"T{random.randrange(10**9)}", "employer": "试验", "occupation": "cook", "county": "140902",
        "place": "南河镇", "lat": 38.40, "lon": 112.73, "wage": 200, "days": 2, "times": "whole", "start": 1,
        "certificate": "cook", "lodging": "meals", "headcount": 1, "may_call": True, "phone": "1", "made_at": MADE_AT,
        "valid_until": OVER,
    }  # fmt: skip
    return GigOpening(**(values | changes))


SEEKER = {
    "wage": 150, "county": "140902", "lat": THERE[0], "lon": THERE[1], "times": "whole", "years": 5, "reach": 15.0,
    "certificate": "cook", "lodging": "meals", "start": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    "worse",
    [
        {"county": "140932"}, {"wage": 100}, {"times": "evening"}, {"certificate": "welder"}, {"lodging": "none"},
        {"lat": 39.44, "lon": 111.51}, {"lat": 38.51},
    ],
)  # fmt: skip
def test_every_wish_for_work_by_the_day_weighs(platform, worse):
    best, other = a_gig(), a_gig(**worse)
    GigOpening.objects.bulk_create([best, other])
    try:
        pair = Pair(Bound(SEEKER), gig_matching.GIG_COLUMNS, THERE[0])
        top, reasons = scored(GigOpening.objects.all(), best, pair, 5)
        assert len(reasons) == 8
        assert scored(GigOpening.objects.all(), other, pair, 5)[0] < top
        late = Pair(Bound(SEEKER | {"start": 2}), gig_matching.GIG_COLUMNS, THERE[0])
        assert scored(GigOpening.objects.all(), best, late, 5)[0] < top
    finally:
        GigOpening.objects.filter(number__in=[best.number, other.number]).delete()


@pytest.mark.parametrize(
    "worse",
    [
        {"county": "140932"}, {"wage": 301}, {"times": "evening"}, {"certificate": "none"}, {"years": 2},
        {"start": 2}, {"lat": 39.44, "lon": 111.51}, {"lat": 38.51},
    ],
)  # fmt: skip
def test_every_wish_of_who_hires_weighs(platform, worse):
    gig = {
        "wage_low": 300, "wage_high": 300, "county": "140902", "lat": THERE[0], "lon": THERE[1], "times": "whole",
        "start": 1, "certificate": "cook", "lodging": "meals",
    }  # fmt: skip
    values = {
        "county": "140902", "home": "140902", "lat": 38.40, "lon": 112.73, "reach": 15.0, "wage": 300, "times": "whole",
        "start": 1, "certificate": "cook", "years": 3, "may_call": True, "phone": "1", "made_at": MADE_AT,
        "valid_until": OVER,
    }  # fmt: skip
    one, two = Resident.objects.filter(gig_seeker=None)[:2]
    best = GigSeeker.objects.create(resident=one, number="T1", **values)
    other = GigSeeker.objects.create(resident=two, number="T2", **(values | worse))
    try:
        pair = Pair(Columns(), Bound(gig), THERE[0])
        top, reasons = scored(GigSeeker.objects.all(), best, pair, 8)
        assert len(reasons) == 8
        assert scored(GigSeeker.objects.all(), other, pair, 8)[0] < top
    finally:
        GigSeeker.objects.filter(number__in=["T1", "T2"]).delete()


# -- an independent count --------------------------------------------------------------------------------------------


def points_of(wish: dict, there: tuple[float, float], gig: GigOpening) -> tuple[bool, float, int]:
    """Item 5 counted by hand, without the engine: whether it lies beyond the reach, how far it is, its points."""
    table = read(FILE)[5].rules

    def worth(rule: str, outcome: str) -> int:
        return table[rule][outcome].points

    km = math.hypot(
        (gig.lat - there[0]) * places.DEGREE_KM,
        (gig.lon - there[1]) * places.DEGREE_KM * math.cos(math.radians(there[0])),
    )
    reach = registering.reach(wish["distance"], True)
    if km <= rules.CLOSE_KM <= reach:
        way = "close"
    elif wish["distance"] == "away":
        way = "anywhere"
    else:
        way = "near" if km <= reach else "beyond"
    covered = {"meals": ("meals", "both"), "bed": ("bed", "both"), "both": ("both",)}
    lodging = "none_wanted" if wish["lodging"] == "none" else "otherwise"
    lodging = "covered" if gig.lodging in covered.get(wish["lodging"], ()) else lodging
    county = "any" if wish["county"] == "any" else "same" if wish["county"] == gig.county else "otherwise"
    times = "any" if wish["times"] == "any" else "fits" if gig.times in (wish["times"], "flexible") else "otherwise"
    held = "none_asked" if not gig.certificate else "held" if gig.certificate == wish["certificate"] else "otherwise"
    start = "fits" if ("now", "week", "month").index(wish["start"]) <= gig.start else "otherwise"
    points = (
        worth("occupation", "fits") + worth("wage", "enough" if gig.wage >= wish["wage"] else "otherwise")
        + worth("county", county) + worth("distance", way) + worth("times", times) + worth("start", start)
        + worth("certificate", held) + worth("lodging", lodging)
    )  # fmt: skip
    return way == "beyond", km, points


def test_what_is_recommended_is_what_counting_by_hand_gives(employee, registered):
    today, rng = clock.today(), random.Random(5)
    there = registering.whereabouts(employee)
    seen = beyond = 0
    for _ in range(24):
        wish = GIG_WISH | {
            "occupations": rng.sample(["cook", "cleaner", "builder", "welder", "loader", "farming"], 3),
            "county": rng.choice(["any", "140902", "140981"]), "wage": rng.choice([60, 120, 180]),
            "distance": rng.choice(["village", "town", "county", "city", "away"]),
            "times": rng.choice(["any", "whole", "evening"]), "start": rng.choice(["now", "week", "month"]),
            "certificate": rng.choice(["none", "welder", "cook"]), "lodging": rng.choice(["none", "meals", "both"]),
        }  # fmt: skip
        registered(4, wish)
        first = gig_matching.gigs_for(employee, 1, today)
        pages = [gig_matching.gigs_for(employee, page, today) for page in range(1, first.pages + 1)]
        listed = [card.id for page in pages for card in page.cards]
        rows = gigs.valid(today).filter(occupation__in=wish["occupations"]).order_by(*gigs.ORDER)
        counted = [(*points_of(wish, there, gig), gig.number) for gig in rows]
        enough = [one for one in counted if one[2] >= weights(5).least]
        within = sorted((one for one in enough if not one[0]), key=lambda one: -one[2])
        outside = sorted((one for one in enough if one[0]), key=lambda one: (one[1], -one[2]))
        assert listed == [number for *_, number in within or outside][: weights(5).most]
        assert first.total == len(listed)
        seen += len(listed)
        beyond += len(listed) if not within else 0
    assert seen - beyond > 20, "nothing was compared"
    assert beyond > 10, "nothing beyond the reach was compared"


def test_people_for_a_gig_come_best_first_each_once_and_never_oneself(employee, registered):
    today = clock.today()
    wanted = GigTrade.objects.exclude(seeker__resident=employee).select_related("seeker").first()
    trade = wanted.occupation
    easy = {"certificate": "none", "wage": 400, "times": "flexible", "start": "month", "county": wanted.seeker.home}
    registered(7, OFFER | easy | {"occupation": trade})
    first = gig_matching.seekers_for(employee, 1, today)
    cards = [c for n in range(1, first.pages + 1) for c in gig_matching.seekers_for(employee, n, today).cards]
    assert len({card.id for card in cards}) == len(cards) == first.total > 0
    for card in cards:
        seeker = gig_seekers.valid(today).get(number=card.id)
        assert seeker.resident != employee
        assert trade in [one.occupation for one in seeker.trades.all()]
        assert any("工钱合适" in reason for reason in card.reasons) == (seeker.wage <= 400)


def test_a_page_beyond_the_last_is_the_last(employee, registered):
    registered(1, dict(ANSWERS) | {"occupations": ["factory", "driver", "cook"], "county": "any"})
    found = job_seeking.recommend(employee, 999, clock.today())
    assert found.cards
    assert found.page == found.pages


# -- the weights are data --------------------------------------------------------------------------------------------


def test_the_weights_name_rules_and_outcomes_that_are_and_words_that_are_said(platform):
    sides = {2: job_seeking.pair(WISH, THERE), 5: Pair(Bound(SEEKER), gig_matching.GIG_COLUMNS, 38.0)}
    sides[8] = Pair(Columns(), Bound(dict.fromkeys(("wage_low", "wage_high", "lat", "lon", "times", "start"), 1) | {
        "county": "", "certificate": "", "lodging": ""}), 38.0)  # fmt: skip
    sides[17] = training.pair(training.Wish(group="rural", trades=("cook",)), "140902", THERE)
    tables = read(FILE)
    assert set(tables) == set(sides)
    for item, table in tables.items():
        for name, worths in table.rules.items():
            known = {outcome for outcome, _ in rules.RULES[name](sides[item])} | {rules.OTHERWISE}
            assert set(worths) <= known, (item, name)
            for worth in worths.values():
                used = {field for _, field, _, _ in string.Formatter().parse(worth.reason) if field}
                assert used <= set(WORDS), worth.reason


def test_a_rule_that_is_none_is_said_by_name(tmp_path):
    table = "[2]\nleast = 1\nmost = 1\nbeyond = ''\n[2.rules.luck]\nfits = { points = 1 }\n"
    (tmp_path / "weights.toml").write_text(table)
    with pytest.raises(Exception, match="luck"):
        read(tmp_path / "weights.toml")


def test_openings_of_another_trade_are_not_weighed(employee, registered):
    registered(1, dict(ANSWERS) | {"occupations": ["welder"], "county": "any", "wage": 500})
    found = job_seeking.recommend(employee, 1, clock.today())
    assert found.cards
    assert {openings.find(card.id).occupation for card in found.cards} == {"welder"}
