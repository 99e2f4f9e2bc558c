"""A terminal that writes and says what is on its disk, until it is killed.

Arguments: folder, log key, two public keys in hex.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from secure.keys import SoftwareKey
from secure.ledger import Ledger
from tests.secure.bench import DEVICE, item, keep


def main(folder: str, log_key: str, audit: str, platform: str) -> None:
    ledger = Ledger.open(
        Path(folder) / "ledger.db",
        device=SoftwareKey.from_pem(Path(log_key).read_text("ascii")),
        device_id=DEVICE,
        audit_key=bytes.fromhex(audit),
        platform_key=bytes.fromhex(platform),
        clock=lambda: datetime.now(UTC),
    )
    print("open", flush=True)
    for number in range(1_000_000):
        if number % 5 == 4:
            kept = keep(ledger)
            print(kept.position.witness, kept.key, flush=True)
        else:
            print(getattr(ledger.append(item(number)), "witness"), "-", flush=True)  # noqa: B009


if __name__ == "__main__":
    main(*sys.argv[1:])
