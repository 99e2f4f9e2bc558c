"""The pages of an item's one-time notice and of its conditions. Pure, as kiosk.pages."""

from __future__ import annotations

from typing import Final

from contract import notice
from contract.catalogue import Item, Kind
from contract.conditions import Conditions, Standing
from contract.formatting import Sign
from contract.texts import Text
from kiosk.house import House
from kiosk.views import Guide, GuideRow

WITHOUT_NOTICE: Final = frozenset({Kind.BROWSE, Kind.RECORDS, Kind.RECOMMENDATION})
"""Kinds that ask nothing and change nothing: they open at once, so that no item is more than three touches away."""
SIGNS: Final = {Standing.MET: Sign.OK, Standing.UNMET: Sign.BAD, Standing.UNKNOWN: Sign.WAIT}


def needs_notice(item: Item) -> bool:
    """Of a counter item the notice is all that a resident alone can have here."""
    return item.kind not in WITHOUT_NOTICE or not item.for_residents


def can_start(item: Item, *, helped: bool = False) -> bool:
    """Whether *item* can be done here to its end: by whoever it is, or because a worker who helps is signed in."""
    return item.kind is not Kind.GUIDE and (item.for_residents or helped)


def guide(house: House, item: Item, *, helped: bool = False) -> Guide:
    look = Text.GUIDE_STATE if item.kind is Kind.RECORDS else Text.GUIDE_CHECK
    start = Text.GUIDE_START if can_start(item, helped=helped) else look if item.conditions else None
    return Guide(
        title=item.name,
        line=house.texts(Text.GUIDE_LINE),
        rows=guide_rows(house, item, helped=helped),
        start=house.texts(start) if start is not None else "",
        can_print=house.bay.printer_works(),
        can_qr=not house.bay.printer_works(),
    )


def guide_rows(house: House, item: Item, *, helped: bool = False) -> tuple[GuideRow, ...]:
    """The one-time notice: who, what, what to bring, how, how long, who answers, result, basis (四公开)."""
    texts, rows = house.texts, notice.rows(house.texts, item)
    if item.both_cards and (lacking := _lacking(house)):
        rows.insert(0, (Text.GUIDE_HERE, (texts(Text.GUIDE_HERE_NO_READER, card=lacking),)))
    elif not can_start(item, helped=helped):
        why = Text.GUIDE_HERE_LATER if item.for_residents else Text.GUIDE_HERE_COUNTER
        rows.insert(0, (Text.GUIDE_HERE, (texts(why),)))
    return tuple(GuideRow(texts(label), lines) for label, lines in rows)


def _lacking(house: House) -> str:
    """Which card this terminal was built without a reader for; empty: it has both."""
    bay = house.bay
    lacks = Text.INSTEAD_ID_CARD if bay.id_reader is None else Text.INSTEAD_CARD if bay.card_reader is None else None
    return "" if lacks is None else house.texts(lacks)


def conditions(house: House, item: Item, found: Conditions, *, start: bool) -> Guide:
    """The item's conditions, one by one, as the platform sees them. What is not met is never the end: whom to ask
    stands below. *start*: it can be gone on with from here."""
    texts = house.texts
    # What stands against it first: nobody should have to turn a page for the reason.
    ordered = sorted(found.findings, key=lambda one: one.standing is not Standing.UNMET)
    rows = [GuideRow(one.label, (one.words,), SIGNS[one.standing]) for one in ordered]
    if not found.allowed or (item.kind is Kind.RECORDS and not start):
        telephone = house.settings.terminal.telephone
        rows.append(GuideRow(texts(Text.FAULT_DO), (texts(Text.CONDITION_ASK, telephone=telephone),)))
    elif not start:
        rows.append(GuideRow(texts(Text.RESULT_NEXT), (texts(Text.CONDITION_COUNTER, documents=item.documents),)))
    line = Text.CONDITION_LINE if found.allowed else Text.CONDITION_LINE_NOT
    return Guide(
        title=item.name,
        line=texts(line),
        rows=tuple(rows),
        start=texts(Text.CONDITION_START) if start and found.allowed else "",
        can_print=house.bay.printer_works(),
        speech=texts(line),
    )
