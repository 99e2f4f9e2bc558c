"""Blocks of records: what is written on one stays on it, and tables keep their columns and rows together."""

from __future__ import annotations

from typing import Any

import pytest

from contract.wire import Cell, Column, Fact, Table
from screens.fonts import Fonts
from screens.input.boxes import Box
from screens.kit import Kit
from screens.tables import column_widths, facts_blocks, flow, table_blocks
from screens.theme import Style
from screens.widgets.part import Part

EMPLOYER = "忻州市五台山风景名胜区晋北山川法兰锻造有限责任公司第二分公司"


class Measuring(Kit):
    """Draws nothing and keeps where words would stand: top and bottom of each."""

    def __init__(self, large: bool) -> None:
        super().__init__(Part(), 1080, Style(Fonts(), large=large))
        self.spans: list[tuple[float, float]] = []

    def words(self, box: Box, words: str, size: float = 36, **how: Any) -> float:
        even = how.get("even", False) or how.get("align") == "center"
        broken = (self.balanced if even else self.lines)(words, box.w, size, how.get("bold", False))
        used = len(broken) * self.look.type(size) * 1.45
        top = box.y + (box.h - used) / 2 if how.get("middle") else box.y
        self.spans.append((top, top + used))
        return used

    def rule(self, x: float, y: float, width: float) -> None:
        pass

    def mark(self, *_how: Any, **_more: Any) -> None:
        pass


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("width", range(600, 1700, 20))
def test_a_fact_stays_in_its_row(width: int, large: bool) -> None:
    """However wide the sheet: also where a long value fits beside its label but not in the column of values."""
    for fact in (Fact(label="单位", value=EMPLOYER), Fact(label="参保状态", value="ok:正常参保", cell=Cell.STATE)):
        kit = Measuring(large)
        (block,) = facts_blocks(kit, width, [fact])
        block.draw(Box(0, 0, width, block.height))
        assert min(top for top, _ in kit.spans) >= -1
        assert max(bottom for _, bottom in kit.spans) <= block.height + 1


COLUMNS = (Column(label="月份", cell=Cell.MONTH), Column(label="金额", cell=Cell.MONEY), Column(label="结果"))


def test_money_stands_as_far_from_the_next_column_as_any_other() -> None:
    """What is to spare goes between the columns, not into them."""
    kit = Measuring(large=False)
    found = column_widths(kit, 900, COLUMNS, [("2026-12", 123450, "已发放")], 36, 24)
    assert found is not None
    widths, gap = found
    assert sum(widths) + 2 * gap == pytest.approx(900)
    assert widths[1] < kit.width("金额", 36) * 3
    assert gap > 100


@pytest.mark.parametrize("count", range(2, 20))
@pytest.mark.parametrize("room", [520, 777])
def test_no_row_stands_alone_on_a_page(count: int, room: int) -> None:
    rows = tuple((f"2026-{n % 12 + 1:02d}", n, "已发放") for n in range(count))
    blocks = table_blocks(Measuring(large=False), 900, Table(title="发放记录", columns=COLUMNS, rows=rows))
    pages = flow(blocks, room, room)
    for page in pages:
        assert sum(block.heading is not None for block in page) != 1, [len(page) for page in pages]
