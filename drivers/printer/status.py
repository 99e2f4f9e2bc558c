"""What DLE EOT says (device-protocols 5.2) and how its answers are told from all else that comes (5.3). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contract.faults import Fault
from drivers.device import PrinterStatus, State, Supply

QUERIES: Final = (1, 2, 3, 4)
PRINTER, OFFLINE_CAUSE, ERROR, PAPER = QUERIES

UNKNOWN: Final = PrinterStatus(State.UNKNOWN, Supply.UNKNOWN)
GONE: Final = PrinterStatus(State.NO_DEVICE, Supply.UNKNOWN)


def query(number: int) -> bytes:
    """DLE EOT n: answered at once, whatever the printer is doing."""
    assert number in QUERIES
    return bytes((0x10, 0x04, number))


ASK_IN_ORDER: Final = b"\x1d\x72\x01"
"""GS r 1: answered when everything before it was worked off."""
FORGET: Final = b"\x10\x05\x02" + b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE ENQ 2 (recover, clear the buffers) and DLE DC4 8 (clear the buffers): after a slip that stopped, so that the rest
of it does not come out for the next person."""


def is_status(byte: int) -> bool:
    """0xx1xx10: an answer to DLE EOT, not XON, XOFF, an automatic status or the answer to GS r."""
    return byte & 0b1001_0011 == 0b0001_0010


def is_in_order(byte: int) -> bool:
    """0xx0xxxx: the answer to GS r 1 (automatic status back is switched off)."""
    return byte & 0b1001_0000 == 0


def _bit(answer: int, number: int) -> bool:
    return bool(answer >> number & 1)


def decode(answers: Mapping[int, int]) -> PrinterStatus:
    """The status out of the answers by number. One that is missing leaves its part unknown, never good."""
    paper, cause, error, printer = (answers.get(n) for n in (PAPER, OFFLINE_CAUSE, ERROR, PRINTER))
    if paper is None and cause is None and error is None and printer is None:
        return UNKNOWN
    cover = cause is not None and _bit(cause, 2)
    cutter = error is not None and _bit(error, 3)
    out = (paper is not None and (_bit(paper, 5) or _bit(paper, 6))) or (cause is not None and _bit(cause, 5))
    broken = error is not None and _bit(error, 5)
    hot = error is not None and _bit(error, 6)
    if cutter:
        supply = Supply.JAMMED
    elif out:
        supply = Supply.OUT
    elif paper is None:
        supply = Supply.UNKNOWN
    else:
        supply = Supply.LOW if _bit(paper, 2) or _bit(paper, 3) else Supply.FULL
    if cutter or broken:
        state = State.HARDWARE_ERROR
    elif cover:
        state = State.USER_ERROR
    elif out:
        state = State.OFFLINE
    elif hot:
        state = State.BUSY
    elif None in (paper, cause, error, printer):
        state = State.UNKNOWN
    elif cause is not None and _bit(cause, 6):
        state = State.HARDWARE_ERROR
    elif printer is not None and _bit(printer, 3):
        state = State.USER_ERROR  # offline without a fault of its own: somebody holds the feed button or switched it
    else:
        state = State.ONLINE
    return PrinterStatus(state, supply, cover, cutter)


def why_not(status: PrinterStatus) -> Fault | None:
    """Why a slip cannot be printed now; None when nothing is known against it."""
    if status.cutter_error or status.supply is Supply.JAMMED:
        return Fault.PRINTER_JAM
    if status.cover_open:
        return Fault.PRINTER_COVER
    if status.supply is Supply.OUT:
        return Fault.PAPER_OUT
    if status.state in (State.HARDWARE_ERROR, State.NO_DEVICE, State.USER_ERROR):
        return Fault.PRINTER_GONE
    return None
