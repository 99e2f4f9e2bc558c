"""What comes from a printer is told apart whatever it is mixed with and wherever it is cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from drivers.printer.answers import (
    MARK_LETTERS,
    XOFF,
    XON,
    Answer,
    Automatic,
    Decoder,
    Flow,
    InOrder,
    Mark,
    Rubbish,
    is_answer,
    is_automatic,
    is_plain,
)

BYTES = st.binary(max_size=80)
ANSWERS = st.sampled_from([byte for byte in range(256) if is_answer(byte)])
HEADS = st.sampled_from([byte for byte in range(256) if is_automatic(byte)])
PLAIN = st.sampled_from([byte for byte in range(256) if is_plain(byte)])
AUTOMATIC = st.tuples(HEADS, PLAIN, PLAIN, PLAIN).map(bytes)
NAMES = st.text(MARK_LETTERS, min_size=4, max_size=4)
MARKS = NAMES.map(lambda name: b"\x37\x22" + name.encode() + b"\x00")


def said(data: bytes) -> list[object]:
    return list(Decoder().feed(data))


@given(BYTES)
def test_no_bytes_break_it_and_none_is_lost_or_made_up(data):
    lengths = {Answer: 1, InOrder: 1, Flow: 1, Automatic: 4, Mark: 7}
    out = said(data + b"\x80")  # a byte of no kind closes whatever is open
    total = sum(len(one.bytes) if isinstance(one, Rubbish) else lengths[type(one)] for one in out)
    assert total == len(data) + 1


@given(BYTES, st.lists(st.integers(0, 80), max_size=6))
def test_it_does_not_matter_where_the_pieces_are_cut(data, cuts):
    decoder, out, at = Decoder(), [], 0
    for cut in [*sorted(min(cut, len(data)) for cut in cuts), len(data)]:
        out += decoder.feed(data[at:cut])
        at = cut
    assert out == said(data)


@given(
    st.lists(st.one_of(AUTOMATIC, MARKS), max_size=6),
    st.lists(st.one_of(ANSWERS, st.sampled_from([XON, XOFF])), max_size=8),
    st.data(),
)
def test_messages_are_whole_whatever_answers_stand_between_their_bytes(messages, between, data):
    stream = list(b"".join(messages))
    for byte in between:
        stream.insert(data.draw(st.integers(0, len(stream))), byte)
    out = said(bytes(stream))
    wanted = [Automatic(m) if len(m) == 4 else Mark(m[2:6].decode()) for m in messages]
    assert [one for one in out if isinstance(one, Automatic | Mark)] == wanted
    answers = sorted(one.byte for one in out if isinstance(one, Answer))
    assert answers == sorted(byte for byte in between if is_answer(byte))
    assert not any(isinstance(one, Rubbish | InOrder) for one in out)


@given(AUTOMATIC, st.integers(0, 3), st.lists(ANSWERS, min_size=1, max_size=4))
def test_an_automatic_status_that_lost_a_byte_is_no_word_that_a_slip_is_out(four, lost, answers):
    broken = four[:lost] + four[lost + 1 :]
    assert not any(isinstance(one, InOrder | Automatic | Mark) for one in said(broken + bytes(answers)))


@given(PLAIN, ANSWERS)
def test_an_answer_in_order_counts_when_it_stands_alone(byte, answer):
    assert said(bytes((byte,))) == []
    assert said(bytes((byte, answer))) == [InOrder(byte), Answer(answer)]
    assert InOrder(byte) not in said(bytes((byte, byte, answer)))


@given(st.binary(max_size=200), NAMES)
def test_nothing_but_its_own_seven_bytes_is_a_mark(data, name):
    whole = b"\x37\x22" + name.encode() + b"\x00"
    found = any(one == Mark(name) for one in said(data))
    quiet = bytes(byte for byte in data if not is_answer(byte) and byte not in (XON, XOFF))
    assert not found or whole in quiet


@given(st.integers(0, 255))
def test_kinds_of_bytes_exclude_each_other(byte):
    assert is_answer(byte) + is_automatic(byte) + is_plain(byte) + (byte in (XON, XOFF)) <= 1
