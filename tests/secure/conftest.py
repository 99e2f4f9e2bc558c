from __future__ import annotations

from pathlib import Path

import pytest

from tests.secure.bench import Bench
from tests.secure.cosigner import Cosigner


@pytest.fixture
def bench(tmp_path: Path, request: pytest.FixtureRequest) -> Bench:
    """One terminal's keys and an empty folder; of the suite that the test's parameter says."""
    return Bench.of(getattr(request, "param", "INTL"), tmp_path)


@pytest.fixture
def cosigner(bench: Bench) -> Cosigner:
    """The platform that witnesses the log of the test's own bench, of whichever suite."""
    return Cosigner(bench)
