"""上一页 / 第 n 页，共 m 页 / 下一页, the same row on every screen that pages."""

from __future__ import annotations

from collections.abc import Callable

from screens.input.boxes import Box
from screens.kit import Kit
from screens.theme import BUTTON, GAP


def paging(kit: Kit, box: Box, where: str, before: Callable[[], None] | None, after: Callable[[], None] | None) -> None:
    """Draw the row into *box*; a direction that leads nowhere is shown as switched off."""
    left, middle, right = box.split(kit.px(GAP), *((3, 4, 3) if box.w > kit.px(720) else (1, 1, 1)))
    kit.target(left, "上一页", "page:before", before or _nowhere, enabled=before is not None)
    size = 34.0
    while size > 24 and kit.tall(where, middle.w, size) > middle.h:
        size -= 2
    kit.words(middle, where, size, colour="soft", align="center", middle=True)
    kit.target(right, "下一页", "page:after", after or _nowhere, enabled=after is not None)


def _nowhere() -> None:
    raise AssertionError("a direction that leads nowhere takes no touch")


def rows_at_foot(kit: Kit, area: Box, paged: bool, buttons: int = 2) -> tuple[Box, Box | None, Box]:
    """Cut the buttons' row, and the paging row where there are pages, off *area*: (buttons, paging, what remains).

    Above each other in portrait; side by side in landscape, where height is dear.
    """
    gap = kit.px(GAP)
    foot, rest = area.foot(kit.px(BUTTON), gap)
    if not paged:
        return foot, None, rest
    if area.w > area.h:
        row, foot = foot.split(gap, 3, max(2, buttons))
        return foot, row, rest
    row, rest = rest.foot(kit.px(112), gap)
    return foot, row, rest
