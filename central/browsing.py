"""Public information and recommendations: which module answers for which item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from central import clock
from central.call import Call
from central.items import (
    archives,
    fairs,
    gig_matching,
    gig_seekers,
    gigs,
    job_seeking,
    openings,
    policies,
    training,
)
from central.models import Resident
from central.offered import find, item_for
from central.problems import RefusedError
from contract import wire
from contract.catalogue import Item, Kind
from contract.fields import Answers
from contract.wire import ProblemCode

Browser = Callable[[Item, Answers, int, date], wire.Listing]
Teller = Callable[[str, date], wire.Detail]
Adviser = Callable[[Resident, int, date], wire.Listing]

BROWSERS: Final[Mapping[int, Browser]] = {
    3: openings.browse,
    6: gigs.browse,
    9: gig_seekers.browse,
    12: policies.browse,
    14: fairs.browse,
    15: archives.browse,
}
ADVISERS: Final[Mapping[int, Adviser]] = {
    2: job_seeking.recommend,
    5: gig_matching.gigs_for,
    8: gig_matching.seekers_for,
    17: training.recommend,
}
TELLERS: Final[Mapping[int, Teller]] = {
    2: openings.detail,
    3: openings.detail,
    5: gigs.detail,
    6: gigs.detail,
    8: gig_seekers.detail,
    9: gig_seekers.detail,
    12: policies.detail,
    14: fairs.detail,
    15: archives.detail,
    17: training.detail,
}
MOST_PAGES: Final = 10_000


def browse(call: Call[wire.BrowseAsk]) -> wire.Listing:
    item = item_for(call.ask.item, Kind.BROWSE, call.open_session)
    answer = BROWSERS.get(item.number)
    if answer is None:
        raise _nothing_yet(item.number)
    return answer(item, call.ask.filters, _page(call.ask.page), clock.today())


def detail(call: Call[wire.DetailAsk]) -> wire.Detail:
    """An entry of a browse item's list, or of a recommendation's."""
    item = find(call.ask.item, call.terminal.pk)
    kind = Kind.RECOMMENDATION if item is not None and item.kind is Kind.RECOMMENDATION else Kind.BROWSE
    item = item_for(call.ask.item, kind, call.open_session)
    answer = TELLERS.get(item.number)
    if answer is None:
        raise _nothing_yet(item.number)
    return answer(call.ask.id, clock.today())


def recommend(call: Call[wire.RecommendAsk]) -> wire.Listing:
    item = item_for(call.ask.item, Kind.RECOMMENDATION, call.open_session)
    answer = ADVISERS.get(item.number)
    if answer is None:
        raise _nothing_yet(item.number)
    return answer(call.open_session.resident, _page(call.ask.page), clock.today())


def _page(number: int) -> int:
    if not 1 <= number <= MOST_PAGES:
        raise RefusedError(ProblemCode.BAD_REQUEST, "页码不对")
    return number


def _nothing_yet(number: int) -> RefusedError:
    return RefusedError(ProblemCode.NOT_FOUND, f"平台还没有事项 {number} 的信息")
