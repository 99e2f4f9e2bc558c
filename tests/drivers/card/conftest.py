"""One pcscd for all tests of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from deploy.local.pcscd import Pcscd
from drivers.emulated.card import CastMember, read_cast
from tests.drivers.card.bench import CAST, PORT, Bench, running


@pytest.fixture(scope="session")
def cast() -> dict[str, CastMember]:
    return read_cast(CAST)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pcscd() -> AsyncIterator[Pcscd]:
    """Given back after these tests: it is one per machine, and the tour's tests wait for it."""
    async with Pcscd(port=PORT, friendly_name="SSC Contact") as session:
        yield session


@pytest_asyncio.fixture(loop_scope="session")
async def bench(pcscd: Pcscd) -> AsyncIterator[Bench]:
    async with running(pcscd) as made:
        yield made
