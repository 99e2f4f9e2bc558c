"""Whatever comes from a printer, cut anywhere: told apart without loss, what is not known is never taken for good, and
no fault that was told is lost, by question or by itself, for every model."""

from __future__ import annotations

from collections import Counter
from typing import Final

from drivers.device import State, Supply
from drivers.printer import status
from drivers.printer.answers import MARK_LETTERS, Answer, Automatic, Decoder, Flow, InOrder, Mark, Rubbish, Said
from drivers.printer.settings import Profile, profiles
from tests.fuzz.data import Bytes

PROFILES: Final = tuple(profiles().values())


def check(data: bytes) -> None:
    story = Bytes(data)
    model = PROFILES[story.byte() % len(PROFILES)]
    decoder, pieces, told = Decoder(), story.pieces(), list[Said]()
    for piece in pieces:
        told += decoder.feed(piece)
    came = b"".join(pieces)
    assert told == Decoder().feed(came), "where the line cuts it makes no difference"
    used = Counter(b"".join(_stood(one) for one in told))
    assert not used - Counter(came), "nothing was made up, nothing told twice"
    for one in told:
        if isinstance(one, InOrder):
            _alone(one.byte, came)
    numbers = iter(model.answers)  # only these are asked of it
    answers = {number: one.byte for one in told if isinstance(one, Answer) and (number := next(numbers, None))}
    _judge(answers, model)
    for one in told:
        if isinstance(one, Automatic):
            _reported(one.four, model)


def _stood(one: Said) -> bytes:
    """The bytes it was made of, in the form that its kind has."""
    match one:
        case Answer(byte):
            assert byte & 0x93 == 0x12
            return bytes((byte,))
        case Automatic(four):
            assert len(four) == 4
            assert four[0] & 0x93 == 0x10
            assert not any(byte & 0x90 for byte in four[1:])
            return four
        case InOrder(byte):
            assert not byte & 0x90
            return bytes((byte,))
        case Mark(name):
            assert len(name) == 4
            assert set(name) <= set(MARK_LETTERS)
            return b"\x37\x22" + name.encode("ascii") + b"\x00"
        case Flow(on):
            return b"\x11" if on else b"\x13"
        case Rubbish(part):
            return part


def _alone(byte: int, came: bytes) -> None:
    """Somewhere on the line it stood by itself: XON and XOFF apart, the next byte was of another kind."""
    line = came.translate(None, b"\x11\x13")
    assert any(one == byte and line[at + 1] & 0x90 for at, one in enumerate(line[:-1]))


def _judge(answers: dict[int, int], model: Profile) -> None:
    seen = status.decode(answers, model)
    refusal = status.why_not(seen)
    bad = (
        answers.get(1, 0) & 0x08 or answers.get(2, 0) & 0x64 or answers.get(3, 0) & 0x68
        or any(answers.get(4, 0) >> bit & 1 for bit in model.paper_end)
    )  # fmt: skip
    if bad or not answers or not set(model.answers) <= answers.keys():
        assert seen.state is not State.ONLINE
    if 4 not in answers:
        assert seen.supply not in (Supply.FULL, Supply.LOW)
    if seen.state is State.ONLINE:
        assert refusal is None
        assert seen.supply in ((Supply.FULL, Supply.LOW) if model.near_end else (Supply.UNKNOWN,))
    if answers.get(2, 0) & 0x04:
        assert refusal is not None, "the cover is open"
    if any(answers.get(4, 0) >> bit & 1 for bit in model.paper_end):
        assert refusal is not None, "no paper"


def _reported(four: bytes, model: Profile) -> None:
    seen = status.decode_automatic(four, model)
    if four[0] & 0x28 or four[1] & 0x68 or four[2] & 0x0C:
        assert seen.state is not State.ONLINE
    if four[0] & 0x20 or four[1] & 0x28 or four[2] & 0x0C:
        assert status.why_not(seen) is not None


SEEDS: Final = (
    b"\0\4\x12\x12\x12\x12",
    b"\2\4\x12\x32\x1a\x7e\4\x18\x00\x0c\x00",
    b"\2\3\x37\x22A\5\x12BCD\x00",
    b"\0\1\x00\1\x12\2\x13\x11\1\x03\3\xff\x10\x00",
    *(bytes((number, 4, 0x12, 0x12, 0x12, 0x12)) for number in range(len(PROFILES))),
)
