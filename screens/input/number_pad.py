"""The twelve keys of a number pad: 1–9, 清空, 0, 退格."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from contract.texts import Text
from screens.input.boxes import Box
from screens.kit import Kit
from screens.theme import GAP


def number_pad(
    kit: Kit, box: Box, digit: Callable[[str], None], clear: Callable[[], None], back: Callable[[], None]
) -> None:
    """Draw it into *box*; the callbacks are called from the touch."""
    clearing, backing = kit.say(Text.PAD_CLEAR), kit.say(Text.PAD_BACK)
    cells = box.grid(3, 4, kit.px(GAP))
    for cell, name in zip(cells, (*"123456789", clearing, "0", backing), strict=True):
        if name == clearing:
            kit.target(cell, name, "clear", clear, kind="key", size=40)
        elif name == backing:
            kit.target(cell, name, "back", back, kind="key", size=40).repeats = True
        else:
            kit.target(cell, name, f"digit:{name}", partial(digit, name), kind="key", size=72).repeats = True
