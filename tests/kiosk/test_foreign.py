"""A foreign permanent resident's card is an ordinary ID card: its number is the platform's to know."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from contract.catalogue import Group, Proof
from contract.faults import Fault
from drivers.device import DocumentKind, Failure, IdCardHolder
from kiosk.views import Attract, ItemList, Menu, MenuChoice, MessageView, Nav, PinPad, RecordsView, TakeAway
from tests.kiosk.conftest import Stand
from tests.kiosk.opening import with_id_reader
from tests.kiosk.scripted import SESSION, Step
from tests.kiosk.test_story import RECORDS, answers, has, to_item

NUMBERS = [("XXX140999800412", DocumentKind.FOREIGN_2017), ("911999198004120221", DocumentKind.FOREIGN_2023)]


def holder(number: str, kind: DocumentKind) -> Any:
    return IdCardHolder(
        id_number=number, name="TEST, PERSON", sex="2", ethnicity="", born=date(1980, 4, 12), address="", expires=None,
        kind=kind, nationality="XXX", latin_name="TEST, PERSON",
    )  # fmt: skip


@pytest.mark.parametrize(("number", "kind"), NUMBERS)
async def test_known_to_the_platform_everything_goes_on(stand: Stand, number: str, kind: DocumentKind) -> None:
    reader = with_id_reader(stand, holder(number, kind))
    session = msgspec.structs.replace(SESSION, name="TEST, PERSON", id_number=number)
    proved = msgspec.structs.replace(session, proof=Proof.PROVED)
    stand.central.answers = answers(session_open=session, session_elevate=proved, records=RECORDS)
    await stand.visit(
        Step(Attract, does=reader.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "246810"),
        Step(RecordsView, Nav.BACK),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
    )
    asked = next(ask for name, ask in stand.central.asked if name == "session_open")
    assert (asked.id_number, asked.name) == (number, "TEST, PERSON")


@pytest.mark.parametrize(("number", "kind"), NUMBERS)
async def test_not_known_it_is_told_like_anybody_else(stand: Stand, number: str, kind: DocumentKind) -> None:
    reader = with_id_reader(stand, holder(number, kind))
    stand.central.answers = answers(session_open=Failure(Fault.PLATFORM_NOT_KNOWN))
    await stand.visit(
        Step(Attract, does=reader.insert),
        *to_item(Group.INSURANCE, 25),
        Step(PinPad, "246810"),
        Step(MessageView, "ok", check=has(stand.faults[Fault.PLATFORM_NOT_KNOWN].what)),
        Step(ItemList, Nav.BACK),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, None),
    )
