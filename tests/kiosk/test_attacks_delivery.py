"""Fifty kept submissions, the real ledger, the real platform, and a terminal that is killed again and again."""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract import wire
from contract.catalogue import Proof
from contract.faults import Fault
from contract.wire import ShownBy
from drivers.device import Failure
from secure.ledger import Ledger
from secure.reading import keys
from secure.reading.log import Verifier
from tests.kiosk.test_with_platform import ROOT, TERMINAL, Desk, Platform

KEPT = 50
OPENING = wire.SessionOpen(
    shown_by=ShownBy.CARD, id_number="14099919800412021X", name="张建平", card_number="A90001117",
    card_id_code="140900D1560000050000000000001117",
)  # fmt: skip


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    made = Platform(tmp_path_factory.mktemp("house"))
    made.start()
    yield made
    made.stop()


async def desk_at(platform: Platform, ledger: Path) -> Desk:
    made = Desk(platform, ledger)
    await made.journal.open()
    return made


async def test_fifty_kept_are_taken_in_once_each_and_in_order_by_a_terminal_killed_in_between(
    platform: Platform, tmp_path: Path
) -> None:
    ledger, dice = tmp_path / "ledger.db", random.Random(20261123)
    desk = await desk_at(platform, ledger)
    kept = [await desk.keep() for _ in range(KEPT)]
    await desk.close()
    kills = await asyncio.to_thread(deliver_killed, platform.terminal, ledger, dice)
    assert left(ledger) == 0
    assert kills >= 3, "it was killed in the middle of its work"
    with contextlib.closing(sqlite3.connect(platform.state / "central.sqlite3")) as database:
        taken = [key for (key,) in database.execute("SELECT key FROM central_deliveryrecord ORDER BY id")]
        matters = database.execute("SELECT count(*), count(DISTINCT receipt) FROM central_matterrecord").fetchone()
    assert taken == kept
    assert matters == (KEPT, KEPT)
    report = Verifier(keys.device_public_key(platform.terminal / "log.pub"), None, device=TERMINAL, slips=[]).verify(
        ledger
    )
    assert report.sound, report.reason


def deliver_killed(terminal: Path, ledger: Path, dice: random.Random) -> int:
    """Start the courier and kill -9 it, until the outbox is empty or a minute is over; how often."""
    kills, until = 0, time.monotonic() + 60
    while left(ledger) and time.monotonic() < until:
        command = [sys.executable, "-m", "tests.kiosk.courier_to_kill", terminal, ledger]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"open\n"
            goal = left(ledger) - dice.randint(1, 10)  # so many more delivered, however fast the machine is today
            while left(ledger) > max(goal, 0) and time.monotonic() < until:
                time.sleep(0.002)
            time.sleep(dice.uniform(0.0, 0.01))
            process.kill()
        kills += 1
    return kills


def left(ledger: Path) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM outbox WHERE state = 'kept'").fetchone()[0])


# -- who may do what: the platform's own side ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"proof": Proof.SHOWN}, "证明"),
        ({"item": 25}, "不能在自助机上办"),
        ({"name": "", "id_number": "140999199001010010"}, "登记"),
        ({"card_number": "A99999999"}, "不能用"),
    ],
)
async def test_a_submission_that_may_not_be_is_refused_with_a_sentence(
    platform: Platform, tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    """Made while the platform was away, with a card that was lost, or less proof than needed: a signed refusal."""
    desk = await desk_at(platform, tmp_path / "ledger.db")
    try:
        key = await desk.keep(receipt=f"0001{random.randrange(10**8):08d}", **changes)
        receipt = await desk.courier.deliver(key)
        assert isinstance(receipt, wire.Receipt)
        assert receipt.verdict is wire.Verdict.REFUSED
        assert said in receipt.reason
        assert await desk.journal.do(Ledger.pending) == ()
    finally:
        await desk.close()


@pytest.mark.parametrize(
    ("route", "answer", "ask"),
    [
        (wire.RECORDS, wire.Records, wire.RecordsAsk(item=25)),
        (wire.RECORDS, wire.Records, wire.RecordsAsk(item=36)),
        (wire.RECOMMEND, wire.Listing, wire.RecommendAsk(item=2)),
    ],
)
async def test_nothing_personal_is_answered_without_proof(
    platform: Platform, tmp_path: Path, route: wire.Route, answer: type[wire.Message], ask: wire.Message
) -> None:
    desk = await desk_at(platform, tmp_path / "ledger.db")
    try:
        session = await desk.central.call(wire.SESSION_OPEN, wire.Session, OPENING)
        assert isinstance(session, wire.Session)
        for token in ("", "made-up", session.token):
            refused = await desk.central.call(route, answer, ask, token)
            assert isinstance(refused, Failure)
            assert refused.fault in {Fault.PLATFORM_NOT_ALLOWED, Fault.PLATFORM_SESSION_ENDED}
        elevated = await desk.central.call(
            wire.SESSION_ELEVATE, wire.Session, wire.Elevate(service_password="000000"), session.token
        )
        assert isinstance(elevated, Failure)  # a card's session is raised by the card, not by a password
        await desk.central.call(wire.SESSION_CLOSE, wire.Empty, wire.Empty(), session.token)
        closed = await desk.central.call(
            wire.SESSION_ELEVATE, wire.Session, wire.Elevate(pin_verified=True), session.token
        )
        assert closed == Failure(Fault.PLATFORM_SESSION_ENDED, closed.detail)  # type: ignore[union-attr]
    finally:
        await desk.close()
