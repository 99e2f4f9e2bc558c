"""A terminal that writes and says what is on its disk, until it is killed.

Arguments: folder, log key, two public keys in hex.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from secure.keys import from_pem
from secure.ledger import Ledger
from tests.secure.bench import DEVICE, item, keep


def say(line: str) -> None:
    """In one write: a kill does not leave half of it, whatever the buffering."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(folder: str, log_key: str, audit: str, platform: str) -> None:
    ledger = Ledger.open(
        Path(folder) / "ledger.db",
        device=from_pem(Path(log_key).read_text("ascii")),
        device_id=DEVICE,
        audit_key=bytes.fromhex(audit),
        platform_key=bytes.fromhex(platform),
        clock=lambda: datetime.now(UTC),
    )
    print("open", flush=True)
    for number in range(1_000_000):
        if number % 5 == 4:
            kept = keep(ledger)
            say(f"{kept.position.witness} {kept.key}")
        else:
            say(f"{getattr(ledger.append(item(number)), 'witness')} -")  # noqa: B009


if __name__ == "__main__":
    main(*sys.argv[1:])
