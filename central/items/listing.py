"""A page of a list, whatever it is a list of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

import msgspec
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet

from central.matching.search import Match, Ranked
from central.problems import RefusedError
from contract import limits
from contract.answers import check_all
from contract.catalogue import Item
from contract.fields import Answer, Answers
from contract.wire import Card, Listing, ProblemCode

M = TypeVar("M", bound=Model)


def of(found: QuerySet[M], page: int, card: Callable[[M], Card], today: date, *, nothing: str = "") -> Listing:
    """The page of *found*. *nothing* is said when nothing was asked for and still there is nothing."""
    paginator = Paginator(found, limits.LISTING_PAGE)
    shown = paginator.get_page(page)
    return Listing(
        total=paginator.count,
        page=shown.number,
        pages=paginator.num_pages,
        cards=tuple(card(one) for one in shown.object_list),
        as_of=today.isoformat(),
        note="" if paginator.count else nothing,
    )


def ranked(found: Ranked[M], card: Callable[[M, tuple[str, ...]], Card], today: date) -> Listing:
    def shown(match: Match[M]) -> Card:
        return msgspec.structs.replace(card(match.found, match.reasons), beyond=match.beyond)

    return Listing(
        total=found.total,
        page=found.page,
        pages=found.pages,
        cards=tuple(shown(match) for match in found.matches),
        as_of=today.isoformat(),
        note=found.note,
    )


def checked(item: Item, filters: Answers) -> dict[str, str]:
    """*filters* as texts, those left out as empty ones. Raises RefusedError."""
    if check_all(item, filters):
        raise RefusedError(ProblemCode.INVALID_ANSWERS, "查询条件不合规")
    return {field.key: text(filters.get(field.key)) for field in item.fields}


def text(answer: Answer) -> str:
    """Choices and texts are strings; a floor given as a number reads the same."""
    return "" if answer is None or isinstance(answer, tuple) else str(answer).strip()
