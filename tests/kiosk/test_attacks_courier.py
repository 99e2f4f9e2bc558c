"""The courier, and a wall clock that jumps: what was kept is delivered once, and nobody waits for it."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contract import limits, wire
from contract.faults import Fault
from contract.log_events import Event
from drivers.device import Failure
from kiosk.courier import Courier, Undelivered
from kiosk.journal import Journal
from kiosk.questions import Confirm
from kiosk.views import (
    View,
)
from secure.business import DiskFull, Draft, Entry
from secure.keys import SoftwareKey
from secure.ledger import Ledger
from tests.kiosk.attacking import Resident, answering, play, whole_or_nothing
from tests.kiosk.conftest import CHINA, DEVICE, Stand, _raw_public
from tests.kiosk.scripted import MADE_UP, FakeCentral


class Post:
    """A courier with a clock that can be set, and a platform that answers as told."""

    def __init__(self, folder: Path) -> None:
        self.now = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA)
        self.central = FakeCentral({"health": wire.Health(at="", version=""), "deliver": self.accept})
        self.taken: list[str] = []
        self.free = 10**12
        self.journal = Journal(
            lambda: Ledger.open(
                folder / "ledger.db", device=SoftwareKey.generate(), device_id=DEVICE, audit_key=_raw_public(),
                platform_key=_raw_public(), clock=lambda: self.now, free_bytes=lambda _path: self.free,
            )
        )  # fmt: skip
        self.courier = Courier(DEVICE, self.central, self.journal, self.holds, lambda: self.now)  # type: ignore[arg-type]
        self.genuine = True

    def holds(self, _receipt: wire.Receipt) -> bool:
        return self.genuine

    def accept(self, ask: wire.Delivery) -> wire.Receipt:
        self.taken.append(ask.key)
        return wire.Receipt(
            device=DEVICE, key=ask.key, sha256=ask.sha256, verdict=wire.Verdict.ACCEPTED, at="", signature=b""
        )

    async def keep(self) -> str:
        draft = Draft(
            type="submission",
            terminal_number=1,
            body=lambda key, _receipt, _position: key.encode(),
            entry=lambda key, receipt, sha256: Entry(
                Event.SUBMITTED, {"key": key, "receipt": receipt, "sha256": sha256}
            ),
        )
        kept = await self.journal.do(lambda ledger: ledger.accept(draft, day=self.now.date()))
        return kept.key  # type: ignore[union-attr]

    def row(self) -> Any:
        return self.journal.do(lambda ledger: ledger._connection.execute("SELECT next_at FROM outbox").fetchone()[0])


@pytest.fixture
async def post(tmp_path: Path) -> Any:
    made = Post(tmp_path)
    await made.journal.open()
    yield made
    await made.journal.close()


async def until(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("years", [-10, 10])
async def test_a_clock_that_jumps_years_holds_no_delivery_up(
    post: Post, monkeypatch: pytest.MonkeyPatch, years: int
) -> None:
    """A row was put off by a clock that was wrong; the clock is set right (or wrong): it is due at once."""
    key = await post.keep()
    post.central.away = True
    assert await post.courier.deliver(key) is Undelivered.AWAY
    post.now += timedelta(days=365 * years)
    post.central.away = False
    courier = asyncio.create_task(post.courier.run())
    await until(lambda: post.taken)
    courier.cancel()
    await asyncio.gather(courier, return_exceptions=True)
    assert post.taken == [key]


async def test_a_platform_that_came_back_is_noticed_while_rows_are_put_off(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows wait up to five minutes; the idle screen must not say 「连不上」 for so long."""
    monkeypatch.setattr(limits, "PLATFORM_PROBE", 0.02)
    key = await post.keep()
    post.central.away = True
    for _ in range(12):
        await post.courier.deliver(key)
    post.central.asked.clear()
    courier = asyncio.create_task(post.courier.run())
    await until(lambda: [name for name, _ in post.central.asked].count("health") > 2)
    courier.cancel()
    await asyncio.gather(courier, return_exceptions=True)
    assert not post.taken


