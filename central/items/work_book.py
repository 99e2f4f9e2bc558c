"""The resident's own 《就业创业证》 (item 13): what it is, and what was written into it."""

from __future__ import annotations

from datetime import date
from typing import Final

from central.items import words
from central.models import Resident, WorkBook
from central.models.people import WorkBookState
from contract import masking, wire
from contract.catalogue import Item
from contract.wire import Cell, Column, Fact, Table

STATES: Final = {
    WorkBookState.VALID: "ok:有效",
    WorkBookState.SUSPENDED: "wait:暂停使用",
    WorkBookState.CANCELLED: "bad:已注销",
}
COLUMNS: Final = (Column(label="日期", cell=Cell.DATE), Column(label="记的事"), Column(label="在哪儿办的"))
NONE: Final = (
    "您还没有领过《就业创业证》。要领，先登记失业或灵活就业（就在这台机器上），再带身份证到乡镇（街道）服务点的窗口。"
)


def own(resident: Resident, item: Item, before: str, today: date) -> wire.Records:
    del before  # one page: a book has a dozen entries in a life
    book = WorkBook.objects.filter(resident=resident).first()
    if book is None:
        return wire.Records(title=item.name, facts=(), tables=(), as_of=today.isoformat(), note=NONE)
    rows = tuple((day, what, where) for day, what, where in book.entries)
    return wire.Records(
        title=item.name,
        facts=(
            Fact(label="证的状态", value=STATES[WorkBookState(book.state)], cell=Cell.STATE, large=True),
            Fact(label="证号", value=masking.id_number(book.number)),
            Fact(label="发证日期", value=book.issued.isoformat(), cell=Cell.DATE),
            Fact(label="发证机构", value=book.issuer),
        ),
        tables=(Table(title="证上记的", columns=COLUMNS, rows=rows),) if rows else (),
        as_of=today.isoformat(),
        note=words.MADE_UP if resident.made_up else "",
    )
