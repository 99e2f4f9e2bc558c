"""Frames: the known ones to the byte, and any noise around them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.id_reader.frames import FAULTS, PREAMBLE, Answer, Command, Receiver, Sw3, checksum, command, frame
from drivers.id_reader.module import fits


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (Command.RESET, "AAAAAA9669000310FFEC"),
        (Command.STATUS, "AAAAAA9669000311FFED"),
        (Command.FIND, "AAAAAA96690003200122"),
        (Command.SELECT, "AAAAAA96690003200221"),
        (Command.READ, "AAAAAA96690003300132"),
        (Command.NEWEST_ADDRESS, "AAAAAA96690003300330"),
        (Command.SAM_ID, "AAAAAA9669000312FFEE"),
        (Command.BAUD_115200, "AAAAAA96690003600063"),
        (Command.BAUD_9600, "AAAAAA96690003600467"),
    ],
)
def test_commands_to_the_byte(which, expected):
    assert command(which) == bytes.fromhex(expected)


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        ("AAAAAA9669000800009F0000000097", Answer(0x9F, bytes(4))),
        ("AAAAAA9669000400008084", Answer(0x80, b"")),
        ("AAAAAA9669000C00009000000000000000009C", Answer(0x90, bytes(8))),
        ("AAAAAA9669000400004145", Answer(0x41, b"")),
    ],
)
def test_answers_to_the_byte(raw, answer):
    assert Receiver().feed(bytes.fromhex(raw)) == [answer]


SOUND = st.binary(max_size=40).map(lambda data: b"\x00\x00\x90" + data)
NOISE = st.binary(max_size=20).filter(lambda noise: b"\xaa" not in noise)


@given(st.lists(st.tuples(NOISE, SOUND), max_size=5), st.integers(1, 30))
def test_answers_are_found_between_noise_and_however_they_are_cut_up(parts, piece):
    stream = b"".join(noise + frame(payload) for noise, payload in parts)
    receiver = Receiver()
    found = [answer for at in range(0, len(stream), piece) for answer in receiver.feed(stream[at : at + piece])]
    assert found == [Answer(0x90, payload[3:]) for _, payload in parts]


@given(SOUND, SOUND, st.integers(0, 7))
def test_a_wrong_checksum_is_dropped_and_the_next_frame_is_found(first, second, bit):
    broken = bytearray(frame(first))
    broken[-1] ^= 1 << bit
    assert Receiver().feed(bytes(broken) + frame(second))[-1:] == [Answer(0x90, second[3:])]


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_no_bytes_break_it_or_pile_up(pieces):
    receiver = Receiver()
    for piece in pieces:
        receiver.feed(piece)
        receiver.feed(PREAMBLE)
    assert len(receiver._held) < 5000


@given(st.binary(min_size=1, max_size=2000))
def test_the_folded_checksum_is_that_of_one_byte_after_the_other(body):
    total = 0
    for byte in body:
        total ^= byte
    assert checksum(body) == total


@given(SOUND, st.integers(8, 0x0BFF))
def test_an_answer_behind_a_beginning_that_says_too_much_is_found_in_the_silence(payload, length):
    receiver = Receiver()
    assert receiver.feed(PREAMBLE + length.to_bytes(2, "big") + frame(payload)) in ([], [Answer(0x90, payload[3:])])
    assert receiver.idle() in ([], [Answer(0x90, payload[3:])])
    assert receiver.feed(frame(payload) * 80)[-1:] == [Answer(0x90, payload[3:])]


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_no_silence_breaks_it_either(pieces):
    receiver = Receiver()
    for piece in pieces:
        receiver.feed(PREAMBLE + piece)
        receiver.idle()


def test_every_status_has_its_meaning_and_no_status_is_half_a_person():
    assert set(FAULTS) == set(Sw3)
    for sw3 in range(256):
        assert Answer(sw3, b"", 0x6A82).failure.detail == f"SW3 {sw3:02X} SW 6A82"


@given(st.sampled_from(list(Command)), st.integers(0, 255), st.binary(max_size=100))
def test_only_what_looks_like_its_answer_is_taken_for_one(which, sw3, data):
    if fits(which, Answer(sw3, data)) and sw3 == Sw3.OK:
        wanted = {Command.FIND: 4, Command.SELECT: 8, Command.NEWEST_ADDRESS: 70, Command.SAM_ID: 16}
        assert len(data) > 70 if which is Command.READ else len(data) == wanted.get(which, 0)


def test_the_checksum_is_the_xor_of_all():
    assert checksum(bytes.fromhex("00032001")) == 0x22
