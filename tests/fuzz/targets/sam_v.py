"""SAM_V frames out of noise and pieces, and the text of a document: a whole person, or a Flaw."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Final

from drivers.device import DocumentKind, IdCardHolder
from drivers.emulated.sam_v import Document, Kind
from drivers.id_reader.document import Flaw, decode, decode_address
from drivers.id_reader.frames import Receiver
from tests.fuzz.data import TODAY, Bytes, sound_number, sound_text

_PEOPLE: Final = tomllib.loads((Path(__file__).parents[3] / "deploy/demo/cast.toml").read_text(encoding="utf-8"))[
    "person"
]
_PREAMBLE: Final = bytes.fromhex("AAAAAA9669")
TEXTS: Final = (
    *(Document.of(person).text() for person in _PEOPLE[:3]),
    Document("810000199001010035", "陈示例", "1", date(1990, 1, 1), kind=Kind.PERMIT, valid_to=None).text(),
    Document(
        "XXX110080010101", "示例", "2", date(1980, 1, 1), kind=Kind.FOREIGN_2017, english_name="EXAMPLE, ANN"
    ).text(),
    Document(
        "911000198001010023", "示例", "2", date(1980, 1, 1), kind=Kind.FOREIGN_2023, english_name="EXAMPLE, ANN"
    ).text(),
)


def check(data: bytes) -> None:
    story = Bytes(data)
    if story.byte() & 1:
        _frames(story)
    else:
        text = bytearray(TEXTS[story.byte() % len(TEXTS)])
        while story.left:  # single bytes of a true document wrong
            text[story.byte()] = story.byte()
        _document(bytes(text))


def _frames(story: Bytes) -> None:
    receiver, came, answers = Receiver(), b"", []
    while story.left:
        kind, part = story.byte(), story.take(min(story.byte(), story.left))
        if kind & 1:  # a sound frame around it
            body = (len(part) + 1).to_bytes(2, "big") + part
            part = _PREAMBLE + body + bytes((reduce(xor, body, 0),))
        came += part
        for at in range(0, len(part), 1 + kind // 2):
            answers += receiver.feed(part[at : at + 1 + kind // 2])
        if kind & 0x40:
            answers += receiver.idle()
    for answer in answers:
        said = bytes((answer.sw3,)) + answer.data
        assert any(_sound(came, match.start(), said) for match in re.finditer(re.escape(_PREAMBLE), came))
        address = decode_address(answer.data)
        assert isinstance(address, Flaw) or not address or sound_text(address)
        if len(answer.data) >= 4 + 256:
            _document(answer.data[4:260])


def _sound(came: bytes, at: int, said: bytes) -> bool:
    length = int.from_bytes(came[at + 5 : at + 7], "big")
    body = came[at + 5 : at + 7 + length]
    return len(body) == length + 2 and reduce(xor, body, 0) == 0 and body[4:-1] == said


def _document(text: bytes) -> None:
    outcome = decode(text, TODAY)
    if not isinstance(outcome, IdCardHolder):
        assert isinstance(outcome, Flaw)
        return
    assert sound_text(outcome.name)
    assert outcome.sex in ("0", "1", "2", "9")
    assert outcome.born <= TODAY
    if outcome.kind is DocumentKind.RESIDENT and len(outcome.id_number) == 18:
        assert sound_number(outcome.id_number)
    assert outcome.id_number.isascii()
    assert outcome.id_number.isalnum()
    assert outcome.expires is None or outcome.expires.year >= 1


SEEDS: Final = (
    *(bytes((0, number)) for number in range(len(TEXTS))),
    b"\1\0\4abcd\3\4\0\0\x90A",
    b"\1\1\4\0\0\x9fA\1\3\0\0\x80",
)
