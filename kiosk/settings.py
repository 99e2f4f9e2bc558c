"""One terminal's settings: ``terminal.toml``, declared once here. What is agreed for all terminals is in contract."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from contract import limits

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
    """The scanner, on a serial line or as a keyboard."""

    path: str
    """A stable path: /dev/serial/by-id/…, or /dev/input/by-id/…-event-kbd for a scanner that is a keyboard."""
    baud: int = 9600
    profile: Literal["presentation", "honeywell", "newland", "zebra", "zebra-ssi", "keyboard"] = "presentation"
    """``presentation``: it always looks and is sent nothing (best). A maker: its trigger commands are sent while a code
    is asked for (drivers.scanner.profiles). ``keyboard``: USB HID, grabbed; no rate, nothing is sent."""


class IdReaderSection(Section, frozen=True, kw_only=True):
    path: str
    """A stable path: /dev/serial/by-id/…"""
    baud: Literal[115200, 57600, 38400, 19200, 9600] = 115200
    """Tried first; where the module is silent the others are tried."""


class PrinterSection(Section, frozen=True, kw_only=True):
    path: str
    baud: int = 115200
    width_mm: int = 80


class LogSection(Section, frozen=True, kw_only=True):
    keep_days: Annotated[int, msgspec.Meta(ge=limits.LOG_KEPT_DAYS, le=limits.LOG_KEPT_DAYS_MOST)] = (
        limits.LOG_KEPT_DAYS
    )
    """How long a segment of the sealed log stays after the platform's receipt for it."""


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
    notices: tuple[NoticeSection, ...] = ()
    log: LogSection = LogSection()


def load(path: Path) -> Settings:
    """Read *path*. Raises msgspec.ValidationError naming the setting, FileNotFoundError when there is none."""
    return msgspec.toml.decode(path.read_bytes(), type=Settings)
