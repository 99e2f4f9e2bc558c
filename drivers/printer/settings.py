"""What has to be known of a printer before it can be used: its model, from profiles.toml, and where it is."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

NOTO: Final = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
"""Debian's fonts-noto-cjk: the full font, for characters the printer's own font has not."""
PROFILES: Final = Path(__file__).with_name("profiles.toml")
COLUMNS: Final = {80: 48, 58: 32}
"""Paper in mm -> half-width characters of 12 dots (device-protocols 5.1)."""
BAUDS: Final = frozenset({2400, 4800, 9600, 19200, 38400, 57600, 115200})


class PrinterSettingsError(ValueError):
    """A printer that cannot be as it was described. Its message is a sentence for the technician."""


class Kind(enum.StrEnum):
    SERIAL = "serial"
    NETWORK = "network"
    USB = "usb"


class Cut(enum.StrEnum):
    FULL = "FULL"
    PART = "PART"
    NONE = "NONE"
    """No cutter: the paper is only fed far enough to be torn off."""


class End(enum.StrEnum):
    """How it is known that a slip came out whole."""

    PROCESS_ID = "process_id"
    """GS ( H function 48: the printer sends four characters back when it has worked off what stood before them."""
    IN_ORDER = "in_order"
    """GS r 1 is answered when everything before it was worked off."""
    TIME = "time"
    """Its length over its speed, while the printer said that all is well."""


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In what models differ (5.1 to 5.4). Raises PrinterSettingsError for a model that cannot be."""

    title: str = ""
    source: str = ""
    widths: tuple[int, ...] = (80, 58)
    charset: str = "gbk"
    """What its Chinese font holds: ``gbk`` or ``gb2312``. Everything else is drawn."""
    native_qr: bool = True
    """False: it cannot draw a QR itself, so it is sent as dots."""
    end: End = End.IN_ORDER
    speed: float = 100.0
    """mm/s at its slowest, for End.TIME."""
    cut: Cut = Cut.FULL
    answers: tuple[int, ...] = (1, 2, 3, 4)
    """The DLE EOT n it answers; none: it never says how it is."""
    near_end: tuple[int, ...] = (2, 3)
    """Bits of n=4; none: no sensor, so that paper which is there is ``unknown`` and never ``full``."""
    paper_end: tuple[int, ...] = (5, 6)
    presenter: int | None = None
    """Bit of n=4 that says that a slip waits to be taken."""
    automatic: bool = False
    """Automatic status back (GS a)."""
    xonxoff: bool = False

    def __post_init__(self) -> None:
        paper = (*self.near_end, *self.paper_end, *(() if self.presenter is None else (self.presenter,)))
        for wrong, sentence in (
            (not self.widths or not set(self.widths) <= COLUMNS.keys(), "widths：纸宽只有 80 和 58 毫米"),
            (self.charset not in ("gbk", "gb2312"), "charset：字库只有 gbk 和 gb2312"),
            (not 0 < self.speed <= 500, "speed：走纸速度要在 0 和 500 毫米每秒之间"),
            (not set(self.answers) <= {1, 2, 3, 4}, "answers：DLE EOT 只有 1 到 4"),
            (bool(self.answers) and not {1, 4} <= set(self.answers), "answers：要么都不答，要么至少答 1 和 4"),
            (not self.answers and self.end is not End.TIME, "end：什么都不答的打印机，只能按时间算打完"),
            (not self.answers and (self.automatic or self.presenter is not None), "什么都不答的打印机不会自己报状态"),
            (bool(self.answers) and not self.paper_end, "paper_end：答状态的打印机总说得出缺纸"),
            (any(bit not in (2, 3, 5, 6) for bit in paper), "n=4 的状态位只有 2、3、5、6（0、1、4、7 是固定的）"),
            (len(paper) != len(set(paper)), "n=4 的一个状态位只能有一个意思"),
            (self.presenter is not None and self.cut is Cut.NONE, "presenter：带出纸口的都有切刀"),
        ):
            if wrong:
                raise PrinterSettingsError(sentence)


def profiles(path: Path = PROFILES) -> dict[str, Profile]:
    """Every model by name. Raises msgspec.ValidationError naming the model and what cannot be."""
    return msgspec.toml.decode(path.read_bytes(), type=dict[str, Profile])


def profile(name: str) -> Profile:
    """The model of this name. Raises PrinterSettingsError with the names there are."""
    known = profiles()
    if name not in known:
        raise PrinterSettingsError(f"terminal.toml 里 [printer] 的 profile「{name}」没有，有的是：{'、'.join(known)}")
    return known[name]


@dataclass(frozen=True, slots=True)
class PrinterSettings:
    """One printer. Raises PrinterSettingsError, with a sentence, for what cannot be."""

    path: str = ""
    """Serial: a stable path, /dev/serial/by-id/…"""
    kind: Kind = Kind.SERIAL
    host: str = ""
    port: int = 9100
    vendor: int = 0
    product: int = 0
    """USB: the two numbers of lsusb."""
    baud: int = 115200
    width_mm: int = 0
    """Paper: 80 (576 dots, 48 columns) or 58 (384 dots, 32 columns); 0: the model's first."""
    font: Path = NOTO
    profile: Profile = field(default_factory=Profile)

    def __post_init__(self) -> None:
        if not self.width_mm:
            object.__setattr__(self, "width_mm", self.profile.widths[0])
        widths = "、".join(str(width) for width in self.profile.widths)
        for wrong, sentence in (
            (self.width_mm not in self.profile.widths, f"这种打印机的纸宽是 {widths} 毫米，不是 {self.width_mm}"),
            (self.kind is not Kind.SERIAL and self.profile.xonxoff, "XON/XOFF 是串口的事，USB 和网口没有"),
            (self.kind is not Kind.SERIAL and bool(self.path), "path 是串口的，USB 和网口不写"),
            (self.kind is Kind.SERIAL and self.baud not in BAUDS, f"串口速率没有 {self.baud}"),
            (self.kind is Kind.NETWORK and not self.host, "网口打印机要写 host"),
            (self.kind is not Kind.NETWORK and bool(self.host), "host 只给网口打印机"),
            (not 0 < self.port < 65536, "port 在 1 和 65535 之间"),
            (self.kind is Kind.USB and not (self.vendor and self.product), "USB 打印机要写 vendor 和 product"),
            (self.kind is not Kind.USB and bool(self.vendor or self.product), "vendor 和 product 只给 USB 打印机"),
            (not (0 <= self.vendor < 65536 and 0 <= self.product < 65536), "vendor 和 product 是四位十六进制数"),
        ):
            if wrong:
                raise PrinterSettingsError(sentence)

    @property
    def columns(self) -> int:
        """Of half-width characters; a Chinese one takes two."""
        return COLUMNS[self.width_mm]

    @property
    def dots(self) -> int:
        return self.columns * 12
