"""The platform's side of ``scripts/bench items``: how long a page takes with COUNT rows of each table behind it."""

# ruff: noqa: S311 - made-up people, the same in every run
from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from bench.items import COUNT, TODAY
from central import browsing, places
from central.call import find_item
from central.models import Employer, GigSeeker, GigTrade, Registration, Resident
from central.seeding import gigs, jobs
from contract.wire import Listing

BATCH: Final = 2_000
MADE_AT: Final = datetime(2026, 11, 20, tzinfo=UTC)
PROFILES: Final = (("cook",), ("welder", "factory", "driver"), ("cleaner", "guard"), ("builder", "decorator", "loader"))
"""What is looked for: one kind of work, and several."""


def fill() -> None:
    """As many gigs and seekers as openings."""
    rng = random.Random(11)
    employers = list(Employer.objects.order_by("name"))
    gigs.openings(rng, employers, COUNT, TODAY)
    templates = jobs.templates()
    GigSeeker.objects.all().delete()
    first = Resident.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    residents = [_resident(rng, first + number) for number in range(COUNT)]
    Resident.objects.bulk_create(residents, BATCH)
    made = [gigs.seeker(rng, templates, one, number, TODAY) for number, one in enumerate(residents)]
    GigSeeker.objects.bulk_create([seeker for seeker, _ in made], BATCH)
    trades = [GigTrade(seeker=seeker, occupation=code) for seeker, codes in made for code in codes]
    GigTrade.objects.bulk_create(trades, BATCH)


def _resident(rng: random.Random, key: int) -> Resident:
    code = rng.choice(sorted(places.COUNTIES))
    place = places.COUNTIES[code]
    return Resident(
        pk=key, id_number=f"X{key:017d}", name="试验", sex="1", ethnicity="01", born=TODAY - timedelta(days=12_000),
        county=code, village="杨树村", lat=place.lat + rng.uniform(-0.2, 0.2), lon=place.lon + rng.uniform(-0.2, 0.2),
        phone="13800000000", made_up=True,
    )  # fmt: skip


def register(resident: Resident, kinds: tuple[str, ...]) -> None:
    """The current registrations of items 1, 4 and 7 for these kinds of work."""
    Registration.objects.filter(resident=resident).delete()
    common = {
        "county": "140902", "distance": "county", "certificate": "none", "years": 3, "lodging": "none",
        "phone": "13800000000", "contact": "call", "village": resident.village,
    }  # fmt: skip
    seeking = common | {"occupations": kinds, "hours": "day", "wage": 3000}
    by_the_day = common | {"occupations": kinds, "times": "whole", "start": "now", "wage": 120}
    hiring = common | {
        "occupation": kinds[0], "headcount": 2, "place": resident.village, "wage": 250, "days": 3, "times": "whole",
        "start": "week",
    }  # fmt: skip
    for item, answers in ((1, seeking), (4, by_the_day), (7, hiring)):
        Registration.objects.create(
            resident=resident, item=item, receipt=f"{item:012d}", answers=answers, made_at=MADE_AT
        )


def questions(resident: Resident) -> dict[str, Callable[[], Listing]]:
    def recommended(item: int, page: int = 1) -> Callable[[], Listing]:
        return lambda: browsing.ADVISERS[item](resident, page, TODAY)

    def listed(item: int, **filters: Any) -> Callable[[], Listing]:
        return lambda: browsing.BROWSERS[item](find_item(item), filters, 1, TODAY)

    return {
        "recommend 2 of 100 000": recommended(2),
        "recommend 5 of 100 000": recommended(5),
        "recommend 8 of 100 000": recommended(8),
        "list 3 of 100 000": listed(3),
        "list 3 by county and work": listed(3, county="140902", occupation="welder"),
        "list 3 by a word": listed(3, keyword="电焊"),
        "list 6 of 100 000": listed(6),
        "list 6 by county and work": listed(6, county="140902", occupation="welder"),
        "list 9 of 100 000": listed(9),
        "list 9 by work": listed(9, occupation="welder"),
    }


def main(rounds: int) -> int:
    with transaction.atomic():
        fill()
    resident = Resident.objects.get(cast_key="employee")
    spans: dict[str, list[float]] = {}
    for number in range(rounds + 1):
        for kinds in PROFILES:
            register(resident, kinds)
            for name, question in questions(resident).items():
                began = time.perf_counter()
                found = question()
                span = (time.perf_counter() - began) * 1000
                assert found.total, f"{name} {kinds}: nothing was found"
                if number:
                    spans.setdefault(name, []).append(span)
    print(json.dumps(spans, ensure_ascii=False), flush=True)
    return 0
