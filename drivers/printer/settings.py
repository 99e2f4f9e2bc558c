"""What has to be known of a printer before it can be used."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

NOTO: Final = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
"""Debian's fonts-noto-cjk: the full font, for characters the printer's own font has not."""


class Kind(enum.StrEnum):
    SERIAL = "serial"
    NETWORK = "network"


class Cut(enum.StrEnum):
    FULL = "FULL"
    PART = "PART"
    NONE = "NONE"
    """No cutter: the paper is only fed far enough to be torn off."""


@dataclass(frozen=True, slots=True)
class Profile:
    """In what models differ (5.1 to 5.4)."""

    charset: str = "gbk"
    """What its Chinese font holds: ``gbk`` or ``gb2312``. Everything else is drawn."""
    native_qr: bool = True
    """False: it cannot draw a QR itself, so it is sent as dots."""
    answers_in_order: bool = True
    """GS r 1 is answered when everything before it was worked off, which is how the end of a slip is known."""
    millimetres_per_second: float = 100.0
    """For a printer without GS r: how long a slip surely takes."""
    cut: Cut = Cut.FULL
    xonxoff: bool = False


@dataclass(frozen=True, slots=True)
class PrinterSettings:
    path: str = ""
    """Serial: a stable path, /dev/serial/by-id/…"""
    kind: Kind = Kind.SERIAL
    host: str = ""
    port: int = 9100
    baud: int = 115200
    width_mm: int = 80
    """Paper: 80 (576 dots, 48 columns) or 58 (384 dots, 32 columns)."""
    font: Path = NOTO
    profile: Profile = field(default_factory=Profile)

    def __post_init__(self) -> None:
        assert self.width_mm in (58, 80), "paper is 58 or 80 mm wide"
        assert self.profile.charset in ("gbk", "gb2312")

    @property
    def columns(self) -> int:
        """Of half-width characters; a Chinese one takes two."""
        return 48 if self.width_mm == 80 else 32

    @property
    def dots(self) -> int:
        return self.columns * 12
