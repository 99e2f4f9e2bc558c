"""One terminal's settings: ``terminal.toml``, declared once here. What is agreed for all terminals is in contract."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec

Pixels = Annotated[int, msgspec.Meta(ge=480, le=8192)]


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all sections: a misspelt setting is an error, not a silence."""


class TerminalSection(Section, frozen=True, kw_only=True):
    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{3,32}$")]
    number: Annotated[int, msgspec.Meta(ge=0, le=9999)]
    """Four digits within the city; part of every receipt number, so that no two terminals make the same one."""
    place: str
    """「示例县 · 杨树村服务点」"""
    telephone: str = "12333"


class PlatformSection(Section, frozen=True, kw_only=True):
    folder: str
    """Where the bundle from enrolment lies: ca.pem, terminal.pem, platform.json, and this terminal's keys."""
    url: str = ""
    """Another way to the same platform (a relay, a gateway); the certificate must still be the pinned one's."""


class PathsSection(Section, frozen=True, kw_only=True):
    ledger: str
    pinyin: str = ""
    """Folder for librime's built dictionary; empty: where set-up puts the fonts."""


class ScreenSection(Section, frozen=True, kw_only=True):
    width: Pixels = 1080
    height: Pixels = 1920
    fullscreen: bool = True
    fonts: str = ""
    """Folder with Regular.otf and Bold.otf; empty: where set-up puts them."""


class CardReaderSection(Section, frozen=True, kw_only=True):
    reader: str
    """Part of the PC/SC reader's name."""


class SerialSection(Section, frozen=True, kw_only=True):
    path: str
    baud: int = 9600


class IdReaderSection(Section, frozen=True, kw_only=True):
    path: str
    baud: int = 115200


class PrinterSection(Section, frozen=True, kw_only=True):
    path: str
    baud: int = 115200
    width_mm: int = 80


class CameraSection(Section, frozen=True, kw_only=True):
    path: str
    """/dev/v4l/by-id/…-video-index0; with ``still`` an image file, or a folder of them."""
    source: Literal["v4l2", "still"] = "v4l2"
    width: Annotated[int, msgspec.Meta(ge=320, le=8192)] = 1920
    height: Annotated[int, msgspec.Meta(ge=240, le=8192)] = 1080


class SpeakerSection(Section, frozen=True, kw_only=True):
    device: str = "default"
    """As ``aplay -L`` lists it."""


class PresenceSection(Section, frozen=True, kw_only=True):
    sensor: str
    """What /sys/bus/iio/devices/iio:device*/name says: prox, vcnl4040 …"""
    near: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """From which value on somebody is near; without it what the sensor's own driver says."""


class PowerSection(Section, frozen=True, kw_only=True):
    ups: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    """Its name in NUT's ups.conf."""
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 3493


class NoticeSection(Section, frozen=True, kw_only=True):
    title: str
    text: str


class Settings(Section, frozen=True, kw_only=True):
    """``terminal.toml``. A device that is not named is not there: a terminal without a card reader is a whole one."""

    terminal: TerminalSection
    platform: PlatformSection
    paths: PathsSection
    screen: ScreenSection = ScreenSection()
    card_reader: CardReaderSection | None = None
    id_reader: IdReaderSection | None = None
    scanner: SerialSection | None = None
    printer: PrinterSection | None = None
    camera: CameraSection | None = None
    speaker: SpeakerSection | None = None
    presence: PresenceSection | None = None
    power: PowerSection | None = None
    notices: tuple[NoticeSection, ...] = ()


def load(path: Path) -> Settings:
    """Read *path*. Raises msgspec.ValidationError naming the setting, FileNotFoundError when there is none."""
    return msgspec.toml.decode(path.read_bytes(), type=Settings)
