"""PC/SC as this driver needs it: typed calls on pyscard's low-level binding, errors as one exception. Blocking.

Only the reader's worker thread calls these. The low-level binding is used because pyscard's upper half keeps a
singleton monitor thread of its own and hides the event counter of a slot.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from smartcard import scard

PRESENT: Final[int] = scard.SCARD_STATE_PRESENT
MUTE: Final[int] = scard.SCARD_STATE_MUTE
GONE: Final[int] = scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_IGNORE
COUNTER_SHIFT: Final = 16
"""pcsc-lite counts a slot's insertions and removals in the upper half of the state."""
SILENT_CARD: Final = frozenset(
    {
        scard.SCARD_W_UNRESPONSIVE_CARD & 0xFFFFFFFF,
        scard.SCARD_W_UNSUPPORTED_CARD & 0xFFFFFFFF,
        scard.SCARD_W_UNPOWERED_CARD & 0xFFFFFFFF,
        scard.SCARD_E_PROTO_MISMATCH & 0xFFFFFFFF,
    }
)
"""SCardConnect found something in the slot that gives no ATR, or none that means anything."""
SERVICE_LOST: Final = frozenset(
    {
        scard.SCARD_E_NO_SERVICE & 0xFFFFFFFF,
        scard.SCARD_E_SERVICE_STOPPED & 0xFFFFFFFF,
        scard.SCARD_E_INVALID_HANDLE & 0xFFFFFFFF,
        scard.SCARD_F_COMM_ERROR & 0xFFFFFFFF,
        scard.SCARD_F_INTERNAL_ERROR & 0xFFFFFFFF,
        scard.SCARD_E_READER_UNAVAILABLE & 0xFFFFFFFF,
        scard.SCARD_E_UNKNOWN_READER & 0xFFFFFFFF,
    }
)
READER_LOST: Final = frozenset(
    {scard.SCARD_E_READER_UNAVAILABLE & 0xFFFFFFFF, scard.SCARD_E_UNKNOWN_READER & 0xFFFFFFFF}
)
"""Of these, the ones that speak of one reader and not of pcscd."""
TIMEOUT: Final[int] = scard.SCARD_E_TIMEOUT & 0xFFFFFFFF
STATUS_WORD_BYTES: Final = 2
CUT_SHORT: Final[int] = scard.SCARD_E_COMM_DATA_LOST & 0xFFFFFFFF
NO_READERS: Final[int] = scard.SCARD_E_NO_READERS_AVAILABLE & 0xFFFFFFFF


class PcscError(Exception):
    """A PC/SC call returned something else than success."""

    def __init__(self, call: str, code: int) -> None:
        self.code = code & 0xFFFFFFFF
        super().__init__(f"{call} {self.code:08X}")


@dataclass(frozen=True, slots=True)
class SlotState:
    """One look at a slot."""

    present: bool
    mute: bool
    gone: bool
    """The reader is not there any more."""
    counter: int
    atr: bytes = field(repr=False)

    @property
    def answers(self) -> bool:
        """Whether the card gave an ATR (ISO/IEC 7816-3: the first byte is 3B or 3F)."""
        return self.present and not self.mute and self.atr[:1] in {b"\x3b", b"\x3f"}


def decode_state(bits: int, atr: bytes) -> SlotState:
    """SCARD_STATE_* bits of a slot."""
    return SlotState(
        present=bool(bits & PRESENT),
        mute=bool(bits & MUTE),
        gone=bool(bits & GONE),
        counter=bits >> COUNTER_SHIFT & 0xFFFF,
        atr=atr,
    )


@dataclass(slots=True)
class Service:
    """A connection to pcscd."""

    context: Any

    @classmethod
    def open(cls) -> Service:
        code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        _check("SCardEstablishContext", code)
        return cls(context)

    def close(self) -> None:
        """Let go; a pcscd that is gone cannot object."""
        scard.SCardReleaseContext(self.context)

    def readers(self) -> tuple[str, ...]:
        code, names = scard.SCardListReaders(self.context, [])
        if code & 0xFFFFFFFF == NO_READERS:
            return ()
        _check("SCardListReaders", code)
        return tuple(names)

    def look(self, reader: str) -> SlotState:
        """State of the slot now, without waiting; a reader that pcscd no longer knows is gone."""
        code, states = scard.SCardGetStatusChange(self.context, 0, [(reader, scard.SCARD_STATE_UNAWARE)])
        if code & 0xFFFFFFFF in READER_LOST:
            return SlotState(present=False, mute=False, gone=True, counter=0, atr=b"")
        _check("SCardGetStatusChange", code)
        _name, bits, atr = states[0]
        return decode_state(bits, bytes(atr))

    def connect(self, reader: str) -> Connection:
        """Power the card up and take it for ourselves."""
        code, card, protocol = scard.SCardConnect(
            self.context, reader, scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        )
        _check("SCardConnect", code)
        return Connection(card, protocol)


@dataclass(slots=True)
class Connection:
    """A card that is powered and ours."""

    card: Any = field(repr=False)
    protocol: int
    broken: bool = field(default=False, init=False)

    def transmit(self, command: bytes) -> bytes:
        code, answer = scard.SCardTransmit(self.card, self.protocol, list(command))
        if code != scard.SCARD_S_SUCCESS or len(answer) < STATUS_WORD_BYTES:
            self.broken = True
            _check("SCardTransmit", code)
            raise PcscError("SCardTransmit", CUT_SHORT)  # some readers call a card pulled in mid-command a success
        self.broken = False
        return bytes(answer)

    def close(self) -> None:
        """Power the card down, so that no verified PIN and no selected file outlives a command.

        A card that was pulled is left alone: pcsc-lite (1.9.9) calls the slot empty when powering down fails, and when
        the card is back before its own next look (0.4 s) the slot stays empty for it, with the card in.
        """
        scard.SCardDisconnect(self.card, scard.SCARD_LEAVE_CARD if self.broken else scard.SCARD_UNPOWER_CARD)


@contextmanager
def powered(wanted: str) -> Iterator[Callable[[bytes], bytes]]:
    """Power up what lies in the first reader whose name holds *wanted*, and give what transmits to it. Raises PcscError
    when there is none; everything is let go at the end, and the card powered down."""
    service = Service.open()
    try:
        names = sorted(name for name in service.readers() if wanted in name)
        if not names:
            raise PcscError("SCardListReaders", scard.SCARD_E_UNKNOWN_READER)
        connection = service.connect(names[0])
        try:
            yield connection.transmit
        finally:
            connection.close()
    finally:
        service.close()


def within(seconds: float, transmit: Callable[[bytes], bytes], command: bytes) -> bytes:
    """The answer, or PcscError when it took longer: a call to pcscd cannot be cut short, its answer can be refused."""
    started = time.monotonic()
    answer = transmit(command)
    if time.monotonic() - started > seconds:
        raise PcscError("SCardTransmit", TIMEOUT)
    return answer


def _check(call: str, code: int) -> None:
    if code != scard.SCARD_S_SUCCESS:
        raise PcscError(call, code)
