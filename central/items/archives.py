"""Where the files of people without a fixed employer are kept (item 15)."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.conf import settings
from django.db.models import Q

from central.items import labels, listing
from central.models import ArchiveKeeper
from central.problems import RefusedError
from contract import formatting
from contract.catalogue import Item
from contract.fields import Answers
from contract.wire import Card, Detail, Fact, Listing, ProblemCode

ORDER: Final = ("county", "number")
NOTHING: Final = "平台上还没有存放档案的机构。请打 12333 问一问。"


def browse(item: Item, filters: Answers, page: int, today: date) -> Listing:
    asked = listing.checked(item, filters)
    wanted = Q(county=asked["county"]) if asked["county"] else Q()
    return listing.of(ArchiveKeeper.objects.filter(wanted).order_by(*ORDER), page, card, today, nothing=NOTHING)


def card(keeper: ArchiveKeeper) -> Card:
    return Card(
        id=keeper.number,
        title=keeper.name,
        lines=(f"{labels.county(keeper.county)} · {keeper.address}", formatting.phone(keeper.phone), keeper.open_hours),
    )


def find(number: str) -> ArchiveKeeper | None:
    return ArchiveKeeper.objects.filter(number=number).first()


def detail(number: str, today: date) -> Detail:
    del today
    keeper = find(number)
    if keeper is None:
        raise RefusedError(ProblemCode.NOT_FOUND, "没有这个机构")
    return Detail(
        id=keeper.number, title=keeper.name, facts=facts(keeper),
        link=f"{settings.CENTRAL.public_url}/g/{keeper.number}",
    )  # fmt: skip


def facts(keeper: ArchiveKeeper) -> tuple[Fact, ...]:
    return (
        Fact(label="地址", value=f"{labels.county(keeper.county)} {keeper.address}", large=True),
        Fact(label="电话", value=formatting.phone(keeper.phone)),
        Fact(label="几点开门", value=keeper.open_hours),
        Fact(label="存谁的", value=keeper.serves),
        Fact(label="要带什么", value=keeper.bring),
    )
