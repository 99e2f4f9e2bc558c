"""Real touches (xdotool) on the real window under Xvfb: words by pinyin, a code of letters and digits, then a PIN."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract import limits

ROOT = Path(__file__).parents[2]


class Window:
    """The player's window: waits for what it tells, touches what it names."""

    def __init__(self, width: int, height: int, folder: Path) -> None:
        read, write = os.pipe()
        self._xvfb = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24"],
            pass_fds=[write], stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as number:
            display = f":{number.readline().strip()}"
        self._env = {**os.environ, "DISPLAY": display, "PYTHONPATH": str(ROOT)}
        self._player = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("player.py")), str(width), str(height), str(folder)],
            env=self._env, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        # Whoever waits for a line that never comes sees the window end instead.
        self._deadline = threading.Timer(60, self._player.kill)
        self._deadline.start()
        self.seen: dict[str, Any] = {}
        self.log = ""

    def until(self, key: str) -> dict[str, Any]:
        """Read on until a target *key* is there, or an answer when *key* is ``answer``."""
        assert self._player.stdout is not None
        while key not in self.seen.get("targets", {}) and key not in self.seen:
            line = self._player.stdout.readline()
            assert line, f"the window ended before {key}"
            self.log += line
            self.seen = json.loads(line)
        return self.seen

    def touch(self, key: str, times: int = 1) -> None:
        """More than once is a quick finger, 90 ms apart."""
        _, x, y = self.until(key)["targets"][key]
        clicks = ["click", "--repeat", str(times), "--delay", "90", "1"]
        subprocess.run(["xdotool", "mousemove", str(round(x)), str(round(y)), *clicks], env=self._env, check=True)
        if not key.startswith(("key:", "digit:")):
            time.sleep(limits.DOUBLE_TAP + 0.1)  # what follows at once in the same place would be its double tap

    def close(self) -> None:
        self._deadline.cancel()
        for process in (self._player, self._xvfb):
            process.terminate()
            process.wait(10)


@pytest.fixture(params=[(1080, 1920), (1280, 1024)], ids=str)
def window(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Window]:
    opened = Window(*request.param, tmp_path / "rime")
    yield opened
    opened.close()


def test_village_by_pinyin_then_pin(window: Window) -> None:
    for letter in "yangshucun":
        window.touch(f"key:{letter}")
    while window.until("candidate:0")["targets"]["candidate:0"][0] != "杨树村":
        window.seen = {}
    window.touch("candidate:0")
    window.touch("nav:help")
    window.seen = {}
    window.touch("action:ok")
    window.seen = {}
    assert "杨树村" in window.until("key:n")["texts"], "what was written is lost by asking for help"
    window.touch("key:n", times=2)
    while "n n" not in window.until("next")["texts"]:
        window.seen = {}
    window.touch("back", times=2)
    while "candidate:0" in window.until("next")["targets"]:
        window.seen = {}
    window.touch("next")
    window.seen = {}
    assert window.until("answer")["answer"] == "杨树村"
    window.seen = {}
    window.touch("key:S")
    assert "key:A" not in window.seen["targets"], "a letter that no such code holds"
    for key in "Y014":
        window.touch(f"key:{key}")
    while "SY01 4" not in window.until("next")["texts"]:
        window.seen = {}
    window.touch("clear")
    for key in "S0123456789":
        window.touch(f"key:{key}")
    window.touch("key:8", times=2)
    while "S012 3456 7898 8" not in window.until("next")["texts"]:
        window.seen = {}
    window.touch("back")
    window.touch("next")
    window.seen = {}
    assert window.until("answer")["answer"] == "S01234567898"
    window.seen = {}
    window.touch("digit:1", times=2)
    for digit in "5790":
        window.touch(f"digit:{digit}")
    assert "杨树村" not in [text for text in window.until("done")["texts"] if "服务点" not in text]
    assert "115790" not in window.log
    window.touch("done")
    window.seen = {}
    assert window.until("answer")["answer"] == "115790"
