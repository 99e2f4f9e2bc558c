"""Slips that wait and were printed: what is remembered of them."""

from __future__ import annotations

import asyncio

import pytest

from contract.slip import PrintOutcome, Slip, Text
from drivers.device import Printed
from drivers.printer.requests import Request, Requests

SLIP = Slip((Text("张* 示例"),))
PRINTED = Printed(PrintOutcome.PRINTED)


@pytest.mark.parametrize("waits", [True, False])
async def test_of_a_slip_only_the_outcome_is_remembered_whoever_still_waits(waits: bool) -> None:
    requests = Requests(lambda: None)
    request = Request("job", SLIP)
    asked = asyncio.create_task(requests.wait_for(request, 60, PRINTED))
    await asyncio.sleep(0)
    assert requests.begin() is request
    assert request.slip == SLIP
    if not waits:
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
    request.answer(PRINTED)
    await asyncio.wait({request.result, asked})
    await asyncio.sleep(0)
    known = requests.find("job")
    assert known is not None
    assert (known.slip, await known.result) == (Slip(()), PRINTED)
