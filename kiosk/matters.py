"""我的办件: what the resident did here and elsewhere, and where each matter stands."""

from __future__ import annotations

from contract import wire
from contract.texts import Text
from drivers.device import Failure
from kiosk.platform import ask_platform
from kiosk.views import RecordsView
from kiosk.visit import Visit


async def show(visit: Visit) -> None:
    texts = visit.house.texts
    found = await ask_platform(visit, None, wire.MATTERS, wire.Matters, wire.Empty())
    if isinstance(found, Failure):
        await visit.tell(found)
        return
    columns = (
        wire.Column(label=texts(Text.MATTERS_ITEM)),
        wire.Column(label=texts(Text.SLIP_TIME), cell=wire.Cell.DATE),
        wire.Column(label=texts(Text.SLIP_RECEIPT)),
        wire.Column(label=texts(Text.MATTERS_STATE), cell=wire.Cell.STATE),
    )
    rows = tuple((m.name, m.made_at[:10], m.receipt, m.state) for m in found.matters)
    tables = (wire.Table(title="", columns=columns, rows=rows),) if rows else ()
    visit.known.matters = len(rows)
    await visit.ask(
        RecordsView(
            title=texts(Text.MATTERS_TITLE),
            line=texts(Text.MATTERS_LINE, total=len(rows)) if rows else "",
            facts=(),
            tables=tables,
            note="" if rows else texts(Text.MATTERS_EMPTY),
        )
    )
