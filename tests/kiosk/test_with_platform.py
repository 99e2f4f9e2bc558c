"""Ledger, courier and client against the real platform over mutual TLS: delivered exactly once, whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from contract import limits, wire
from contract.catalogue import Proof
from contract.faults import Fault
from contract.log_events import Event
from contract.wire import ShownBy
from drivers.device import Failure
from kiosk.central import Access, Central
from kiosk.courier import Courier, Undelivered
from kiosk.journal import Journal
from secure import identity
from secure.business import DiskFull, Draft, Entry, Position
from secure.ledger import Ledger

ROOT = Path(__file__).parents[2]
CAST = ROOT / "deploy" / "demo" / "cast.toml"
CHINA = ZoneInfo("Asia/Shanghai")
TERMINAL = "T-0001"
ANSWERS: dict[str, object] = {
    "occupations": ["cook"], "county": "140902", "distance": "county", "wage": 2500, "schooling": "70",
    "certificate": "cook", "years": 3, "hours": "day", "lodging": "meals", "village": "杨树村", "phone": "13800000199",
    "contact": "call", "start": "now",
}  # fmt: skip


def central(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "central", *map(str, arguments)], check=True, cwd=ROOT, timeout=300)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Platform:
    """The real one, in a process of its own, that can be stopped and started again."""

    def __init__(self, folder: Path, *, residents: int = 5, openings: int = 20) -> None:
        self.state = folder / "platform"
        self.terminal = folder / "terminal"
        self.process: subprocess.Popen[bytes] | None = None
        port = free_port()
        central("init", "--state", self.state, "--host", "127.0.0.1", "--port", str(port), "--public-port", free_port())
        central(
            "seed", "--state", self.state, "--cast", CAST, "--residents", str(residents), "--openings", str(openings)
        )  # fmt: skip
        mine = identity.create(self.terminal, TERMINAL)
        central(
            "admit", "--state", self.state, "--terminal", TERMINAL, "--csr", mine.request,
            "--log-key", mine.log_public, "--out", self.terminal,
        )  # fmt: skip

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "central", "serve", "--state", str(self.state)], cwd=ROOT, stdout=subprocess.PIPE
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline()

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(15)
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None

    def count(self, table: str) -> int:
        with contextlib.closing(sqlite3.connect(self.state / "central.sqlite3")) as database:
            (number,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608  # names of ours
            return int(number)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    made = Platform(tmp_path_factory.mktemp("house"))
    made.start()
    yield made
    made.stop()


class Desk:
    """The terminal's side."""

    def __init__(self, platform: Platform, ledger: Path) -> None:
        self.mine, self.keys = identity.load(platform.terminal), identity.load_platform(platform.terminal)
        access = Access(self.keys.url, self.mine.ca, self.mine.certificate, self.mine.tls_key)
        self.central = Central(access)
        self.journal = Journal(lambda: self._open(ledger))
        self.courier = Courier(
            TERMINAL,
            self.central,
            self.journal,
            lambda r: identity.verify_receipt(r, self.keys.receipt_key),
            lambda: datetime.now(CHINA),
        )

    def _open(self, ledger: Path) -> Ledger:
        return Ledger.open(
            ledger,
            device=self.mine.device,
            device_id=TERMINAL,
            audit_key=self.keys.audit_key,
            platform_key=self.keys.hpke_key,
            clock=lambda: datetime.now(CHINA),
        )

    async def keep(self, **changes: object) -> str:
        """Keep one registration; its key."""

        def body(key: str, receipt: str, position: Position) -> bytes:
            whole: dict[str, object] = {
                "key": key, "item": 1, "receipt": receipt, "terminal": TERMINAL,
                "made_at": datetime.now(CHINA).isoformat(timespec="seconds"),
                "shown_by": ShownBy.CARD, "proof": Proof.PROVED, "id_number": "14099919800412021X", "name": "张建平",
                "card_number": "A90001117", "answers": ANSWERS, "log_segment": position.segment,
                "log_seq": position.seq,
            }  # fmt: skip
            return msgspec.json.encode(whole | changes)

        def entry(key: str, receipt: str, sha256: str) -> Entry:
            return Entry(Event.SUBMITTED, {"item": 1, "receipt": receipt, "key": key, "sha256": sha256})

        draft = Draft(type="submission", terminal_number=1, body=body, entry=entry)
        kept = await self.journal.do(lambda ledger: ledger.accept(draft, day=datetime.now(CHINA).date()))
        assert not isinstance(kept, DiskFull)
        return kept.key

    async def close(self) -> None:
        await self.central.close()
        await self.journal.close()


@pytest.fixture
async def desk(platform: Platform, tmp_path: Path):  # type: ignore[no-untyped-def]
    made = Desk(platform, tmp_path / "ledger.db")
    await made.journal.open()
    yield made
    await made.close()


