"""The document camera as the terminal sees it. Pictures are made and judged in a process of its own
(drivers.camera.worker) that lives only while somebody looks: the camera is off and nothing is spent on it otherwise."""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

import msgspec

from contract import limits
from contract.faults import Fault
from drivers.camera.messages import LENGTH_BYTES, Ask, Broken, Refused, Reply, Seen, Taken, Wish, length_of, packed
from drivers.camera.messages import reply_of as decoded
from drivers.device import (
    CameraCapabilities,
    DeviceClass,
    DeviceEvent,
    Failure,
    Hint,
    Look,
    Photo,
    Seal,
    State,
    Status,
    happenings,
)
from drivers.serial_line import Patience

WORKER: Final = (sys.executable, "-m", "drivers.camera.worker")
ENVIRONMENT: Final = MappingProxyType(
    {
        "OPENCV_LOG_LEVEL": "ERROR",
        "OPENCV_IO_MAX_IMAGE_PIXELS": str(limits.CAMERA_FRAME_PIXELS),
        "OPENBLAS_NUM_THREADS": "1",  # numpy's own, 30 MB a thread, for nothing that is computed here
    }
)
FAULT_OF: Final[Mapping[Hint, Fault]] = MappingProxyType(
    {
        Hint.NO_PAGE: Fault.CAMERA_NO_PAGE,
        Hint.SEVERAL: Fault.CAMERA_SEVERAL,
        Hint.COVERED: Fault.CAMERA_COVERED,
        Hint.MOVING: Fault.CAMERA_MOVING,
        Hint.BLURRED: Fault.CAMERA_BLURRED,
        Hint.DARK: Fault.CAMERA_DARK,
        Hint.GLARE: Fault.CAMERA_GLARE,
    }
)
_SECONDS: Final = MappingProxyType({Wish.LOOK: limits.CAMERA_LOOK, Wish.CAPTURE: limits.CAMERA_CAPTURE})


class WorkerLostError(Exception):
    """The camera's process ended or answers nonsense. Stays within drivers."""


@dataclass(frozen=True, slots=True)
class CameraSettings:
    path: str
    """``v4l2``: a stable path, /dev/v4l/by-id/…-video-index0. ``still``: an image file, or a folder of them."""
    source: Literal["v4l2", "still"] = "v4l2"
    width: int = 1920
    height: int = 1080
    """Asked for; the camera may give another size."""


