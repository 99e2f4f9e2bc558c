"""Whole screens on a real window: what was typed is gone, from memory and from the canvas, as soon as they are."""

from __future__ import annotations

import json
from pathlib import Path

from tests.screens_input import windows


def test_what_was_typed_is_gone(library: Path) -> None:
    told = windows.run("keeper", (1080, 1920), str(library), wait=600)
    endings = [json.loads(line) for line in told.splitlines()]
    assert {(one["typed"], one["ended"]) for one in endings} == {
        (typed, ended) for typed in ("village", "phone", "code", "pin") for ended in ("cancelled", "answered")
    }
    for one in endings:
        where = f"{one['typed']}, {one['ended']}"
        assert one["held"] > 0, f"{where}: the search does not even find it while it is shown"
        assert one["holders"] == [], where
        assert one["drawn"] == [], where
