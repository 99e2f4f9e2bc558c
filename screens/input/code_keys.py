"""Large keys for a code of capital letters and digits: those that can stand in it, and no others.

Digits as on the other keyboards, then letters in the order of the alphabet: who looks for one finds it where the school
primer has it, and what cannot be in the code is not there to be hit by mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from contract.texts import Text
from screens.input.boxes import Box
from screens.input.writing import DIGITS
from screens.kit import Kit
from screens.theme import GAP, KEY_GAP

TALLEST: Final = 140
LEAST: Final = 84
"""Height of a key, pixels of the design."""
UPRIGHT: Final = 7
LYING: Final = 11
"""Letters side by side."""
FEWEST: Final = 5
"""A row of fewer has keys as wide as if there were so many, in the middle."""


def rows_of(alphabet: str, upright: bool) -> tuple[str, ...]:
    """The keys by rows: digits, upright in two rows, then letters in rows of about the same length."""
    digits = [one for one in DIGITS if one in alphabet]
    letters = [one for one in alphabet if one not in DIGITS]
    return (*_even(digits, 5 if upright else 10), *_even(letters, UPRIGHT if upright else LYING))


def _even(keys: list[str], most: int) -> list[str]:
    rows = -(-len(keys) // most)
    each = -(-len(keys) // rows) if rows else 0
    return ["".join(keys[at : at + each]) for at in range(0, len(keys), each or 1)]


def height_of(kit: Kit, alphabet: str, upright: bool, room: float) -> float:
    """What the keys take of *room*: as high as good keys are, never lower than a finger needs."""
    rows = len(rows_of(alphabet, upright)) + 1
    gaps = kit.px(KEY_GAP) * (rows - 2) + kit.px(GAP)
    return min(max((room - gaps) / rows, kit.px(LEAST)), kit.px(TALLEST)) * rows + gaps


def code_keys(
    kit: Kit, box: Box, alphabet: str, upright: bool, touched: Callable[[str], None], back: Callable[[], None],
    clear: Callable[[], None],
) -> None:  # fmt: skip
    """Draw them into *box*, 退一格 and 清空 below; the callbacks are called from the touch."""
    rows = rows_of(alphabet, upright)
    gap, apart = kit.px(KEY_GAP), kit.px(GAP)
    tall = (box.h - gap * (len(rows) - 1) - apart) / (len(rows) + 1)
    foot, rest = box.foot(tall, apart)
    for row in rows:
        line, rest = rest.top(tall, gap)
        columns = max(len(row), FEWEST)
        wide = (line.w - gap * (columns - 1)) / columns
        used = wide * len(row) + gap * (len(row) - 1)
        middle = Box(line.x + (line.w - used) / 2, line.y, used, tall)
        for cell, name in zip(middle.grid(len(row), 1, gap), row, strict=True):
            kit.target(cell, name, f"key:{name}", partial(touched, name), kind="key", size=56).repeats = True
    one, all_ = foot.split(apart, 1, 1)
    kit.target(one, kit.say(Text.KEYS_BACK), "back", back, size=38).repeats = True
    kit.target(all_, kit.say(Text.KEYS_CLEAR), "clear", clear, size=38)
