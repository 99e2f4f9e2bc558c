from __future__ import annotations

from pathlib import Path

import pytest

from tests.secure.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """One terminal's keys and an empty folder."""
    return Bench(tmp_path)
