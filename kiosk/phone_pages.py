"""Pages from the resident's own telephone: the code on the screen, and waiting for what comes by it at the platform.

No page ever passes through the terminal this way; it learns their references.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final

from contract import limits, wire
from contract.catalogue import Item
from contract.fields import Field
from contract.texts import Text
from drivers.device import Failure
from kiosk.concurrency import first
from kiosk.identity import exchange
from kiosk.pages import leaving
from kiosk.retrying import spread
from kiosk.views import Action, MessageView, Picture, QrView
from kiosk.visit import Visit, is_lost

NOTHING: Final = wire.UploadState(pages=(), seen=False, open=True)


async def sent(visit: Visit, item: Item, document: Field, room: int) -> tuple[str, ...] | Failure | None:
    """References of what came, at most *room*, none when the link ran out before; None: it was given up. The failure
    that kept a link from being there."""
    ask = wire.UploadAsk(item=item.number, document=document.key, pages=room)
    given = await visit.busy(Text.BUSY_PLATFORM, exchange(visit, wire.UPLOAD_OPEN, wire.Upload, ask))
    if isinstance(given, Failure):
        return given
    known, ends = NOTHING, time.monotonic() + given.seconds
    while known.open and len(known.pages) < room:
        view = _page(visit, document, given.link, len(known.pages))
        answer = await first(visit.ask(view, leaving(visit.house)), _changed(visit, given.upload, known, ends))
        if not isinstance(answer, wire.UploadState):
            # Whatever was touched, the link is dead from now on; what came until then counts.
            close = wire.UploadLook(upload=given.upload, close=True)
            last = await visit.busy(Text.BUSY_PLATFORM, exchange(visit, wire.UPLOAD_LOOK, wire.UploadState, close))
            known = known if isinstance(last, Failure) else last
            return known.pages[:room] or None
        known = answer
    return known.pages[:room]


def _page(visit: Visit, document: Field, link: str, pages: int) -> QrView | MessageView:
    """The code, until the first page came by it: it is used then."""
    texts = visit.house.texts
    if pages:
        return MessageView(
            title=texts(Text.UPLOAD_CAME_TITLE, pages=pages), text=texts(Text.UPLOAD_CAME_TEXT), picture=Picture.DONE,
            actions=(Action("done", texts(Text.UPLOAD_DONE), True),),
        )  # fmt: skip
    return QrView(
        title=texts(Text.UPLOAD_TITLE, document=document.label), line=texts(Text.UPLOAD_LINE), content=link,
        button=texts(Text.UPLOAD_BACK),
    )  # fmt: skip


async def _changed(visit: Visit, upload: str, known: wire.UploadState, ends: float) -> wire.UploadState:
    """What is new at the platform; a line that is lost meanwhile is waited for until the link has run out anyhow."""
    look = wire.UploadLook(upload=upload)
    while time.monotonic() < ends:
        await asyncio.sleep(spread(limits.UPLOAD_POLL, 0.75, 1.25))
        found = await exchange(visit, wire.UPLOAD_LOOK, wire.UploadState, look)
        if isinstance(found, Failure):
            if is_lost(found):
                continue
            break
        if found.seen:
            visit.somebody_is_here()  # with the telephone in both hands
        if (found.pages, found.open) != (known.pages, known.open):
            return found
    return wire.UploadState(pages=known.pages, seen=known.seen, open=False)
