"""A terminal's courier in a process of its own, to be killed at any moment: python -m tests.kiosk.courier_to_kill."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from types import SimpleNamespace

from tests.kiosk.test_with_platform import Desk


async def main(terminal: Path, ledger: Path) -> None:
    desk = Desk(SimpleNamespace(terminal=terminal), ledger)  # type: ignore[arg-type]
    await desk.journal.open()
    print("open", flush=True)
    await desk.courier.run()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
