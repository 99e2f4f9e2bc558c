"""Power cuts and full disks: what was acknowledged is there, log and outbox agree, nothing is half-done."""

from __future__ import annotations

import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract import limits
from secure import identity
from secure.business import DiskFull, Kept, Position
from secure.file import LedgerInUseError
from secure.ledger import Ledger, WrongDeviceError
from tests.secure import wal_cuts
from tests.secure.bench import DAY, DEVICE, SUITES, Bench, item, keep, submission, write

CUTS = 50


ROUNDS = [*(("INTL", number) for number in range(4)), ("GM", 4)]


@pytest.mark.parametrize(("bench", "round_"), ROUNDS, indirect=["bench"])
def test_13_kill_9_loses_nothing_acknowledged(bench: Bench, round_: int) -> None:
    """Ten kills in each round, on one file that goes on from kill to kill."""
    papers = identity.create(bench.folder / "papers", DEVICE, bench.suite)
    bench.device, key_file = papers.device, papers.log_public.with_name(identity.LOG_KEY)
    public = [half.public_key().public_bytes_raw().hex() for half in (bench.audit, bench.platform)]
    slips: list[str] = []
    keys: set[str] = set()
    chance = random.Random(round_)  # chooses where to cut
    for _ in range(CUTS // 5):
        with subprocess.Popen(
            [sys.executable, "-m", "tests.secure.writer_to_kill", str(bench.folder), str(key_file), *public],
            stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
        ) as writer:  # fmt: skip
            assert writer.stdout is not None
            lines = [writer.stdout.readline() for _ in range(chance.randrange(1, 40))]
            assert all(lines), "the writer goes on until it is killed"
            writer.send_signal(signal.SIGKILL)
            rest = writer.stdout.read()
        for said in [*lines, *rest.splitlines()]:
            if said.strip() != "open":
                witness, outbox_key = said.split()
                slips.append(witness)
                keys |= {outbox_key} - {"-"}
        report = bench.verify(slips=tuple(slips))
        assert report.sound, report
    ledger = bench.open()
    assert keys <= {row.key for row in ledger.pending()}
    ledger.close()
    assert slips


@pytest.mark.parametrize(("bench", "cuts"), [("INTL", 45), ("GM", 15)], indirect=["bench"])
def test_13_a_wal_cut_anywhere_leaves_a_log_that_verifies_and_agrees_with_the_outbox(bench: Bench, cuts: int) -> None:
    """Some of the four hundred that ``scripts/soak wal`` makes."""
    assert wal_cuts.cut(bench, cuts, 7) > cuts / 4


def answered(act: Callable[[], Kept | DiskFull]) -> Kept | DiskFull:
    try:
        return act()
    except sqlite3.Error as error:
        pytest.fail(f"a full disk is an answer and no {error}")


@pytest.mark.parametrize("bench", SUITES, indirect=True)
def test_34_a_full_file_is_an_ordinary_answer_and_leaves_nothing_half_done(bench: Bench) -> None:
    ledger = bench.open()
    write(ledger, 3)
    with closing(sqlite3.connect(bench.db)) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    ledger._connection.execute(f"PRAGMA max_page_count = {pages + 3}")
    kept = []
    while not isinstance(answer := answered(lambda: ledger.accept(submission(bytes(2000)), day=DAY)), DiskFull):
        kept.append(answer)
        assert len(kept) < 100
    assert isinstance(answer, DiskFull)
    assert [row.key for row in ledger.pending()] == [one.key for one in kept]
    assert bench.verify().sound
    assert bench.verify().outbox_rows == len(kept)
    ledger._connection.execute("PRAGMA max_page_count = 100000")
    assert keep(ledger).receipt == f"000726327{len(kept) + 1:03d}"
    ledger.close()
    assert bench.verify(slips=tuple(one.position.witness for one in kept)).sound


@pytest.mark.parametrize("bench", SUITES, indirect=True)
def test_34_a_file_size_limit_of_the_kernel_is_the_same_answer(bench: Bench) -> None:
    ledger = bench.open()
    slips = [position.witness for position in write(ledger, 3)]
    wal = bench.db.with_name("ledger.db-wal")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (wal.stat().st_size + 6000, hard))
    try:
        answers = [ledger.accept(submission(bytes(3000)), day=DAY) for _ in range(5)]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert isinstance(answers[-1], DiskFull)
    good = [answer for answer in answers if not isinstance(answer, DiskFull)]
    assert [row.key for row in ledger.pending()] == [one.key for one in good]
    keep(ledger)
    ledger.close()
    assert bench.verify(slips=(*slips, *(one.position.witness for one in good))).sound


@pytest.mark.parametrize("bench", SUITES, indirect=True)
def test_34_new_business_is_refused_before_the_reserve_is_touched_and_the_log_goes_on(bench: Bench) -> None:
    ledger = bench.open(free=lambda _path: limits.DISK_RESERVE_BYTES - 1)
    assert ledger.accept(submission(), day=DAY) == DiskFull(limits.DISK_RESERVE_BYTES - 1)
    assert ledger.pending() == ()
    assert isinstance(ledger.append(item(1)), Position)
    ledger.close()


def test_one_writer_and_the_lock_goes_with_it(bench: Bench) -> None:
    ledger = bench.open()
    with pytest.raises(LedgerInUseError):
        bench.open()
    ledger.close()
    bench.open().close()


def test_another_devices_log_is_not_gone_on_with(bench: Bench) -> None:
    ledger = bench.open()
    write(ledger, 1)
    ledger.close()
    with pytest.raises(WrongDeviceError):
        Ledger.open(
            bench.db, device=bench.device, device_id=DEVICE + "0",
            audit_key=bench.audit.public_key().public_bytes_raw(),
            platform_key=bench.platform.public_key().public_bytes_raw(), clock=lambda: datetime.now(UTC),
        )  # fmt: skip


def test_the_file_is_its_owners_alone(bench: Bench) -> None:
    ledger = bench.open()
    write(ledger, 1)
    modes = {name: os.stat(bench.folder / name).st_mode & 0o777 for name in os.listdir(bench.folder)}
    ledger.close()
    assert set(modes.values()) == {0o600}, modes
