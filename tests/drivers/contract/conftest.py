"""The suite runs once for every adapter; pcscd is started once for all tests of the card reader."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from contract import limits
from drivers.camera import driver as camera_driver
from tests.drivers.contract.adapter import LONG, Adapter
from tests.drivers.contract.adapters import ADAPTERS


@pytest.fixture(scope="module", params=ADAPTERS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> type[Adapter]:
    found: type[Adapter] = request.param
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def surroundings(kind: type[Adapter]) -> AsyncIterator[Any]:
    async with kind.surroundings() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def beside(kind: type[Adapter], surroundings: Any, brisk: None, tmp_path: Path) -> AsyncIterator[Adapter]:
    """Driver and peer: the peer unplugged, the driver not running."""
    async with kind.beside(tmp_path, surroundings) as adapter:
        yield adapter


@pytest_asyncio.fixture(loop_scope="session")
async def online(beside: Adapter) -> Adapter:
    """The same, plugged in and running."""
    await beside.plug()
    beside.start()
    await beside.online()
    beside.forget_events()
    return beside


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits between two looks, shorter; no deadline is. The camera's own process computes, and on a machine with
    much else to do it takes longer for that than a resident should wait."""
    for name, seconds in (
        ("PRINTER_POLL", 0.1), ("ID_READER_POLL", 0.02), ("DEVICE_REOPEN_FIRST", 0.02), ("DEVICE_REOPEN_LAST", 0.1),
        ("CAMERA_POLL", 0.05), ("SPEAKER_POLL", 0.05), ("PRESENCE_POLL", 0.02), ("POWER_POLL", 0.05),
    ):  # fmt: skip
        monkeypatch.setattr(limits, name, seconds)
    monkeypatch.setattr(limits, "CAMERA_START", LONG)
    monkeypatch.setattr(camera_driver, "_SECONDS", dict.fromkeys(camera_driver._SECONDS, LONG))
