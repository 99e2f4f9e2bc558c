"""Every answer a printer can give is understood, and none is taken for good that is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.faults import Fault
from drivers.device import State, Supply
from drivers.printer import status

BYTE = st.integers(0, 255)
GOOD = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}


@given(st.dictionaries(st.sampled_from(status.QUERIES), BYTE))
def test_no_answer_breaks_the_decoder_and_a_missing_one_is_never_good(answers):
    decoded = status.decode(answers)
    status.why_not(decoded)
    if len(answers) < 4:
        assert decoded.state is not State.ONLINE
    if 4 not in answers:
        assert decoded.supply not in (Supply.FULL, Supply.LOW)


@given(st.sampled_from(status.QUERIES), st.integers(0, 7))
def test_a_bit_that_reports_a_fault_is_never_lost(number, bit):
    faults = {(2, 2), (2, 5), (2, 6), (3, 3), (3, 5), (4, 5), (4, 6), (1, 3)}
    decoded = status.decode({**GOOD, number: GOOD[number] | 1 << bit})
    assert (decoded.state is not State.ONLINE) is ((number, bit) in faults or (number, bit) == (3, 6))


@pytest.mark.parametrize(
    ("answers", "state", "supply", "fault"),
    [
        ({}, State.UNKNOWN, Supply.UNKNOWN, None),
        (GOOD, State.ONLINE, Supply.FULL, None),
        (GOOD | {4: 0x1E}, State.ONLINE, Supply.LOW, None),
        (GOOD | {1: 0x1A, 2: 0x32, 4: 0x7E}, State.OFFLINE, Supply.OUT, Fault.PAPER_OUT),
        (GOOD | {4: 0x72}, State.OFFLINE, Supply.OUT, Fault.PAPER_OUT),
        (GOOD | {1: 0x1A, 2: 0x16}, State.USER_ERROR, Supply.FULL, Fault.PRINTER_COVER),
        (GOOD | {1: 0x1A, 2: 0x52, 3: 0x1A}, State.HARDWARE_ERROR, Supply.JAMMED, Fault.PRINTER_JAM),
        (GOOD | {3: 0x32}, State.HARDWARE_ERROR, Supply.FULL, Fault.PRINTER_GONE),
        (GOOD | {2: 0x52, 3: 0x52}, State.BUSY, Supply.FULL, None),
    ],
)
def test_known_answers(answers, state, supply, fault):
    decoded = status.decode(answers)
    assert (decoded.state, decoded.supply) == (state, supply)
    assert status.why_not(decoded) is fault


@given(BYTE)
def test_kinds_of_answers_exclude_each_other(byte):
    assert not (status.is_status(byte) and status.is_in_order(byte))


def test_flow_control_and_automatic_status_are_no_answers():
    for byte in (0x11, 0x13, 0x10, 0x14):
        assert not status.is_status(byte)
        assert not status.is_in_order(byte)
