"""Two emulated SAM_V modules in a process of their own, a card on each: ``python -m bench.peer.id_module LINK LINK``.

``--pace``: answers take as long as they would on a wire of 115200 baud. Prints a line when both are there.
"""

from __future__ import annotations

import argparse
import asyncio
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path

from contract import id_number
from drivers.emulated.sam_v import Document, EmulatedSamV

_FIRST = "14099919800412021"
PERSON = Document(_FIRST + id_number.check_digit(_FIRST), "测试甲", "1", date(1980, 4, 12))


async def serve(links: list[Path], *, pace: bool) -> None:
    async with AsyncExitStack() as stack:
        for link in links:
            module = await stack.enter_async_context(EmulatedSamV(link))
            module.pace = pace
            module.lay(PERSON)
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("links", type=Path, nargs="+")
    parser.add_argument("--pace", action="store_true")
    options = parser.parse_args()
    asyncio.run(serve(options.links, pace=options.pace))
