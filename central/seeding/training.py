"""Made-up training institutions in every county, what they teach, and the classes that open within weeks."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Final

from central import places
from central.models import TrainingClass, TrainingCourse, TrainingProvider
from central.seeding.jobs import TOWNS, WORDS
from contract import codes

BATCH: Final = 500
PROVIDERS_A_COUNTY: Final = 3
COURSES: Final = (8, 12)
"""How many of the trades an institution teaches."""
WEEKS: Final = 8
"""Within so many a class opens; some courses have none."""
KINDS: Final = ("职业培训学校", "职业技能培训中心", "技工学校")
LENGTHS: Final = (5, 7, 10, 15, 20, 30)
HOURS: Final = {"daytime": "08:30", "evening": "18:30", "weekend": "09:00", "slack": "09:00", "flexible": "14:00"}
NONE: Final = "none"


def training(rng: random.Random, today: date) -> int:
    """Write them anew; what residents were told stays with their files. How many classes there are."""
    TrainingProvider.objects.filter(made_up=True).delete()
    trades = [row.code for row in codes.table("occupations").offered]
    groups = [row.code for row in codes.table("training_groups").offered if row.code != NONE]
    providers = [
        _provider(rng, county, number) for number, county in enumerate(sorted(places.COUNTIES) * PROVIDERS_A_COUNTY)
    ]
    TrainingProvider.objects.bulk_create(providers, BATCH)
    courses: list[TrainingCourse] = []
    for provider in providers:
        for trade in rng.sample(trades, rng.randint(*COURSES)):
            courses.append(_course(rng, provider, trade, groups, len(courses)))
    TrainingCourse.objects.bulk_create(courses, BATCH)
    classes = [_class(rng, course, 1001 + number, today) for number, course in enumerate(courses) if rng.random() < 0.8]
    TrainingClass.objects.bulk_create(classes, BATCH)
    return len(classes)


def _provider(rng: random.Random, county: str, number: int) -> TrainingProvider:
    place = places.COUNTIES[county]
    return TrainingProvider(
        number=f"PX{number:04d}", name=f"{rng.choice(WORDS)}{rng.choice(KINDS)}（示例）", county=county,
        address=rng.choice(TOWNS), lat=place.lat + rng.uniform(-0.15, 0.15), lon=place.lon + rng.uniform(-0.15, 0.15),
        phone=f"13800000{rng.randrange(1000):03d}", made_up=True,
    )  # fmt: skip


def _course(
    rng: random.Random, provider: TrainingProvider, trade: str, groups: list[str], number: int
) -> TrainingCourse:
    served = sorted(rng.sample(groups, rng.randint(3, len(groups))))
    return TrainingCourse(
        number=f"PK{number:05d}", provider=provider, occupation=trade, times=rng.choice(sorted(HOURS)),
        days=rng.choice(LENGTHS), groups=f"|{'|'.join(served)}|",
    )  # fmt: skip


def _class(rng: random.Random, course: TrainingCourse, number: int, today: date) -> TrainingClass:
    return TrainingClass(
        number=number, course=course, starts=today + timedelta(days=rng.randint(-7, 7 * WEEKS)),
        hour=HOURS[course.times], place=f"{course.provider.address}教学点", made_up=True,
    )  # fmt: skip
