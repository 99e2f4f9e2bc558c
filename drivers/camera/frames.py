"""Where pictures come from: a UVC camera through V4L2 (OpenCV's VideoCapture), or image files that stand for one.

Only the camera's own process imports this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np
from cv2.typing import MatLike

from contract import limits

STALE: Final = 1
"""Frames that V4L2 had ready before somebody asked: dropped, or a hand that is gone would still be seen."""
SHORTEST: Final = 16
"""A picture with a side of fewer pixels is no frame."""


class NoFrameError(Exception):
    """The source gives no usable picture; the message says why, in words for staff."""


class Source(Protocol):
    def frame(self) -> MatLike:
        """The next picture, 8 bit BGR. Raises NoFrameError. May wait for ever: who asked ends the process."""
        ...

    def close(self) -> None: ...


class V4l2Source:
    """A camera at *path*, asked for MJPEG in this size (a still camera of 5 MP gives 2 frames a second in YUYV)."""

    def __init__(self, path: str, width: int, height: int) -> None:
        """Raises NoFrameError when it will not open."""
        self._camera = cv2.VideoCapture(path, cv2.CAP_V4L2)
        if not self._camera.isOpened():
            self._camera.release()
            raise NoFrameError("not there")
        for what, value in (
            (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
            (cv2.CAP_PROP_FRAME_WIDTH, width),
            (cv2.CAP_PROP_FRAME_HEIGHT, height),
            (cv2.CAP_PROP_BUFFERSIZE, 1),
        ):
            self._camera.set(what, float(value))  # a camera that cannot gives what it has

    def frame(self) -> MatLike:
        try:
            for _ in range(STALE):
                self._camera.grab()
            good, picture = self._camera.read()
        except cv2.error as error:
            raise NoFrameError("unplugged") from error
        if not good:
            raise NoFrameError("no frame")
        return as_bgr(picture)

    def close(self) -> None:
        self._camera.release()


class StillSource:
    """An image file, or the image files of a folder in the order of their names, over and over."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files = self._over_and_over()

    def frame(self) -> MatLike:
        file = next(self._files, None)
        if file is None:
            raise NoFrameError("not there")
        try:
            if file.stat().st_size > limits.CAMERA_FRAME_BYTES:
                raise NoFrameError("too large")
            data = file.read_bytes()
        except OSError as error:
            self._files = self._over_and_over()
            raise NoFrameError("not there") from error
        return decoded(data)

    def close(self) -> None:
        """Nothing is held open."""

    def _over_and_over(self) -> Iterator[Path]:
        while self._path.is_file():
            yield self._path
        while self._path.is_dir() and (files := sorted(f for f in self._path.iterdir() if f.is_file())):
            yield from files


def decoded(data: bytes) -> MatLike:
    """An image file's bytes as a frame. Raises NoFrameError for whatever is none."""
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    except cv2.error:
        picture = None
    return as_bgr(picture)


def as_bgr(picture: object) -> MatLike:
    """8 bit BGR from what a camera may give instead: grey, grey of 16 bit, YUYV, with alpha. Raises NoFrameError for
    anything else (a driver that hands over the compressed bytes, planes it did not convert)."""
    if not isinstance(picture, np.ndarray) or picture.ndim not in (2, 3):
        raise NoFrameError("no picture")
    if picture.dtype == np.uint16:
        picture = (picture >> 8).astype(np.uint8)
    if picture.dtype != np.uint8:
        raise NoFrameError("pixel format")
    height, width = picture.shape[:2]
    channels = 1 if picture.ndim == 2 else picture.shape[2]
    if min(height, width) < SHORTEST or height * width > limits.CAMERA_FRAME_PIXELS:
        raise NoFrameError("picture size")
    turn = {1: cv2.COLOR_GRAY2BGR, 2: cv2.COLOR_YUV2BGR_YUYV, 4: cv2.COLOR_BGRA2BGR}
    if channels == 3:
        return picture
    if channels not in turn or (channels == 2 and width % 2):
        raise NoFrameError("pixel format")
    return cv2.cvtColor(picture, turn[channels])
