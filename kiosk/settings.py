"""One terminal's settings: ``terminal.toml``, declared once here. What is agreed for all terminals is in contract."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from contract import limits

KeyId = Annotated[int, msgspec.Meta(ge=0, le=255)]
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


class PsamSection(Section, frozen=True, kw_only=True):
    """The PSAM that opens third-generation cards. The key ids stand in the issuer's sheet of the PSAM."""

    reader: Annotated[str, msgspec.Meta(min_length=1)]
    """Part of the PC/SC name of the slot it lies in."""
    external_key: KeyId
    internal_key: KeyId | None = None
    """Not given: cards are not asked to prove themselves."""
    sm4_environment: Annotated[str, msgspec.Meta(pattern=r"^[ -~]{7}$")] = "sx3.sh."


class CardReaderSection(Section, frozen=True, kw_only=True):
    """A dual-interface device shows as two PC/SC readers: each is named for itself, at least one of them."""

    reader: str = ""
    """Part of the contact reader's PC/SC name."""
    contactless: str = ""
    """Part of the contactless reader's PC/SC name."""
    psam: PsamSection | None = None
    platform_keys: bool = False
    """Third-generation cards are opened by the HSM behind the platform; with a PSAM too: where the PSAM cannot."""

    def __post_init__(self) -> None:
        """Raises ValueError (msgspec: ValidationError) when neither reader is named."""
        if not self.reader and not self.contactless:
            raise ValueError("reader or contactless must name a PC/SC reader")


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
    """Where the printer is and which model; what a model can do stands in drivers/printer/profiles.toml."""

    profile: str = "generic-80"
    kind: Literal["serial", "usb", "network"] = "serial"
    path: str = ""
    """Serial: a stable name, /dev/serial/by-id/…"""
    baud: int = 115200
    host: str = ""
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 9100
    vendor: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)] = 0
    product: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)] = 0
    """USB: the two numbers of lsusb, as 0x04b8 and 0x0e15."""
    width_mm: int = 0
    """Paper, 80 or 58; 0: what the model has."""

    def __post_init__(self) -> None:
        """Raises ValueError (msgspec: ValidationError) with a sentence for the technician."""
        if self.kind == "serial" and not self.path:
            raise ValueError("a serial printer needs `path`, its name under /dev/serial/by-id 串口打印机要写 path")
        if self.kind == "network" and not self.host:
            raise ValueError("a printer on the network needs `host` 网口打印机要写 host")
        if self.kind == "usb" and not (self.vendor and self.product):
            raise ValueError("a USB printer needs `vendor` and `product` USB 打印机要写 vendor 和 product")


class CameraSection(Section, frozen=True, kw_only=True):
    path: str
    """/dev/v4l/by-id/…-video-index0; with ``still`` an image file, or a folder of them."""
    source: Literal["v4l2", "still"] = "v4l2"
    width: Annotated[int, msgspec.Meta(ge=320, le=8192)] = 1920
    height: Annotated[int, msgspec.Meta(ge=240, le=8192)] = 1080


class SpeakerSection(Section, frozen=True, kw_only=True):
    device: str = "default"
    """As ``aplay -L`` lists it."""
    cards: str = "/proc/asound/pcm"
    """Where the kernel lists sound cards; another file where none is, at a desk."""


class PresenceSection(Section, frozen=True, kw_only=True):
    sensor: str
    """What /sys/bus/iio/devices/iio:device*/name says: prox, vcnl4040 …"""
    near: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """From which value on somebody is near; without it what the sensor's own driver says."""
    devices: str = "/sys/bus/iio/devices"
    """Where the kernel shows sensors; another folder where none is, at a desk."""


class PowerSection(Section, frozen=True, kw_only=True):
    ups: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    """Its name in NUT's ups.conf."""
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 3493


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
    camera: CameraSection | None = None
    speaker: SpeakerSection | None = None
    presence: PresenceSection | None = None
    power: PowerSection | None = None
    notices: tuple[NoticeSection, ...] = ()
    log: LogSection = LogSection()


def load(path: Path) -> Settings:
    """Read *path*. Raises msgspec.ValidationError naming the setting, FileNotFoundError when there is none."""
    return msgspec.toml.decode(path.read_bytes(), type=Settings)
