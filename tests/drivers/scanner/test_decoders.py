"""Assembler, dialects, packets, keys: whatever bytes or keys come, nothing crashes, and no half of a code is one."""

from __future__ import annotations

import string

import pytest
from evdev import ecodes
from hypothesis import given
from hypothesis import strategies as st

from contract import limits
from drivers.emulated.scanner.keyboard import DROPPED, pressed, strokes
from drivers.emulated.scanner.packets import _packet as device_packet
from drivers.scanner import Assembler, Flaw
from drivers.scanner.dialects import Answers, Dialect, TextDialect
from drivers.scanner.keys import KeyDecoder
from drivers.scanner.profiles import PROFILES
from drivers.scanner.ssi import Opcode, Packet, Packets, SsiDialect, checksum, packet
from drivers.scanner.tokens import PAYMENT_CODES, judged

CODES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=limits.QR_MAX_CHARS).filter(
    lambda code: isinstance(judged(code.encode()), str)
)
PIECES = st.lists(st.binary(max_size=700), max_size=6)
DIALECTS = [*(lambda a=a: TextDialect(a) for a in Answers), SsiDialect]


def sound(reading: object) -> bool:
    if isinstance(reading, Flaw):
        return True
    return isinstance(reading, str) and 0 < len(reading) <= limits.QR_MAX_CHARS and reading.isprintable()


def in_pieces(data: bytes, piece: int) -> list[bytes]:
    return [data[at : at + piece] for at in range(0, len(data), piece)]


@given(PIECES)
def test_no_bytes_make_a_code_that_is_none(pieces):
    assembler = Assembler()
    for piece in pieces:
        for reading in [*assembler.feed(piece), *([] if len(piece) % 2 else assembler.idle())]:
            assert sound(reading)
    assembler.forget()
    assert not assembler.pending


@given(CODES, st.integers(1, 40), st.sampled_from([b"\r", b"\n", b"\r\n"]))
def test_however_a_code_is_cut_up_it_is_the_same(code, piece, end):
    assembler = Assembler()
    assert [found for part in in_pieces(code.encode() + end, piece) for found in assembler.feed(part)] == [code]


@given(CODES, st.integers(0, 600), st.one_of(st.integers(0x80, 0xFF), st.sampled_from([0, 4, 5, 6, 7, 9, 0x15, 0x1B])))
@pytest.mark.parametrize("dialect", [TextDialect, lambda: TextDialect(Answers.BYTES)])
def test_one_byte_that_cannot_be_spoils_the_whole_of_a_code(dialect, code, at, byte):
    data = code.encode()
    at = 1 + at % len(data)
    speaks = dialect()
    readings = speaks.feed(data[:at] + bytes((byte,)) + data[at:] + b"\r")
    assert all(isinstance(reading, Flaw) for reading in readings)


@given(PIECES, st.integers(0, 3))
@pytest.mark.parametrize("made", DIALECTS)
def test_no_bytes_break_a_dialect(made, pieces, when):
    dialect: Dialect = made()
    for number, piece in enumerate(pieces):
        assert all(map(sound, dialect.feed(piece)))
        if number == when:
            dialect.skip()
    assert all(map(sound, dialect.idle()))
    assert not dialect.pending


ANSWERS = {
    Answers.BYTES: [b"\x06", b"\x15!", b"\x05.", b"\x06."],
    Answers.FRAME: [b"\x02\x010000#SCNTRG1\x06;\x03", b"\x02\x010000#SCNTRG0\x15;\x03"],
    Answers.SSI: [bytes.fromhex("04D00000FF2C"), bytes.fromhex("05D1000001FF29")],
}


@given(st.data(), CODES.filter(lambda code: code[0] not in ".!"), st.integers(1, 9))
@pytest.mark.parametrize("answers", ANSWERS)
def test_answers_before_and_after_a_code_are_no_part_of_it(answers, data, code, piece):
    some = st.lists(st.sampled_from(ANSWERS[answers]), max_size=3).map(b"".join)
    before, after = data.draw(some), data.draw(some)
    dialect = TextDialect(answers)
    stream = before + code.encode() + b"\r" + after
    assert [found for part in in_pieces(stream, piece) for found in dialect.feed(part)] == [code]
    assert dialect.idle() == []
    if before or after:
        assert dialect.acknowledged