class DocumentCamera:
    """Implements drivers.device.Camera."""

    def __init__(
        self, settings: CameraSettings, seal: Seal, name: str = "camera", worker: tuple[str, ...] = WORKER
    ) -> None:
        self.name = name
        self._settings = settings
        self._seal = seal
        self._command = (*worker, settings.source, settings.path, str(settings.width), str(settings.height))
        self._state = State.NO_DEVICE
        self._events: asyncio.Queue[DeviceEvent] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._used = 0.0
        self._one_at_a_time = asyncio.Lock()

    @property
    def capabilities(self) -> CameraCapabilities:
        return CameraCapabilities(
            device_class=DeviceClass.CAMERA,
            deadlines={wish.value: limits.CAMERA_START + 2 * seconds for wish, seconds in _SECONDS.items()},
            source=self._settings.source,
            width=self._settings.width,
            height=self._settings.height,
        )

    @property
    def seen(self) -> Status:
        return Status(self._state)

    @property
    def state(self) -> State:
        return self._state

    async def look(self) -> Look | Failure:
        """What the camera sees now. CAMERA_GONE when it gives no picture."""
        match await self._asked(Wish.LOOK):
            case Seen(hint, width, height, rgb, corners) if len(rgb) == width * height * 3:
                return Look(Hint(hint), width, height, rgb, corners)
            case Failure() as failure:
                return failure
        return Failure(Fault.CAMERA_GONE, "nonsense")

    async def capture(self) -> Photo | Failure:
        """The page that lies there, sealed; a Failure with the fault of its hint when it cannot be read well."""
        match await self._asked(Wish.CAPTURE):
            case Taken(jpeg, width, height) if len(jpeg) <= limits.PHOTO_BYTES:
                return Photo(self._seal.seal(jpeg), width, height, len(jpeg))
            case Refused(hint):
                return Failure(FAULT_OF[Hint(hint)])
            case Failure() as failure:
                return failure
        return Failure(Fault.CAMERA_GONE, "nonsense")

    async def run(self, events: asyncio.Queue[DeviceEvent]) -> None:
        """Watch whether it is plugged in; try it again now and then after it broke; switch it off when nobody looks."""
        patience, again = Patience(), 0.0
        self._events = events
        try:
            while True:
                if not self._is_there():
                    self._become(State.NO_DEVICE)
                    self._break_off()
                    await self._end()
                elif self._state is State.NO_DEVICE:
                    self._become(State.ONLINE)
                    patience.succeeded()
                elif self._state is State.HARDWARE_ERROR and time.monotonic() >= again:
                    await self.look()
                    again = time.monotonic() + patience.following()
                if not self._one_at_a_time.locked() and time.monotonic() - self._used > limits.CAMERA_IDLE:
                    await self._end()
                await asyncio.sleep(limits.CAMERA_POLL)
        finally:
            self._state, self._events = State.NO_DEVICE, None
            self._break_off()
            await self._end()

    def _is_there(self) -> bool:
        """Whether there is something at the path, without opening it."""
        try:
            mode = Path(self._settings.path).stat().st_mode
        except OSError:
            return False
        return stat.S_ISCHR(mode) if self._settings.source == "v4l2" else not stat.S_ISCHR(mode)

    def _is_away(self) -> bool:
        return self._events is None or self._state is State.NO_DEVICE

    async def _asked(self, wish: Wish) -> Reply | Failure:
        """One question to the process, which is started for it when there is none. Whatever goes wrong, or when this
        is cancelled, the process is ended: an answer that nobody waited for is never taken for another's."""
        if self._is_away():
            return Failure(Fault.CAMERA_GONE, "not there")
        async with self._one_at_a_time:
            if self._is_away():  # unplugged while another was served
                return Failure(Fault.CAMERA_GONE, "not there")
            try:
                reply = await self._answered(wish)
            except TimeoutError:
                self._broke()
                return Failure(Fault.CAMERA_GONE, "no frame", timed_out=True)
            except (WorkerLostError, OSError) as error:
                self._broke()
                return Failure(Fault.CAMERA_GONE, type(error).__name__)
            finally:
                self._used = time.monotonic()
            if isinstance(reply, Broken):
                await self._ended()
                if self._is_there():
                    self._broke()
                else:
                    self._become(State.NO_DEVICE)
                return Failure(Fault.CAMERA_GONE, reply.reason)
            if not self._is_away():
                self._become(State.ONLINE)
            return reply

    async def _answered(self, wish: Wish) -> Reply:
        """A process that was there and died meanwhile is replaced once. Raises TimeoutError, WorkerLostError."""
        fresh = self._process is None
        try:
            return await self._exchanged(wish)
        except WorkerLostError:
            if fresh or self._is_away():
                raise
        return await self._exchanged(wish)

    async def _exchanged(self, wish: Wish) -> Reply:
        seconds = _SECONDS[wish] + (limits.CAMERA_START if self._process is None else 0.0)
        async with self._ended_unless_answered(), asyncio.timeout(seconds):
            if self._process is None:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    env=os.environ | ENVIRONMENT,
                )
                if self._is_away():  # it was told to end, or unplugged, before there was a process to break off
                    raise WorkerLostError
            questions, answers = self._process.stdin, self._process.stdout
            assert questions is not None
            assert answers is not None
            try:
                questions.write(packed(Ask(wish)))
                return decoded(await answers.readexactly(length_of(await answers.readexactly(LENGTH_BYTES))))
            except (asyncio.IncompleteReadError, ConnectionError, ValueError, msgspec.DecodeError) as error:
                raise WorkerLostError from error

    @asynccontextmanager
    async def _ended_unless_answered(self) -> AsyncIterator[None]:
        try:
            yield
        except BaseException:
            if self._process is not None:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
                await self._ended()
            raise

    def _break_off(self) -> None:
        """Whoever waits for a picture is told at once that none comes."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def _end(self) -> None:
        """No process, and the camera switched off."""
        async with self._one_at_a_time:
            await self._ended()

    async def _ended(self) -> None:
        """Cancelled on the way it leaves the process where it is, for the next call to end."""
        process = self._process
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(limits.CAMERA_END):
                await _wound_up(process)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await _wound_up(process)
        self._process = None

    def _broke(self) -> None:
        """It gave no picture; one that is unplugged is not broken for that."""
        if not self._is_away():
            self._become(State.HARDWARE_ERROR)

    def _become(self, state: State) -> None:
        before, self._state = self._state, state
        for happening in happenings(before, state):
            if self._events is not None:
                self._events.put_nowait(DeviceEvent(self.name, happening, state))


async def _wound_up(process: asyncio.subprocess.Process) -> None:
    """Wait for its end. What it still says is read and dropped: asyncio closes its pipe only then."""
    assert process.stdout is not None
    while await process.stdout.read(limits.CAMERA_LOOK_PIXELS**2):
        pass
    await process.wait()
