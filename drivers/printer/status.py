"""What a printer says of itself: DLE EOT (device-protocols 5.2) and the automatic status (5.3), by model. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from contract.faults import Fault
from drivers.device import Medium, PrinterStatus, State, Supply
from drivers.printer.settings import Profile

QUERIES: Final = (1, 2, 3, 4)
PRINTER, OFFLINE_CAUSE, ERROR, PAPER = QUERIES

UNKNOWN: Final = PrinterStatus(State.UNKNOWN)
GONE: Final = PrinterStatus(State.NO_DEVICE)
USUAL: Final = Profile()


def query(number: int) -> bytes:
    """DLE EOT n: answered at once, whatever the printer is doing."""
    assert number in QUERIES
    return bytes((0x10, 0x04, number))


ASK_IN_ORDER: Final = b"\x1d\x72\x01"
"""GS r 1: answered when everything before it was worked off."""
FORGET: Final = b"\x10\x05\x02" + b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE ENQ 2 (recover, clear the buffers) and DLE DC4 8 (clear the buffers): after a slip that stopped, so that the rest
of it does not come out for the next person."""


def ask_mark(name: str) -> bytes:
    """GS ( H function 48: sends *name* (four characters) back when everything before it was worked off."""
    assert len(name) == 4
    return b"\x1d\x28\x48\x06\x00\x30\x30" + name.encode("ascii")


def report_changes(on: bool) -> bytes:
    """GS a n: automatic status back for every cause, or for none."""
    return bytes((0x1D, 0x61, 0xFF if on else 0x00))


def _bit(answer: int | None, number: int) -> bool:
    return answer is not None and bool(answer >> number & 1)


def _any(answer: int | None, numbers: tuple[int, ...]) -> bool:
    return any(_bit(answer, number) for number in numbers)


def decode(answers: Mapping[int, int], profile: Profile = USUAL) -> PrinterStatus:
    """The status out of the answers by number. One that this model gives and that is missing leaves its part unknown,
    never good."""
    paper, cause, error, printer = (answers.get(n) for n in (PAPER, OFFLINE_CAUSE, ERROR, PRINTER))
    if not answers:
        return UNKNOWN
    supply = Supply.UNKNOWN
    if paper is not None and profile.near_end:
        supply = Supply.LOW if _any(paper, profile.near_end) else Supply.FULL
    medium = Medium.UNKNOWN
    if paper is not None and profile.presenter is not None:
        medium = Medium.PRESENT if _bit(paper, profile.presenter) else Medium.NOT_PRESENT
    found = _put_together(
        supply=supply,
        out=_any(paper, profile.paper_end) or _bit(cause, 5),
        cover=_bit(cause, 2),
        cutter=_bit(error, 3),
        broken=_bit(error, 5),
        hot=_bit(error, 6),
        error=_bit(cause, 6),
        offline=_bit(printer, 3),
        known=set(profile.answers) <= answers.keys(),
    )
    return replace(found, medium=medium)


def decode_automatic(four: bytes, profile: Profile = USUAL) -> PrinterStatus:
    """The status out of an automatic one. What stands in the presenter it does not say."""
    assert len(four) == 4
    first, second, third = four[0], four[1], four[2]
    supply = Supply.UNKNOWN
    if profile.near_end:
        supply = Supply.LOW if _any(third, (0, 1)) else Supply.FULL
    return _put_together(
        supply=supply,
        out=_any(third, (2, 3)),
        cover=_bit(first, 5),
        cutter=_bit(second, 3),
        broken=_bit(second, 5),
        hot=_bit(second, 6),
        error=False,
        offline=_bit(first, 3),
        known=True,
    )


def _put_together(
    *, supply: Supply, out: bool, cover: bool, cutter: bool, broken: bool, hot: bool, error: bool, offline: bool,
    known: bool,
) -> PrinterStatus:  # fmt: skip
    if cutter:
        supply = Supply.JAMMED
    elif out:
        supply = Supply.OUT
    if cutter or broken:
        state = State.HARDWARE_ERROR
    elif cover:
        state = State.USER_ERROR
    elif out:
        state = State.OFFLINE
    elif hot:
        state = State.BUSY
    elif not known:
        state = State.UNKNOWN
    elif error:
        state = State.HARDWARE_ERROR
    elif offline:
        state = State.USER_ERROR  # offline without a fault of its own: somebody holds the feed button or switched it
    else:
        state = State.ONLINE
    return PrinterStatus(state, supply, cover, cutter, hot)


def why_not(status: PrinterStatus) -> Fault | None:
    """Why a slip cannot be printed now; None when nothing is known against it."""
    if status.cutter_error or status.supply is Supply.JAMMED:
        return Fault.PRINTER_JAM
    if status.cover_open:
        return Fault.PRINTER_COVER
    if status.supply is Supply.OUT:
        return Fault.PAPER_OUT
    if status.state is State.HARDWARE_ERROR:
        return Fault.PRINTER_BROKEN
    if status.state in (State.NO_DEVICE, State.USER_ERROR):
        return Fault.PRINTER_GONE
    return None


def why_late(status: PrinterStatus) -> Fault | None:
    """Why a slip did not come to its end in its time; a hot head is nothing against beginning one, it cools. None when
    nothing is known."""
    return why_not(status) or (Fault.PRINTER_HOT if status.overheated else None)