@pytest.mark.parametrize("cut", range(1, 17))
def test_an_answer_that_breaks_off_is_no_code(cut):
    dialect = TextDialect(Answers.FRAME)
    assert dialect.feed(ANSWERS[Answers.FRAME][0][:cut]) == []
    assert not any(isinstance(reading, str) for reading in dialect.idle())
    assert dialect.feed(b"opaque\r") == ["opaque"]


@pytest.mark.parametrize(
    "code",
    ["134567890123456789", "100000000000000000", "2512345678901234", "300000000000000000000000", "62" + "1" * 17],
)
def test_a_payment_code_is_none_of_ours(code):
    assert judged(code.encode()) is Flaw.PAYMENT


@pytest.mark.parametrize("code", ["16" + "0" * 16, "1345678901234567890", "24" + "0" * 16, "31" + "0" * 16, "62", "a1"])
def test_what_only_looks_a_little_like_one_is_left_to_the_platform(code):
    assert judged(code.encode()) == code
    assert PAYMENT_CODES


def test_a_code_long_after_an_acknowledgement_keeps_its_first_character():
    dialect = TextDialect(Answers.BYTES)
    dialect.feed(b"\x06")
    assert dialect.pending
    assert dialect.idle() == []
    assert dialect.feed(b"!opaque\r") == ["!opaque"]


@pytest.mark.parametrize("cut", range(1, 17))
def test_asked_for_in_the_middle_of_an_answer_the_next_code_counts(cut):
    answer = ANSWERS[Answers.FRAME][0]
    dialect = TextDialect(Answers.FRAME)
    dialect.feed(answer[:cut])
    if dialect.pending:
        dialect.skip()
    assert dialect.feed(answer[cut:] + b"opaque\r") == ["opaque"]


# -- SSI -------------------------------------------------------------------------------------------------------------


def test_packets_to_the_byte():
    assert packet(Opcode.START) == bytes.fromhex("04E40400FF14")
    assert packet(Opcode.STOP) == bytes.fromhex("04E50400FF13")
    assert packet(Opcode.ACK) == bytes.fromhex("04D00400FF28")
    assert PROFILES["zebra-ssi"].start == b"\0" + packet(Opcode.START)
    assert PROFILES["zebra-ssi"].stop == b"\0" + packet(Opcode.STOP)
    assert checksum(bytes.fromhex("04E40400")) == bytes.fromhex("FF14")


@given(st.lists(st.tuples(st.binary(max_size=240), st.binary(max_size=3)), max_size=4), st.integers(1, 50))
def test_packets_are_found_however_they_are_cut_up_and_behind_small_noise(parts, piece):
    quiet = [(data, bytes(byte & 3 for byte in noise)) for data, noise in parts]
    stream = b"".join(noise + device_packet(0xF3, b"\xf1" + data) for data, noise in quiet)
    packets = Packets()
    found = [one for part in in_pieces(stream, piece) for one in packets.feed(part)]
    assert found == [Packet(Opcode.DECODE_DATA, 0, b"\xf1" + data) for data, _ in quiet]
    assert not packets.pending


@given(st.binary(min_size=1, max_size=30), st.binary(max_size=200))
def test_a_packet_behind_any_noise_is_found_in_the_next_silence(noise, data):
    packets = Packets()
    found = [*packets.feed(noise + device_packet(0xF3, b"\xf1" + data)), *packets.idle()]
    assert Packet(Opcode.DECODE_DATA, 0, b"\xf1" + data) in found
    assert not packets.pending


