"""The camera as the terminal has it. There is no camera here: its pictures come from image files (the still source), or
are fed in where OpenCV would have had them from V4L2 (odd_camera); each test's name says which."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from contract import limits
from contract.faults import Fault
from drivers.camera import CameraSettings, DocumentCamera
from drivers.camera import driver as camera_driver
from drivers.camera.driver import FAULT_OF
from drivers.camera.messages import Wish
from drivers.device import Completion, DeviceEvent, Failure, Hint, Look, Photo, State
from drivers.emulated.drawing import dark, encoded, glaring, scene, table, two_pages, with_hand


class PaperSeal:
    """Keeps what it was given to seal, for the test to look at."""

    def __init__(self) -> None:
        self.given: list[bytes] = []

    def seal(self, picture: bytes) -> bytes:
        self.given.append(picture)
        return b"sealed"


class Desk:
    def __init__(self, driver: DocumentCamera, seal: PaperSeal) -> None:
        self.driver = driver
        self.seal = seal
        self.events: asyncio.Queue[DeviceEvent] = asyncio.Queue()

    async def until(self, state: State) -> None:
        async with asyncio.timeout(20):
            while self.driver.state is not state:
                await self.events.get()

    @property
    def process(self) -> int | None:
        found = self.driver._process
        return None if found is None else found.pid


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("CAMERA_POLL", 0.05), ("DEVICE_REOPEN_FIRST", 0.1), ("DEVICE_REOPEN_LAST", 0.3)):
        monkeypatch.setattr(limits, name, seconds)
    deadlines(monkeypatch, 30.0, 60.0)  # its process steps behind everything else that a busy machine does


@asynccontextmanager
async def at(settings: CameraSettings, *worker: str) -> AsyncIterator[Desk]:
    seal = PaperSeal()
    desk = Desk(DocumentCamera(settings, seal, **({"worker": worker} if worker else {})), seal)
    running = asyncio.create_task(desk.driver.run(desk.events))
    try:
        await desk.until(State.ONLINE)
        yield desk
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert desk.driver.state is State.NO_DEVICE
        assert desk.process is None


def still(path: Path, *pictures: Any) -> AbstractAsyncContextManager[Desk]:
    """The still source: one file, or a folder of them."""
    if len(pictures) == 1:
        path.with_suffix(".png").write_bytes(encoded(pictures[0]))
        return at(CameraSettings(str(path.with_suffix(".png")), "still"))
    path.mkdir()
    for number, picture in enumerate(pictures):
        (path / f"{number:03}.png").write_bytes(encoded(picture))
    return at(CameraSettings(str(path), "still"))


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], AbstractAsyncContextManager[Desk]]:
    """A camera fed in at OpenCV's own boundary; /dev/null stands for its character device."""
    plugged = tmp_path / "plugged"
    plugged.touch()
    monkeypatch.setenv("ODD_PLUGGED", str(plugged))

    def made(what: str) -> AbstractAsyncContextManager[Desk]:
        return at(CameraSettings("/dev/null"), sys.executable, "-m", "tests.drivers.camera.odd_camera", what)

    return made


def deadlines(monkeypatch: pytest.MonkeyPatch, seconds: float, start: float = 20.0) -> None:
    monkeypatch.setattr(camera_driver, "_SECONDS", dict.fromkeys(Wish, seconds))
    monkeypatch.setattr(limits, "CAMERA_START", start)


async def test_still_image_a_page_is_looked_at_and_photographed(tmp_path: Path) -> None:
    async with still(tmp_path / "page", scene(5, tilt=0.05)) as desk:
        look = await desk.driver.look()
        assert isinstance(look, Look)
        assert (look.hint, look.width, look.height) == (Hint.READY, 640, 360)
        assert len(look.corners) == 4
        assert all(0 < x < 1 and 0 < y < 1 for x, y in look.corners)
        photo = await desk.driver.capture()
        assert isinstance(photo, Photo)
        assert photo.sealed == b"sealed"
        (jpeg,) = desk.seal.given
        assert len(jpeg) == photo.size <= limits.PHOTO_BYTES
        page = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        assert page.shape[:2] == (photo.height, photo.width)
        assert 1.3 < photo.height / photo.width < 1.5


