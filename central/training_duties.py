"""The staff's duties about training: an answer to every wish within its days (18), and the resident told (19)."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction

from central import clock, trainees, workers
from central.models import TrainingClass, TrainingFile
from contract.working_days import Due


class NotAnsweredError(ValueError):
    """What was asked for cannot be; the text is for the staff."""


class Duty(NamedTuple):
    """One file that is not closed."""

    file: TrainingFile
    due: Due
    overdue: bool
    step: str
    """What is to be done."""


def waiting(group: str = "") -> list[Duty]:
    """Every file that is not closed: those without an answer first and of them the most urgent, then those to be told
    by the day their class begins, then those for whom no class opens yet."""
    files = TrainingFile.objects.filter(registration__current=True, delivered_at=None).select_related("registration")
    duties = [_duty(file) for file in (files.filter(group=group) if group else files)]
    return sorted(duties, key=lambda duty: (_rank(duty.file), duty.due.day, duty.file.pk))


def _rank(file: TrainingFile) -> int:
    return 0 if file.answered_at is None else 1 if file.starts is not None else 2


def _duty(file: TrainingFile) -> Duty:
    today = clock.today()
    if file.answered_at is None:
        due = trainees.due_of(file)
        return Duty(file, due, today > due.day, "等着反馈")
    if file.starts is not None:
        over = today > file.starts
        return Duty(file, Due(file.starts, provisional=False), over, "班开过了，再问一个" if over else "等着通知")
    return Duty(file, Due(clock.day_of(file.answered_at), provisional=False), False, "没有班，接着问")


def find(receipt: str) -> TrainingFile:
    """A file that stands, by the number of its registration. Raises NotAnsweredError."""
    files = TrainingFile.objects.select_related("registration__resident")
    file = files.filter(registration__receipt=receipt, registration__current=True).first()
    if file is None:
        raise NotAnsweredError("没有这一件培训意向，或者后来又登记过")
    return file


def answer(receipt: str, *, by: str, number: int | None) -> TrainingFile:
    """What was found out, by a worker in use: the class *number*, or None: none opens. It may change until the resident
    was told. Raises NotAnsweredError, StaffError."""
    with transaction.atomic():
        file = _open(receipt, by, others="要别人来反馈", closed="已经通知到本人，办结了，不能再改")
        opens = None if number is None else _class(file, number)
        file.answered_at, file.answered_by = clock.now(), by
        file.number, file.starts = number, None if opens is None else opens.starts
        file.told = "" if opens is None else trainees.class_words(opens)
        file.save(update_fields=["answered_at", "answered_by", "number", "starts", "told"])
    return file


def tell(receipt: str, *, by: str, comes: bool) -> TrainingFile:
    """The resident was told of the class as they wished to be, by telephone or through the village, and need not come:
    the file is closed as by item 19. Raises NotAnsweredError, StaffError."""
    with transaction.atomic():
        file = _open(receipt, by, others="要别人来通知", closed="已经通知到本人，办结了")
        if file.starts is None or file.starts < clock.today():
            raise NotAnsweredError("还没有班，或者班已经开了：先反馈一个还没开的班")
        file.delivered_at, file.delivered_by, file.comes = clock.now(), by, comes
        file.delivered_to = str(file.registration.answers.get("contact", ""))
        file.save(update_fields=["delivered_at", "delivered_by", "delivered_to", "comes"])
    return file


def _open(receipt: str, by: str, *, others: str, closed: str) -> TrainingFile:
    """A file that *by*, a worker in use and not its resident, may still write into; *others* and *closed* say what is
    in the way. Raises NotAnsweredError, StaffError."""
    member = workers.find(by)
    file = find(receipt)
    if file.registration.resident_id == member.resident_id:
        raise NotAnsweredError(f"这一件是您本人登记的，{others}")
    if file.delivered_at is not None:
        raise NotAnsweredError(closed)
    return file


def _class(file: TrainingFile, number: int) -> TrainingClass:
    """One that teaches what was wished for, takes the resident's group and has not begun."""
    found = next((one for one in trainees.fitting(file.registration, clock.today()) if one.number == number), None)
    if found is None:
        raise NotAnsweredError(f"没有 {number} 号班，或者已经开了，或者教的不是登记的手艺，或者不收这一类人")
    return found
