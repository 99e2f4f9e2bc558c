"""The emulated card itself: command APDU in, answer out, byte for byte (device-protocols 1.2 to 1.8). No I/O.

It is slow to trust and exact about lengths, as real cards are: a wrong Le is answered 6Cxx, a first generation card
has no tag 4E, PIN tries are counted down and block, a third-generation card wants EXTERNAL AUTHENTICATE for EF06 and
counts the wrong ones too.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field, replace
from typing import Final

from drivers.emulated.card.files import CastMember, Kind, Records, ef05, ef06
from drivers.emulated.card.keys import cryptogram

SSSE: Final = b"sx1.sh." + "社会保障".encode("gbk")
EF05: Final = b"\xef\x05"
EF06: Final = b"\xef\x06"
AUTHENTICATIONS: Final = 3
"""So many wrong EXTERNAL AUTHENTICATEs in a row lock the key."""
READER_KEY: Final = 0x0A
INDICATORS: Final = {"3DES": 1, "SSF33": 2, "SM4": 3}

OK: Final = b"\x90\x00"
NOT_ALLOWED: Final = b"\x69\x82"
NO_FILE: Final = b"\x6a\x82"


@dataclass(frozen=True, slots=True)
class Script:
    """What goes wrong, and when. APDUs are counted from 1 since the card was put in, GET RESPONSE included."""

    pull_after: int | None = None
    """The card leaves right after its n-th answer; 0: when the first command arrives."""
    status_at: dict[int, str] = field(default_factory=dict)
    """n -> status word in hex answered instead of what the card would have said."""
    garbage_from: int | None = None
    """From the n-th answer on, noise ending in 9000."""
    delay: float = 0.0
    """Seconds before each answer."""
    silent: bool = False
    """No ATR: upside down."""
    t0: bool | None = None
    """Answer SELECT with 61xx; None: as the card's kind says."""
    ef_p1: int | None = None
    """The only P1 that SELECT EF takes; None: both."""
    by_tag: bool = True
    """Whether READ RECORD by tag is understood (else 6A86)."""
    contactless: bool = False
    """Laid on an antenna: the ATR is the one that a reader builds around the historical bytes."""


