"""Every answer a printer can give is understood, by model, and none is taken for good that is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.faults import Fault
from drivers.device import Medium, State, Supply
from drivers.printer import profile, profiles, status

BYTE = st.integers(0, 255)
GOOD = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}
ANSWERING = [name for name, model in profiles().items() if model.answers]


@given(st.sampled_from(ANSWERING), st.dictionaries(st.sampled_from(status.QUERIES), BYTE))
def test_no_answer_breaks_the_decoder_and_a_missing_one_is_never_good(name, answers):
    model = profile(name)
    decoded = status.decode(answers, model)
    status.why_not(decoded)
    if not set(model.answers) <= answers.keys():
        assert decoded.state is not State.ONLINE
    if 4 not in answers:
        assert decoded.supply not in (Supply.FULL, Supply.LOW)
        assert decoded.medium is Medium.UNKNOWN


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
        (GOOD | {3: 0x32}, State.HARDWARE_ERROR, Supply.FULL, Fault.PRINTER_BROKEN),
        (GOOD | {2: 0x52, 3: 0x52}, State.BUSY, Supply.FULL, None),
    ],
)
def test_known_answers(answers, state, supply, fault):
    decoded = status.decode(answers)
    assert (decoded.state, decoded.supply) == (state, supply)
    assert status.why_not(decoded) is fault


@pytest.mark.parametrize(
    ("name", "fourth", "supply", "medium"),
    [
        ("citizen-ppu", 0x12, Supply.FULL, Medium.NOT_PRESENT),
        ("citizen-ppu", 0x16, Supply.LOW, Medium.NOT_PRESENT),
        ("citizen-ppu", 0x1A, Supply.LOW, Medium.NOT_PRESENT),
        ("citizen-ppu", 0x52, Supply.FULL, Medium.PRESENT),
        ("citizen-ppu", 0x32, Supply.OUT, Medium.NOT_PRESENT),
        ("generic-80", 0x52, Supply.OUT, Medium.UNKNOWN),
        ("no-near-end", 0x12, Supply.UNKNOWN, Medium.UNKNOWN),
        ("no-near-end", 0x1E, Supply.UNKNOWN, Medium.UNKNOWN),
        ("no-near-end", 0x72, Supply.OUT, Medium.UNKNOWN),
    ],
)
def test_the_bits_of_the_paper_answer_by_model(name, fourth, supply, medium):
    decoded = status.decode(GOOD | {4: fourth}, profile(name))
    assert (decoded.supply, decoded.medium) == (supply, medium)


@pytest.mark.parametrize(
    ("four", "state", "supply", "fault"),
    [
        ("10000000", State.ONLINE, Supply.FULL, None),
        ("10000300", State.ONLINE, Supply.LOW, None),
        ("18000f00", State.OFFLINE, Supply.OUT, Fault.PAPER_OUT),
        ("38000000", State.USER_ERROR, Supply.FULL, Fault.PRINTER_COVER),
        ("18080000", State.HARDWARE_ERROR, Supply.JAMMED, Fault.PRINTER_JAM),
        ("18200000", State.HARDWARE_ERROR, Supply.FULL, Fault.PRINTER_BROKEN),
        ("18400000", State.BUSY, Supply.FULL, None),
    ],
)
def test_automatic_status(four, state, supply, fault):
    decoded = status.decode_automatic(bytes.fromhex(four), profile("epson-tm"))
    assert (decoded.state, decoded.supply) == (state, supply)
    assert status.why_not(decoded) is fault
