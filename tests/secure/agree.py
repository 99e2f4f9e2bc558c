"""Random histories with random damage, judged by the product's verifier and by the independent one.

``scripts/soak histories --count 10000 --seed 1``; tests run a few hundred. Prints how often each reason was told;
exit code 1 at the first disagreement, with everything needed to see it again.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

import msgspec

from contract import limits
from secure.reading.log import Verifier
from tests.secure import independent
from tests.secure.bench import SUITES, Bench, keep, write
from tests.secure.cosigner import Cosigner

PER_HISTORY = 25
"""Damaged copies of one history, the first of them undamaged."""
COLUMNS = (
    ("record", "seq", ("header", "nonce", "ciphertext", "head")),
    ("segment", "number", ("header", "signature", "cosignature")),
    ("checkpoint", "seq", ("cosignature",)),
    ("pruned", "id", ("statement",)),
)


def history(folder: Path, chance: random.Random, suite: str) -> tuple[Bench, Cosigner, list[str]]:
    """A few starts, records, business, now and then a witness; sometimes pruned. The slips' lines."""
    bench = Bench.of(suite, folder)
    cosigner, slips = Cosigner(bench), []
    ledger = bench.open()
    for _ in range(chance.randrange(1, 7)):
        if chance.random() < 0.5:
            ledger.close()
            ledger = bench.open()
        slips += [position.witness for position in write(ledger, chance.randrange(1, 4))]
        if chance.random() < 0.3:
            slips.append(keep(ledger).position.witness)
        if chance.random() < 0.5:
            cosigner.witness(ledger)
    if chance.random() < 0.3:
        for row in ledger.pending():
            ledger.settle(row.key, b"receipt")
        cosigner.take_in(ledger)
        cosigner.later(days=limits.LOG_KEPT_DAYS + 1)
        write(ledger, 1)
        cosigner.witness(ledger)
        ledger.upkeep.prune(limits.LOG_KEPT_DAYS)
    ledger.close()
    return bench, cosigner, slips


def damage(path: Path, chance: random.Random) -> str:
    """One or two changes that somebody with the disk could make; what was done."""
    done = []
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        for _ in range(chance.choice((1, 1, 1, 2))):
            done.append(chance.choice((_flip, _flip, _delete, _cut, _swap, _move, _forget))(file, chance))
    return "; ".join(done)


def _keys(file: sqlite3.Connection, table: str, key: str) -> list[int]:
    return [one for (one,) in file.execute(f"SELECT {key} FROM {table} ORDER BY {key}")]  # noqa: S608


def _flip(file: sqlite3.Connection, chance: random.Random) -> str:
    table, key, columns = chance.choice(COLUMNS)
    column, keys = chance.choice(columns), _keys(file, table, key)
    if not keys:
        return "nothing"
    which = chance.choice(keys)
    (raw,) = file.execute(f"SELECT {column} FROM {table} WHERE {key} = ?", (which,)).fetchone()  # noqa: S608
    if raw is None:
        return "nothing"
    if column in {"cosignature", "statement"}:
        at = raw.index(b'"at":"') + 6 + chance.randrange(4)  # a digit of the year: still JSON, still a time
        changed = raw[:at] + (b"1" if raw[at : at + 1] != b"1" else b"3") + raw[at + 1 :]
    else:
        at = chance.randrange(len(raw))
        changed = raw[:at] + bytes((raw[at] ^ 1 << chance.randrange(8),)) + raw[at + 1 :]
    file.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (changed, which))  # noqa: S608
    return f"{table} {which}: {column} changed at {at}"


def _delete(file: sqlite3.Connection, chance: random.Random) -> str:
    table, key, _ = chance.choice(COLUMNS)
    keys = _keys(file, table, key)
    if not keys:
        return "nothing"
    which = chance.choice(keys)
    file.execute(f"DELETE FROM {table} WHERE {key} = ?", (which,))  # noqa: S608
    return f"{table} {which} deleted"


def _cut(file: sqlite3.Connection, chance: random.Random) -> str:
    keys = _keys(file, "record", "seq")
    if not keys:
        return "nothing"
    which = chance.choice(keys)
    file.execute("DELETE FROM record WHERE seq >= ?", (which,))
    if chance.random() < 0.7:
        segments = _keys(file, "segment", "number")
        file.execute("DELETE FROM segment WHERE number > ?", (chance.choice(segments) if segments else 0,))
    if chance.random() < 0.5:
        file.execute("DELETE FROM checkpoint WHERE seq >= ?", (which,))
    return f"cut at {which}"


def _swap(file: sqlite3.Connection, chance: random.Random) -> str:
    table, key, _ = chance.choice(COLUMNS[:2])
    keys = _keys(file, table, key)
    if len(keys) < 2:
        return "nothing"
    a, b = chance.sample(keys, 2)
    for old, new in ((a, -1), (b, a), (-1, b)):
        file.execute(f"UPDATE {table} SET {key} = ? WHERE {key} = ?", (new, old))  # noqa: S608
    return f"{table} {a} and {b} swapped"


def _move(file: sqlite3.Connection, chance: random.Random) -> str:
    table, key, _ = chance.choice(COLUMNS[:2])
    keys = _keys(file, table, key)
    if not keys:
        return "nothing"
    which = chance.choice(keys)
    file.execute(f"UPDATE {table} SET {key} = {key} + 1000 WHERE {key} = ?", (which,))  # noqa: S608
    return f"{table} {which} moved away"


def _forget(file: sqlite3.Connection, chance: random.Random) -> str:
    file.execute("DELETE FROM checkpoint")
    file.execute("UPDATE segment SET cosignature = NULL")
    return f"witness forgotten {chance.random() < 1}"


def agree(count: int, seed: int, suite: str = "") -> Counter[str]:
    """How often which verdict was told by both. *suite* empty: every history chooses its own. Raises AssertionError at
    the first that differs."""
    chance, told = random.Random(seed), Counter[str]()
    while told.total() < count:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            bench, cosigner, slips = history(folder, chance, suite or chance.choice(SUITES))
            for number in range(min(PER_HISTORY, count - told.total())):
                copy = folder / f"{number}.db"
                shutil.copyfile(bench.db, copy)
                what = damage(copy, chance) if number else "nothing"
                listed = cosigner.listed() if chance.random() < 0.5 else None
                key = cosigner.public if listed or chance.random() < 0.7 else None
                some = chance.sample(slips, min(len(slips), chance.randrange(3)))
                ours = Verifier(
                    bench.device.public, slips=some, witness_key=key, witnessed=[listed] if listed else []
                ).verify(copy)  # fmt: skip
                encoded = None if listed is None else msgspec.json.encode(listed)
                theirs = independent.verdict(copy, bench.device.public, key, encoded, some)
                mine = (None if ours.reason is None else ours.reason.value, ours.bad_seq)
                assert mine == theirs, f"seed {seed}, {told.total()}: {what}: ours {mine}, independent {theirs}"
                told[mine[0] or "sound"] += 1
                copy.unlink()
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--suite", choices=SUITES, default="", help="all histories of one suite; else each chooses")
    options = parser.parse_args()
    try:
        told = agree(options.count, options.seed, options.suite)
    except AssertionError as differs:
        print(differs, file=sys.stderr)
        return 1
    print(f"{told.total()} logs, seed {options.seed}: both verifiers agree on each")
    for reason, number in told.most_common():
        print(f"{number:7} {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
