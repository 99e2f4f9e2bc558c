"""Made-up wishes for training, classes that open, and what came of them, for one test."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta

from central import clock, trainees
from central.models import Registration, TrainingClass, TrainingCourse, TrainingFile, TrainingProvider
from central.seeding.cast import CastPerson

from .lives import resident_of

NUMBERS = itertools.count(900_001)
WISH = {
    "group": "rural", "trades": ["miner"], "times": "any", "distance": "county", "phone": "13800000199",
    "contact": "call",
}  # fmt: skip


def wished(person: CastPerson, at: datetime | None = None, **changes: object) -> TrainingFile:
    """*person* registered under item 16."""
    Registration.objects.filter(resident=resident_of(person), item=trainees.WISH).update(current=False)
    made = Registration.objects.create(
        resident=resident_of(person), item=trainees.WISH, receipt=f"88{next(NUMBERS):010d}", answers=WISH | changes,
        made_at=at or clock.now(),
    )  # fmt: skip
    return trainees.open_file(made, str(made.answers["group"]))


def a_class(*, starts: date | None = None, trade: str = "miner", **course: object) -> TrainingClass:
    """A class that opens in a week."""
    number = next(NUMBERS)
    provider = TrainingProvider.objects.create(
        number=f"T{number}", name="试验学校（示例）", county="140902", address="南河镇", lat=38.41, lon=112.74,
        phone="13800000001", made_up=True,
    )  # fmt: skip
    values = {"occupation": trade, "times": "weekend", "days": 10, "groups": "|hardship|rural|"}
    made = TrainingCourse.objects.create(number=f"T{number}", provider=provider, **(values | course))
    return TrainingClass.objects.create(
        number=number, course=made, starts=starts or clock.today() + timedelta(days=7), hour="09:00",
        place="南河镇教学点", made_up=True,
    )  # fmt: skip


def answered(file: TrainingFile, one: TrainingClass | None = None) -> None:
    """The staff found a class for it."""
    one = one or a_class()
    file.answered_at, file.answered_by, file.number = clock.now(), "G-0007", one.number
    file.starts, file.told = one.starts, trainees.class_words(one)
    file.save()
