"""Files of those who want training (16): opened with the registration, answered by the staff (18), closed when the
resident was told (19). Here is what stands in a file, and what is done to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.db.models import Q, QuerySet

from central import clock, state_calendar
from central.call import find_item
from central.items import labels
from central.models import MatterRecord, Registration, Resident, TrainingClass, TrainingFile
from central.rules import training
from central.rules.life import Training
from contract import formatting
from contract.working_days import Due

WISH: Final = 16
ANSWER: Final = 18
AGAIN: Final = "想上别的班请再登记一次"
"""To who was told and cannot come: the file is closed."""
WITHOUT_COMING: Final = frozenset({"call", "sms", "village"})
"""How somebody is told who need not come: codes of the question of item 16."""
TOLD: Final = TrainingFile._meta.get_field("told").max_length


def open_file(registration: Registration, group: str) -> TrainingFile:
    """A new file, and from now on the staff's duty to answer."""
    due = _count(registration)
    return TrainingFile.objects.create(
        registration=registration, group=group, due=due.day, due_provisional=due.provisional
    )


def find(resident: Resident) -> TrainingFile | None:
    """The file of the wish that stands."""
    files = TrainingFile.objects.select_related("registration")
    return files.filter(registration__resident=resident, registration__current=True).first()


def due_of(file: TrainingFile) -> Due:
    """By when it must be answered; counted anew where the calendar did not reach it when it was opened."""
    return _count(file.registration) if file.due_provisional else Due(file.due, provisional=False)


def _count(registration: Registration) -> Due:
    duty = find_item(ANSWER)
    days = 0 if duty is None else duty.working_days
    return state_calendar.working_days().due(clock.day_of(registration.made_at), days)


def trades(registration: Registration) -> str:
    return "；".join(labels.occupation(code) for code in registration.answers.get("trades", ()))


def known(file: TrainingFile) -> Training:
    """The file as the rules look at it."""
    return Training(
        registered=clock.day_of(file.registration.made_at), wants=trades(file.registration), due=due_of(file),
        answered=_day(file.answered_at), starts=file.starts, told=file.told, delivered=_day(file.delivered_at),
    )  # fmt: skip


def _day(at: datetime | None) -> date | None:
    return None if at is None else clock.day_of(at)


def class_words(one: TrainingClass) -> str:
    """What opens, when and where, as the resident is told."""
    return (
        f"{labels.occupation(one.course.occupation)}班（{one.number} 号），"
        f"{formatting.date(one.starts)} {one.hour} 开班，在{one.place}，{one.course.provider.name}"
    )[:TOLD]


def ahead(today: date) -> QuerySet[TrainingClass]:
    """Classes that have not begun, the next first; of those of *today*, whose hour has not struck."""
    begun_today = Q(starts=today, hour__lte=clock.hour())
    return TrainingClass.objects.filter(starts__gte=today).exclude(begun_today).order_by("starts", "number")


def fitting(registration: Registration, today: date) -> QuerySet[TrainingClass]:
    """Those of them that teach one of the trades that were wished for, to the group that was named."""
    wanted, group = registration.answers.get("trades", ()), registration.answers.get("group", "")
    mine = ahead(today).filter(course__occupation__in=wanted, course__groups__contains=f"|{group}|")
    return mine.select_related("course__provider")


def standing(matter: MatterRecord) -> str:
    """What became of the wish that *matter* registered, for the resident; nothing where it has no file."""
    file = TrainingFile.objects.select_related("registration").filter(registration__receipt=matter.receipt).first()
    if file is None:
        return ""
    if not file.registration.current:
        return "后来又登记过，以新登记的为准"
    return words(file)


def words(file: TrainingFile) -> str:
    """How far it has come."""
    found = known(file)
    if found.delivered is not None:
        cannot = "" if file.comes is not False else f"，您说去不了，{AGAIN}"
        return f"{formatting.date(found.delivered)}通知过您{cannot}：{found.told}"
    if found.answered is None:
        return f"登记好了。工作人员最晚{found.due.words}告诉您有没有班、什么时候开"
    if found.starts is None:
        return training.no_class(found)
    return f"有班了：{found.told}" if found.starts >= clock.today() else training.begun(found)
