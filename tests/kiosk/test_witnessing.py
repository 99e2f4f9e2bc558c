"""The log's errands: what the courier asks, what it takes for an answer, and that nothing of it is ever forced."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from contract import limits, wire
from contract.faults import Fault
from contract.log_events import Event
from contract.witnessing import Checkpoint, Cosignature, LogPart
from drivers.device import Failure
from kiosk.courier import Courier
from kiosk.journal import Journal
from kiosk.witnessing import Witnessing
from secure import identity, notices
from secure.business import DiskFull
from secure.ledger import Ledger
from secure.reading.intake import Held, Refusal, follow, nothing_of
from secure.reading.log import Verifier
from tests.secure.bench import DEVICE, SUITES, Bench
from tests.secure.cosigner import Cosigner

BOTH = pytest.mark.parametrize("stand", SUITES, indirect=True)
Answer = Callable[[wire.Message], object]


class Platform:
    """Answers as the test says; otherwise as a good platform does."""

    def __init__(self, cosigner: Cosigner) -> None:
        self.cosigner = cosigner
        self.asked: list[wire.Message | None] = []
        self.witness: Answer = self.cosign
        self.deliver: Answer = self.take_in
        self.away = False

    async def call(self, route: wire.Route, answer: type, ask: wire.Message | None = None, token: str = "") -> object:
        self.asked.append(ask)
        if self.away:
            return Failure(Fault.PLATFORM_AWAY)
        if route is wire.WITNESS:
            assert ask is not None
            return self.witness(ask)
        if route is wire.DELIVER_LOG:
            assert ask is not None
            return self.deliver(ask)
        return wire.Health(at="", version="")

    def cosign(self, ask: wire.Message) -> object:
        assert isinstance(ask, Checkpoint)
        return self.cosigner.cosign(ask)

    def take_in(self, ask: wire.Message) -> object:
        assert isinstance(ask, LogPart)
        cosigner = self.cosigner
        if ask.start == cosigner.held.size:
            places = follow(ask, cosigner.held, DEVICE, cosigner.bench.device.public, opened=cosigner.header)
            assert not isinstance(places, Refusal)
            cosigner.held, cosigner.header = places[-1], ask.header
        return cosigner.receipt(cosigner.held)

    def places(self) -> list[tuple[int, int]]:
        return [one.place for one in self.asked if isinstance(one, Checkpoint)]


class Stand:
    """A journal and its errands."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.cosigner = Cosigner(self.bench)
        self.platform = Platform(self.cosigner)
        self.journal = Journal(self.bench.open)
        self.uptime = 0.0
        self.errands = self.again()

    def again(self) -> Witnessing:
        """As after a restart of the program."""
        return Witnessing(
            DEVICE,
            self.platform,  # type: ignore[arg-type]
            self.journal,
            lambda signed: identity.verify_receipt(signed, self.cosigner.public),
            ledger=self.bench.db,
            uptime=lambda: self.uptime,
        )

    async def write(self, records: int, *, fresh: bool = False) -> None:
        """In a new segment when *fresh*."""
        if fresh:
            self.bench.uptime += limits.SEGMENT_AGE
        for number in range(records):
            await self.journal.log(Event.ITEM_OPENED, visit="v", item=number)

    def events(self) -> list[Event]:
        reader = Verifier(self.bench.device.public, self.bench.audit.private_bytes_raw())
        return [record.event for record in reader.read(self.bench.db)]


@pytest.fixture
async def stand(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Stand]:
    """Of the suite that the test's parameter says."""
    made = Stand(Bench.of(getattr(request, "param", "INTL"), tmp_path))
    await made.journal.open()
    yield made
    await made.journal.close()


@BOTH
async def test_a_round_has_the_opening_and_the_head_witnessed_and_then_asks_nothing(stand: Stand) -> None:
    await stand.write(3)
    assert await stand.errands.round()
    assert stand.platform.places() == [(1, 0), (1, 3)]
    assert not await stand.errands.round()
    await stand.write(1)
    assert await stand.errands.round()
    assert stand.platform.places()[2:] == [(1, 4)]
    assert stand.cosigner.verify().beyond_cosignature == 0


async def test_what_had_no_answer_is_asked_again_the_same_before_anything_newer(stand: Stand) -> None:
    """The first may have arrived although its answer did not: an older place after a newer one looks like a fork."""
    await stand.write(3)
    stand.platform.away = True
    assert await stand.errands.round()
    await stand.write(2, fresh=True)
    await stand.errands.round()
    assert stand.platform.places() == [(1, 0), (1, 0)]
    stand.platform.away = False
    await stand.errands.round()
    await stand.errands.round()
    assert stand.platform.places()[2:] == [(1, 0), (2, 3), (2, 5)]
    assert stand.cosigner.verify().beyond_cosignature == 0


@BOTH
@pytest.mark.parametrize("wrong", ["signature", "head", "place", "device", "key"])
async def test_an_answer_that_is_not_the_platforms_for_this_place_counts_for_nothing(stand: Stand, wrong: str) -> None:
    await stand.write(1)

    def answer(ask: wire.Message) -> Cosignature:
        assert isinstance(ask, Checkpoint)
        good = stand.cosigner.cosign(ask)
        changed = {
            "signature": msgspec.structs.replace(good, signature=bytes(64)),
            "head": msgspec.structs.replace(good, head=bytes(32)),
            "place": msgspec.structs.replace(good, size=7),
            "device": msgspec.structs.replace(good, device="XZ-0008"),
            "key": msgspec.structs.replace(good, signature=Cosigner(stand.bench).key.sign(good.signed_bytes())),
        }[wrong]
        if wrong in {"head", "place", "device"}:
            key = stand.cosigner.key
            changed = msgspec.structs.replace(changed, signature=key.sign(changed.signed_bytes()))
        return changed

    stand.platform.witness = answer
    assert await stand.errands.round()
    assert stand.cosigner.verify(listed=False).cosignatures == 0
    stand.platform.witness = stand.platform.cosign
    await stand.errands.round()
    assert stand.cosigner.verify(listed=False).cosignatures == 2


