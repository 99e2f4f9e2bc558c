"""A terminal's number is its own: receipts that begin with another's are not taken."""

from __future__ import annotations

import pytest

from central.models import Terminal as Row
from contract import wire
from contract.wire import Verdict

from .conftest import Deliverer, Terminal


@pytest.mark.parametrize(
    ("receipt", "verdict"), [("432126329901", Verdict.ACCEPTED), ("432226329901", Verdict.REFUSED)]
)
def test_a_receipt_begins_with_the_terminals_number(
    deliverer: Deliverer, terminal: Terminal, cast: dict, receipt: str, verdict: Verdict
) -> None:
    Row.objects.filter(number=4321).update(number=None)
    Row.objects.filter(pk=terminal.id).update(number=4321)
    try:
        said = deliverer.receipt(deliverer.deliver(deliverer.submission(cast["employee"], receipt=receipt)))
    finally:
        Row.objects.filter(pk=terminal.id).update(number=None)
    assert said.verdict is verdict
    assert isinstance(said, wire.Receipt)
