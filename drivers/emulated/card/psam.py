"""An emulated PSAM: command APDU in, answer out (device-protocols 1.2, 1.6). No I/O; put into a slot like a card.

It answers what deployed readers send to the PSAM of the social-security system, and is as exact as they need: T=0 (data
come by 61xx and GET RESPONSE), a cryptogram only after an initialisation, one cryptogram for each.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from drivers.emulated.card.card import Script
from drivers.emulated.card.keys import KeyRing, cryptogram

APPLICATION: Final = bytes.fromhex("D15600000590")
ENVIRONMENTS: Final = {b"sx1.sh.": "3DES", b"sx3.sh.": "SM4"}
"""INFERRED for SM4: sx1 (3DES) and sx2 (SSF33, whose algorithm is not public) are known."""
INTERNAL_KEY: Final = 0x1B
EXTERNAL_KEY: Final = 0x1A
"""Key ids of this PSAM: an issuer's own choice."""
OK: Final = b"\x90\x00"
CONDITIONS: Final = b"\x69\x85"


@dataclass(slots=True)
class EmulatedPsam:
    """One PSAM with the master keys in *ring*; ``script`` as for a card."""

    ring: KeyRing = field(repr=False)
    script: Script = field(default_factory=Script)
    external_key: int = EXTERNAL_KEY
    internal_key: int | None = INTERNAL_KEY
    """None: this PSAM has no internal key."""
    count: int = field(init=False, default=0)
    seen: list[int] = field(init=False, default_factory=list)
    _algorithm: str = field(init=False, default="3DES")
    _selected: bool = field(init=False, default=False)
    _ready: tuple[bytes, tuple[bytes, ...], bytes] | None = field(init=False, default=None, repr=False)
    _pending: bytes = field(init=False, default=b"", repr=False)

    @property
    def atr(self) -> bytes:
        return b"\0\0" if self.script.silent else bytes.fromhex("3B6C00025349015053414D0001000000")

    @property
    def leaves(self) -> bool:
        return self.script.pull_after is not None and self.count >= self.script.pull_after

    def inserted(self, script: Script) -> None:
        self.script = replace(script)
        self.count = 0
        self.seen.clear()
        self.reset()

    def reset(self) -> None:
        self._algorithm = "3DES"
        self._selected = False
        self._ready = None
        self._pending = b""

    def answer(self, command: bytes) -> bytes:
        """Answer one command APDU; any bytes are answered."""
        self.count += 1
        self.seen.append(command[1] if len(command) > 1 else -1)
        scripted = self.script.status_at.get(self.count)
        if scripted is not None:
            return bytes.fromhex(scripted)
        if self.script.garbage_from is not None and self.count >= self.script.garbage_from:
            return b"\x5a" * (self.count % 7) + OK
        pending, self._pending = self._pending, b""
        match command[:2].hex():
            case "00a4":
                return self._select(command)
            case "00c0" if pending:
                return pending + OK if command[4:5] == bytes((len(pending),)) else bytes((0x6C, len(pending)))
            case "bfde":
                return self._initialise(command)
            case "80fa":
                return self._encrypt(command)
            case _:
                return CONDITIONS if command[:2] == b"\x00\xc0" else b"\x6d\x00"

    def _select(self, command: bytes) -> bytes:
        name = command[5:]
        self._ready = None
        if command[2:5] != bytes((0x04, 0x00, len(name))):
            return b"\x6a\x86"
        if name == APPLICATION:
            if self._algorithm not in self.ring:
                return b"\x6a\x82"
            self._selected = True
            return self._give(b"\x6f\x08\x84\x06" + APPLICATION)
        algorithm = ENVIRONMENTS.get(name[:7])
        if name[7:] != "社会保障".encode("gbk") or algorithm not in self.ring:
            return b"\x6a\x82"
        self._algorithm, self._selected = algorithm, False
        return self._give(b"\x6f" + bytes((len(name) + 2, 0x84, len(name))) + name)

    def _initialise(self, command: bytes) -> bytes:
        """BF DE use key: diversifiers of the card and of the division, process factor."""
        self._ready = None
        if not self._selected:
            return CONDITIONS
        if command[2:3] != b"\x48":
            return b"\x6a\x86"
        if command[4:5] != b"\x18" or len(command) != 29:
            return b"\x67\x00"
        keys = self.ring[self._algorithm]
        key = {self.external_key: keys.external, self.internal_key: keys.internal}.get(command[3])
        if key is None:
            return b"\x6a\x88"
        card, region, process = command[5:13], command[13:21], command[21:29]
        self._ready = key, (region, card), process
        return OK

    def _encrypt(self, command: bytes) -> bytes:
        ready, self._ready = self._ready, None
        if ready is None:
            return CONDITIONS
        if command[2:5] != b"\x00\x00\x08" or len(command) != 13:
            return b"\x67\x00"
        key, factors, process = ready
        return self._give(cryptogram(self._algorithm, key, factors, process, command[5:]))

    def _give(self, data: bytes) -> bytes:
        self._pending = data
        return bytes((0x61, len(data)))
