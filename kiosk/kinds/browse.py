"""A lookup without personal data: a list, its conditions, one entry whole, on paper or as a QR."""

from __future__ import annotations

from typing import Final

from contract import wire
from contract.answers import check
from contract.catalogue import Item
from contract.fields import Answers
from contract.texts import Text
from drivers.device import Failure
from kiosk import pages, slips
from kiosk.asking import Place, question, understood
from kiosk.platform import ask_platform
from kiosk.views import (
    DetailChoice,
    DetailView,
    ListChoice,
    ListingView,
    Nav,
    OpenCard,
    TurnPage,
)
from kiosk.visit import Done, Visit

FROM_THE_END: Final = -1
"""Going back a page, one comes to its last card, as on paper."""


def place_of(found: wire.Listing, entry: str) -> int:
    """Where on its page the card *entry* stands: coming back from it, it is in sight again."""
    return next((place for place, card in enumerate(found.cards) if card.id == entry), 0)


async def walk(visit: Visit, item: Item) -> None:
    filters: Answers = {}
    page, first = 1, 0
    while True:
        ask = wire.BrowseAsk(item=item.number, filters=filters, page=page)
        found = await ask_platform(visit, item, wire.BROWSE, wire.Listing, ask)
        if isinstance(found, Failure):
            await visit.tell(found, item.number)
            return
        visit.done = Done(item)
        choice = await visit.ask(_view(visit, item, found, first, filters))
        match choice:
            case OpenCard():
                first = place_of(found, choice.id)
                await show_detail(visit, item, choice.id)
            case TurnPage():
                page, first = choice.page, FROM_THE_END if choice.page < page else 0
            case ListChoice.FILTER:
                filters, page, first = await _ask_filters(visit, item, filters), 1, 0
            case _:
                return


def _empty(visit: Visit, found: wire.Listing, filters: Answers) -> str:
    """Without conditions, there is nothing at all, and the platform says what to do; with them, others may help."""
    return found.note if found.note and not filters else visit.house.texts(Text.LISTING_EMPTY)


def _view(visit: Visit, item: Item, found: wire.Listing, first: int, filters: Answers) -> ListingView:
    texts = visit.house.texts
    return ListingView(
        title=item.name,
        line=texts(Text.LISTING_LINE, total=found.total) if found.cards else "",
        cards=found.cards,
        page=found.page,
        pages=found.pages,
        first=first,
        filter_label=texts(Text.FILTER_BUTTON) if item.fields else "",
        empty="" if found.cards else _empty(visit, found, filters),
        speech=item.name,
    )


async def _ask_filters(visit: Visit, item: Item, before: Answers) -> Answers:
    """Each condition as a question; going back from the first keeps what was."""
    answers = dict(before)
    step, error = 0, ""
    while step < len(item.fields):
        field = item.fields[step]
        place = Place(item.name, step + 1, len(item.fields), visit.house.texts(Text.FILTER_NEXT))
        raw = await visit.ask(question(field, answers.get(field.key), place, error))
        if raw is Nav.BACK:
            if step == 0:
                return before
            step, error = step - 1, ""
            continue
        answer = understood(field, raw)
        error = check(field, answer) or ""
        if not error:
            answers[field.key] = answer
            step += 1
    return {key: value for key, value in answers.items() if value is not None}


async def show_detail(visit: Visit, item: Item, entry: str) -> None:
    """One entry whole; print it, or show its QR."""
    ask = wire.DetailAsk(item=item.number, id=entry)
    found = await ask_platform(visit, item, wire.DETAIL, wire.Detail, ask)
    if isinstance(found, Failure):
        await visit.tell(found, item.number)
        return
    while True:
        view = DetailView(
            title=found.title,
            facts=found.facts,
            text=found.text,
            can_print=visit.house.bay.printer_works(),
            can_qr=bool(found.link),
            speech=found.title,
        )
        match await visit.ask(view):
            case DetailChoice.PRINT:
                await visit.hand_out(slips.detail(visit.house, item, found))
            case DetailChoice.QR:
                await visit.ask(pages.code(visit.house, found.link))
            case _:
                return
