"""A service point in whole: the real platform, its terminal admitted there, a worker of its roster."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from contract import contents, limits
from secure import identity
from tests.kiosk.helping import WORKER, Village, roster_of
from tests.kiosk.test_lookups_with_platform import RealStand, opened
from tests.kiosk.test_with_platform import ROOT, TERMINAL, Platform, central
from tests.secure.pin_desk import Quick

POINT = "忻府区 · 杨树村服务点"


@contextmanager
def attended(folder: Path) -> Iterator[Platform]:
    """A platform that serves, and knows the worker."""
    made = Platform(folder)
    mine = identity.load(made.terminal)
    central(
        "admit", "--state", made.state, "--terminal", TERMINAL, "--csr", mine.request, "--log-key", mine.log_public,
        "--out", made.terminal, "--point", POINT, "--number", "1",
    )  # fmt: skip
    central("staff", "add", "--state", made.state, "--worker", WORKER, "--person", "helper", "--point", POINT)
    made.start()
    try:
        yield made
    finally:
        made.stop()


@asynccontextmanager
async def at_the_terminal(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RealStand]:
    """A terminal of the service point, with its roster; Argon2id stands aside, it is not what is tested."""
    monkeypatch.setattr(limits, "FAREWELL", 0.05)
    monkeypatch.setattr("secure.pin.Argon2id", Quick)
    monkeypatch.setattr("secure.reading.staff.Argon2id", Quick)
    async with opened(platform) as made:
        village = Village(made, contents.packaged())
        village.lay(roster_of(terminal=TERMINAL))
        village.start()
        yield made


def at_the_county(platform: Platform, *words: str) -> str:
    """A command of the platform's; what it said."""
    command = [sys.executable, "-m", "central", *words[:1], "--state", str(platform.state), *words[1:]]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=120).stdout.strip()


def code_of(platform: Platform, person: str) -> str:
    """What the QR of this person's electronic card holds now."""
    return at_the_county(platform, "ecode", "--person", person)
