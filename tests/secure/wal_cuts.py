"""Attack 13: the file as a power cut could leave it, the WAL ending or torn at any byte.

``scripts/soak wal --cuts 400 --seed 7`` makes all of them; tests make sixty. After each cut the terminal
starts again, goes on, and: no acknowledged loss, the log verifies in full, log and outbox agree.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from pathlib import Path

from contract.log_events import Event
from secure.business import Entry, Position
from tests.secure.bench import SUITES, Bench, item, keep
from tests.secure.cosigner import Cosigner

RECORDS = 12


def cut(bench: Bench, count: int, seed: int) -> int:
    """How many cuts fell after something that had been acknowledged. Raises AssertionError."""
    ledger, cosigner = bench.open(), Cosigner(bench)
    acknowledged: list[tuple[int, Position]] = []
    business: list[tuple[int, str]] = []
    wal = bench.db.with_name("ledger.db-wal")
    for number in range(RECORDS):
        if number % 3 == 2:
            kept = keep(ledger)
            position: Position = kept.position
            business.append((wal.stat().st_size, kept.key))
            cosigner.witness(ledger)
        else:
            done = ledger.append(item(number))
            assert isinstance(done, Position)
            position = done
        acknowledged.append((wal.stat().st_size, position))
    whole, data = wal.read_bytes(), bench.db.read_bytes()
    ledger.close()
    chance = random.Random(seed)
    told = 0
    for number, at in enumerate(sorted(chance.sample(range(len(whole)), count))):
        folder = bench.folder / str(number)
        folder.mkdir()
        (folder / "ledger.db").write_bytes(data)
        (folder / "ledger.db-wal").write_bytes(whole[:at] + chance.randbytes(chance.choice((0, 100))))
        again = bench.open(folder / "ledger.db")
        waiting = {row.key for row in again.pending()}
        assert waiting >= {key for size, key in business if size <= at}, (at, "business that was acknowledged is gone")
        again.append(Entry(Event.STARTED, {"version": "1", "boot": "after"}))
        again.close()
        before = [position.witness for size, position in acknowledged if size <= at]
        report = cosigner.verify(folder / "ledger.db", listed=False, slips=tuple(before))
        assert report.sound, (at, report)
        assert report.outbox_rows == len(waiting)
        assert report.records >= len(before) + 1
        told += bool(before)
        shutil.rmtree(folder)
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=400)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--suite", choices=SUITES, default="INTL")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = cut(Bench.of(options.suite, Path(folder)), options.cuts, options.seed)
    print(f"{options.cuts} cuts, seed {options.seed}: nothing acknowledged lost ({told} after an acknowledgement)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
