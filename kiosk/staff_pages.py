"""The pages of 帮办 while a worker is signed in, and the one of a worker who is disabled. Pure, as kiosk.pages."""

from __future__ import annotations

from typing import Final

import msgspec

from contract.faults import Fault
from contract.texts import Text
from drivers.device import Failure
from kiosk import pages
from kiosk.house import House
from kiosk.staff import Helper
from kiosk.views import Action, GuideRow, MessageView, Picture

SIGN_OUT: Final = "sign_out"


def helper_words(house: House, helper: Helper) -> str:
    """Who helps, for the head."""
    words = Text.STAFF_HEAD_OFFLINE if helper.offline else Text.STAFF_HEAD
    return house.texts(words, name=helper.name, worker=helper.worker)


def helping_page(house: House, helper: Helper) -> MessageView:
    """The 帮办 key while somebody helps: who, how, until when, and the way out."""
    texts = house.texts
    how = texts(Text.STAFF_HOW_CODE)
    if helper.offline_items is not None:
        names = "、".join(item.name for item in house.catalogue if item.number in helper.offline_items)
        how = texts(Text.STAFF_HOW_OFFLINE, items=names)
    who = texts(Text.STAFF_WHO_TEXT, name=helper.name, worker=helper.worker)
    staff = pages.staff_lines(house)
    return MessageView(
        title=texts(Text.STAFF_PAGE_TITLE),
        text=texts(Text.STAFF_PAGE_TEXT),
        picture=Picture.PERSON,
        rows=(
            GuideRow(texts(Text.STAFF_WHO), (who,)),
            GuideRow(texts(Text.STAFF_HOW), (how,)),
            GuideRow(texts(Text.STAFF_UNTIL), (texts(Text.STAFF_UNTIL_TEXT),)),
            *((GuideRow(texts(Text.HELP_STAFF), staff),) if staff else ()),
        ),
        actions=(Action(SIGN_OUT, texts(Text.STAFF_SIGN_OUT)), Action(pages.OK, texts(Text.STAFF_GO_ON), True)),
    )


def disabled(house: House, lockout: str) -> MessageView:
    """A worker's PIN is disabled here: with the number that the county is told by telephone."""
    grouped = " ".join(lockout[at : at + 4] for at in range(0, len(lockout), 4))
    page = pages.fault(house, Failure(Fault.STAFF_DISABLED))
    row = GuideRow(house.texts(Text.STAFF_LOCKOUT), (house.texts(Text.STAFF_LOCKOUT_TEXT, lockout=grouped),))
    return msgspec.structs.replace(page, rows=(*page.rows, row) if lockout else page.rows)
