"""What is sent to which maker's scanner, as data. The best setting at a kiosk sends nothing: presentation mode
(device-protocols 4.2).

A profile that triggers keeps the scanner looking for as long as somebody is asked for a code: ``renew`` is shorter than
the maker's own time limit of one trigger, which is counted in the scanner. The limits are those the makers ship.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from drivers.scanner.dialects import Answers, Dialect, TextDialect
from drivers.scanner.ssi import SsiDialect


@dataclass(frozen=True, slots=True)
class Profile:
    """One way of speaking with a scanner."""

    name: str
    """As in ``terminal.toml``; the capability ``trigger``."""
    dialect: Callable[[], Dialect]
    start: bytes = b""
    """Sent on ``arm``; empty: the scanner always looks."""
    stop: bytes = b""
    acknowledges: bool = False
    """Whether each command is answered: a scanner that does not is offline."""
    renew: float = 0.0
    """Seconds after which ``start`` is sent again while armed; 0: never."""


PRESENTATION: Final = Profile("presentation", TextDialect)

HONEYWELL: Final = Profile(
    # TRGMOD0, host trigger: SYN T CR and SYN U CR. Datalogic 7000 p. 159 (the same engine), HenkVanAsselt/
    # python_hon_usbhid. A trigger is not answered; commands are, by ACK, ENQ or NAK, and strays are taken out.
    "honeywell",
    lambda: TextDialect(Answers.BYTES),
    start=bytes.fromhex("16540D"),
    stop=bytes.fromhex("16550D"),
    renew=20.0,
)

NEWLAND: Final = Profile(
    # Unified command ~ SOH 0000 # name ; ETX, "#": until power goes. Newland FM530 p. 141. Answered by the same name
    # with ACK or NAK before the ";".
    "newland",
    lambda: TextDialect(Answers.FRAME),
    start=bytes.fromhex("7E01") + b"0000#SCNTRG1;" + b"\x03",
    stop=bytes.fromhex("7E01") + b"0000#SCNTRG0;" + b"\x03",
    acknowledges=True,
    renew=2.5,
)

_SSI_START: Final = bytes.fromhex("0004E40400FF14")
_SSI_STOP: Final = bytes.fromhex("0004E50400FF13")
"""START_SESSION and STOP_SESSION, with the byte before them that wakes the engine (Symbol SE955 Integration Guide)."""

ZEBRA: Final = Profile(
    # Codes as raw text; answers to commands only where ACK/NAK handshaking is on, so none is waited for.
    "zebra",
    lambda: TextDialect(Answers.SSI),
    start=_SSI_START,
    stop=_SSI_STOP,
    renew=8.0,
)

ZEBRA_SSI: Final = Profile(
    # Decode data as packets (parameter "Decode Data Packet Format": send packeted), ACK/NAK handshaking on.
    "zebra-ssi",
    SsiDialect,
    start=_SSI_START,
    stop=_SSI_STOP,
    acknowledges=True,
    renew=8.0,
)

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {profile.name: profile for profile in (PRESENTATION, HONEYWELL, NEWLAND, ZEBRA, ZEBRA_SSI)}
)
