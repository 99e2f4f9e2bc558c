"""A short run of scripts/soak: nothing leaks, nobody is half read. The long one is run by hand."""

from __future__ import annotations

import pytest

from deploy.local.pcscd import Pcscd
from deploy.local.soak import Tally, Used, soak, standing

CYCLES = 30
MEMORY_KB = 8192


@pytest.mark.asyncio(loop_scope="session")
async def test_thirty_cards_in_and_out(pcscd: Pcscd):
    async with standing(pcscd) as stand:
        tally = await soak(stand, CYCLES, seed=7)
    assert not tally.wrong
    assert not tally.leaks
    assert tally.cycles == CYCLES
    for who, used in tally.before.items():
        assert tally.after[who].memory_kb - used.memory_kb < MEMORY_KB, who
    print(tally.document())


def test_a_leak_is_named():
    tally = Tally(before={"driver": Used(10, 3, 1000)}, after={"driver": Used(11, 3, 1000)})
    assert tally.leaks == ["driver: handles 10 → 11"]
