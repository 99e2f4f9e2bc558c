"""政策和通知, and from there 办事公开: of every item, also of those that open at once, its procedure, basis, limit and
result (四公开), to read and to print; nobody has to say who they are."""

from __future__ import annotations

from msgspec.structs import replace

from contract import wire
from contract.catalogue import Group, Item
from contract.texts import Text
from kiosk import guide_pages, notice, pages
from kiosk.house import House
from kiosk.views import Guide, ListingView, Nav, OpenCard
from kiosk.visit import Visit


async def notices(visit: Visit) -> None:
    while await visit.ask(pages.notices(visit.house)) == pages.DISCLOSURE:
        await _groups(visit)


async def _groups(visit: Visit) -> None:
    while isinstance(chosen := await visit.ask(_list(visit)), OpenCard):
        await _items(visit, Group(chosen.id))


def _list(visit: Visit) -> ListingView:
    texts, catalogue = visit.house.texts, visit.house.catalogue
    cards = tuple(
        wire.Card(
            id=group.value,
            title=group.value,
            lines=(texts(Text.DISCLOSURE_COUNT, count=len(catalogue.group(group))), texts(pages.GROUP_LINES[group])),
        )
        for group in Group
    )
    title, line = texts(Text.DISCLOSURE_TITLE), texts(Text.DISCLOSURE_LINE)
    return ListingView(title=title, line=line, cards=cards, page=1, pages=1, speech=title)


async def _items(visit: Visit, group: Group) -> None:
    house = visit.house
    while (number := await visit.ask(pages.items(house, group))) is not Nav.BACK:
        item = house.catalogue[number]
        while (choice := await visit.ask(_notice(house, item))) is not Nav.BACK:
            await notice.take_along(visit, item, choice)


def _notice(house: House, item: Item) -> Guide:
    """To be read, not to be begun: what leads on stands where items are done."""
    return replace(guide_pages.guide(house, item), start="", line=house.texts(Text.DISCLOSURE_GUIDE))