@pytest.mark.parametrize(
    ("picture", "hint"),
    [
        (table(), Hint.NO_PAGE),
        (two_pages(), Hint.SEVERAL),
        (with_hand(scene(3)), Hint.COVERED),
        (dark(scene(5)), Hint.DARK),
        (glaring(scene(5)), Hint.GLARE),
        (cv2.GaussianBlur(scene(5), (0, 0), 5), Hint.BLURRED),
    ],
    ids=lambda value: value.value if isinstance(value, Hint) else "",
)
async def test_still_image_what_cannot_be_read_is_a_fault_and_not_sealed(
    tmp_path: Path, picture: Any, hint: Hint
) -> None:
    async with still(tmp_path / "page", picture) as desk:
        look = await desk.driver.look()
        assert isinstance(look, Look)
        assert look.hint is hint
        failure = await desk.driver.capture()
        assert isinstance(failure, Failure)
        assert failure.fault is FAULT_OF[hint]
        assert failure.completion is Completion.USER_ERROR
        assert not desk.seal.given
        assert desk.driver.state is State.ONLINE


async def test_still_images_that_differ_are_a_page_that_moves(tmp_path: Path) -> None:
    async with still(tmp_path / "pages", scene(0), scene(4), scene(8)) as desk:
        look = await desk.driver.look()
        assert isinstance(look, Look)
        assert look.hint is Hint.MOVING
        assert await desk.driver.capture() == Failure(Fault.CAMERA_MOVING)


async def test_still_image_that_is_none_breaks_and_mends(tmp_path: Path) -> None:
    file = tmp_path / "page.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    async with at(CameraSettings(str(file), "still")) as desk:
        failure = await desk.driver.look()
        assert isinstance(failure, Failure)
        assert failure.fault is Fault.CAMERA_GONE
        assert desk.driver.state is State.HARDWARE_ERROR
        file.write_bytes(encoded(scene(2)))
        await desk.until(State.ONLINE)
        assert isinstance(await desk.driver.capture(), Photo)


async def test_still_image_gone_and_back(tmp_path: Path) -> None:
    file = tmp_path / "page.png"
    async with still(tmp_path / "page", scene(2)) as desk:
        picture = file.read_bytes()
        file.unlink()
        await desk.until(State.NO_DEVICE)
        assert await desk.driver.look() == Failure(Fault.CAMERA_GONE, "not there")
        file.write_bytes(picture)
        await desk.until(State.ONLINE)
        assert isinstance(await desk.driver.look(), Look)


async def test_nothing_runs_before_the_first_look_and_nothing_after_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CAMERA_IDLE", 0.3)
    async with still(tmp_path / "page", scene(2)) as desk:
        await asyncio.sleep(0.3)
        assert desk.process is None
        await desk.driver.look()
        pid = desk.process
        assert pid is not None
        async with asyncio.timeout(10):
            while desk.process is not None:
                await asyncio.sleep(0.05)
        assert not alive(pid), "its end was waited for"
        assert desk.driver.state is State.ONLINE
        assert isinstance(await desk.driver.look(), Look)


async def test_a_process_that_was_killed_between_two_looks_is_replaced(tmp_path: Path) -> None:
    async with still(tmp_path / "page", scene(2)) as desk:
        await desk.driver.look()
        first = desk.process
        assert first is not None
        os.kill(first, 9)
        assert isinstance(await desk.driver.look(), Look)
        assert desk.process not in (None, first)


async def test_a_cancelled_look_leaves_the_camera_usable(tmp_path: Path) -> None:
    async with still(tmp_path / "page", scene(2)) as desk:
        for wait in (0.0, 0.05, 0.4, 1.0):
            looking = asyncio.create_task(desk.driver.look())
            await asyncio.sleep(wait)
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
        assert isinstance(await desk.driver.capture(), Photo)


