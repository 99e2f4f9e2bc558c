"""Turning pages: 上一页, where one is, 下一页 in one row, and numbered pages for lists that everything hangs on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from contract.texts import Text
from screens.input.boxes import Box
from screens.kit import Kit
from screens.theme import BUTTON, GAP, LEAST_TARGET, SMALL

ROW: Final = 112
NUMBER: Final = 36
"""Letters of 「第 1 页」."""


KEYS: Final = ("page:before", "page:after")
"""Of the ways to other pages, whatever stands on them: harnesses turn pages by them."""


class Step(NamedTuple):
    """What stands in the place of 上一页 or 下一页."""

    act: Callable[[], None]
    label: str
    primary: bool = False


def paging(
    kit: Kit, box: Box, where: str, before: Step | None, after: Step | None, keys: tuple[str, str] = KEYS
) -> None:
    """Draw the row into *box*; a direction that leads nowhere is shown as switched off."""
    left, middle, right = box.split(kit.px(GAP), *((3, 4, 3) if box.w > kit.px(720) else (1, 1, 1)))
    for at, step, label, key in (
        (left, before, kit.say(Text.PAGE_BEFORE), keys[0]),
        (right, after, kit.say(Text.PAGE_AFTER), keys[1]),
    ):
        if step is None:
            kit.target(at, label, key, _nowhere, enabled=False)
        else:
            kit.target(at, step.label, key, step.act, kind="primary" if step.primary else "plain")
    size = kit.fitting(where, middle, 34, lines=1)
    if size < SMALL:
        where = where.replace("，", "\n")
        size = kit.fitting(where, middle, 34, lines=2)
    kit.words(middle, where, max(size, SMALL), colour="soft", align="center", middle=True)


def turning(kit: Kit, page: int, pages: int, turn: Callable[[int], None]) -> tuple[Step | None, Step | None]:
    """上一页 and 下一页 of page *page* (from 0) of *pages*."""
    before = Step(lambda: turn(-1), kit.say(Text.PAGE_BEFORE)) if page else None
    after = Step(lambda: turn(1), kit.say(Text.PAGE_AFTER)) if page + 1 < pages else None
    return before, after


def page_of(kit: Kit, page: int, pages: int) -> str:
    """「第 1 页，共 3 页」; *page* from 0."""
    return kit.say(Text.PAGE_OF, page=page + 1, pages=pages)


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
    if not buttons:  # the paging row has the foot to itself
        return foot, foot, rest
    if area.w > area.h:
        row, foot = foot.split(gap, 3, max(1.5, buttons))
        return foot, row, rest
    row, rest = rest.foot(kit.px(ROW), gap)
    return foot, row, rest


def numbers_room(kit: Kit) -> tuple[float, float]:
    """Width and height of one of the pages' numbers: a column at the right of what lies, a row under what stands."""
    return max(
        kit.px(LEAST_TARGET), kit.width(kit.say(Text.PAGE_NUMBER, page=8), NUMBER, bold=True) + kit.px(36)
    ), kit.px(BUTTON)


def numbers(kit: Kit, box: Box, page: int, pages: int, turn: Callable[[int], None]) -> None:
    """「第 1 页」「第 2 页」… as targets, each one touch away; the one shown has a thick edge and the words 「在这页」.

    Down *box* where it is higher than wide, else across it. *page* from 0; ``turn`` is called with the page's number
    from 0. The next page's is called ``page:after`` as everywhere, the others ``page:1`` and so on.
    """
    gap = kit.px(GAP)
    upright = box.h > box.w
    cells = box.grid(1, pages, gap) if upright else box.grid(pages, 1, gap)
    tall = kit.px(200)
    if upright and cells[0].h > tall:
        cells = box.top(tall * pages + gap * (pages - 1))[0].grid(1, pages, gap)
    for number, cell in enumerate(cells):
        label = kit.say(Text.PAGE_NUMBER, page=number + 1)
        if number == page:
            _here(kit, cell, label, number)
        else:
            key = "page:after" if number == page + 1 else f"page:{number + 1}"
            kit.target(cell, label, key, partial(turn, number), size=NUMBER)


def _here(kit: Kit, cell: Box, label: str, number: int) -> None:
    target = kit.target(cell, label, f"page:{number + 1}", _nowhere, kind="key", enabled=False, say=False)
    kit.fill(cell, "chosen", "primary", thick=6, into=target)
    inner = cell.inset(kit.px(12), 0)
    words = f"{label}\n{kit.say(Text.PAGE_HERE)}"
    size = kit.fitting(words, inner, NUMBER, bold=True, lines=2)
    if size < SMALL or kit.tall(words, inner.w, size, bold=True) > cell.h:
        words = label
        size = max(SMALL, kit.fitting(words, inner, NUMBER, bold=True, lines=2))
    kit.words(inner, words, size, bold=True, align="center", middle=True, into=target)
