"""What the staff owe to who registered for work (1, 4, 7): telling them of new openings, passing on what somebody wants
of who would not be called, and taking down what is over. Who looked at a telephone, or took something down, is on
record before it is told."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from central import clock, workers
from central.call import find_item
from central.items import job_seeking
from central.models import GigOpening, GigSeeker, MatterRecord, Opening, Registration, StaffAct
from contract.answers import describe

STEADY: Final = 1
SEEKS: Final = 4
HIRES: Final = 7
WISHES: Final = (STEADY, SEEKS, HIRES)
TRAINING: Final = 16
"""Its wishes are answered and closed by central.training_duties; whom to call stands here."""
WHO_CHARS: Final = 80
TAKEN_DOWN: Final = "按您说的撤下了，别人看不到了"
LOOKED: Final = "看 {number} 的联系办法"
DOWN: Final = "撤下 {number}"
NOT_HERE: Final = "没有这个编号，或者已经到期、撤下、换成新的"


class NotRelayedError(ValueError):
    """What was asked for cannot be; the text is for the staff."""


class Behind(NamedTuple):
    """Who stands behind a number, and how they want to be reached."""

    name: str
    phone: str
    how: str
    village: str


class Fitting(NamedTuple):
    """A wish for steady work, and what came up for it."""

    registration: Registration
    how: str
    total: int
    best: Opening


def fitting(since: date, county: str = "") -> list[Fitting]:
    """Whose wish (1) something fits that was posted *since*, within the reach they named; who waits longest first."""
    wishes = Registration.objects.filter(item=STEADY, current=True).select_related("resident").order_by("made_at", "pk")
    found = []
    for wish in wishes.filter(resident__county=county) if county else wishes:
        ranked = job_seeking.ranked(wish.resident, 1, clock.today(), since)
        if ranked.matches and not ranked.note:  # a note: nothing lies within their reach
            found.append(Fitting(wish, _how(wish), ranked.total, ranked.matches[0].found))
    return found


def behind(number: str, *, by: str) -> Behind:
    """*number*: of the list (QZ, LG), or the receipt of a registration that stands. Raises NotRelayedError,
    StaffError."""
    found = _listed(number) or _registered(number)
    if found is None:
        raise NotRelayedError(NOT_HERE)
    _on_record(by, LOOKED.format(number=number))
    return found


def take_down(receipt: str, *, by: str) -> Registration:
    """As whoever registered asked: they found work, or people. Raises NotRelayedError, StaffError."""
    with transaction.atomic():
        one = _find(receipt)
        if one is None:
            raise NotRelayedError(NOT_HERE)
        _on_record(by, DOWN.format(number=receipt))
        _gigs(one).delete()
        if one.item == SEEKS:
            GigSeeker.objects.filter(resident=one.resident).delete()
        was_current, one.current = one.current, False
        one.save(update_fields=["current"])
        if was_current and one.item == HIRES:
            _next_stands(one)
        MatterRecord.objects.filter(receipt=receipt).update(detail=TAKEN_DOWN)
    return one


def acts(numbers: Iterable[str]) -> QuerySet[StaffAct]:
    """Who looked at what stands behind one of *numbers*, or took it down."""
    return StaffAct.objects.filter(what__in=[words.format(number=one) for one in numbers for words in (LOOKED, DOWN)])


def _next_stands(gone: Registration) -> None:
    """Of several kinds of work that somebody offers, the last that is still up is the one that item 8 goes by."""
    for other in Registration.objects.filter(resident=gone.resident, item=HIRES).order_by("-made_at", "-pk"):
        if _gigs(other).filter(valid_until__gte=clock.today()).exists():
            other.current = True
            other.save(update_fields=["current"])
            return


def _on_record(by: str, what: str) -> None:
    worker = workers.find(by)
    StaffAct.objects.create(worker=worker, at=clock.now(), who=getpass.getuser()[:WHO_CHARS], what=what)


def _listed(number: str) -> Behind | None:
    today = clock.today()
    seeker = GigSeeker.objects.select_related("resident").filter(number=number, valid_until__gte=today).first()
    if seeker is not None:
        who = seeker.resident
        now = Registration.objects.filter(resident=who, item=SEEKS, current=True).first()
        where = who.village if now is None else _where(now)
        return Behind(who.name, seeker.phone, "打电话" if seeker.may_call else "转告", where)
    gig = GigOpening.objects.select_related("resident").filter(number=number, valid_until__gte=today).first()
    if gig is None:
        return None
    name = gig.employer if gig.resident is None else f"{gig.resident.name}（{gig.employer}）"
    return Behind(name, gig.phone, "打电话" if gig.may_call else "转告", gig.place)


def _registered(receipt: str) -> Behind | None:
    one = _find(receipt, (*WISHES, TRAINING))
    if one is None:
        return None
    return Behind(one.resident.name, str(one.answers.get("phone", "")), _how(one), _where(one))


def _find(receipt: str, items: tuple[int, ...] = WISHES) -> Registration | None:
    """A registration that stands: of several kinds of work by the day that somebody offers, each does."""
    one = Registration.objects.select_related("resident").filter(receipt=receipt, item__in=items).first()
    return one if one is not None and (one.current or _gigs(one).exists()) else None


def _gigs(one: Registration) -> QuerySet[GigOpening]:
    """The work by the day that it put up."""
    wanted = {"resident": one.resident, "occupation": one.answers.get("occupation", ""), "made_at": one.made_at}
    return GigOpening.objects.filter(**wanted) if one.item == HIRES else GigOpening.objects.none()


def _where(one: Registration) -> str:
    """Where they said that they live: it need not be where the platform has them."""
    return str(one.answers.get("village") or one.resident.village)


def _how(one: Registration) -> str:
    """How they want to be told, in the words of the question."""
    item, answer = find_item(one.item), one.answers.get("contact")
    field = next((field for field in item.fields if field.key == "contact"), None) if item is not None else None
    return describe(field, answer) if field is not None else ""
