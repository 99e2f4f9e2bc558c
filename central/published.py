"""The page behind the QR of what is public and no opening: work by the day, fairs, keepers of files, policies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from central import clock, public
from central.configuration import shown
from central.items import archives, fairs, gigs, policies
from central.problems import RefusedError
from contract import formatting
from contract import notice as contract_notice
from contract.wire import Detail, Fact

PAGES: Final[Mapping[str, Callable[[str, date], Detail]]] = {
    "LG": gigs.detail,
    "ZP": fairs.detail,
    "DA": archives.detail,
    "ZC": policies.detail,
    "TZ": policies.detail,
}
"""By what the number begins with."""
CONTACT: Final = "联系"
NOT_HERE: Final = "电话不写在网上，请看机器上或凭条上的"


@require_safe
def notice(request: HttpRequest, number: int) -> HttpResponse:
    """An item's one-time notice, as terminals print it: in the words of the newest configuration that all have."""
    contents = shown.published()
    item = next((item for item in contents.catalogue if item.number == number), None)
    if item is None:
        return public.not_here(request)
    texts = contents.texts
    facts = [(texts(label), "\n".join(lines)) for label, lines in contract_notice.rows(texts, item)]
    return public.page(request, "central/published.html", {"title": item.name, "facts": facts, "text": ""})


@require_safe
def entry(request: HttpRequest, number: str) -> HttpResponse:
    """As on the terminal, without the telephone of who hires: they agreed to be called, not to stand in the net."""
    tell = PAGES.get(number[:2])
    try:
        found = tell(number, clock.today()) if tell is not None else None
    except RefusedError:
        found = None
    if found is None:
        return public.not_here(request)
    facts = [_shown(fact) for fact in found.facts]
    return public.page(request, "central/published.html", {"title": found.title, "facts": facts, "text": found.text})


def _shown(fact: Fact) -> tuple[str, str]:
    value = NOT_HERE if fact.label == CONTACT else formatting.cell(fact.value, fact.cell)
    return fact.label, value
