"""The scanner's codes out of bytes in pieces, in every way a scanner speaks: whole, bounded, printable, and as they
stood on the line; of packets only what a sound checksum covers."""

from __future__ import annotations

from typing import Final

from contract import limits
from drivers.scanner import PROFILES, Reading
from drivers.scanner.dialects import Dialect
from drivers.scanner.keys import KEYS, KeyDecoder
from drivers.scanner.ssi import SsiDialect
from drivers.scanner.tokens import PAYMENT_CODES, Flaw
from tests.fuzz.data import Bytes

MOST: Final = 3000
"""Bytes on the line in one story: enough for every bound, few enough for many stories."""
DIALECTS: Final = tuple(PROFILES[name] for name in sorted(PROFILES))
MOST_REPLIES: Final = 4
"""Bytes of replies for each byte that came, at most: an acknowledgement is as long as the shortest packet."""


def check(data: bytes) -> None:
    story = Bytes(data)
    how = story.byte() % (len(DIALECTS) + 1)
    if how == len(DIALECTS):
        _typed(story)
        return
    dialect = DIALECTS[how].dialect()
    packets = isinstance(dialect, SsiDialect)
    came, covered = b"", b""
    while story.left and len(came) < MOST:
        kind = story.byte()
        # Now and then a long one, which nobody would find by chance.
        piece = bytes((story.byte(),)) * (kind * 4) if kind & 1 else story.take(min(kind // 2 % 64, story.left))
        if packets and kind & 0x80:
            covered += piece[1:]
            piece = _packet(0xF3, piece[:250], story.byte() & 3)
        came += piece
        _codes(dialect.feed(piece), covered if packets else came)
        if kind & 0x40:
            _codes(dialect.idle(), covered if packets else came)
        if kind & 0x20 and story.byte() & 1:
            dialect.skip()
        _replies(dialect, came)
    dialect.forget()
    assert not dialect.pending


def _codes(found: list[Reading], came: bytes) -> None:
    for code in found:
        if isinstance(code, Flaw):
            continue  # a word why it is none
        assert 0 < len(code) <= limits.QR_MAX_CHARS
        assert code.isascii()
        assert code.isprintable()
        assert not any(payment.fullmatch(code) for payment in PAYMENT_CODES)
        assert code.encode() in came.translate(None, b"\x02\x03")


def _packet(opcode: int, data: bytes, status: int) -> bytes:
    body = bytes((4 + len(data), opcode, 0, status)) + data
    return body + (0x10000 - sum(body) & 0xFFFF).to_bytes(2, "big")


def _replies(dialect: Dialect, came: bytes) -> None:
    assert len(dialect.replies) <= MOST_REPLIES * (len(came) + 2)


def _typed(story: Bytes) -> None:
    """Keys turned into bytes: never more than a character for a key, and letters only as they are on it."""
    keys = KeyDecoder()
    while story.left:
        kind, code, value = story.byte() % 3, story.byte(), story.byte() % 3
        made = keys.feed(kind, code, value)
        assert len(made) <= 1
        if kind == 1 and value == 1 and code in KEYS:
            assert made.decode("ascii") in KEYS[code]


SEEDS: Final = tuple(
    bytes((how, *rest))
    for how in range(len(DIALECTS) + 1)
    for rest in (b"\x10https://a", b"\x08ab\rc\x40defg\n", b"\xffA\x04\r\n", b"\x0c\x02abc\x03\r", b"\x8c\xf1abcde\0")
)
