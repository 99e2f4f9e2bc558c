"""An item's one-time notice, taken along on paper or, where that cannot be, on the resident's own telephone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contract.catalogue import Group
from contract.faults import Fault
from contract.slip import PrintOutcome
from drivers.device import Printed, State
from kiosk import pages
from kiosk.views import (
    Attract,
    DetailChoice,
    DetailView,
    Guide,
    GuideChoice,
    ItemList,
    ListingView,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    OpenCard,
    QrView,
    TakeAway,
)
from tests.kiosk.conftest import Stand
from tests.kiosk.opening import DETAIL, LEAVE, LISTING, answers, to_item
from tests.kiosk.scripted import Step

ITEM, LINK = 39, "https://127.0.0.1/i/39"
FAILED = (
    (Printed(PrintOutcome.NOT_PRINTED, Fault.PAPER_OUT), "这张纸没有打出来"),
    (Printed(PrintOutcome.UNKNOWN), "这张纸可能没打全，请看一看"),
)


def code(link: str, *words: str) -> Callable[[QrView], None]:
    def check(view: QrView) -> None:
        assert view.content == link
        assert all(word in f"{view.title}。{view.line}" for word in words), view

    return check


def offers(*, printed: bool) -> Callable[[Guide], None]:
    """Paper where there is a printer that works, the code where there is none: one of the two."""

    def check(view: Guide) -> None:
        assert (view.can_print, view.can_qr) == (printed, not printed)

    return check


async def test_without_a_printer_it_is_behind_a_code(stand: Stand) -> None:
    stand.printer.state = State.OFFLINE
    await stand.visit(
        Step(Attract, True),
        *to_item(Group.CARD, ITEM),
        Step(Guide, GuideChoice.QR, check=offers(printed=False)),
        Step(QrView, None, check=code(LINK, "扫一扫")),
        Step(Guide, GuideChoice.QR),
        Step(QrView, Nav.BACK),
        Step(Guide, Nav.BACK),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
    )
    assert not stand.printer.slips


async def test_so_it_is_where_procedures_are_public(stand: Stand) -> None:
    stand.printer.state = State.NO_DEVICE
    await stand.visit(
        Step(Attract, True),
        Step(Menu, MenuChoice.NOTICES),
        Step(MessageView, pages.DISCLOSURE),
        Step(ListingView, OpenCard(Group.CARD.value)),
        Step(ItemList, ITEM),
        Step(Guide, GuideChoice.QR, check=offers(printed=False)),
        Step(QrView, None, check=code(LINK)),
        Step(Guide, Nav.BACK),
        Step(ItemList, Nav.BACK),
        Step(ListingView, Nav.BACK),
        Step(MessageView, "ok"),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
    )


@pytest.mark.parametrize(("printed", "said"), FAILED)
async def test_where_the_paper_failed_the_slips_code_is_on_the_screen(
    stand: Stand, printed: Printed, said: str
) -> None:
    """With what the resident can see of the cause; and the paper may be tried again."""
    stand.printer.outcome = printed
    cause = stand.faults[printed.fault].what if printed.fault is not None else ""
    await stand.visit(
        Step(Attract, True),
        *to_item(Group.CARD, ITEM),
        Step(Guide, GuideChoice.PRINT, check=offers(printed=True)),
        Step(QrView, None, check=code(LINK, said, cause, "帮办员")),
        Step(Guide, Nav.BACK),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
    )
    assert len(stand.printer.slips) == 1


@pytest.mark.parametrize(("printed", "said"), FAILED)
async def test_so_it_is_with_every_slip_that_has_a_code_and_others_say_what_to_do(
    stand: Stand, printed: Printed, said: str
) -> None:
    stand.printer.outcome = printed
    stand.central.answers = answers(browse=LISTING, detail=DETAIL)
    await stand.visit(
        Step(Attract, does=stand.insert),
        *to_item(Group.WORK, 3),
        Step(ListingView, OpenCard(LISTING.cards[0].id)),
        Step(DetailView, DetailChoice.PRINT),
        Step(QrView, None, check=code(DETAIL.link, said)),
        Step(DetailView, DetailChoice.DONE),
        Step(ListingView, Nav.BACK),
        *LEAVE,
        Step(TakeAway, does=stand.pull),
    )
    page = pages.slip_page(stand.house(), printed)
    assert isinstance(page, MessageView)
    assert "抄下来" in page.text
