"""What the camera's process does, in this one: frames as cameras give them, the two wishes, and its end."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from contract import limits
from drivers.camera import frames, worker
from drivers.camera.frames import NoFrameError, StillSource, V4l2Source, as_bgr, decoded
from drivers.camera.messages import Ask, Broken, Refused, Reply, Seen, Taken, Wish, packed, reply_of
from drivers.device import Hint
from drivers.emulated.drawing import encoded, scene, table, with_hand

SIZE = (48, 64)


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros(SIZE, np.uint8),
        np.zeros((*SIZE, 1), np.uint8),
        np.zeros(SIZE, np.uint16),
        np.zeros((*SIZE, 2), np.uint8),
        np.zeros((*SIZE, 3), np.uint8),
        np.zeros((*SIZE, 4), np.uint8),
    ],
    ids=lambda picture: f"{picture.dtype}{picture.shape}",
)
def test_what_a_camera_may_give_is_a_frame(picture: Any) -> None:
    assert as_bgr(picture).shape == (*SIZE, 3)


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (None, "no picture"),
        (np.zeros(9, np.uint8), "no picture"),
        (np.zeros(SIZE, np.float32), "pixel format"),
        (np.zeros((*SIZE, 5), np.uint8), "pixel format"),
        (np.zeros((48, 63, 2), np.uint8), "pixel format"),
        (np.zeros((8, 64, 3), np.uint8), "picture size"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_frame_says_why(picture: Any, why: str) -> None:
    with pytest.raises(NoFrameError, match=why):
        as_bgr(picture)


@pytest.mark.parametrize("data", [b"", b"nothing", b"\x89PNG\r\n\x1a\n"])
def test_bytes_that_are_no_picture(data: bytes) -> None:
    with pytest.raises(NoFrameError, match="no picture"):
        decoded(data)


def test_still_images_come_over_and_over_and_are_missed_when_they_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number, light in enumerate((10, 200)):
        (folder / f"{number}.png").write_bytes(encoded(np.full((*SIZE, 3), light, np.uint8)))
    source = StillSource(folder)
    assert [int(source.frame().mean()) for _ in range(4)] == [10, 200, 10, 200]
    monkeypatch.setattr(limits, "CAMERA_FRAME_BYTES", 10)
    with pytest.raises(NoFrameError, match="too large"):
        source.frame()
    (folder / "1.png").unlink()
    with pytest.raises(NoFrameError, match="not there"):
        source.frame()
    with pytest.raises(NoFrameError, match="not there"):
        StillSource(tmp_path / "nothing").frame()


class Capture:
    """cv2.VideoCapture at its boundary."""

    opened = True
    picture: tuple[bool, Any] = (True, np.zeros((*SIZE, 3), np.uint8))
    released = 0

    def __init__(self, path: str, backend: int) -> None:
        assert (path, backend) == ("/dev/video0", cv2.CAP_V4L2)

    def isOpened(self) -> bool:
        return self.opened

    def set(self, what: int, value: float) -> bool:
        return False

    def grab(self) -> bool:
        return True

    def read(self) -> tuple[bool, Any]:
        if isinstance(self.picture[1], str):
            raise cv2.error("(-215:Assertion failed)")
        return self.picture

    def release(self) -> None:
        Capture.released += 1


def test_a_v4l2_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames.cv2, "VideoCapture", Capture)
    monkeypatch.setattr(Capture, "released", 0)
    source = V4l2Source("/dev/video0", 64, 48)
    assert source.frame().shape == (*SIZE, 3)
    for picture, why in (((False, None), "no frame"), ((True, "raises"), "unplugged")):
        monkeypatch.setattr(Capture, "picture", picture)
        with pytest.raises(NoFrameError, match=why):
            source.frame()
    source.close()
    assert Capture.released == 1
    monkeypatch.setattr(Capture, "opened", False)
    with pytest.raises(NoFrameError, match="not there"):
        V4l2Source("/dev/video0", 64, 48)
    assert Capture.released == 2


def served(monkeypatch: pytest.MonkeyPatch, path: Path, *wishes: Wish) -> list[Reply]:
    """What the process's own main answers; neither its niceness nor its limits are this process's."""
    monkeypatch.setattr(worker.resource, "setrlimit", lambda *_: None)
    monkeypatch.setattr(worker.os, "nice", lambda _: 0)
    monkeypatch.setattr(worker.cv2, "setNumThreads", lambda _: None)
    monkeypatch.setattr(worker, "BETWEEN", 0.0)
    asked, answered = io.BytesIO(b"".join(packed(Ask(wish)) for wish in wishes)), io.BytesIO()
    for name, stream in (("stdin", asked), ("stdout", answered)):
        monkeypatch.setattr(worker.sys, name, io.TextIOWrapper(stream))
    assert worker.main(["still", str(path), "1280", "720"]) == 0
    answered.seek(0)
    found = []
    while head := answered.read(worker.LENGTH_BYTES):
        found.append(reply_of(answered.read(int.from_bytes(head, "big"))))
    return found


def test_it_looks_and_takes_until_nobody_asks_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.png"
    page.write_bytes(encoded(scene(5, tilt=0.05)))
    seen, taken = served(monkeypatch, page, Wish.LOOK, Wish.CAPTURE)
    assert isinstance(seen, Seen)
    assert (seen.hint, len(seen.corners)) == (Hint.READY.value, 4)
    assert len(seen.rgb) == seen.width * seen.height * 3
    assert isinstance(taken, Taken)
    assert decoded(taken.jpeg).shape == (taken.height, taken.width, 3)


def test_it_says_why_it_took_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.png"
    page.write_bytes(encoded(table()))
    assert served(monkeypatch, page, Wish.CAPTURE) == [Refused(Hint.NO_PAGE.value)]
    assert served(monkeypatch, tmp_path / "nothing.png", Wish.LOOK) == [Broken("not there")]
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(3):
        picture = with_hand(scene(5), end=(0.2 + 0.2 * number, 0.5))
        (pages / f"{number}.png").write_bytes(encoded(picture))
    looked, refused = served(monkeypatch, pages, Wish.LOOK, Wish.CAPTURE)
    assert isinstance(looked, Seen)
    assert looked.hint == Hint.MOVING.value
    assert refused == Refused(Hint.MOVING.value)


def test_it_ends_when_the_terminal_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(worker, "serve", gone)
    monkeypatch.setattr(worker.resource, "setrlimit", lambda *_: None)
    monkeypatch.setattr(worker.os, "nice", lambda _: 0)
    monkeypatch.setattr(worker.cv2, "setNumThreads", lambda _: None)
    assert worker.main(["still", str(tmp_path), "1280", "720"]) == 1
