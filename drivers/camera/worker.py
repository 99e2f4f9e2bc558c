"""The camera's own process: ``python -m drivers.camera.worker SOURCE PATH WIDTH HEIGHT``, started by the driver.

OpenCV computes here and not in the terminal's process, where it would hold up the window; it is ended from outside when
a frame never comes. It answers until its input ends, and writes nothing but answers.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

import cv2
from cv2.typing import MatLike

from contract import limits
from drivers.camera.frames import NoFrameError, Source, StillSource, V4l2Source
from drivers.camera.messages import LENGTH_BYTES, Broken, Refused, Reply, Seen, Taken, Wish, ask_of, length_of, packed
from drivers.camera.page import shrunk, straighten
from drivers.camera.quality import jpeg_of, judged, moved
from drivers.device import Hint

STILL_TRIES: Final = 6
"""Frames that a capture waits for the page to lie still."""
BETWEEN: Final = 0.12
"""Seconds between two frames that are compared."""
NICE: Final = 5
"""The window goes first."""


class Eye:
    """Looks through one source and remembers the last frame, to tell what moves."""

    def __init__(self, opened: Callable[[], Source]) -> None:
        self._opened = opened
        self._source: Source | None = None
        self._before: MatLike | None = None

    def answer(self, wish: Wish) -> Reply:
        try:
            if self._source is None:
                self._source = self._opened()
            return self._look() if wish is Wish.LOOK else self._capture()
        except NoFrameError as error:
            self.close()
            return Broken(str(error))

    def close(self) -> None:
        if self._source is not None:
            self._source.close()
        self._source = self._before = None

    def _frame(self) -> tuple[MatLike, bool]:
        """The next frame, and whether it differs from the last one."""
        assert self._source is not None
        frame = self._source.frame()
        still, self._before = not moved(self._before, frame), frame
        return frame, still

    def _look(self) -> Seen:
        if self._before is None:
            self._frame()  # two are needed to tell whether something moves
            time.sleep(BETWEEN)
        frame, still = self._frame()
        hint, corners = judged(frame)
        if not still and hint is not Hint.DARK:
            hint = Hint.MOVING
        small = cv2.cvtColor(shrunk(frame, limits.CAMERA_LOOK_PIXELS), cv2.COLOR_BGR2RGB)
        height, width = frame.shape[:2]
        within = () if corners is None else tuple((float(x) / width, float(y) / height) for x, y in corners)
        return Seen(hint.value, small.shape[1], small.shape[0], small.tobytes(), within)

    def _capture(self) -> Taken | Refused:
        """Once two frames in a row are the same: the second one, when it can be read."""
        for _ in range(STILL_TRIES):
            frame, still = self._frame()
            if still:
                break
            time.sleep(BETWEEN)
        else:
            return Refused(Hint.MOVING.value)
        hint, corners = judged(frame)
        if hint is not Hint.READY or corners is None:
            return Refused(hint.value)
        return Taken(*jpeg_of(straighten(frame, corners)))


def serve(eye: Eye, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until *questions* ends."""
    while len(head := questions.read(LENGTH_BYTES)) == LENGTH_BYTES:
        answers.write(packed(eye.answer(ask_of(questions.read(length_of(head))).wish)))
        answers.flush()


def main(arguments: list[str]) -> int:
    kind, path, width, height = arguments
    # A page is in memory: no crash and no library may write it to a disk. Pipes are no files.
    for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(limit, (0, 0))
    os.nice(NICE)
    cv2.setNumThreads(1)

    def opened() -> Source:
        return StillSource(Path(path)) if kind == "still" else V4l2Source(path, int(width), int(height))

    eye = Eye(opened)
    try:
        serve(eye, sys.stdin.buffer, sys.stdout.buffer)
    except (BrokenPipeError, KeyboardInterrupt):
        return 1  # the terminal is gone
    finally:
        eye.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
