"""Nobody touches the screen any more, on any page; and the wait for what stands."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from contract import limits
from contract.faults import Fault
from drivers.device import Printed
from kiosk.questions import Confirm
from kiosk.views import (
    Attract,
    Menu,
    Progress,
    TakeAway,
    View,
)
from tests.kiosk.attacking import WAIT, Resident, answering, nobody_stays, play, whole_or_nothing
from tests.kiosk.conftest import Stand

IDLE_AT = ["Menu", "ItemList", "Guide", "PinPad", "ChoiceQuestion", "NumberQuestion", "TextQuestion", "Confirm"]
IDLE_AT += ["ResultView"]


@pytest.mark.parametrize("name", IDLE_AT)
async def test_nobody_touching_ends_any_page(stand: Stand, monkeypatch: Any, name: str) -> None:
    answering(stand)
    monkeypatch.setattr(limits, "IDLE_LIMIT", 0.02)
    resident = Resident(stand)
    resident.still_there = False

    def at(view: View[Any]) -> Any:
        if type(view).__name__ == name:
            resident.idle = 1.0
            return WAIT

    resident.before = at
    await play(stand, resident)
    assert resident.overlays == 1
    farewell = next(view for view in resident.seen if isinstance(view, TakeAway))
    assert farewell.card
    assert farewell.line == stand.faults[Fault.IDLE_ENDED].do
    assert await whole_or_nothing(stand, resident) == (1 if name == "ResultView" else 0)
    nobody_stays(stand, resident)


async def test_a_touch_in_the_last_second_keeps_the_page_as_it_is(stand: Stand, monkeypatch: Any) -> None:
    answering(stand)
    monkeypatch.setattr(limits, "IDLE_LIMIT", 0.02)
    resident = Resident(stand)
    pages: list[View[Any]] = []

    def at(view: View[Any]) -> Any:
        if isinstance(view, Confirm):
            pages.append(view)
            resident.idle = 1.0
            return WAIT

    async def submit_later() -> None:
        while resident.overlays < 3:
            await asyncio.sleep(0.005)
        stand.pull()

    resident.before = at
    resident.stays_idle = True
    later = asyncio.create_task(submit_later())
    await play(stand, resident)
    await later
    assert len(pages) == 1, "the page beneath was never taken away"
    assert resident.overlays >= 3


async def test_idle_without_a_card_says_why_the_screen_is_empty(stand: Stand, monkeypatch: Any) -> None:
    answering(stand)
    monkeypatch.setattr(limits, "IDLE_LIMIT", 0.02)
    resident = Resident(stand)
    resident.still_there = False

    def at(view: View[Any]) -> Any:
        if isinstance(view, Attract) and not resident.titles():
            return True
        if isinstance(view, Menu):
            resident.idle = 1.0
            return WAIT

    resident.before = at
    await play(stand, resident, insert=False)
    assert resident.titles() == [stand.faults[Fault.IDLE_ENDED].what]


async def test_the_wait_for_what_stands_is_on_the_screen_and_ends(stand: Stand) -> None:
    answering(stand)
    real = stand.printer.print

    async def print_(job: str, slip: Any) -> Printed:
        stand.pull()
        await asyncio.sleep(0.05)
        return await real(job, slip)

    stand.printer.print = print_  # type: ignore[method-assign]
    resident = Resident(stand)
    await play(stand, resident)
    assert any(isinstance(view, Progress) and view.words == "还没有弄完，请稍等一下。" for view in resident.seen)
    assert await whole_or_nothing(stand, resident) == 1
