"""A platform and a terminal under suite GM, made by their own commands, and a whole visit between them."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from central.state import State
from contract import limits, wire
from contract.faults import Fault
from contract.log_events import Event
from contract.log_format import SM2_PUBLIC_BYTES, delivery_info, delivery_signed
from contract.slip import Pair
from contract.texts import Text
from contract.texts import load as load_texts
from contract.witnessing import Cosignature
from drivers.device import CardHolder, Failure
from kiosk import enrol_command, identity_command, log_command
from kiosk.central import Access, Central
from kiosk.courier import Courier
from kiosk.views import ResultView
from kiosk.witnessing import Witnessing
from secure import identity
from secure.keys import SealingKey
from secure.ledger import Ledger
from secure.suite import GM_SUITE
from tests.kiosk.attacking import Resident, play
from tests.kiosk.conftest import CHINA, DEVICE, Stand
from tests.kiosk.test_with_platform import CAST, ROOT, Desk, free_port

SERIAL = "SN-GM-1"
HOLDER = CardHolder(
    id_number="14099919800412021X", name="张建平", sex="1", ethnicity="01", born=date(1980, 4, 12),
    card_number="A90001117", card_id_code="140900D1560000050000000000001117", version="2.00", issued=None, expires=None,
)  # fmt: skip
REPLAYS = 100
WITNESS = load_texts()(Text.SLIP_WITNESS)


def central(*arguments: str | Path, code: int = 0) -> str:
    command = [sys.executable, "-m", "central", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@dataclass
class Gm:
    """A county's platform, served, and the machine in the village."""

    state: Path
    public: int
    terminal: Path

    def audit(self, *arguments: str | Path, code: int = 0) -> str:
        return central("audit", "--state", self.state, *arguments, code=code)

    def count(self, table: str, where: str) -> int:
        with closing(sqlite3.connect(self.state / "central.sqlite3")) as database:
            (number,) = database.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()  # noqa: S608
            return int(number)


