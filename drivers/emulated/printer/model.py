"""What an emulated printer can do and how it says it; by default all that receipt printers have in common, and more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BUFFER: Final = 16_384


@dataclass(frozen=True, slots=True)
class Model:
    answers: tuple[int, ...] = (1, 2, 3, 4)
    """To which DLE EOT n it answers."""
    in_order: bool = True
    """Knows GS r."""
    process_id: bool = True
    """Knows GS ( H function 48."""
    automatic: bool = True
    """Knows GS a."""
    native_qr: bool = True
    near_end: bool = True
    """Has a sensor for paper that is nearly at its end."""
    presenter: bool = False
    """Holds a slip until it is taken, and says so in bit 6 of n=4; paper end is bit 5 alone (Citizen PPU-231II p14)."""
    xonxoff: bool = False
    """Sends XOFF when its buffer is nearly full, and XON when there is room again."""
    buffer: int = BUFFER
    """Bytes it takes before it makes the sender wait."""
