"""The small devices, each absent without fuss: document camera, speaker, presence, power."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Protocol

from drivers.device.common import Capabilities, Device, Failure, Status


class Seal(Protocol):
    """Closes a picture so that only the platform opens it. Nothing of a document touches a disk before it."""

    def seal(self, picture: bytes) -> bytes: ...


class Hint(enum.StrEnum):
    """What a person at the camera should do; READY: nothing."""

    READY = "ready"
    NO_PAGE = "no_page"
    SEVERAL = "several"
    """More than one page."""
    COVERED = "covered"
    """A hand or something else lies over a part of it."""
    MOVING = "moving"
    BLURRED = "blurred"
    DARK = "dark"
    GLARE = "glare"


@dataclass(frozen=True, slots=True)
class Look:
    """One look through the camera, for the screen."""

    hint: Hint
    width: int
    height: int
    rgb: bytes = field(repr=False)
    """Packed RGB, ``width * height * 3`` bytes; held in memory only, dropped with the view."""
    corners: tuple[tuple[float, float], ...] = ()
    """The page's four corners within the picture, 0 to 1, clockwise from the upper left; empty when none was found."""


@dataclass(frozen=True, slots=True)
class Photo:
    """One page, straightened, as a JPEG of at most limits.PHOTO_BYTES, sealed."""

    sealed: bytes = field(repr=False)
    width: int
    height: int
    size: int
    """Bytes of the JPEG before it was sealed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CameraCapabilities(Capabilities):
    source: str = "v4l2"
    """``v4l2``, or ``still`` where a file stands for the camera."""
    width: int = 0
    height: int = 0


class Camera(Device, Protocol):
    """Document camera."""

    async def look(self) -> Look | Failure: ...

    async def capture(self) -> Photo | Failure:
        """The page that lies there; a Failure with the hint's fault when it cannot be read well."""
        ...


class Speaker(Device, Protocol):
    """Plays one sound at a time."""

    async def play(self, sound: bytes) -> Failure | None:
        """A WAV (16 bit PCM) to its end, until ``stop``, or until its own length and a little are over."""
        ...

    async def stop(self) -> None: ...


class Presence(Device, Protocol):
    """Whether somebody stands there: CAME and WENT events. Where it is missing, a touch wakes the screen."""

    @property
    def somebody(self) -> bool | None:
        """None: not known."""
        ...


@dataclass(frozen=True, slots=True)
class PowerStatus(Status):
    on_battery: bool = False
    charge: int | None = None
    """Percent."""
    seconds_left: int | None = None
    low: bool = False
    """On battery and nearly empty (limits.POWER_LOW_CHARGE, POWER_LOW_SECONDS, or the UPS says so itself)."""


class Power(Device, Protocol):
    """Uninterruptible power supply: LOW when the battery is nearly empty, OUT never (the terminal is off by then)."""

    @property
    def seen(self) -> PowerStatus: ...