@pytest.mark.parametrize("wrong", ["device", "key", "sha256", "signature", "verdictless"])
async def test_only_the_signed_receipt_for_this_very_row_lets_it_go(post: Post, wrong: str) -> None:
    key = await post.keep()
    real = post.accept

    def other(ask: wire.Delivery) -> Any:
        receipt = real(ask)
        if wrong in ("device", "key", "sha256"):
            return msgspec.structs.replace(receipt, **{wrong: "another"})
        return Failure(Fault.PLATFORM_GARBLED) if wrong == "verdictless" else receipt

    post.genuine = wrong != "signature"
    post.central.answers["deliver"] = other
    assert isinstance(await post.courier.deliver(key), Undelivered)
    assert len(await post.journal.do(Ledger.pending)) == 1
    post.genuine, post.central.answers["deliver"] = True, real
    assert isinstance(await post.courier.deliver(key), wire.Receipt)
    assert await post.journal.do(Ledger.pending) == ()


async def test_a_busy_platform_is_not_asked_for_every_row(post: Post) -> None:
    for _ in range(5):
        await post.keep()
    post.central.answers["deliver"] = Failure(Fault.PLATFORM_BUSY)
    courier = asyncio.create_task(post.courier.run())
    await until(lambda: post.central.asked)
    await asyncio.sleep(0.1)
    courier.cancel()
    await asyncio.gather(courier, return_exceptions=True)
    assert [name for name, _ in post.central.asked].count("deliver") == 1


async def test_a_receipt_that_finds_no_room_does_not_make_the_courier_race(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await post.keep()
    monkeypatch.setattr(limits, "DELIVERY_RETRY_FIRST", 0.002)
    real = Ledger.settle
    monkeypatch.setattr(Ledger, "settle", lambda *_arguments: DiskFull())
    courier = asyncio.create_task(post.courier.run())
    await until(lambda: post.taken)
    await asyncio.sleep(0.2)
    assert len(post.taken) == 1
    monkeypatch.setattr(Ledger, "settle", real)
    post.courier.hurry()
    await until(lambda: len(post.taken) == 2)
    await asyncio.sleep(0.05)
    courier.cancel()
    await asyncio.gather(courier, return_exceptions=True)
    assert await post.journal.do(Ledger.pending) == ()
    assert set(post.taken) == {key}


async def test_a_defect_in_the_courier_is_reported_and_it_goes_on(
    post: Post, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(limits, "DELIVERY_RETRY_FIRST", 0.02)
    key = await post.keep()
    broken = [True]

    def breaks(ask: wire.Delivery) -> Any:
        if broken:
            broken.clear()
            raise KeyError(MADE_UP.id_number)
        return post.accept(ask)

    post.central.answers["deliver"] = breaks
    courier = asyncio.create_task(post.courier.run())
    await until(lambda: post.taken)
    courier.cancel()
    await asyncio.gather(courier, return_exceptions=True)
    assert post.taken == [key]
    told = capsys.readouterr().err
    assert "defect: KeyError" in told
    assert MADE_UP.id_number not in told


@pytest.mark.parametrize("years", [-10, 10])
async def test_a_clock_that_jumps_in_the_middle_of_a_visit_changes_nothing_of_it(stand: Stand, years: int) -> None:
    answering(stand)
    resident = Resident(stand)
    real = stand.house
    jump = [timedelta(0)]

    def house() -> Any:
        return dataclasses.replace(real(), clock=lambda: datetime.now(CHINA) + jump[0])

    stand.house = house  # type: ignore[method-assign]

    def at(view: View[Any]) -> Any:
        if isinstance(view, Confirm):
            jump[0] = timedelta(days=365 * years)

    resident.before = at
    await play(stand, resident)
    assert await whole_or_nothing(stand, resident) == 1


async def test_receipt_numbers_stay_unlike_when_the_clock_jumps_back_and_forth(post: Post) -> None:
    numbers = []
    for days in (0, -3650, 0, 3650, 0):
        post.now = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA) + timedelta(days=days)
        key = await post.keep()
        row = await post.journal.do(lambda ledger, key=key: ledger.row(key))
        numbers.append(row.number)  # type: ignore[union-attr]
    assert len(set(numbers)) == 5
