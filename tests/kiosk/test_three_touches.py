"""A group touched on the idle screen: every item is three touches away, turning to its page counted in."""

from __future__ import annotations

from contract.catalogue import Group
from kiosk.views import Attract, ItemList, Menu, MenuChoice, Nav, TakeAway
from tests.kiosk.conftest import Stand
from tests.kiosk.opening import answers
from tests.kiosk.scripted import Step


async def test_a_group_touched_on_the_idle_screen_opens_at_once(stand: Stand) -> None:
    stand.central.answers = answers()
    stand.without_card_reader()
    await stand.visit(
        Step(Attract, Group.INSURANCE),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
        Step(Attract, Group.WORK),
        Step(ItemList, Nav.HOME),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
    )
    assert stand.central.asked == []
