"""Looking up one's own records: facts above, tables below, what lies behind a row, older pages, printed on demand."""

from __future__ import annotations

from contract import wire
from contract.catalogue import Item
from contract.slip import PrintOutcome
from contract.texts import Text
from drivers.device import Failure
from kiosk import slips
from kiosk.platform import ask_platform
from kiosk.views import Nav, OpenRow, RecordsChoice, RecordsView
from kiosk.visit import Done, Visit


async def walk(visit: Visit, item: Item) -> None:
    marks, opened = [""], ""
    while True:
        ask = wire.RecordsAsk(item=item.number, before=marks[-1])
        found = await ask_platform(visit, item, wire.RECORDS, wire.Records, ask)
        if isinstance(found, Failure):
            await visit.tell(found, item.number)
            return
        visit.done = Done(item)
        choice = await _show(visit, item, found, opened)
        if isinstance(choice, OpenRow):
            marks.append(choice.mark)
        elif choice is RecordsChoice.OLDER:
            marks.append(found.older)
        elif choice is Nav.BACK and len(marks) > 1:
            opened = marks.pop()
        else:
            return


async def _show(visit: Visit, item: Item, found: wire.Records, opened: str) -> RecordsChoice | OpenRow | Nav:
    """Show one page until the resident goes on; printing comes back to it."""
    again: str | None = None
    while True:
        choice = await visit.ask(_view(visit, item, found, opened))
        if choice is not RecordsChoice.PRINT:
            return choice
        printed = await visit.hand_out(slips.records(visit.house, visit.known, item, found), again=again)
        if printed.outcome is not PrintOutcome.NOT_PRINTED:
            again = ""  # one came out, or may have


def _view(visit: Visit, item: Item, found: wire.Records, opened: str) -> RecordsView:
    texts, person = visit.house.texts, visit.known
    empty = not found.tables and not found.facts
    return RecordsView(
        title=found.title,
        line=texts(Text.RECORDS_LINE, name=person.masked_name, id_number=person.masked_id, item=item.plain),
        facts=found.facts,
        tables=found.tables,
        note=found.note or (texts(Text.RECORDS_NONE) if empty else ""),
        can_print=visit.house.bay.printer_works() and not empty,
        has_older=bool(found.older),
        first=opened,
        speech=found.title,
    )
