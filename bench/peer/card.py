"""``python -m bench.peer.card --port PORT --person KEY``: an emulated card and a PSAM in vpcd's two slots.

A process of their own, so that who is measured does not share an interpreter with them. Until standard input ends.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from deploy.local.household import CAST
from drivers.emulated.card import CardSlot, EmulatedCard, EmulatedPsam, read_cast, read_keys


async def lie(port: int, person: str) -> None:
    async with CardSlot(port) as slot, CardSlot(port + 1) as second:
        await second.insert(EmulatedPsam(read_keys(CAST)))
        await slot.insert(EmulatedCard(read_cast(CAST)[person]))
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="bench.peer.card")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--person", required=True)
    options = parser.parse_args()
    asyncio.run(lie(options.port, options.person))