@pytest.fixture(scope="module")
def gm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gm]:
    folder = tmp_path_factory.mktemp("gm")
    made = Gm(folder / "platform", free_port(), folder / "identity")
    central(
        "init", "--state", made.state, "--port", str(free_port()), "--public-port", str(made.public), "--suite", "GM"
    )
    central("seed", "--state", made.state, "--cast", CAST, "--residents", "5", "--openings", "20")
    command = [sys.executable, "-m", "central", "serve", "--state", str(made.state)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        yield made
        process.send_signal(signal.SIGTERM)


@pytest.fixture(scope="module")
def enrolled(gm: Gm) -> Gm:
    """By the county's code and ``kiosk enrol``: first without its suite, which is told and costs nothing."""
    where = ["--state", str(gm.state), "--terminal", DEVICE, "--number", "1", "--point", "杨树村", "--serial", SERIAL]
    given = json.loads(central("enrol-code", *where, "--json"))
    assert (given["suite"], given["qr"].split()[3]) == ("GM", "GM")
    typed = ["--code", given["code"], "--address", f"https://127.0.0.1:{gm.public}", "--folder", str(gm.terminal)]
    assert enrol_command.main([*typed, "--serial", SERIAL]) == 1
    assert not (gm.terminal / identity.PLATFORM).exists()
    assert enrol_command.main(["--qr", given["qr"], "--folder", str(gm.terminal), "--serial", SERIAL]) == 0
    return gm


class GmStand(Stand):
    """The terminal with the real platform behind it."""

    def __init__(self, folder: Path, gm: Gm) -> None:
        super().__init__(folder)
        self.mine, self.keys = identity.admitted(gm.terminal)
        self.uptime = 0.0
        mine = self.mine
        self.real = Central(Access(self.keys.url, mine.ca, mine.certificate, mine.tls_key, mine.passphrase))
        self.central = self.real  # type: ignore[assignment]

        def signed(one: wire.Receipt | Cosignature) -> bool:
            return identity.verify_receipt(one, self.keys.receipt_key)

        self.errands = Witnessing(DEVICE, self.real, self.journal, signed, ledger=self.db)  # type: ignore[arg-type]
        self.courier = Courier(DEVICE, self.real, self.journal, signed, lambda: datetime.now(CHINA))

    @property
    def db(self) -> Path:
        return self.folder / "ledger.db"

    def _ledger(self) -> Ledger:
        return Ledger.open(
            self.db, device=self.mine.device, device_id=DEVICE, audit_key=self.keys.audit_key,
            platform_key=self.keys.hpke_key, clock=lambda: datetime.now(CHINA), uptime=lambda: self.uptime,
        )  # fmt: skip

    async def next_segment(self) -> None:
        self.uptime += limits.SEGMENT_AGE
        await self.journal.log(Event.ITEM_OPENED, visit="v", item=1)

    async def delivery(self) -> wire.Delivery:
        """One more registration, kept and not yet delivered."""
        key = await Desk.keep(self)  # type: ignore[arg-type]
        row = await self.journal.do(lambda ledger: ledger.row(key))
        assert row is not None
        return row.delivery()


@pytest.fixture
async def village(enrolled: Gm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setattr(limits, "FAREWELL", 0.05)
    made = GmStand(tmp_path, enrolled)
    await made.journal.open()
    yield made
    await made.real.close()
    await made.journal.close()


async def test_a_whole_visit_and_what_becomes_of_it(
    enrolled: Gm, village: GmStand, capsys: pytest.CaptureFixture[str]
) -> None:
    """Registered, sealed, witnessed, delivered, receipt; verified, shown, audited; pruned and verified again."""
    gm, db = enrolled, village.db
    assert {len(key) for key in (village.keys.hpke_key, village.keys.receipt_key, village.keys.audit_key)} == {64}
    assert identity_command.main(["--folder", str(gm.terminal), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["algorithm"] == "sm2"

    resident = Resident(village)
    await play(village, resident, HOLDER)
    (result,) = [view for view in resident.seen if isinstance(view, ResultView)]
    assert not result.pending, "the platform's signed receipt was there"
    assert await village.pending() == 0
    number = result.number.replace(" ", "")
    ((key, encoded),) = await village.journal.do(
        lambda ledger: ledger._connection.execute("SELECT key, receipt FROM outbox").fetchall()
    )
    receipt = msgspec.json.decode(encoded, type=wire.Receipt)
    assert (receipt.suite, receipt.verdict, receipt.receipt) == ("GM", wire.Verdict.ACCEPTED, number)
    slip = village.printer.slips[0]
    line = next(one.value for one in slip.lines if isinstance(one, Pair) and one.label == WITNESS)

    for _ in range(3):
        assert await village.errands.round()
        await village.next_segment()
    assert await village.errands.round()
    assert await village.journal.do(lambda ledger: ledger.upkeep.delivered()[0]) == 3

    common = ["--db", str(db), "--device-key", str(village.mine.log_public), "--device", DEVICE]
    common += ["--platform-key", str(gm.terminal / "platform.json")]
    audit_key = ["--audit-key", str(gm.state / "audit.key")]
    listed = village.folder / "witness.json"
    gm.audit("export-witness", DEVICE, "--to", listed)
    assert log_command.main(["verify", *common, *audit_key, "--witness", str(listed), "--slip", line, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["kind"], told["sound"], told["slips"], told["beyond_cosignature"]) == ("full", True, 1, 0)
    assert told["cosignatures"] >= 8
    assert log_command.main(["check-slip", line, *common]) == 0
    assert "对得上" in capsys.readouterr().out
    assert log_command.main(["show", *common, *audit_key, "--reason", "投诉", "--who", "王"]) == 0
    shown = capsys.readouterr().out
    assert "SUBMITTED" in shown
    assert f"receipt={number}" in shown
    assert f"key={key}" in shown

    said = gm.audit("receipt", number)
    assert "密封记录已在平台，链核验通过" in said
    assert '"sound": true' in gm.audit("verify", DEVICE, *audit_key)
    assert f"receipt={number}" in gm.audit("open", DEVICE, *audit_key, "--reason", "投诉", "--who", "王")
    assert gm.audit("alarms").strip() == "没有"

    await village.next_segment()
    later = datetime.now(CHINA) + timedelta(days=limits.LOG_KEPT_DAYS + 1)
    place = await village.journal.do(lambda ledger: pruned(ledger, State(gm.state), later))
    assert isinstance(place, tuple)
    assert log_command.main(["verify", *common, *audit_key, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["sound"], told["sound_from"]) == (True, place[1])
    assert place[1] > int(line.partition("-")[0]), "the visit's own records are the platform's to show now"
    assert log_command.main(["check-slip", line, *common]) == 2
    assert "已按期清除" in capsys.readouterr().out


def pruned(ledger: Ledger, platform: State, at: datetime) -> object:
    """What becomes of the log when the platform's time has come to *at*."""
    while (checkpoint := ledger.upkeep.checkpoint()) is not None:
        plain = Cosignature(
            device=DEVICE, segments=checkpoint.segments, size=checkpoint.size, head=checkpoint.head,
            at=at.isoformat(), signature=b"",
        )  # fmt: skip
        signature = platform.receipt_key.sign(plain.signed_bytes())
        ledger.upkeep.witnessed(checkpoint, msgspec.structs.replace(plain, signature=signature))
    return ledger.upkeep.prune(limits.LOG_KEPT_DAYS)


async def test_28_and_29_one_effect_however_often_and_never_another_body(enrolled: Gm, village: GmStand) -> None:
    delivery = await village.delivery()
    answers = [await village.real.call(wire.DELIVER, wire.Receipt, delivery) for _ in range(REPLAYS)]
    assert len({one.signature for one in answers if isinstance(one, wire.Receipt)}) == 1
    assert enrolled.count("central_deliveryrecord", f"key = '{delivery.key}'") == 1
    other = b"another body"
    digest, private = GM_SUITE.hash(other).hex(), village.mine.device
    changed = wire.Delivery(
        key=delivery.key, type=delivery.type, sha256=digest, suite="GM",
        sealed=SealingKey(village.keys.hpke_key).seal(other, delivery_info(DEVICE, delivery.key, delivery.type)),
        signature=private.sign(delivery_signed(DEVICE, delivery.key, delivery.type, digest)),
    )  # fmt: skip
    refused = await village.real.call(wire.DELIVER, wire.Receipt, changed)
    assert isinstance(refused, Failure)
    assert refused.fault is Fault.PLATFORM_CONFLICT


async def test_a_delivery_that_says_another_suite_is_not_taken(enrolled: Gm, village: GmStand) -> None:
    delivery = msgspec.structs.replace(await village.delivery(), suite="INTL")
    assert isinstance(await village.real.call(wire.DELIVER, wire.Receipt, delivery), Failure)
    assert enrolled.count("central_deliveryrecord", f"key = '{delivery.key}'") == 0


def test_a_log_key_of_another_suite_is_not_admitted_and_a_platforms_suite_stays(gm: Gm, tmp_path: Path) -> None:
    for suite, code in (("INTL", 1), ("GM", 0)):
        mine = identity.create(tmp_path / suite, "T-0009", suite)
        assert len(mine.device.public) == (SM2_PUBLIC_BYTES if suite == "GM" else 32)
        said = central(
            "admit", "--state", gm.state, "--terminal", "T-0009", "--csr", mine.request, "--log-key", mine.log_public,
            "--out", tmp_path / suite, code=code,
        )  # fmt: skip
        assert code == 0 or "suite" in said
        assert (tmp_path / suite / "platform.json").exists() is (code == 0)
    before = (gm.state / "keys.json").read_bytes()
    said = central("init", "--state", tmp_path / "other", "--port", "18448", "--suite", "INTL")
    said = central("init", "--state", tmp_path / "other", "--port", "18448", "--suite", "GM", code=1)
    assert "不会改成 GM" in said
    assert (gm.state / "keys.json").read_bytes() == before