@given(CODES, st.integers(1, 240), st.integers(1, 60))
def test_a_code_in_several_packets_is_one(code, size, piece):
    parts = in_pieces(code.encode(), size)
    stream = b"".join(
        device_packet(0xF3, b"\xf1" + part, 0x02 if number + 1 < len(parts) else 0) for number, part in enumerate(parts)
    )
    dialect = SsiDialect()
    assert [found for part in in_pieces(stream, piece) for found in dialect.feed(part)] == [code]
    assert dialect.replies == packet(Opcode.ACK) * len(parts)


@given(CODES, st.integers(0, 20))
def test_a_packet_with_one_wrong_byte_is_refused_and_sent_again(code, at):
    raw = bytearray(device_packet(0xF3, b"\xf1" + code.encode()[:200]))
    raw[4 + at % (len(raw) - 4)] ^= 0x40
    dialect = SsiDialect()
    assert dialect.feed(bytes(raw)) == []
    assert dialect.replies == packet(Opcode.NAK, b"\x01")
    assert dialect.feed(device_packet(0xF3, b"\xf1" + b"opaque", 1)) == ["opaque"]
    assert dialect.feed(device_packet(0xF3, b"\xf1" + b"opaque", 1)) == [], "only its acknowledgement was lost"
    assert dialect.feed(device_packet(0xF3, b"\xf1" + b"opaque")) == ["opaque"], "shown again"


def test_a_code_whose_rest_does_not_come_is_none():
    dialect = SsiDialect()
    dialect.feed(device_packet(0xF3, b"\xf1" + b"half of it", 0x02))
    assert dialect.pending
    assert dialect.idle() == [Flaw.NOT_PRINTABLE]
    assert not dialect.pending


def test_a_code_that_had_begun_before_is_passed_over_to_its_end():
    dialect = SsiDialect()
    dialect.feed(device_packet(0xF3, b"\xf1" + b"too ", 0x02))
    dialect.skip()
    assert dialect.feed(device_packet(0xF3, b"\xf1" + b"early")) == []
    assert dialect.feed(device_packet(0xF3, b"\xf1" + b"opaque")) == ["opaque"]


# -- keys ------------------------------------------------------------------------------------------------------------


def typed(events) -> bytes:
    decoder = KeyDecoder()
    return b"".join(decoder.feed(event.type, event.code, event.value) for event in events)


def events_of(text):
    return [event for character in text for key, value in strokes(character) for event in pressed(key, value)]


def test_every_character_of_the_us_layout_at_evdevs_boundary():
    every = "".join(sorted(set(string.printable) - set(string.whitespace))) + " "
    assert typed(events_of(every)) == every.encode()


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 0x2FF), st.integers(0, 2)), max_size=60))
def test_no_key_events_break_it(events):
    decoder, assembler = KeyDecoder(), Assembler()
    for event in events:
        assert all(map(sound, assembler.feed(decoder.feed(*event))))


@given(CODES, st.integers(0, 600))
def test_keys_that_the_kernel_lost_spoil_the_whole_code(code, at):
    events = events_of(code)
    at = 1 + at % len(events)
    readings = Assembler().feed(typed([*events[:at], DROPPED, *events[at:], *pressed(ecodes.KEY_ENTER, 1)]))
    assert not any(isinstance(reading, str) for reading in readings)


@pytest.mark.parametrize("key", ["KEY_TAB", "KEY_LEFTCTRL", "KEY_LEFTALT", "KEY_F1", "KEY_102ND", "KEY_LEFTMETA"])
def test_a_key_that_is_no_character_spoils_the_code(key):
    stream = [*events_of("abcd"), *pressed(ecodes.ecodes[key], 1), *events_of("efgh"), *pressed(ecodes.KEY_ENTER, 1)]
    assert Assembler().feed(typed(stream)) == [Flaw.NOT_PRINTABLE]


def test_repeats_and_locks_type_nothing():
    keys = [(ecodes.KEY_A, 1), (ecodes.KEY_A, 2), (ecodes.KEY_A, 0), (ecodes.KEY_CAPSLOCK, 1), (ecodes.KEY_CAPSLOCK, 0)]
    assert typed([event for key, value in keys for event in pressed(key, value)]) == b"a"
