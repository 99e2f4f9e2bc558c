"""Looking for steady work: the registration (item 1) and what fits it (item 2), each opening with its reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import msgspec
from django.core.paginator import Paginator
from django.db.models import Q

from central import places
from central.items import labels, openings
from central.items.words import yuan
from central.models import Opening, Registration, Resident
from central.problems import RefusedError
from contract import limits, wire
from contract.wire import Listing, ProblemCode

ITEM: Final = 1
CANDIDATES: Final = 2_000
"""At most so many openings are weighed, the newest first."""
MOST: Final = 60
LEAST: Final = 50
"""An opening below this score is not recommended at all."""
LODGING_COVERS: Final[Mapping[str, frozenset[str]]] = {
    "meals": frozenset({"meals", "both"}),
    "bed": frozenset({"bed", "both"}),
    "both": frozenset({"both"}),
}
REACH_KM: Final[Mapping[str, float]] = {"village": 5.0, "town": 15.0, "county": 45.0, "city": 150.0}
"""How far 「村里、镇上、县里、市里」 reach, in a straight line; 「外地也行」 has no bound."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """The answers of item 1 that an opening is weighed by. Not named here: not weighed."""

    occupations: tuple[str, ...] = ()
    county: str = labels.ANY
    distance: str = ""
    wage: int = 0
    certificate: str = labels.NONE
    years: int = 0
    hours: str = labels.ANY
    lodging: str = labels.NONE


@dataclass(frozen=True, slots=True)
class Weighed:
    score: int
    reason: str = ""


def register(resident: Resident, submission: wire.Submission, made_at: datetime) -> None:
    """Keep the wishes; the newest made is current (an older one may be delivered later), the others are history."""
    mine = Registration.objects.select_for_update().filter(resident=resident, item=ITEM)
    current = not mine.filter(made_at__gt=made_at).exists()
    if current:
        mine.filter(current=True).update(current=False)
    Registration.objects.create(
        resident=resident,
        item=ITEM,
        receipt=submission.receipt,
        answers=msgspec.to_builtins(submission.answers),
        made_at=made_at,
        current=current,
    )


def recommend(resident: Resident, page: int, today: date) -> Listing:
    """Openings that fit the current registration, best first."""
    registration = Registration.objects.filter(resident=resident, item=ITEM, current=True).first()
    if registration is None:
        raise RefusedError(ProblemCode.NOT_REGISTERED, "还没有登记求职意向")
    wish = msgspec.convert(registration.answers, Wish)
    ranked = []
    for opening in openings.valid(today).filter(_worth_weighing(wish)).order_by(*openings.ORDER)[:CANDIDATES]:
        score, reasons = weigh(wish, resident, opening)
        if score >= LEAST:
            ranked.append((score, opening, reasons))
    ranked.sort(key=lambda one: -one[0])  # stable: among equals the newer stays first
    paginator = Paginator(ranked[:MOST], limits.LISTING_PAGE)
    shown = paginator.get_page(page)
    return Listing(
        total=paginator.count,
        page=shown.number,
        pages=paginator.num_pages,
        cards=tuple(openings.card(opening, reasons) for _, opening, reasons in shown.object_list),
        as_of=today.isoformat(),
    )


def weigh(wish: Wish, resident: Resident, opening: Opening) -> tuple[int, tuple[str, ...]]:
    """The score, and its reasons in the order of their weight."""
    weighed = [rule(wish, resident, opening) for rule in RULES]
    reasons = tuple(one.reason for one in sorted(weighed, key=lambda one: -one.score) if one.reason)
    return sum(one.score for one in weighed), reasons


def _worth_weighing(wish: Wish) -> Q:
    """Without the occupation or the county nothing reaches LEAST; asked of the database, so that few are read."""
    return Q(occupation__in=wish.occupations) if wish.occupations else Q()


def _by_occupation(wish: Wish, resident: Resident, opening: Opening) -> Weighed:
    del resident
    if opening.occupation not in wish.occupations:
        return Weighed(0)
    return Weighed(40, f"是您想找的活儿：{labels.occupation(opening.occupation)}")


def _by_wage(wish: Wish, resident: Resident, opening: Opening) -> Weighed:
    del resident
    if opening.wage_low >= wish.wage:
        return Weighed(25, f"工资合适：{yuan(opening.wage_low)}起，您想要 {yuan(wish.wage)}")
    if opening.wage_high >= wish.wage:
        return Weighed(12, f"干得好能到 {yuan(opening.wage_high)}，您想要 {yuan(wish.wage)}")
    return Weighed(-20)


def _by_county(wish: Wish, resident: Resident, opening: Opening) -> Weighed:
    del resident
    if wish.county == labels.ANY:
        return Weighed(5)
    if wish.county == opening.county:
        return Weighed(15, f"就在您想去的{labels.county(opening.county)}")
    return Weighed(-25)


def _by_distance(wish: Wish, resident: Resident, opening: Opening) -> Weighed:
    if resident.lat is None or resident.lon is None:
        return Weighed(0)
    away = places.kilometres(resident.lat, resident.lon, opening.lat, opening.lon)
    if away > REACH_KM.get(wish.distance, float("inf")):
        return Weighed(-15)
    spoken = f"离您村直线大约 {max(1, round(away))} 公里"
    return Weighed(10, spoken) if wish.distance in REACH_KM else Weighed(3)


def _by_hours(wish: Wish, resident: Resident, opening: Opening) -> Weighed:
    del resident
    if wish.hours == labels.ANY:
        return Weighed(4)
    if opening.hours in (wish.hours, "flexible"):
        return Weighed(8, f"上班时间合适：{labels.hours(opening.hours)}")
    return Weighed(-8)


def _by_certificate(wish: Wish, resident: Resident, opening: Opening) -> Weighed:
    del resident
    if not opening.certificate:
        return Weighed(3)
    if opening.certificate == wish.certificate:
        return Weighed(10, f"用得上您的本事：{labels.certificate(wish.certificate)}")
    return Weighed(-25)


def _by_years(wish: Wish, resident: Resident, opening: Opening) -> Weighed:
    del resident
    if not opening.years:
        return Weighed(2)
    if wish.years >= opening.years:
        return Weighed(6, f"经验够：要 {opening.years} 年，您干过 {wish.years} 年")
    return Weighed(-6)


def _by_lodging(wish: Wish, resident: Resident, opening: Opening) -> Weighed:
    del resident
    if wish.lodging == labels.NONE:
        return Weighed(0)
    if opening.lodging in LODGING_COVERS.get(wish.lodging, frozenset()):
        return Weighed(6, f"单位{labels.lodging(opening.lodging)}")
    return Weighed(-6)


RULES: Final[tuple[Callable[[Wish, Resident, Opening], Weighed], ...]] = (
    _by_occupation, _by_wage, _by_county, _by_distance, _by_hours, _by_certificate, _by_years, _by_lodging,
)  # fmt: skip