@dataclass(slots=True)
class EmulatedCard:
    """One card. ``tries`` lives as long as the object: the PIN stays blocked when the card is put in again."""

    person: CastMember = field(repr=False)
    script: Script = Script()
    tries: int = field(init=False)
    authentications: int = field(init=False, default=AUTHENTICATIONS)
    verified: bool = field(init=False, default=False)
    count: int = field(init=False, default=0)
    seen: list[int] = field(init=False, default_factory=list)
    """Instruction bytes of what arrived, for tests. Never the commands: they hold the PIN."""
    _selected: bool = field(init=False, default=False)
    _file: Records | None = field(init=False, default=None)
    _file_id: bytes = field(init=False, default=b"")
    _pending: bytes = field(init=False, default=b"")
    _challenge: bytes = field(init=False, default=b"")
    _authenticated: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.tries = self.person.tries

    @property
    def silent(self) -> bool:
        return self.script.silent or self.person.kind is Kind.SILENT

    @property
    def atr(self) -> bytes:
        """T=0, 13 historical bytes of which the last 8 diversify keys (device-protocols 1.6).

        A card upside down gives no ATR, which vpcd can only tell as no card at all; two zero bytes, the noise of a
        line without a chip, are the nearest it carries: pcscd sees a card and cannot talk to it.
        """
        if self.silent:
            return b"\0\0"
        historical = bytes.fromhex("0081544400") + self._diversifier
        if not self.script.contactless:
            return bytes.fromhex("3B6D0000") + historical
        built = bytes.fromhex("8D8001") + historical  # PC/SC part 3, 3.1.3.2.3.1: T=1 offered, so a check byte follows
        check = 0
        for byte in built:
            check ^= byte
        return b"\x3b" + built + bytes((check,))

    @property
    def _code(self) -> bytes:
        return bytes.fromhex(self.person.card_id_code)

    @property
    def _diversifier(self) -> bytes:
        """Of this emulated card: the end of its id code. Real cards have a serial number of their own there."""
        return self._code[-8:]

    def inserted(self, script: Script) -> None:
        """A new insertion: commands are counted from one again."""
        self.script = replace(script)
        self.count = 0
        self.seen.clear()
        self.reset()

    def reset(self) -> None:
        """Power off, power on, reset: everything but the PIN counter is forgotten."""
        self.verified = False
        self._selected = False
        self._file = None
        self._file_id = b""
        self._pending = b""
        self._challenge = b""
        self._authenticated = False

    @property
    def leaves(self) -> bool:
        """Whether the script takes the card out now."""
        return self.script.pull_after is not None and self.count >= self.script.pull_after

    def answer(self, command: bytes) -> bytes:
        """Answer one command APDU; any bytes are answered."""
        self.count += 1
        self.seen.append(command[1] if len(command) > 1 else -1)
        scripted = self.script.status_at.get(self.count)
        if scripted is not None:
            return bytes.fromhex(scripted)
        if self.script.garbage_from is not None and self.count >= self.script.garbage_from:
            return self._noise(command) + OK
        if len(command) < 4:
            return b"\x67\x00"
        if command[0] not in {0x00, 0x80}:
            return b"\x6e\x00"
        pending, self._pending = self._pending, b""
        match command[1]:
            case 0xC0:
                return self._get_response(command, pending)
            case 0xA4:
                return self._select(command)
            case 0xB2:
                return self._read_record(command)
            case 0x20:
                return self._verify(command)
            case 0x88:
                return self._internal_authenticate(command)
            case 0x84:
                if not self._selected or command[4:5] != b"\x08":
                    return b"\x69\x85"
                self._challenge = secrets.token_bytes(8)
                return self._challenge + OK
            case 0x82:
                return self._external_authenticate(command)
            case _:
                return b"\x6d\x00"

    def _t0(self) -> bool:
        return self.person.kind is Kind.T0_61XX if self.script.t0 is None else self.script.t0

    def _get_response(self, command: bytes, pending: bytes) -> bytes:
        if not pending:
            return b"\x69\x85"
        length = command[4] if len(command) > 4 else 0
        if length not in {0, len(pending)}:
            self._pending = pending
            return bytes((0x6C, len(pending)))
        return pending + OK

    def _select(self, command: bytes) -> bytes:
        name = command[5 : 5 + command[4]] if len(command) > 5 else b""
        if command[2] == 0x04:
            return self._select_application(name)
        if command[2] not in {0x00, 0x02} or (self.script.ef_p1 is not None and command[2] != self.script.ef_p1):
            return b"\x6a\x86"
        if not self._selected:
            return NO_FILE
        files = {EF05: ef05, EF06: ef06}
        if name not in files:
            return NO_FILE
        self._file, self._file_id = files[name](self.person), name
        return self._give(b"\x6f\x04\x83\x02" + name)

    def _select_application(self, name: bytes) -> bytes:
        self._selected = False
        self._file = None
        self._authenticated = False
        if self.person.kind is Kind.BANK or name != SSSE:
            return NO_FILE
        self._selected = True
        algorithm = bytes((INDICATORS[self.person.algorithm],))
        proprietary = b"\x9f\x0c\x03\x86\x01" + algorithm
        inner = b"\x84" + bytes((len(SSSE),)) + SSSE + b"\xa5" + bytes((len(proprietary),)) + proprietary
        return self._give(b"\x6f" + bytes((len(inner),)) + inner)

    def _give(self, data: bytes) -> bytes:
        if self._t0():
            self._pending = data
            return bytes((0x61, len(data)))
        return data + OK

    def _read_record(self, command: bytes) -> bytes:
        p1, p2 = command[2], command[3]
        short, how = p2 >> 3, p2 & 7
        records, file_id = self._file, self._file_id
        if short in {5, 6} and self._selected:
            file_id = bytes((0xEF, short))
            records = (ef05 if short == 5 else ef06)(self.person)
        elif short:
            return NO_FILE
        if records is None:
            return b"\x69\x86"
        if file_id == EF06 and self.person.kind is Kind.NEEDS_AUTH and not self._authenticated:
            return NOT_ALLOWED
        if how == 4:
            if not 1 <= p1 <= len(records):
                return b"\x6a\x83"
            tag, value = records[p1 - 1]
        elif how == 0 and self.script.by_tag:
            found = dict(records).get(p1)
            if found is None:
                return b"\x6a\x83"
            tag, value = p1, found
        else:
            return b"\x6a\x86"
        if self.person.kind is Kind.GARBAGE:
            return self._noise(command) + OK
        record = bytes((tag, len(value))) + value
        wanted = command[4] if len(command) > 4 else 0
        if wanted != len(record) and (wanted or self._t0()):
            return bytes((0x6C, len(record)))
        return record + OK

    def _verify(self, command: bytes) -> bytes:
        if not self._selected:
            return b"\x69\x85"
        if self.tries == 0:
            return b"\x69\x83"
        digits = self.person.pin + "F" * (len(self.person.pin) % 2)
        given = command[5 : 5 + command[4]] if len(command) > 5 else b""
        if not given:
            return bytes((0x63, 0xC0 | self.tries))
        if secrets.compare_digest(given, bytes.fromhex(digits)):
            self.tries = self.person.tries
            self.verified = True
            return OK
        self.verified = False
        self.tries -= 1
        return bytes((0x63, 0xC0 | self.tries))

    def _internal_authenticate(self, command: bytes) -> bytes:
        if not self._selected:
            return b"\x69\x85"
        if len(command) not in {21, 22} or command[2:5] != b"\x00\x00\x10":
            return b"\x67\x00"
        if self.person.algorithm not in self.person.ring:
            return b"\x6a\x88"
        made = self._cryptogram(self.person.ring[self.person.algorithm].internal, command[5:13], command[13:21])
        return self._give(made)

    def _external_authenticate(self, command: bytes) -> bytes:
        """The latest challenge is the process factor, the second half of the data the source."""
        process, self._challenge = self._challenge, b""
        if not self._selected:
            return b"\x69\x85"
        if command[3:4] != bytes((READER_KEY,)) or self.person.algorithm not in self.person.ring:
            return b"\x6a\x88"
        if len(command) != 21 or command[4] != 0x10:
            return b"\x67\x00"
        if not self.authentications:
            return b"\x69\x83"
        if not process:
            return b"\x69\x84"
        expected = self._cryptogram(self.person.ring[self.person.algorithm].external, process, command[13:21])
        if not secrets.compare_digest(command[5:13], expected):
            self.authentications -= 1
            return bytes((0x63, 0xC0 | self.authentications))
        self.authentications = AUTHENTICATIONS
        self._authenticated = True
        return OK

    def _cryptogram(self, master: bytes, process: bytes, source: bytes) -> bytes:
        region = self._code[:3].hex().encode("ascii") + b"sx"
        return cryptogram(self.person.algorithm, master, (region, self._diversifier), process, source)

    def _noise(self, command: bytes) -> bytes:
        """The same noise for the same command, so that a failing run can be repeated."""
        seed = hashlib.sha256(self.person.key.encode() + bytes((self.count,)) + command[:4]).digest()
        return seed[: 3 + seed[0] % 24]
