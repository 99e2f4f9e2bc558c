"""Pages from a resident's own telephone: the link, what comes by it, and how the terminal sees that it came.

The address is a capability: 256 bits, kept as a hash, good for one page (the answer brings the next one's), for
limits.UPLOAD_LIFETIME, and no longer than the visit at the terminal that asked for it.
"""

from __future__ import annotations

import subprocess
import sys
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import F

from central.call import Call
from central.models import PhotoRecord, UploadLink
from central.offered import item_for
from central.problems import RefusedError
from central.tokens import new_token, token_hash
from contract import limits, wire
from contract.answers import documents
from contract.catalogue import Kind
from contract.fields import PageWay
from contract.uploads import UPLOAD_PATH
from contract.wire import ProblemCode
from secure.reading.photo import seal_photo

LIFETIME: Final = timedelta(seconds=limits.UPLOAD_LIFETIME)
KEPT: Final = timedelta(days=1)
"""Links are forgotten so long after they ended; the pages that came by them stay with their matter."""
WORKER: Final = Path(__file__).with_name("picture_worker.py")
ARGUMENTS: Final = tuple(
    str(one)
    for one in (
        limits.UPLOAD_PIXELS, limits.UPLOAD_LEAST_PIXELS, limits.PHOTO_PIXELS, limits.PHOTO_BYTES,
        limits.UPLOAD_MEMORY, int(limits.UPLOAD_DECODE),
    )
)  # fmt: skip


class GoneError(LookupError):
    """The address opens nothing: never did, was used, ran out, or its visit is over. Which of them is not told."""


class NotAPageError(ValueError):
    """What was sent is no readable picture; the word is one of those in templates/central/upload.html."""


class _Said(msgspec.Struct):
    why: str


def open_link(call: Call[wire.UploadAsk]) -> wire.Upload:
    session, ask = call.open_session, call.ask
    item = item_for(ask.item, Kind.REGISTRATION, session)
    document = next((one for one in documents(item) if one.key == ask.document), None)
    if document is None or PageWay.PHONE not in document.ways or not 1 <= ask.pages <= document.most:
        raise RefusedError(ProblemCode.NOT_FOUND, "这件事没有这份材料可以用手机传")
    UploadLink.objects.filter(session=session, closed_at=None).update(closed_at=call.at)
    token = new_token()
    ends = min(call.at + LIFETIME, session.expires_at)
    link = UploadLink.objects.create(
        name=str(uuid.uuid4()), token_hash=token_hash(token), session=session, terminal=call.terminal,
        resident=session.resident, item=item.number, document=document.key, most=ask.pages, expires_at=ends,
    )  # fmt: skip
    seconds = int((ends - call.at).total_seconds())
    return wire.Upload(upload=link.name, link=f"{settings.CENTRAL.public_url}{UPLOAD_PATH}{token}", seconds=seconds)


def look(call: Call[wire.UploadLook]) -> wire.UploadState:
    session = call.open_session
    mine = UploadLink.objects.filter(name=call.ask.upload, resident=session.resident, terminal=call.terminal)
    link = mine.select_related("session", "terminal").first()
    if link is None:
        raise RefusedError(ProblemCode.NOT_FOUND, "没有这个链接")
    if call.ask.close:
        mine.filter(closed_at=None).update(closed_at=call.at)
        link.closed_at = call.at
    pages = tuple(link.photos.order_by("pk").values_list("sha256", flat=True))
    return wire.UploadState(pages=pages, seen=link.seen_at is not None, open=_lives(link, call.at))


def alive(token: str, at: datetime) -> UploadLink:
    """The link of *token*. Raises GoneError."""
    link = UploadLink.objects.select_related("session", "terminal").filter(token_hash=token_hash(token)).first()
    if link is None or not _lives(link, at):
        raise GoneError
    return link


def seen(link: UploadLink, at: datetime) -> None:
    UploadLink.objects.filter(pk=link.pk, seen_at=None).update(seen_at=at)


def counted(link: UploadLink) -> None:
    """Before anything is read: one try less. Raises GoneError."""
    mine = UploadLink.objects.filter(pk=link.pk, tries__lt=limits.UPLOAD_TRIES)
    if not mine.update(tries=F("tries") + 1):
        raise GoneError


def take(token: str, page: bytes, at: datetime) -> str:
    """Keep *page*, sealed; the next address's token. Of two that use one address at once, one has it.

    Raises GoneError."""
    following = new_token()
    with transaction.atomic():
        link = alive(token, at)  # once more: decoding took a while
        if link.photos.count() >= link.most:
            raise GoneError
        mine = UploadLink.objects.filter(pk=link.pk, token_hash=token_hash(token), closed_at=None)
        if not mine.update(token_hash=token_hash(following)):
            raise GoneError
        sealed, reference = seal_photo(page, link.terminal.pk, settings.CENTRAL.hpke_key.private_bytes_raw())
        PhotoRecord.objects.create(
            device=link.terminal, key=str(uuid.uuid4()), sha256=reference, sealed=sealed, answer=b"", upload=link, at=at
        )
    return following


def finish(link: UploadLink, at: datetime) -> None:
    UploadLink.objects.filter(pk=link.pk, closed_at=None).update(closed_at=at)


def prune(at: datetime) -> None:
    """Forget the links that ended long ago."""
    UploadLink.objects.filter(expires_at__lt=at - KEPT).delete()


def page_of(data: bytes) -> bytes:
    """A plain JPEG of what a telephone sent, decoded and made anew in a process of its own. Raises NotAPageError."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(WORKER), *ARGUMENTS], input=data, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, timeout=limits.UPLOAD_DECODE, check=True, cwd="/",
            env={"OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip
        line, _, made = done.stdout.partition(b"\n")
        why = msgspec.json.decode(line, type=_Said).why
    except (subprocess.SubprocessError, msgspec.DecodeError):
        raise NotAPageError("broken") from None
    if why or not made or len(made) > limits.PHOTO_BYTES:
        raise NotAPageError(why or "broken")
    return made


def _lives(link: UploadLink, at: datetime) -> bool:
    """What ends later than twice its life from now was made while this machine's clock was ahead."""
    in_time = at < link.expires_at <= at + 2 * LIFETIME and at < link.session.expires_at
    unused = link.closed_at is None and link.session.closed_at is None
    return in_time and unused and link.terminal.revoked_at is None
