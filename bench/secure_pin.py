"""``python -m bench.secure_pin --json FILE``: one check of a staff PIN, from count to verdict."""

from __future__ import annotations

import argparse
import hmac
import secrets
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bench.report import Figure, write
from contract.roster import Cost, Roster, Worker
from secure.keys import SoftwareKey
from secure.ledger import Ledger
from secure.pin import Accepted, StaffDesk, Verdict, Wrong
from secure.reading.staff import roster_line

SHORTEST: Final = 0.25
"""A check quicker than this would make guessing cheap: a second figure holds it from below."""
LONGEST: Final = 0.5
DEVICE, WORKER, RIGHT, WRONG = "XZ-0007", "w-1", "13572468", "86427531"


def figures(rounds: int = 15) -> list[Figure]:
    """Right, wrong and unknown in turn, on a real ledger. The processor's time is what it costs on a machine that does
    nothing else; beside other work the wall's is longer."""
    pepper, now = secrets.token_bytes(32), datetime.now(UTC)
    line = roster_line(RIGHT, terminal=DEVICE, worker=WORKER, pepper=pepper, cost=Cost())
    roster = Roster(
        version=1, point="p-1", not_before=now, not_after=now + timedelta(days=1), workers=(Worker(WORKER, 8, (line,)),)
    )
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        ledger = Ledger.open(
            Path(folder) / "ledger.db", device=SoftwareKey.generate(), device_id=DEVICE, audit_key=_point(),
            platform_key=_point(), clock=lambda: datetime.now(UTC),
        )  # fmt: skip
        desk = StaffDesk(
            device_id=DEVICE, store=ledger.within,
            pepper=lambda text: hmac.digest(pepper, text, "sha256"),
            unlock_signed=lambda _unlock: False, tpm=False, clock=lambda: datetime.now(UTC),
        )  # fmt: skip
        desk.use(roster)
        wrong, right, worked, unknown = [], [], [], []
        for _ in range(rounds):
            wrong.append(_timed(lambda: desk.check(desk.code_shown(WORKER), WRONG), Wrong))
            processor = time.process_time()
            right.append(_timed(lambda: desk.check(desk.code_shown(WORKER), RIGHT), Accepted))
            worked.append(time.process_time() - processor)
            unknown.append(_timed(lambda: desk.check(desk.code_shown("nobody"), WRONG), Wrong))
        ledger.close()
    return [
        Figure("PIN check", right, "s", goal=LONGEST),
        Figure("PIN check, processor", worked, "s", goal=LONGEST),
        Figure("0.25 s / processor", [SHORTEST / seconds for seconds in worked], "", goal=1.0),
        Figure("PIN check, unknown worker", unknown, "s", peer="known", peer_values=wrong, goal=1.1),
    ]


def _timed(check: Callable[[], Verdict], kind: type) -> float:
    begun = time.perf_counter()
    verdict = check()
    taken = time.perf_counter() - begun
    assert isinstance(verdict, kind), verdict
    return taken


def _point() -> bytes:
    return b"\x09" + bytes(31)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.secure_pin")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    write("secure_pin", figures(options.rounds), options.json)


if __name__ == "__main__":
    main()
