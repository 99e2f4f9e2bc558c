"""The camera's process with a V4L2 camera that is not there: cv2.VideoCapture answers what a real one might, right and
wrong. Everything on this side of the library is the product's own.

python -m tests.drivers.camera.odd_camera WHAT v4l2 PATH WIDTH HEIGHT
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from drivers.camera import worker
from drivers.emulated.drawing import encoded, scene, table, with_hand

PICTURE = scene(5)


class OddCapture:
    """``what`` is what it does after its third frame; a file ``<path>.plugged`` tells whether it is there."""

    def __init__(self, path: str, backend: int) -> None:
        assert backend == cv2.CAP_V4L2
        self._plugged = Path(os.environ["ODD_PLUGGED"])
        self._frames = 0

    def isOpened(self) -> bool:
        return self._plugged.exists()

    def set(self, what: int, value: float) -> bool:
        return False

    def grab(self) -> bool:
        return self._plugged.exists()

    def release(self) -> None:
        pass

    def read(self) -> tuple[bool, Any]:
        self._frames += 1
        what = WHAT if self._frames > 2 or WHAT == "dies_at_once" else "good"
        if not self._plugged.exists():
            return False, None
        if what == "hangs":
            time.sleep(600)
        if what in ("dies", "dies_at_once"):
            os.kill(os.getpid(), 9)
        if what == "unplugged":
            self._plugged.unlink()
            return False, None
        if what == "writes":
            with contextlib.suppress(OSError):
                self._plugged.with_name("left.jpg").write_bytes(encoded(PICTURE, ".jpg"))
        if what == "raises":
            raise cv2.error("(-215:Assertion failed)")
        if what == "moves":
            return True, with_hand(PICTURE, end=(0.3 + 0.1 * (self._frames % 5), 0.5))
        table_of = {
            "grey": cv2.cvtColor(PICTURE, cv2.COLOR_BGR2GRAY),
            "compressed": np.frombuffer(encoded(PICTURE, ".jpg"), np.uint8)[None, :],
            "float": PICTURE.astype(np.float32),
            "empty": np.zeros((0, 0, 3), np.uint8),
            "nothing": table(),
        }
        return True, table_of.get(what, PICTURE).copy()


if __name__ == "__main__":
    WHAT = sys.argv[1]
    if WHAT == "babbles":
        sys.stdout.buffer.write(b"\xff" * 64)
        sys.stdout.buffer.flush()
        time.sleep(600)
    if WHAT == "never_starts":
        time.sleep(600)
    cv2.VideoCapture = OddCapture  # type: ignore[misc, assignment]
    sys.exit(worker.main(sys.argv[2:]))
