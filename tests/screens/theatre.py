"""One X server and one process for each window: Kivy has one window a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def display(width: int, height: int) -> Iterator[str]:
    """An X server in memory of this size, on a number that it picks itself."""
    receive, send = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(send), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=(send,), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        os.close(send)
        try:
            with os.fdopen(receive) as answer:
                number = answer.readline().strip()
            assert number, "Xvfb did not start"
            yield f":{number}"
        finally:
            server.terminate()


def played(module: str, *arguments: str, width: int, height: int, wait: float) -> subprocess.CompletedProcess[str]:
    """Run *module* with a window of this size, to its end."""
    with display(width, height) as name:
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT, env=os.environ | {"DISPLAY": name}, capture_output=True, text=True, timeout=wait, check=False,
        )  # fmt: skip
