"""The two pages behind a QR: an opening, and how a matter stands. No personal data on either, no script, no cookie."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from central import clock, matters, terminals
from central.items import openings
from central.models import MatterRecord
from central.models.business import MatterState
from contract import formatting
from contract.follow import follow_mark

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
    record = MatterRecord.objects.select_related("terminal").filter(receipt=receipt).first()
    given = request.GET.get("k", "")
    wanted = follow_mark(terminals.follow_key(record.terminal.pk), receipt) if record else ""
    if record is None or not hmac.compare_digest(given.encode(), wanted.encode()):
        return page(request, "central/follow_unknown.html", {}, status=404)
    due = matters.due_of(record)
    context = {
        "receipt": formatting.receipt(receipt),
        "item": matters.name_of(record.item),
        "state": MatterState(record.state).label,
        "sign": {"accepted": "wait", "done": "ok", "refused": "bad", "declined": "bad"}[record.state],
        "due": due.words if due is not None else "",
        "detail": record.detail,
        "made": clock.shown(record.made_at)[:16].replace("T", " "),
        "received": clock.shown(record.received_at)[:16].replace("T", " "),
        "offline": record.offline,
    }
    return page(request, "central/follow.html", context)


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
    response["X-Content-Type-Options"] = "nosniff"
    return response
