"""A PSAM in a second PC/SC slot opens third-generation cards (device-protocols 1.2, 1.6).

What is sent to the PSAM is what deployed readers of social-security cards send: SELECT of D15600000590, then
``BF DE`` (initialise for general cryptography with the diversifiers and the process factor), then ``80 FA``
(encrypt). INFERRED, to be confirmed with the issuer and on real cards: the environment of the SM4 keys; which key
ids an issuer gives RKSSSE and the internal key (they are settings); that a card takes its challenge both as process
factor and as source, as those readers send it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

from contract import limits
from contract.faults import Fault
from drivers.card_reader import apdu, pcsc
from drivers.card_reader.apdu import SW, Answer, Dialogue
from drivers.card_reader.authenticator import (
    Patience,
    Preface,
    Refusals,
    challenge,
    external,
    internal,
    mismatch,
    select_again,
)
from drivers.card_reader.pcsc import PcscError
from drivers.device import Failure

APPLICATION: Final = bytes.fromhex("D15600000590")
ENCRYPTION: Final = 0x08
"""Low five bits of the key's use: MAC and encryption key; the high three say how often it is derived."""
LEVELS: Final = 2
"""Derived for the issuing division and then for the card."""

Transmit = Callable[[bytes], bytes]
Slot = Callable[[], AbstractContextManager[Transmit]]
"""Power the PSAM up and talk to it until the block is left. Entering and transmitting raise PcscError."""


@dataclass(frozen=True, slots=True)
class PsamSettings:
    """Where the PSAM is and which of its keys are ours; the key ids stand in the issuer's sheet of the PSAM."""

    reader: str
    """Part of the PC/SC reader's name; of several the first by name is taken."""
    external_key: int
    """Id of RKSSSE (P2 of the initialisation)."""
    internal_key: int | None = None
    """Id of the internal key. None: the card is not asked to prove itself with INTERNAL AUTHENTICATE."""
    sm4_environment: str = "sx3.sh."
    """ASCII part of the name of the environment with the SM4 keys, before 社会保障."""


class PsamAuthenticator:
    """Implements Authenticator with a PSAM. The PSAM is powered for one card and powered down again."""

    kind = "psam"

    def __init__(self, settings: PsamSettings, slot: Slot | None = None) -> None:
        self._settings = settings
        self._slot: Slot = slot or (lambda: pcsc.powered(settings.reader))
        self._refusals = Refusals()

    def authenticate(self, card: Preface, patience: Patience) -> Dialogue[Failure | None]:
        """INTERNAL AUTHENTICATE where configured, EXTERNAL AUTHENTICATE. PSAM_MISSING, PSAM_REFUSED,
        CARD_KEYS_WRONG, or what the card answered."""
        diversifier = card.card_diversifier
        if diversifier is None or not card.region:
            return Failure(Fault.CARD_NOT_AUTHORISED, "no diversifier in the ATR or no division in the card id code")
        if card in self._refusals:
            return Failure(Fault.CARD_KEYS_WRONG, "refused before, not asked again")
        try:
            with self._slot() as transmit:
                psam = _Psam(transmit, card.region_diversifier, diversifier)
                return (yield from self._between(card, psam, patience))
        except PcscError as error:  # the PSAM's: the card's are met by whoever drives the dialogue
            return Failure(Fault.PSAM_MISSING, f"PSAM: {error}")
        except _PsamRefusedError as refused:
            return Failure(Fault.PSAM_REFUSED, str(refused))

    def _between(self, card: Preface, psam: _Psam, patience: Patience) -> Dialogue[Failure | None]:
        psam.select(self._environment(card.algorithm))
        failure = yield from select_again()
        if failure is not None:
            return failure
        if self._settings.internal_key is not None:
            factor, source = secrets.token_bytes(8), secrets.token_bytes(8)
            answered = yield from internal(factor, source)
            if isinstance(answered, Failure):
                return answered
            patience.check()
            if not secrets.compare_digest(answered, psam.encrypt(self._settings.internal_key, factor, source)):
                return mismatch()
        given = yield from challenge()
        if isinstance(given, Failure):
            return given
        patience.check()
        cryptogram = psam.encrypt(self._settings.external_key, given, given)
        return (yield from external(cryptogram, given, lambda: self._refusals.add(card)))

    def _environment(self, algorithm: str) -> bytes:
        """Name of the environment whose keys are of *algorithm*; empty: the one a PSAM wakes up in."""
        match algorithm:
            case "3DES":
                return b""
            case "SM4":
                return self._settings.sm4_environment.encode("ascii") + apdu.SSSE[-8:]
            case "SSF33":
                return b"sx2.sh." + apdu.SSSE[-8:]
            case _:
                raise _PsamRefusedError(f"algorithm indicator {algorithm}: not tried")


class _PsamRefusedError(Exception):
    """The PSAM does not do it; which command and its status word."""


class _Psam:
    """The PSAM's half of the conversation."""

    def __init__(self, transmit: Transmit, region: bytes, card: bytes) -> None:
        self._transmit = transmit
        self._factors = card + region

    def select(self, environment: bytes) -> None:
        if environment:
            self._ask("SELECT environment", apdu.select_application(environment))
        self._ask("SELECT application", apdu.select_application(APPLICATION))

    def encrypt(self, key: int, factor: bytes, source: bytes) -> bytes:
        """Eight bytes: *source* under *key* derived for division and card, and for *factor*."""
        data = self._factors + factor
        use = LEVELS << 5 | ENCRYPTION
        self._ask("INIT", bytes((0xBF, 0xDE, use, key, len(data))) + data)
        cryptogram = self._ask("ENCRYPT", bytes((0x80, 0xFA, 0x00, 0x00, len(source))) + source)
        if len(cryptogram) != apdu.CRYPTOGRAM:
            raise _PsamRefusedError(f"PSAM ENCRYPT: {len(cryptogram)} bytes")
        return cryptogram

    def _ask(self, what: str, command: bytes) -> bytes:
        answer = self._drive(apdu.send(command))
        if answer.sw != SW.OK:
            raise _PsamRefusedError(f"PSAM {what} {answer.sw:04X}")
        return answer.data

    def _drive(self, talk: Dialogue[Answer]) -> Answer:
        try:
            command = next(talk)
            while True:
                command = talk.send(pcsc.within(limits.CARD_EXCHANGE, self._transmit, command))
        except StopIteration as end:
            answer: Answer = end.value
            return answer
