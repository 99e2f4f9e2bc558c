"""What is shown while the screen is drawn anew, because a device or the platform went or came back, is not lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from contract.catalogue import Group
from drivers.device import Happening
from kiosk.bay import Bay
from kiosk.story import attend, wait_for_somebody
from kiosk.views import AskProof, Attract, ItemList, Menu, Nav, View
from tests.kiosk.conftest import FakeScanner, Stand
from tests.kiosk.opening import answers
from tests.kiosk.scripted import SESSION, ListStage

ROUNDS = range(14)
"""So many turns of the event loop lie between the news and the code: each of them once."""


class StrictScanner(FakeScanner):
    """Deaf unless it is armed, as the real ones are; a command takes a while."""

    def __init__(self) -> None:
        super().__init__()
        self.armed = False

    async def arm(self) -> None:
        self.armed = True
        await asyncio.sleep(0)

    async def disarm(self) -> None:
        self.armed = False
        await asyncio.sleep(0)

    def show(self, code: str) -> None:
        if self.armed:
            self.armed = False
            self.tell(Happening.SCANNED, code=code)


class StillStage(ListStage):
    """Somebody who goes as far as to be asked who they are, and then touches nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.asking = asyncio.Event()

    async def show(self, view: View[Any]) -> Any:
        self.seen.append(view)
        match view:
            case Menu():
                return Group.INSURANCE
            case ItemList():
                return Nav.BACK if self.asking.is_set() else 25
            case Attract() | AskProof():
                self.asking.set()
        await asyncio.Event().wait()


async def shown(stand: Stand, scanner: StrictScanner, task: asyncio.Task[Any], turns: int) -> None:
    """A printer that comes and goes, and *turns* later a code."""
    async with asyncio.timeout(10):
        while not (isinstance(stand.stage, StillStage) and stand.stage.asking.is_set() and scanner.armed):
            await asyncio.sleep(0)
    for _ in range(5):
        await asyncio.sleep(0)
    stand.printer.tell(Happening.STATE_CHANGED)
    for _ in range(turns):
        await asyncio.sleep(0)
    scanner.show("opaque")
    async with asyncio.timeout(5):
        while not (task.done() or opened(stand)):
            await asyncio.sleep(0.001)


def opened(stand: Stand) -> list[str]:
    return [ask.code for name, ask in stand.central.asked if name == "session_open"]


@pytest.mark.parametrize("turns", ROUNDS)
async def test_a_code_on_the_idle_screen(stand: Stand, turns: int) -> None:
    stand.stage, stand.scanner = StillStage(), (scanner := StrictScanner())
    house = stand.house()
    devices = asyncio.create_task(house.bay.run())
    waiting = asyncio.create_task(wait_for_somebody(house))
    try:
        await shown(stand, scanner, waiting, turns)
        assert waiting.result().code == "opaque"
    finally:
        for task in (devices, waiting):
            task.cancel()
        await asyncio.gather(devices, waiting, return_exceptions=True)


@pytest.mark.parametrize("turns", ROUNDS)
async def test_a_code_where_one_is_asked_for(stand: Stand, turns: int) -> None:
    stand.stage, stand.scanner = StillStage(), (scanner := StrictScanner())
    stand.central.answers = answers(session_open=SESSION)
    house = stand.house()
    devices = asyncio.create_task(house.bay.run())
    async with asyncio.TaskGroup() as acts:
        visit = acts.create_task(attend(house, acts, True))
        await shown(stand, scanner, visit, turns)
        assert opened(stand) == ["opaque"]
        visit.cancel()
    devices.cancel()
    await asyncio.gather(devices, return_exceptions=True)


async def test_who_is_no_longer_asked_is_no_longer_scanned_wherever_that_came() -> None:
    """At each turn of asking for a code, the first included, while the scanner still takes the command."""
    scanner = StrictScanner()
    for turns in range(4):
        asking = asyncio.create_task(Bay(scanner=scanner).arrival())
        for _ in range(turns + 1):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        assert not scanner.armed, turns
