"""The camera's own process, looking at image files or through a camera fed in at OpenCV's boundary, with what can go
wrong with it.

python -m tests.drivers.contract.camera_peer MOOD still|v4l2 PATH WIDTH HEIGHT: the file MOOD says how it is, at each
frame.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path
from typing import Any

import cv2
from cv2.typing import MatLike

from drivers.camera import worker
from drivers.camera.frames import StillSource
from drivers.emulated.drawing import scene

MOOD = Path(sys.argv[1])


def suffer() -> None:
    """What is wrong at the moment."""
    mood = MOOD.read_text()
    if mood == "silent":
        time.sleep(600)
    if mood.startswith("garbled"):
        sys.stdout.buffer.write(random.Random(mood).randbytes(64))
        sys.stdout.buffer.flush()


class OddSource(StillSource):
    def frame(self) -> MatLike:
        suffer()
        return super().frame()


class OddCapture:
    """In cv2.VideoCapture's place: there for as long as its path is."""

    def __init__(self, path: str, backend: int) -> None:
        assert backend == cv2.CAP_V4L2
        self._path = Path(path)
        self._picture = scene(5, tilt=0.05)

    def isOpened(self) -> bool:
        return self._path.exists()

    def set(self, what: int, value: float) -> bool:
        return False

    def grab(self) -> bool:
        return self._path.exists()

    def read(self) -> tuple[bool, Any]:
        suffer()
        return (True, self._picture.copy()) if self._path.exists() else (False, None)

    def release(self) -> None:
        return


if __name__ == "__main__":
    worker.StillSource = OddSource  # type: ignore[attr-defined]
    cv2.VideoCapture = OddCapture  # type: ignore[misc, assignment]
    sys.exit(worker.main(sys.argv[2:]))
