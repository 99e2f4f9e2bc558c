"""上一页 / 第 n 页，共 m 页 / 下一页, the same row on every screen that pages."""

from __future__ import annotations

from collections.abc import Callable

from screens.input.boxes import Box
from screens.input.kit import GAP, Kit


def paging(kit: Kit, box: Box, where: str, before: Callable[[], None] | None, after: Callable[[], None] | None) -> None:
    """Draw the row into *box*; a direction that leads nowhere is shown as switched off."""
    left, middle, right = box.split(kit.px(GAP), 3, 4, 3)
    kit.target(left, "上一页", "page:before", before or _nowhere, enabled=before is not None)
    kit.words(middle, where, 34, colour="soft", align="center", middle=True)
    kit.target(right, "下一页", "page:after", after or _nowhere, enabled=after is not None)


def _nowhere() -> None:
    raise AssertionError("a direction that leads nowhere takes no touch")
