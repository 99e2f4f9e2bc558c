"""我的办件: what the resident did here and elsewhere, and where each matter stands."""

from __future__ import annotations

from contract import formatting, limits, wire
from contract.texts import Text
from drivers.device import Failure
from kiosk import pages, slips
from kiosk.platform import ask_platform
from kiosk.views import ListingView, OpenCard, RecordsChoice, RecordsView, TurnPage
from kiosk.visit import Visit


async def show(visit: Visit) -> None:
    texts = visit.house.texts
    found = await ask_platform(visit, None, wire.MATTERS, wire.Matters, wire.Empty())
    if isinstance(found, Failure):
        await visit.tell(found)
        return
    rows: tuple[tuple[str, ...], ...]
    columns: tuple[wire.Column, ...] = (
        wire.Column(label=texts(Text.MATTERS_ITEM)),
        wire.Column(label=texts(Text.SLIP_TIME), cell=wire.Cell.DATE),
        wire.Column(label=texts(Text.SLIP_RECEIPT), cell=wire.Cell.RECEIPT),
        wire.Column(label=texts(Text.MATTERS_STATE), cell=wire.Cell.STATE),
    )
    rows = tuple((m.name, m.made_at[:10], m.receipt, m.state) for m in found.matters)
    remarks = [_remark(visit, matter) for matter in found.matters]
    if any(remarks):  # written below its row: beside it there is no room
        columns = (*columns, wire.Column(label=texts(Text.MATTERS_DETAIL)))
        rows = tuple((*row, remark) for row, remark in zip(rows, remarks, strict=True))
    tables = (wire.Table(title="", columns=columns, rows=rows),) if rows else ()
    visit.known.matters = len(rows)
    while True:
        view = RecordsView(
            title=texts(Text.MATTERS_TITLE),
            line=texts(Text.MATTERS_LINE, total=len(rows)) if rows else "",
            facts=(),
            tables=tables,
            note="" if rows else texts(Text.MATTERS_EMPTY),
            can_print=bool(rows) and visit.house.bay.printer_works(),
            print_label=texts(Text.MATTERS_PRINT),
        )
        if await visit.ask(view) is not RecordsChoice.PRINT:
            return
        matter = await _which(visit, found.matters)
        if matter is not None:
            slip = slips.matter(visit.house, visit.known, matter)
            await visit.hand_out(slip, again=matter.receipt)


def _remark(visit: Visit, matter: wire.Matter) -> str:
    """By when it is done while it is under way, and whom to ask where that is over; afterwards what came of it, or why
    not."""
    due, house = pages.due_of(matter), visit.house
    if due is None:
        return matter.detail
    if due.day < house.clock().date():
        return house.texts(Text.MATTERS_LATE, due=due.words, telephone=house.settings.terminal.telephone)
    return house.texts(Text.MATTERS_DUE, due=due.words)


async def _which(visit: Visit, matters: tuple[wire.Matter, ...]) -> wire.Matter | None:
    """Whose slip is to be printed once more; None: none of them after all. The only one is not asked for."""
    if len(matters) == 1:
        return matters[0]
    texts, page = visit.house.texts, 1
    pages_ = -(-len(matters) // limits.LISTING_PAGE)
    while True:
        begin = (page - 1) * limits.LISTING_PAGE
        cards = tuple(
            wire.Card(
                id=matter.receipt,
                title=matter.name,
                lines=(
                    formatting.cell(matter.made_at[:10], wire.Cell.DATE),
                    formatting.receipt(matter.receipt),
                    formatting.cell(matter.state, wire.Cell.STATE),
                ),
            )
            for matter in matters[begin : begin + limits.LISTING_PAGE]
        )
        view = ListingView(
            title=texts(Text.MATTERS_WHICH), line=texts(Text.MATTERS_WHICH_LINE), cards=cards, page=page, pages=pages_
        )
        match await visit.ask(view):
            case OpenCard(id=receipt):
                return next(matter for matter in matters if matter.receipt == receipt)
            case TurnPage(page=page):
                continue
            case _:
                return None
