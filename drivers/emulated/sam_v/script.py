"""How an emulated module misbehaves, one step for each command."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self


@dataclass(slots=True)
class Script:
    """One step. ``times`` counts down by answers it has spoilt; -1: until changed."""

    sw3: int | None = None
    """Answer every command that *only* names (all, when empty) with this SW3."""
    only: bytes = b""
    bad_checksum: bool = False
    length: int | None = None
    """The length field says this, whatever follows."""
    noise: bytes = b""
    """Sent before each preamble."""
    piece: int = 0
    """Answers come in pieces of so many bytes."""
    pause: float = 0.003
    silent: bool = False
    delay: float = 0.0
    unplug_after: int | None = None
    """The plug is pulled after so many bytes of the answer."""
    times: int = -1

    def for_command(self, command: bytes) -> Self | None:
        """What of it holds for *command* (CMD and PARA); counts."""
        if self.times == 0 or (self.only and self.only != command):
            return None
        if self.times > 0:
            self.times -= 1
        return replace(self)
