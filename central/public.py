"""The two pages behind a QR: an opening, and how a matter stands. No personal data on either, no script, no cookie."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from central import clock, matters, offered, terminals
from central.items import openings
from central.models import MatterRecord
from central.models.business import MatterState
from contract import formatting, masking
from contract.follow import follow_mark

LONG_NUMBER: Final = re.compile(r"\d{7,}[Xx]?")
"""A telephone, an ID number, a card's: a receipt number is written in fours."""
HIDDEN: Final = "****"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@require_safe
def opening(request: HttpRequest, number: str) -> HttpResponse:
    """An opening as a page for a telephone; one that is over says so."""
    found = openings.find(number)
    if found is None:
        return not_here(request)
    facts = [(fact.label, formatting.cell(fact.value, fact.cell)) for fact in openings.facts(found)]
    over = found.valid_until < clock.today()
    context = {"title": found.title, "facts": facts, "text": found.text, "over": over, "made_up": found.made_up}
    return page(request, "central/opening.html", context)


@require_safe
def follow(request: HttpRequest, receipt: str) -> HttpResponse:
    """How a matter stands. A wrong mark and a number that never was look the same."""
    record = MatterRecord.objects.select_related("terminal", "resident").filter(receipt=receipt).first()
    given = request.GET.get("k", "")
    wanted = follow_mark(terminals.follow_key(record.terminal.pk), receipt) if record else ""
    if record is None or not hmac.compare_digest(given.encode(), wanted.encode()):
        return page(request, "central/follow_unknown.html", {}, status=404)
    due, item = matters.due_of(record), offered.find(record.item, record.terminal_id)
    context = {
        "receipt": formatting.receipt(receipt),
        "item": matters.name_of(record.item),
        "state": MatterState(record.state).label,
        "sign": {"accepted": "wait", "done": "ok", "refused": "bad", "declined": "bad"}[record.state],
        "refused": record.state in (MatterState.REFUSED, MatterState.DECLINED),
        "due": due.words if due is not None else "",
        "late": due is not None and due.day < clock.today(),
        "result": item.result if item is not None and record.state == MatterState.DONE else "",
        "decided": _minute(record.decided_at) if record.decided_at is not None else "",
        "detail": _nobodys(record),
        "made": _minute(record.made_at),
        "received": _minute(record.received_at),
        "offline": record.offline,
    }
    return page(request, "central/follow.html", context)


def _nobodys(record: MatterRecord) -> str:
    """What came of it. Whoever wrote it down was not to name anybody; where they did, it is not shown to whoever holds
    the slip."""
    words = LONG_NUMBER.sub(HIDDEN, matters.detail_of(record))
    name = record.resident.name if record.resident is not None else ""
    return words.replace(name, masking.name(name)) if name else words


def _minute(at: datetime) -> str:
    return clock.shown(at)[:16].replace("T", " ")


def not_here(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    del exception
    return page(request, "central/not_here.html", {}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    return page(request, "central/broken.html", {}, status=500)


def page(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, template, dict(context), status=status)
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Length"] = str(len(response.content))  # whole, or the browser knows that it is not
    return response
