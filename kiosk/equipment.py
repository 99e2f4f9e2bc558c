"""The heavy half of the composition root: devices, log, platform client, courier, and the house a visit finds.

Imported after the first picture (see kiosk.appliance).
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.story import serve

__all__ = ["equipped", "serve"]

CHINA = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    return datetime.now(CHINA)
