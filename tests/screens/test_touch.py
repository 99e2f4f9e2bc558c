"""What a hand does to the window, with real touches and keys (scene_acts.py, one process for all acts)."""

from __future__ import annotations

import json

import pytest

from tests.screens.scene_acts import ACTS
from tests.screens.theatre import played


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("acts")
    done = played("tests.screens.scene_acts", str(out), width=1080, height=1920, wait=600)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, str] = json.loads((out / "outcome.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", ACTS)
def test_act(name: str, outcome: dict[str, str]) -> None:
    assert outcome[name] == ""