async def test_a_fork_is_logged_once_and_nothing_more_is_asked(stand: Stand) -> None:
    await stand.write(2)
    stand.platform.witness = lambda _ask: Failure(Fault.PLATFORM_CONFLICT)
    for _ in range(3):
        await stand.errands.round()
    assert stand.platform.places() == [(1, 0)]
    assert stand.events().count(Event.FORKED) == 1


@BOTH
async def test_closed_segments_go_to_the_platform_and_the_open_one_stays(stand: Stand) -> None:
    await stand.write(3)
    await stand.write(2, fresh=True)
    await stand.write(1, fresh=True)
    await stand.errands.round()
    assert stand.cosigner.held.place == (2, 5)
    asked = len(stand.platform.asked)
    assert not await stand.errands.round()
    assert len(stand.platform.asked) == asked
    assert not await stand.again().round(), "receipts are on the disk"


async def test_a_platform_that_lost_some_of_it_is_given_it_again(stand: Stand) -> None:
    await stand.write(3)
    await stand.write(1, fresh=True)
    await stand.errands.round()
    stand.cosigner.held, stand.cosigner.header = nothing_of(DEVICE, stand.bench.device.public), b""
    await stand.write(1, fresh=True)
    await stand.errands.round()
    assert stand.cosigner.held.place == (0, 0), "it says first where it stands"
    await stand.errands.round()
    assert stand.cosigner.held.place == (2, 4)


async def test_an_answer_without_receipt_or_of_another_history_moves_nothing(stand: Stand) -> None:
    await stand.write(3)
    await stand.write(1, fresh=True)
    stand.platform.deliver = lambda _ask: Failure(Fault.PLATFORM_BUSY)
    assert await stand.errands.round()
    stand.platform.deliver = lambda _ask: msgspec.structs.replace(
        stand.cosigner.receipt(Held(1, 3, bytes(32))), signature=bytes(64)
    )
    assert await stand.errands.round()
    assert Event.FORKED not in stand.events()
    stand.platform.deliver = lambda _ask: stand.cosigner.receipt(Held(1, 3, bytes(32)))
    assert await stand.errands.round()
    assert stand.events().count(Event.FORKED) == 1
    assert await stand.journal.do(lambda ledger: ledger.upkeep.delivered()) == (0, 0)


async def test_a_delivery_that_the_platform_calls_a_fork_is_logged(stand: Stand) -> None:
    await stand.write(1)
    await stand.write(1, fresh=True)
    stand.platform.deliver = lambda _ask: Failure(Fault.PLATFORM_CONFLICT)
    await stand.errands.round()
    assert stand.events().count(Event.FORKED) == 1


async def test_notices_are_sealed_and_their_files_go(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    notices.leave(stand.bench.db, Event.LOG_OPENED, {"who": "a", "reason": "b", "first": 0, "last": 1})
    rubbish = notices.folder_of(stand.bench.db) / "rubbish.json"
    rubbish.write_bytes(b"{")
    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "append", lambda _ledger, *_entries: DiskFull())
        await stand.errands.round()
        assert len(notices.collect(stand.bench.db)) == 2 - (not rubbish.exists())
    await stand.errands.round()
    assert stand.events() == [Event.LOG_OPENED]
    assert notices.collect(stand.bench.db) == []


@BOTH
async def test_what_is_old_is_pruned_when_the_platform_has_it(stand: Stand) -> None:
    for _ in range(4):
        await stand.write(2, fresh=True)
    await stand.errands.round()
    stand.cosigner.later(days=limits.LOG_KEPT_DAYS + 1)
    await stand.write(1)
    await stand.errands.round()
    assert stand.cosigner.verify().sound_from == 0, "looked at once an hour"
    stand.uptime += limits.LOG_PRUNE_EVERY
    await stand.errands.round()
    assert stand.cosigner.verify().sound_from == 4
    assert stand.events()[-1] is Event.LOG_PRUNED


async def test_a_full_disk_leaves_it_for_later(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    await stand.write(1)
    with monkeypatch.context() as patched:
        patched.setattr("secure.upkeep.Upkeep.witnessed", lambda *_arguments: DiskFull())
        assert await stand.errands.round()
    assert await stand.errands.round()
    assert stand.cosigner.verify().beyond_cosignature == 0


async def test_the_courier_runs_the_errands_when_business_does_not_wait(stand: Stand) -> None:
    courier = Courier(
        DEVICE, stand.platform, stand.journal, lambda _receipt: True, lambda: datetime.now(UTC), stand.errands  # type: ignore[arg-type]
    )  # fmt: skip
    await stand.write(2)
    running = asyncio.create_task(courier.run())
    async with asyncio.timeout(10):
        while stand.platform.places() != [(1, 0), (1, 2)]:
            await asyncio.sleep(0.01)
        assert None not in stand.platform.asked, "who is asked for a cosignature needs no asking whether it is there"
        courier.hurry()
        while None not in stand.platform.asked:
            await asyncio.sleep(0.01)
    running.cancel()
