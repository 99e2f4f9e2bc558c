"""Looking up one's own records: which module answers for which item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from central import clock
from central.call import Call
from central.items import employee_pension, payouts, resident_contributions, social_card, training, work_book
from central.models import Resident
from central.models.insurance import Scheme
from central.offered import item_for
from central.problems import RefusedError
from contract import wire
from contract.catalogue import Item, Kind
from contract.wire import ProblemCode

Source = Callable[[Resident, Item, str, date], wire.Records]
"""(resident, item, mark of the page or empty, today) -> the page"""

SOURCES: Final[Mapping[int, Source]] = {
    13: work_book.own,
    18: training.state,
    25: employee_pension.contributions,
    26: payouts.of(Scheme.EMPLOYEE),
    27: payouts.of(Scheme.UNEMPLOYMENT),
    33: resident_contributions.years,
    36: payouts.of(Scheme.RESIDENT),
    39: social_card.state,
}


def look_up(call: Call[wire.RecordsAsk]) -> wire.Records:
    item = item_for(call.ask.item, Kind.RECORDS, call.open_session)
    source = SOURCES.get(item.number)
    if source is None:
        raise RefusedError(ProblemCode.NOT_FOUND, f"平台还没有事项 {item.number} 的记录")
    return source(call.open_session.resident, item, call.ask.before, clock.today())
