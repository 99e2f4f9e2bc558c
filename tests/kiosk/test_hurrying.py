"""Who is hurried while still busy hurries afterwards: nothing that was told in between is waited for."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from contract import limits
from kiosk.concurrency import Signal
from kiosk.configuring import Configuring
from kiosk.courier import Courier
from kiosk.unlocking import Unlocking

LONG = 86_400.0


@pytest.fixture(autouse=True)
def nothing_but_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for wait in ("PLATFORM_PROBE", "CONFIG_PERIOD", "STAFF_UNLOCK_LOOK"):
        monkeypatch.setattr(limits, wait, LONG)


class Busy:
    """Does its work once; then again, or never."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self.times, self._meanwhile, self.again = 0, meanwhile, asyncio.Event()

    async def work(self, *_: Any) -> Any:
        self.times += 1
        await asyncio.sleep(0)
        if self.times == 1:
            self._meanwhile()
        else:
            self.again.set()
        return False

    async def comes_back(self, runs: Awaitable[Any]) -> None:
        task = asyncio.ensure_future(runs)
        try:
            async with asyncio.timeout(20):
                await self.again.wait()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_a_courier_that_is_hurried_while_it_looks_for_photographs() -> None:
    async def nothing(_work: Any) -> tuple[()]:
        return ()

    photos = SimpleNamespace(round=lambda **_: asyncio.sleep(0, True))
    courier = Courier(
        "T-1", cast(Any, None), cast(Any, SimpleNamespace(do=nothing)), lambda _: False, lambda: datetime.now(UTC),
        photos=cast(Any, photos),
    )  # fmt: skip
    busy = Busy(courier.hurry)

    async def wait() -> float:
        await busy.work()
        return math.inf

    photos.wait = wait
    await busy.comes_back(courier.run())


async def test_a_look_at_the_configuration_that_is_hurried_within_it(monkeypatch: pytest.MonkeyPatch) -> None:
    configuring = cast(Any, Configuring.__new__(Configuring))
    configuring._wake, configuring._stop = Signal(), asyncio.Event()
    configuring._line = SimpleNamespace(close=lambda: None)
    busy = Busy(configuring.hurry)
    monkeypatch.setattr(configuring, "look", busy.work)
    await busy.comes_back(configuring.run())


async def test_a_worker_who_is_disabled_while_the_platform_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    signal = Signal()
    unlocking = Unlocking(cast(Any, None), cast(Any, None), cast(Any, None), signal)
    busy = Busy(signal.notify)
    monkeypatch.setattr(unlocking, "round", busy.work)
    await busy.comes_back(unlocking.run())
