"""A staff desk with its file, its roster and clocks that a test sets; and the module without one of its defences.

Run as a program it is a terminal that is killed while it looks at a PIN: folder, PIN, mutant.
"""

from __future__ import annotations

import hmac
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from contract.log_format import INTL
from contract.roster import Cost, Roster, Unlock, Worker
from secure import pin as real
from secure.business import DiskFull
from secure.reading.staff import roster_line
from secure.schema import STAFF
from secure.sqlite import Database
from tests.mutating import attacks

DEVICE, WORKER, CARD = "XZ-0007", "w-1", "140999000001"
RIGHT, WRONG = "13572468", "86427531"
PEPPER = bytes(range(32))
COST = Cost(memory_kib=64 * 1024)
START = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

MUTANTS = {
    mutant.without: (mutant.changes[0].take, mutant.changes[0].put)
    for attack in attacks()
    for mutant in attack.mutants
    if mutant.changes[0].file == "secure/pin.py"
}
"""Defence taken out → source text and what stands there instead (tests/mutants.toml)."""


def module(mutant: str = "") -> Any:
    """secure.pin, or a copy of it without one defence."""
    if not mutant:
        return real
    old, new = MUTANTS[mutant]
    source = Path(real.__file__).read_text("utf-8")
    assert source.count(old) == 1, mutant
    made = ModuleType(f"mutated_pin_{mutant.replace(' ', '_')}")
    sys.modules[made.__name__] = made  # dataclasses look their module up
    exec(compile(source.replace(old, new), real.__file__, "exec"), made.__dict__)  # noqa: S102
    return made


class Quick:
    """Argon2id's place where it is not what is tested: no key derivation, but every call is counted."""

    calls = 0

    def __init__(self, *, salt: bytes, **_cost: int) -> None:
        self._salt = salt

    def derive(self, secret: bytes) -> bytes:
        Quick.calls += 1
        return hmac.digest(self._salt, secret, "sha256")


def pepper(message: bytes) -> bytes:
    return hmac.digest(PEPPER, message, "sha256")


def roster(*, digits: int = 8, pin: str = RIGHT, terminal: str = DEVICE, days: int = 30, suite: bytes = INTL) -> Roster:
    line = roster_line(pin, terminal=terminal, worker=WORKER, pepper=PEPPER, cost=COST, card_number=CARD, suite=suite)
    return Roster(
        version=1, point="p-1", not_before=START - timedelta(days=1), not_after=START + timedelta(days=days), cost=COST,
        offline_items=(25,), workers=(Worker(WORKER, digits, (line,)),),
    )  # fmt: skip


@dataclass
class Desk:
    """What a test holds in its hands."""

    folder: Path
    under: Any = real
    roster: Roster = field(default_factory=roster)
    tpm: bool = False
    uptime: float = 1000.0
    boot: str = "boot-1"
    now: datetime = START
    full: bool = False
    commits: int = 0
    mac: Callable[[bytes], bytes] = pepper

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """The terminal starts, or starts again."""
        self.connection = sqlite3.connect(self.folder / "staff.db", isolation_level=None)
        STAFF.apply(Database(self.connection))
        self.desk = self.under.StaffDesk(
            device_id=DEVICE, store=self.store, pepper=self.mac, unlock_signed=lambda unlock: unlock.signature == b"ok",
            tpm=self.tpm, clock=lambda: self.now, uptime=lambda: self.uptime, boot=lambda: self.boot,
        )  # fmt: skip
        self.desk.use(self.roster)

    def store(self, work: Callable[[sqlite3.Connection], None]) -> DiskFull | None:
        if self.full:
            return DiskFull()
        self.commits += 1
        self.connection.execute("BEGIN IMMEDIATE")
        work(self.connection)
        self.connection.execute("COMMIT")
        return None

    def reboot(self) -> None:
        self.connection.close()
        self.boot, self.uptime = self.boot + "'", 5.0
        self.open()

    def attempt(self, pin: str, worker: str = WORKER) -> Any:
        """The worker shows the QR and types *pin*."""
        return self.desk.check(self.desk.code_shown(worker), pin)

    def wrong(self, times: int) -> list[Any]:
        """So many wrong PINs, each after its wait."""
        answers = []
        for _ in range(times):
            answers.append(self.attempt(WRONG))
            self.uptime += getattr(answers[-1], "wait", 0.0)
        return answers


def unlock(lockout: str, *, device: str = DEVICE, signature: bytes = b"ok") -> Unlock:
    return Unlock(device=device, worker=WORKER, lockout=lockout, at="2026-11-23T09:30:00+00:00", signature=signature)


def main(folder: str, pin: str, mutant: str) -> None:
    def slow(message: bytes) -> bytes:
        if not message.startswith(b"pin1|"):
            return pepper(message)
        print("looking", flush=True)
        time.sleep(60)
        raise AssertionError("was to be killed")

    Desk(Path(folder), module(mutant), mac=slow).attempt(pin)


if __name__ == "__main__":
    main(*sys.argv[1:])
