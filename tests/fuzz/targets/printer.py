"""Whatever comes from a printer: what is not known is never taken for good, and no fault that was told is lost."""

from __future__ import annotations

from typing import Final

from drivers.device import State, Supply
from drivers.printer import status
from tests.fuzz.data import Bytes

_FAULTS: Final = {1: 0x08, 2: 0x64, 3: 0x28, 4: 0x60}
"""Question -> the bits that keep a printer from being whole (device-protocols 5.2)."""


def check(data: bytes) -> None:
    story = Bytes(data)
    answers: dict[int, int] = {}
    while story.left and len(answers) < 4:
        number, byte = 1 + story.byte() % 4, story.byte()
        assert not (status.is_status(byte) and status.is_in_order(byte))
        if status.is_status(byte):
            assert byte & 0x93 == 0x12
            answers[number] = byte
    seen = status.decode(answers)
    refusal = status.why_not(seen)
    told = any(answers.get(number, 0) & bits for number, bits in _FAULTS.items())
    if len(answers) < 4 or told:
        assert seen.state is not State.ONLINE
    if 4 not in answers:
        assert seen.supply not in (Supply.FULL, Supply.LOW)
    if seen.state is State.ONLINE:
        assert refusal is None
        assert seen.supply in (Supply.FULL, Supply.LOW)
    if answers.get(2, 0) & 0x04:
        assert refusal is not None, "the cover is open"
    if answers.get(4, 0) & 0x60:
        assert refusal is not None, "no paper"


SEEDS: Final = (bytes((0, 0x12, 1, 0x12, 2, 0x12, 3, 0x12)), bytes((0, 0x1A, 1, 0x32, 2, 0x12, 3, 0x7E)))