async def test_told_to_end_while_its_process_is_being_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no process to break off yet, and the one that comes says nothing: nobody waits for its deadline."""
    path = tmp_path / "page.png"
    path.write_bytes(encoded(table()))
    started, may_go_on = asyncio.Event(), asyncio.Event()
    plain = asyncio.create_subprocess_exec

    async def slow(*arguments: Any, **named: Any) -> asyncio.subprocess.Process:
        process = await plain(*arguments, **named)
        started.set()
        await may_go_on.wait()
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", slow)
    async with at(CameraSettings(str(path), "still"), "sh", "-c", "exec sleep 300") as desk:
        looking = asyncio.create_task(desk.driver.look())
        await started.wait()
        asyncio.get_running_loop().call_later(0.2, may_go_on.set)
        ended = asyncio.get_running_loop().time() + 20.0
    assert asyncio.get_running_loop().time() < ended
    # ``at`` ends the driver's life: it waits for this look, and this look for its process
    assert await looking == Failure(Fault.CAMERA_GONE, "WorkerLostError")


async def test_fed_in_at_opencv_a_good_camera(odd: Callable[..., Any]) -> None:
    async with odd("good") as desk:
        assert isinstance(await desk.driver.look(), Look)
        assert isinstance(await desk.driver.capture(), Photo)


async def test_fed_in_at_opencv_no_byte_of_a_page_gets_onto_a_disk_unsealed(
    odd: Callable[..., Any], tmp_path: Path
) -> None:
    """Even a library that meant to write one could not: the kernel lets this process write no file."""
    async with odd("writes") as desk:
        await desk.driver.look()
        assert isinstance(await desk.driver.capture(), Photo)
    assert (tmp_path / "left.jpg").stat().st_size == 0, "it was tried"


async def test_fed_in_at_opencv_unplugged_in_the_middle_of_a_capture_and_back(
    odd: Callable[..., Any], tmp_path: Path
) -> None:
    async with odd("unplugged") as desk:
        await desk.driver.look()
        failure = await desk.driver.capture()
        assert failure == Failure(Fault.CAMERA_GONE, "no frame")
        assert failure.completion is Completion.NOT_READY
        assert desk.driver.state is State.HARDWARE_ERROR
        (tmp_path / "plugged").touch()
        await desk.until(State.ONLINE)


async def test_fed_in_at_opencv_frames_that_never_come_end_at_the_deadline(
    odd: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with odd("hangs") as desk:
        await desk.driver.look()
        pid = desk.process
        assert pid is not None
        deadlines(monkeypatch, 0.3)
        failure = await desk.driver.capture()
        assert isinstance(failure, Failure)
        assert (failure.fault, failure.completion) == (Fault.CAMERA_GONE, Completion.TIMEOUT)
        assert not alive(pid)


@pytest.mark.parametrize("what", ["never_starts", "babbles"])
async def test_a_process_that_says_nothing_or_nonsense(
    odd: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    deadlines(monkeypatch, 0.3, 0.5)
    async with odd(what) as desk:
        failure = await desk.driver.look()
        assert isinstance(failure, Failure)
        assert failure.fault is Fault.CAMERA_GONE
        assert desk.process is None


@pytest.mark.parametrize(
    ("what", "detail"),
    [
        ("dies_at_once", "WorkerLostError"),
        ("raises", "unplugged"),
        ("compressed", "picture size"),
        ("float", "pixel format"),
        ("empty", "picture size"),
    ],
)
async def test_fed_in_at_opencv_a_camera_that_breaks(odd: Callable[..., Any], what: str, detail: str) -> None:
    async with odd(what) as desk:
        await desk.driver.look()
        assert await desk.driver.capture() == Failure(Fault.CAMERA_GONE, detail)
        assert desk.driver.state is State.HARDWARE_ERROR


async def test_fed_in_at_opencv_a_process_that_dies_in_a_capture_is_replaced(odd: Callable[..., Any]) -> None:
    async with odd("dies") as desk:
        await desk.driver.look()
        first = desk.process
        assert isinstance(await desk.driver.capture(), Photo)
        assert desk.process not in (None, first)


@pytest.mark.parametrize(
    ("what", "fault"), [("moves", Fault.CAMERA_MOVING), ("nothing", Fault.CAMERA_NO_PAGE), ("grey", None)]
)
async def test_fed_in_at_opencv_what_a_whole_camera_may_show(
    odd: Callable[..., Any], what: str, fault: Fault | None
) -> None:
    async with odd(what) as desk:
        await desk.driver.look()
        taken = await desk.driver.capture()
        assert (taken.fault if isinstance(taken, Failure) else None) is fault


async def test_a_camera_that_is_not_there_is_absent_without_fuss(tmp_path: Path) -> None:
    driver = DocumentCamera(CameraSettings(str(tmp_path / "video0")), PaperSeal())
    events: asyncio.Queue[DeviceEvent] = asyncio.Queue()
    running = asyncio.create_task(driver.run(events))
    await asyncio.sleep(0.2)
    assert await driver.look() == Failure(Fault.CAMERA_GONE, "not there")
    assert events.empty()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_the_terminal_never_imports_opencv() -> None:
    names = "cv2 numpy drivers.camera.worker drivers.camera.page"
    asked = f"import sys, kiosk.equipment, drivers.camera; print([n for n in '{names}'.split() if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_picture_stands_in_a_repr() -> None:
    assert "secret" not in repr(Photo(b"secret", 1, 1, 6)) + repr(Look(Hint.READY, 1, 1, b"secret"))
