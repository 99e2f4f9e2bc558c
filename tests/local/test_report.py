"""Figures in their one shape, and what a process costs."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

import pytest

from bench.processes import cpu, family, pss
from bench.report import Figure, percentile, write
from bench.table import page


def test_the_file_has_the_agreed_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = [
        Figure("startup", [0.4, 0.5, 0.3], "s", "chromium", [0.5, 0.4, 0.6], 1.0),
        Figure("idle", [1.4], "%", goal=1.0),
        Figure("touch", [8.0], "ms"),
        Figure("pressed", [8.0, 9.0, 20.0], "ms", "chromium", [4.0], 16.7, of_value=True),
    ]
    write("startup", figures, tmp_path / "deep" / "f.json")
    document = json.loads((tmp_path / "deep" / "f.json").read_text())
    assert set(document) == {"bench", "machine", "figures"}
    first, second, third, fourth = document["figures"]
    wanted = {"name", "value", "unit", "peer", "peer_value", "ratio", "goal", "holds"}
    assert wanted <= set(first)
    assert (first["value"], first["peer_value"], first["ratio"], first["holds"]) == (0.4, 0.5, 0.8, True)
    assert (first["spread"], first["peer_spread"]) == ([0.3, 0.5], [0.4, 0.6])
    assert second["holds"] is False
    assert (fourth["value"], fourth["ratio"], fourth["holds"], fourth["goal_of"]) == (9.0, 2.25, True, "value")
    assert (third["goal"], third["holds"], third["ratio"]) == (None, None, None)
    assert "DOES NOT HOLD" in capsys.readouterr().out


@pytest.mark.parametrize(("part", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_percentiles_by_nearest_rank(part: float, value: int) -> None:
    assert percentile(list(range(1, 101)), part) == pytest.approx(value, abs=1)


def test_a_family_counts_its_children() -> None:
    with subprocess.Popen(["sh", "-c", "sleep 600 & wait"]) as parent:
        try:
            end = time.monotonic() + 10
            while len(family(parent.pid)) < 2 and time.monotonic() < end:
                time.sleep(0.02)
            assert len(family(parent.pid)) == 2
            assert pss(parent.pid) > 0
        finally:
            for pid in reversed(family(parent.pid)):
                os.kill(pid, 15)
    before = cpu(os.getpid())
    while time.process_time() < 0.3:
        pass
    assert cpu(os.getpid()) >= max(before, 0.2)


def test_the_page_of_figures_says_what_does_not_hold(tmp_path: Path) -> None:
    write("startup", [Figure("start", [0.4, 0.6], "s", "chromium", [0.5, 0.5], 0.9)], tmp_path / "a.json")
    write("idle", [Figure("CPU", [1.4], "%", goal=1.0)], tmp_path / "b.json")
    lines = page([tmp_path / "a.json", tmp_path / "b.json"]).splitlines()
    assert any(
        "| startup | start | 0.5 s [0.4 … 0.6] | 0.5  | 1.00 | ≤ 0.9 | **否 no** | 2 |" in line for line in lines
    )
    assert any("| idle | CPU | 1.4 %  | — | — | ≤ 1 % | **否 no** | 1 |" in line for line in lines)
