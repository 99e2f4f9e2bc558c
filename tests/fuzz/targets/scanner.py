"""The scanner's codes out of bytes in pieces: whole, bounded, printable, and as they stood on the line."""

from __future__ import annotations

from typing import Final

from contract import limits
from drivers.scanner import Assembler
from tests.fuzz.data import Bytes

MOST: Final = 3000
"""Bytes on the line in one story: enough for every bound, few enough for many stories."""


def check(data: bytes) -> None:
    assembler, came = Assembler(), b""
    story = Bytes(data)
    while story.left and len(came) < MOST:
        how = story.byte()
        # Now and then a long one, which nobody would find by chance.
        piece = bytes((story.byte(),)) * (how * 4) if how & 1 else story.take(min(how // 2, story.left))
        came += piece
        found = [*assembler.feed(piece), *(assembler.idle() if how & 0x40 else ())]
        for code in found:
            if type(code) is not str:
                continue  # a word why it is none
            assert 0 < len(code) <= limits.QR_MAX_CHARS
            assert code.isascii()
            assert code.isprintable()
            assert code.encode() in came.translate(None, b"\x02\x03")
    assembler.forget()
    assert not assembler.pending


SEEDS: Final = (b"\x10https://a", b"\x08ab\rc\x40defg\n", b"\xffA\x04\r\n", b"\x0c\x02abc\x03\r")
