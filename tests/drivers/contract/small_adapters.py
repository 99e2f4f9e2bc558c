"""Camera, speaker, presence sensor and power supply beside what stands for each."""

from __future__ import annotations

import asyncio
import random
import shutil
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, ClassVar

import pytest

from drivers import presence
from drivers.camera import CameraSettings, DocumentCamera
from drivers.device import Hint, Look, Photo
from drivers.emulated.drawing import encoded, scene
from drivers.emulated.presence import EmulatedSysfs as FakeSysfs
from drivers.emulated.sound_card import LINE as CARD
from drivers.emulated.upsd import EmulatedUpsd, Trouble
from drivers.power import NutPower, PowerSettings
from drivers.presence import IioPresence, PresenceSettings
from drivers.speaker import AlsaSpeaker, SpeakerSettings, tone
from tests.drivers.contract.adapter import Adapter, slowed

PICTURE = encoded(scene(5, tilt=0.05))
PLAYER = """case "$(cat "$0.mood")" in
silent) exec sleep 600 ;;
garbled) exit 1 ;;
*) exec cat >/dev/null ;;
esac
"""


class _Seal:
    def seal(self, picture: bytes) -> bytes:
        return bytes(len(picture) % 256)


class _Looked(Adapter):
    """Whether it is there is seen without opening anything."""

    opens: ClassVar[bool] = False

    def slow_opening(self, monkeypatch: pytest.MonkeyPatch, seconds: float) -> list[float]:
        raise NotImplementedError


class CameraOnPicture(_Looked):
    """The still source: the product's own process, with what can go wrong in it (camera_peer)."""

    name: ClassVar[str] = "camera, still"

    async def open(self, folder: Path, surroundings: Any, stack: AsyncExitStack) -> None:
        self._picture, self._mood = folder / "page.png", folder / "mood"
        self._mood.write_text("well")
        worker = (sys.executable, "-m", "tests.drivers.contract.camera_peer", str(self._mood))
        self.driver: DocumentCamera = DocumentCamera(self._settings(), _Seal(), worker=worker)

    def _settings(self) -> CameraSettings:
        return CameraSettings(str(self._picture), "still")

    async def plug(self) -> None:
        self._picture.write_bytes(PICTURE)

    async def unplug(self) -> None:
        self._picture.unlink(missing_ok=True)

    async def command(self, name: str) -> object:
        return await (self.driver.look() if name == "look" else self.driver.capture())

    def whole(self, name: str, result: object) -> bool:
        if name == "look":
            return isinstance(result, Look) and result.hint is Hint.READY
        return isinstance(result, Photo)

    async def silence(self) -> None:
        self._mood.write_text("silent")

    async def garble(self, seed: int) -> None:
        self._mood.write_text(f"garbled {seed}")

    async def heal(self) -> None:
        self._mood.write_text("well")


class CameraAtOpencv(CameraOnPicture):
    """V4L2, fed in at OpenCV's boundary; /dev/null stands for its character device."""

    name: ClassVar[str] = "camera, V4L2 at OpenCV's boundary"

    def _settings(self) -> CameraSettings:
        return CameraSettings(str(self._picture), "v4l2")

    async def plug(self) -> None:
        self._picture.symlink_to("/dev/null")


class SpeakerOnPlayer(_Looked):
    """A player of our own in aplay's place."""

    name: ClassVar[str] = "speaker, stand-in for aplay"
    mute: ClassVar[tuple[str, ...]] = ("stop",)

    async def open(self, folder: Path, surroundings: Any, stack: AsyncExitStack) -> None:
        self._cards, player = folder / "pcm", folder / "player"
        self._mood = folder / "player.mood"
        player.write_text(PLAYER)
        self._mood.write_text("well")
        self.driver: AlsaSpeaker = AlsaSpeaker(
            SpeakerSettings("null"), cards=self._cards, player=("/bin/sh", str(player))
        )

    async def plug(self) -> None:
        self._cards.write_text(CARD)

    async def unplug(self) -> None:
        self._cards.unlink(missing_ok=True)

    async def command(self, name: str) -> object:
        return await self.driver.play(tone(seconds=0.05))

    def whole(self, name: str, result: object) -> bool:
        return result is None

    async def silence(self) -> None:
        self._mood.write_text("silent")

    async def garble(self, seed: int) -> None:
        self._mood.write_text("garbled")

    async def heal(self) -> None:
        self._mood.write_text("well")


class PresenceInSysfs(Adapter):
    """The kernel's files in a folder of the test's own."""

    name: ClassVar[str] = "presence, a folder in place of sysfs"

    async def open(self, folder: Path, surroundings: Any, stack: AsyncExitStack) -> None:
        self._sysfs = FakeSysfs(folder)
        self._plugged = False
        self.driver: IioPresence = IioPresence(PresenceSettings("prox"), devices=self._sysfs.devices)

    async def plug(self) -> None:
        self._sysfs.plug()
        self._plugged = True

    async def unplug(self) -> None:
        if self._plugged:
            shutil.rmtree(self._sysfs.folder)
        self._plugged = False

    async def silence(self) -> None:
        if self._plugged:
            self._sysfs.says("")

    async def garble(self, seed: int) -> None:
        self._sysfs.says(random.Random(seed).choice(("near", "-", "0x", "1e999", "nan")))

    async def heal(self) -> None:
        if self._plugged:
            self._sysfs.says("0\n")

    def slow_opening(self, monkeypatch: pytest.MonkeyPatch, seconds: float) -> list[float]:
        return slowed(monkeypatch, presence, "found", seconds)


class PowerOnUpsd(Adapter):
    name: ClassVar[str] = "power, upsd"

    async def open(self, folder: Path, surroundings: Any, stack: AsyncExitStack) -> None:
        self._peer = await stack.enter_async_context(EmulatedUpsd())
        self._peer.unplug()
        self.driver: NutPower = NutPower(PowerSettings("village", port=self._peer.port))

    async def plug(self) -> None:
        await self._peer.plug()

    async def unplug(self) -> None:
        self._peer.unplug()

    async def silence(self) -> None:
        self._peer.trouble = Trouble.SILENT

    async def garble(self, seed: int) -> None:
        self._peer.trouble = (Trouble.GARBLED, Trouble.ENDLESS, Trouble.ENDLESS_LINE, Trouble.HANGS_UP)[seed % 4]

    async def heal(self) -> None:
        self._peer.trouble = Trouble.NONE

    def slow_opening(self, monkeypatch: pytest.MonkeyPatch, seconds: float) -> list[float]:
        """A host that thinks about it."""
        plain, began = asyncio.open_connection, list[float]()

        async def slow(*arguments: Any, **named: Any) -> Any:
            began.append(time.monotonic())
            await asyncio.sleep(seconds)
            return await plain(*arguments, **named)

        monkeypatch.setattr(asyncio, "open_connection", slow)
        return began