async def test_a_kept_registration_is_taken_in_once_and_settled_by_the_signed_receipt(
    platform: Platform, desk: Desk
) -> None:
    before = platform.count("central_deliveryrecord")
    key = await desk.keep()
    receipt = await desk.courier.deliver(key)
    assert isinstance(receipt, wire.Receipt)
    assert receipt.verdict is wire.Verdict.ACCEPTED
    again = await asyncio.gather(*(desk.courier.deliver(key) for _ in range(5)))
    assert {r.signature for r in again if isinstance(r, wire.Receipt)} == {receipt.signature}
    assert platform.count("central_deliveryrecord") == before + 1
    assert await desk.journal.do(Ledger.pending) == ()


async def test_the_answer_lost_on_the_way_does_not_make_a_second_act(platform: Platform, desk: Desk) -> None:
    """The platform took it in and the terminal never heard: delivered again, the same receipt comes back."""
    before = platform.count("central_deliveryrecord")
    key = await desk.keep()
    row = await desk.journal.do(lambda ledger: ledger.row(key))
    assert row is not None
    lost = await desk.central.call(wire.DELIVER, wire.Receipt, row.delivery())
    assert isinstance(lost, wire.Receipt)
    receipt = await desk.courier.deliver(key)
    assert receipt == lost
    assert platform.count("central_deliveryrecord") == before + 1


async def test_kept_while_the_platform_is_away_and_delivered_by_the_courier_alone(
    platform: Platform, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DELIVERY_RETRY_FIRST", 0.1)
    before = platform.count("central_deliveryrecord")
    platform.stop()
    keys = [await desk.keep() for _ in range(3)]
    assert await desk.courier.deliver(keys[0]) is Undelivered.AWAY
    assert desk.central.away
    courier = asyncio.create_task(desk.courier.run())
    await asyncio.to_thread(platform.start)
    desk.courier.hurry()
    async with asyncio.timeout(30):
        while await desk.journal.do(Ledger.pending):
            await asyncio.sleep(0.05)
    courier.cancel()
    await asyncio.gather(courier, return_exceptions=True)
    assert platform.count("central_deliveryrecord") == before + 3


async def test_a_row_the_platform_will_not_have_does_not_hold_up_the_others(platform: Platform, desk: Desk) -> None:
    """A row whose seal the platform cannot open gets no receipt and stays; the next one is delivered all the same."""
    stuck = await desk.keep()
    await desk.journal.do(lambda ledger: ledger._connection.execute("UPDATE outbox SET sealed = zeroblob(200)"))
    fine = await desk.keep()
    courier = asyncio.create_task(desk.courier.run())
    async with asyncio.timeout(20):
        while [row.key for row in await desk.journal.do(Ledger.pending)] != [stuck]:
            await asyncio.sleep(0.05)
    courier.cancel()
    await asyncio.gather(courier, return_exceptions=True)
    settled = await desk.journal.do(lambda ledger: ledger.row(fine))
    assert settled is not None
    assert settled.receipt is not None


async def test_the_platforms_refusal_settles_too_and_says_why(platform: Platform, desk: Desk) -> None:
    key = await desk.keep(answers=ANSWERS | {"wage": 1})
    receipt = await desk.courier.deliver(key)
    assert isinstance(receipt, wire.Receipt)
    assert receipt.verdict is wire.Verdict.REFUSED
    assert receipt.reason
    assert await desk.journal.do(Ledger.pending) == ()


async def test_a_session_opens_by_card_and_its_proof_is_held_to(platform: Platform, desk: Desk) -> None:
    opening = wire.SessionOpen(
        shown_by=ShownBy.CARD, id_number="14099919800412021X", name="张建平", card_number="A90001117",
        card_id_code="140900D1560000050000000000001117",
    )  # fmt: skip
    session = await desk.central.call(wire.SESSION_OPEN, wire.Session, opening)
    assert isinstance(session, wire.Session)
    assert session.proof is Proof.SHOWN
    ask = wire.RecordsAsk(item=25)
    refused = await desk.central.call(wire.RECORDS, wire.Records, ask, session.token)
    assert isinstance(refused, Failure)
    assert refused.fault is Fault.PLATFORM_NOT_ALLOWED
    proved = await desk.central.call(wire.SESSION_ELEVATE, wire.Session, wire.Elevate(pin_verified=True), session.token)
    assert isinstance(proved, wire.Session)
    found = await desk.central.call(wire.RECORDS, wire.Records, ask, proved.token)
    assert isinstance(found, wire.Records)
    assert found.tables


async def test_a_terminal_that_was_not_admitted_is_not_talked_to(platform: Platform, tmp_path: Path) -> None:
    other = identity.create(tmp_path / "other", "T-0002")
    keys = identity.load_platform(platform.terminal)
    certificate = platform.terminal / "terminal.pem"  # somebody else's certificate without its key
    with pytest.raises(Exception, match=r"(?i)key"):
        Central(Access(keys.url, platform.terminal / "ca.pem", certificate, other.tls_key))
