from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from drivers.device import Happening, State
from kiosk.bay import Arrival, Bay
from kiosk.views import Way
from tests.kiosk.conftest import FakeScanner
from tests.kiosk.scripted import MADE_UP, FakeCardReader, FakePrinter


class FakeIdReader(FakeCardReader):
    name = "id_reader"


@pytest.fixture
async def bay() -> AsyncIterator[Bay]:
    made = Bay(
        card_reader=FakeCardReader(MADE_UP), id_reader=FakeIdReader(), scanner=FakeScanner(), printer=FakePrinter()
    )
    running = asyncio.create_task(made.run())
    await asyncio.sleep(0)
    yield made
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def soon(arrival: asyncio.Task[Arrival]) -> Arrival:
    async with asyncio.timeout(2):
        return await arrival


async def test_a_card_an_id_card_and_a_code_each_arrive(bay: Bay) -> None:
    for device, happening, way in (
        (bay.card_reader, Happening.INSERTED, Way.CARD),
        (bay.id_reader, Happening.INSERTED, Way.ID_CARD),
        (bay.scanner, Happening.SCANNED, Way.CODE),
    ):
        waiting = asyncio.create_task(bay.arrival())
        await asyncio.sleep(0)
        device.tell(happening, code="opaque")
        assert (await soon(waiting)).way is way


async def test_a_card_that_is_in_already_counts_at_once(bay: Bay) -> None:
    bay.card_reader.insert()
    await asyncio.sleep(0)
    assert await soon(asyncio.create_task(bay.arrival())) == Arrival(Way.CARD)


async def test_other_news_is_no_arrival(bay: Bay) -> None:
    waiting = asyncio.create_task(bay.arrival())
    await asyncio.sleep(0)
    bay.printer.tell(Happening.STATE_CHANGED)
    bay.card_reader.tell(Happening.REMOVED)
    await asyncio.sleep(0.02)
    assert not waiting.done()
    waiting.cancel()


async def test_a_code_never_shows_in_a_repr() -> None:
    assert "opaque" not in repr(Arrival(Way.CODE, "opaque"))


async def test_the_ways_are_those_of_the_devices_that_work(bay: Bay) -> None:
    assert bay.ways() == (Way.CARD, Way.CODE, Way.ID_CARD)
    bay.card_reader.state = State.NO_DEVICE
    assert bay.ways() == (Way.CODE, Way.ID_CARD)
    assert Bay().ways() == ()


async def test_the_card_is_gone_when_it_was_never_in_or_was_pulled(bay: Bay) -> None:
    await asyncio.wait_for(bay.card_removed(), 2)
    bay.card_reader.insert()
    waiting = asyncio.create_task(bay.card_removed())
    await asyncio.sleep(0.02)
    assert not waiting.done()
    bay.card_reader.pull()
    await asyncio.wait_for(waiting, 2)


async def test_a_bay_without_any_device_waits_for_ever() -> None:
    empty = Bay()
    running = asyncio.create_task(empty.run())
    waiting = asyncio.create_task(empty.arrival())
    await asyncio.sleep(0.02)
    assert not waiting.done()
    assert not running.done()
    for task in (running, waiting):
        task.cancel()
    await asyncio.gather(running, waiting, return_exceptions=True)
