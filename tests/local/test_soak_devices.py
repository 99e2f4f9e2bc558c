"""A short day of the devices; ``scripts/soak devices`` is the long one."""

from __future__ import annotations

import pytest

from contract import limits
from deploy.local import soak_devices as soak


async def test_a_short_day_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in soak.BRISK:
        monkeypatch.setattr(limits, name, getattr(limits, name))  # set back afterwards
    report = await soak.soak(60, 20, card=False)
    assert report["ok"], report
    assert sum(report["done"].values()) == 60 + soak.WARM_UP
    assert len(report["done"]) == 8
