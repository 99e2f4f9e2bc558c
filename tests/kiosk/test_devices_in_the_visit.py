"""A device that goes while somebody is there: the visit goes on with what is left, and says so."""

from __future__ import annotations

import dataclasses

import pytest

from contract import texts
from contract.catalogue import Group
from contract.texts import Text
from drivers.device import Happening, State, Supply
from kiosk import pages
from kiosk.bay import Bay
from kiosk.views import Attract, ItemList, Menu, MenuChoice, Nav, TakeAway, Way
from tests.kiosk.conftest import Stand
from tests.kiosk.opening import answers, has, with_id_reader
from tests.kiosk.scripted import FakeDevice, Step

WORDS = texts.load()


def on_and_away(check: object) -> tuple[Step, ...]:
    """The visit goes on: a group is opened and left, and what *check* wants stands in the menu."""
    return (
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE, check=check),  # type: ignore[arg-type]
    )


async def test_an_id_card_lifted_after_it_was_read_ends_nothing(stand: Stand) -> None:
    reader = with_id_reader(stand)
    stand.central.answers = answers()
    await stand.visit(
        Step(Attract, does=reader.insert),
        Step(Menu, Group.WORK, check=lambda _view: reader.pull()),
        *on_and_away(has("张*")),
    )


async def test_an_id_card_reader_that_goes_is_said_and_the_visit_goes_on(stand: Stand) -> None:
    reader = with_id_reader(stand)
    stand.central.answers = answers()

    def goes(_view: object) -> None:
        reader.state = State.NO_DEVICE
        reader.tell(Happening.STATE_CHANGED, state=State.NO_DEVICE)

    await stand.visit(
        Step(Attract, does=reader.insert),
        Step(Menu, Group.WORK, check=goes),
        *on_and_away(has(WORDS(Text.TROUBLE_ID_READER))),
    )


async def test_a_scanner_that_goes_is_said_and_the_visit_goes_on(stand: Stand) -> None:
    stand.central.answers = answers()

    def goes(_view: object) -> None:
        stand.scanner.state = State.NO_DEVICE
        stand.scanner.tell(Happening.STATE_CHANGED, state=State.NO_DEVICE)

    await stand.visit(
        Step(Attract, does=lambda: stand.scan("opaque-code")),
        Step(Menu, Group.WORK, check=goes),
        *on_and_away(has(WORDS(Text.TROUBLE_SCANNER))),
    )


@pytest.mark.parametrize(
    ("state", "supply", "said"),
    [
        (State.ONLINE, Supply.OUT, Text.TROUBLE_PAPER),
        (State.UNKNOWN, Supply.UNKNOWN, Text.TROUBLE_PRINTER),
        (State.NO_DEVICE, Supply.UNKNOWN, Text.TROUBLE_PRINTER),
    ],
    ids=["paper out", "silent", "gone"],
)
async def test_a_printer_that_fails_is_said_and_the_visit_goes_on(
    stand: Stand, state: State, supply: Supply, said: Text
) -> None:
    stand.central.answers = answers()

    def fails(_view: object) -> None:
        stand.printer.state, stand.printer.supply = state, supply
        stand.printer.tell(Happening.STATE_CHANGED, state=state)

    await stand.visit(
        Step(Attract, does=stand.insert),
        Step(Menu, Group.WORK, check=fails),
        *on_and_away(has(WORDS(said))),
        Step(TakeAway, does=stand.pull),
    )


def test_with_no_way_left_staff_are_named(stand: Stand) -> None:
    scanner, id_reader = FakeDevice(), FakeDevice()
    house = dataclasses.replace(stand.house(), bay=Bay(scanner=scanner, id_reader=id_reader))  # type: ignore[arg-type]
    scanner.state = State.NO_DEVICE
    assert pages.trouble(house) == WORDS(Text.TROUBLE_SCANNER)
    assert house.bay.ways() == (Way.ID_CARD,)
    id_reader.state = State.OFFLINE
    assert pages.trouble(house) == WORDS(Text.TROUBLE_NO_WAY)
