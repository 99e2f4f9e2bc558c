"""Programs with a window of their own, each under its own Xvfb: Kivy has one window a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def display(width: int, height: int) -> Iterator[dict[str, str]]:
    """An X server of this size; the environment for programs on it."""
    read, write = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
        pass_fds=[write], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        os.close(write)
        try:
            with os.fdopen(read) as number:
                name = number.readline().strip()
            assert name, "Xvfb did not start"
            yield {**os.environ, "DISPLAY": f":{name}", "KIVY_NO_ARGS": "1"}
        finally:
            server.terminate()


def run(program: str, size: tuple[int, int], *arguments: str, wait: float) -> str:
    """What *program* (a module beside this one) says on a window of *size*; it must end well within *wait* seconds."""
    with display(*size) as environment:
        done = subprocess.run(
            [sys.executable, "-m", f"tests.screens_input.{program}", *map(str, size), *arguments],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=wait, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout
