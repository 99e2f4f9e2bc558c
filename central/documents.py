"""Documents of matters: which pages a submission names, what of them is here, who opens one, and when they go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from central import clock, offered, pictures, workers
from central.models import DocumentPage, MatterRecord, PhotoOpening, PhotoRecord
from central.models.business import MatterState
from contract import limits
from contract.answers import documents, pages_of
from contract.catalogue import Item
from contract.wire import Submission

KEPT: Final = timedelta(days=limits.DOCUMENTS_KEPT_DAYS)
UNCLAIMED: Final = timedelta(days=limits.PAGES_UNCLAIMED_DAYS)


class NoSuchPageError(LookupError):
    """The matter names no such page, or its picture is not here (any more); the text is for whoever reviews."""


@dataclass(frozen=True)
class Page:
    """One page as a reviewer sees it."""

    place: int
    label: str
    state: str


def unfit(item: Item, submission: Submission) -> str:
    """Why the pages that a submission names are not taken; empty when nothing stands against them."""
    named = [page for one in documents(item) for page in pages_of(one, submission.answers)]
    if len(named) > limits.PHOTOS_A_MATTER or len(set(named)) != len(named):
        return "材料照片的页数不符，请再办一次"
    if DocumentPage.objects.filter(reference__in=named).exists():
        return "材料照片已经用在别的办件上，请重新拍了再办一次"
    by_phone = PhotoRecord.objects.filter(sha256__in=named, upload__isnull=False)
    if by_phone.exclude(upload__resident__id_number=submission.id_number, upload__item=item.number).exists():
        return "材料照片不是为这件事传的，请重新传了再办一次"
    return ""


def attach(matter: MatterRecord, item: Item, submission: Submission) -> None:
    """Note which pages are *matter*'s; within the delivery's transaction."""
    named = [(one.key, page) for one in documents(item) for page in pages_of(one, submission.answers)]
    DocumentPage.objects.bulk_create(
        DocumentPage(matter=matter, document=key, place=place, reference=page)
        for place, (key, page) in enumerate(named, start=1)
    )


def listed(matter: MatterRecord) -> list[Page]:
    """The pages of *matter*, and a line for each document whose original goes to the counter (place 0)."""
    item = offered.of(matter)
    assert item is not None
    mine = list(matter.pages.all())
    photos, found = _photos(matter, mine), []
    for one in documents(item):
        pages = [page for page in mine if page.document == one.key]
        found += [Page(page.place, one.label, _state(photos.get(page.reference))) for page in pages]
        if not pages:
            found.append(Page(0, one.label, "没有拍，请他带原件来"))
    return found


def opened(receipt: str, place: int, who: str, reason: str) -> bytes:
    """The JPEG, for a specialist. Who opened it and why is on record before it is. Raises NoSuchPageError,
    StaffError."""
    workers.specialist(who)
    page = DocumentPage.objects.filter(matter__receipt=receipt, place=place).select_related("matter").first()
    if page is None:
        raise NoSuchPageError("这一件没有这一页")
    photo = PhotoRecord.objects.filter(device=page.matter.terminal_id, sha256=page.reference).first()
    if photo is None or photo.pruned_at is not None:
        raise NoSuchPageError(_state(photo))
    try:
        return pictures.shown(photo, who, reason)
    except pictures.NoSuchPhotoError:
        raise NoSuchPageError("这一页打不开：不是这台终端封的") from None


def openings(matter: MatterRecord) -> Iterator[tuple[int, PhotoOpening]]:
    """(page, who opened it) of *matter*, for the audit."""
    mine = list(matter.pages.all())
    photos = _photos(matter, mine, "openings")
    for page in mine:
        photo = photos.get(page.reference)
        if photo is not None:
            yield from ((page.place, one) for one in photo.openings.all())


def matter_of(photo: PhotoRecord) -> DocumentPage | None:
    """Whose page it is; None: nobody's (yet)."""
    mine = DocumentPage.objects.filter(reference=photo.sha256, matter__terminal=photo.device_id)
    return mine.select_related("matter").first()


def prune(at: datetime) -> int:
    """Let go of every picture whose time is over; how many. That it was there, and who opened it, stays."""
    old = PhotoRecord.objects.filter(pruned_at=None, at__lt=at - min(KEPT, UNCLAIMED)).defer("sealed", "answer")
    gone = 0
    for photo in old.iterator():
        with transaction.atomic():
            if _is_over(photo, at):
                gone += PhotoRecord.objects.filter(pk=photo.pk).update(sealed=b"", pruned_at=at)
    return gone


def _is_over(photo: PhotoRecord, at: datetime) -> bool:
    """A matter's pages stay while somebody has to look at it, and so long after its time limit or its end, whichever is
    later; what no matter named by then never was anybody's."""
    page = matter_of(photo)
    if page is None:
        return photo.at < at - UNCLAIMED
    matter = page.matter
    if matter.state == MatterState.ACCEPTED and matter.due is not None:
        return False
    ended = clock.day_of(matter.decided_at or matter.received_at)
    return max(ended, matter.due or ended) + KEPT < clock.day_of(at)


def _photos(matter: MatterRecord, pages: list[DocumentPage], *beside: str) -> dict[str, PhotoRecord]:
    """What is here of *pages*, without the pictures, by reference; the first where one came twice."""
    named = [page.reference for page in pages]
    here = PhotoRecord.objects.filter(device=matter.terminal_id, sha256__in=named).defer("sealed", "answer")
    return {photo.sha256: photo for photo in here.prefetch_related(*beside).order_by("-pk")}


def _state(photo: PhotoRecord | None) -> str:
    if photo is None:
        return "还没有送到"
    return "到期已清除" if photo.pruned_at is not None else "已送到"
