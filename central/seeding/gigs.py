"""Made-up work by the day, and made-up people who look for it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from central import places
from central.items import labels, registering
from central.matching.rules import UNKNOWN
from central.models import Employer, GigOpening, GigSeeker, GigTrade, Resident
from central.seeding.jobs import CONTACTS, TOWNS, Job, templates
from contract import limits

BATCH: Final = 500
TIMES: Final = ("whole", "whole", "whole", "morning", "afternoon", "evening", "flexible")
DISTANCES: Final = ("village", "town", "town", "county", "county", "city", "away")
LODGING: Final = ("none", "meals", "meals", "both")
NOTES: Final = ("", "", "自己带工具", "管接送", "下雨天歇工", "手脚麻利的来", "活儿不重，年纪大点也行")
PASTS: Final = ("", "", "盖过房、垒过墙", "在饭店帮过忙", "年年秋收都出去干", "跟着装修队干过", "开过三轮车送货")
WORKDAYS: Final = 26
"""Days that a month's wage is divided by."""


def openings(rng: random.Random, known: list[Employer], count: int, today: date) -> int:
    """Write *count* anew; what residents registered stays."""
    jobs = templates()
    made = [_opening(rng, known, rng.choice(jobs), number, today) for number in range(count)]
    GigOpening.objects.filter(resident=None).delete()
    GigOpening.objects.bulk_create(made, BATCH)
    return count


def _opening(rng: random.Random, known: list[Employer], job: Job, number: int, today: date) -> GigOpening:
    code = rng.choice(sorted(places.COUNTIES))
    place = places.COUNTIES[code]
    posted = today - timedelta(days=rng.randint(0, limits.GIG_OPENING_DAYS - 3))
    employer = rng.choice(known).name if rng.random() < 0.5 else f"{rng.choice(CONTACTS)[0]}*（个人）"
    return GigOpening(
        number=f"LG{number:08d}", employer=employer, occupation=job.occupation, county=code, place=rng.choice(TOWNS),
        lat=place.lat + rng.uniform(-0.2, 0.2), lon=place.lon + rng.uniform(-0.2, 0.2), wage=_wage(rng, job),
        days=rng.choice((1, 2, 3, 5, 7, 10, 20, 30)), times=rng.choice(TIMES),
        start=rng.randrange(len(labels.starts())), certificate=rng.choice(job.certificates),
        lodging=rng.choice(LODGING), headcount=rng.choice((1, 1, 2, 3, 5, 8)), may_call=rng.random() < 0.7,
        phone=f"13800000{rng.randrange(1000):03d}", text=rng.choice(NOTES), made_at=_at(posted),
        valid_until=posted + timedelta(days=limits.GIG_OPENING_DAYS), made_up=True,
    )  # fmt: skip


def _wage(rng: random.Random, job: Job) -> int:
    low, high = (wage // WORKDAYS for wage in job.wage)
    return int(round(rng.randint(low, high), -1))


def _at(day: date) -> datetime:
    return datetime.combine(day, time(4), UTC)


def seekers(seed: str, today: date) -> int:
    """Half of the crowd of working age looks for work by the day."""
    jobs = templates()
    GigSeeker.objects.filter(made_up=True, resident__cast_key="").delete()
    crowd = Resident.objects.filter(made_up=True, cast_key="").order_by("id_number")
    made = list(_seekers(seed, jobs, crowd, today))
    GigSeeker.objects.bulk_create([seeker for seeker, _ in made], BATCH)
    GigTrade.objects.bulk_create(
        [GigTrade(seeker=seeker, occupation=code) for seeker, codes in made for code in codes], BATCH
    )
    return len(made)


def _seekers(
    seed: str, jobs: tuple[Job, ...], crowd: Iterator[Resident], today: date
) -> Iterator[tuple[GigSeeker, list[str]]]:
    number = 0
    for resident in crowd:
        rng = random.Random(f"{seed}-gig-{resident.id_number}")  # noqa: S311 - the seed is the same everywhere
        if not 16 <= today.year - resident.born.year <= 68 or rng.random() < 0.5:
            continue
        yield seeker(rng, jobs, resident, number, today)
        number += 1


def seeker(
    rng: random.Random, jobs: tuple[Job, ...], resident: Resident, number: int, today: date
) -> tuple[GigSeeker, list[str]]:
    """One, and the codes of what they can do."""
    wanted = rng.sample(jobs, rng.randint(1, 3))
    registered = today - timedelta(days=rng.randint(0, limits.GIG_SEEKER_DAYS - 5))
    there = registering.whereabouts(resident)
    lat, lon = there or (UNKNOWN, UNKNOWN)
    held = [code for job in wanted for code in job.certificates if code]
    made = GigSeeker(
        number=f"QZ{number:08d}", resident=resident, home=resident.county, lat=lat, lon=lon, wage=_wage(rng, wanted[0]),
        county=rng.choice(("any", resident.county)), reach=registering.reach(rng.choice(DISTANCES), there is not None),
        times=rng.choice(("any", *TIMES)), start=rng.randrange(len(labels.starts())),
        certificate=rng.choice((*held, labels.NONE)), years=rng.choice((0, 0, 1, 2, 3, 5, 8, 15)),
        may_call=rng.random() < 0.6, phone=resident.phone, text=rng.choice(PASTS), made_at=_at(registered),
        valid_until=registered + timedelta(days=limits.GIG_SEEKER_DAYS), made_up=True,
    )  # fmt: skip
    return made, [job.occupation for job in wanted]
