"""Who opens a third-generation card: what every authenticator is told, answers, and must not do (device-protocols 1.6).

The keys never are in this program: they lie in a PSAM (drivers.card_reader.psam) or in an HSM behind the platform
(drivers.card_reader.platform). Here only challenges and cryptograms pass.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from contract.faults import Fault
from drivers.card_reader import apdu, atr
from drivers.card_reader.apdu import SW, Answer, Dialogue
from drivers.device import Failure

REGION_MARK: Final = b"sx"
"""Behind the six digits of the issuing division in the division's diversifier (device-protocols 1.6)."""
REMEMBERED: Final = 512


class AbandonedError(Exception):
    """Nobody waits for this command any more, or the card took too long."""


class CardLeftError(Exception):
    """The card was taken out while somebody else than the card was waited for."""


class Patience(Protocol):
    """Asked by whoever waits for something else than the card. It runs in the reader's worker thread."""

    def check(self) -> None:
        """Return when it is worth going on. Raises AbandonedError, CardLeftError."""
        ...


class Unhurried:
    """Nobody hurries: for dialogues that are driven without a reader."""

    def check(self) -> None:
        return


@dataclass(frozen=True, slots=True)
class Preface:
    """What a third-generation card tells before it asks who is reading (device-protocols 1.6)."""

    card_id_code: bytes = field(repr=False)
    """Tag 01: 16 bytes, packed BCD, filled with F."""
    version: bytes
    algorithm: str
    """``3DES``, ``SSF33`` or ``SM4`` (FCI of SSSE)."""
    atr: bytes = field(repr=False)
    contactless: bool = False

    @property
    def region(self) -> str:
        """Issuing division: the first six digits of the card id code; empty when they are none."""
        digits = self.card_id_code[:3].hex()
        return digits if len(digits) == 6 and digits.isdigit() else ""

    @property
    def region_diversifier(self) -> bytes:
        """Eight bytes: the division's digits in ASCII and ``sx``."""
        return self.region.encode("ascii") + REGION_MARK

    @property
    def card_diversifier(self) -> bytes | None:
        """Eight bytes, or None when the ATR has none that can be trusted."""
        return atr.diversifier(self.atr, contactless=self.contactless)

    @property
    def reset_info(self) -> bytes:
        """The historical bytes."""
        return atr.historical(self.atr) or b""


class Authenticator(Protocol):
    """Whoever holds the keys that open EF06 of a third-generation card.

    The commands it yields go to the card; the dialogue returns None when the card accepted, and otherwise the failure
    that tells staff which it was. It may block, asking *patience* meanwhile: it runs in the reader's worker thread,
    within limits.CARD_READ.
    """

    @property
    def kind(self) -> str:
        """``none``, ``psam``, ``platform``, ``psam+platform`` (CardReaderCapabilities.authenticator)."""
        ...

    def authenticate(self, card: Preface, patience: Patience) -> Dialogue[Failure | None]: ...


class NoKeys:
    """A terminal without keys."""

    kind = "none"

    def authenticate(self, card: Preface, patience: Patience) -> Dialogue[Failure | None]:
        del card, patience
        yield from ()
        return Failure(Fault.CARD_NOT_AUTHORISED, "no PSAM and no platform keys are configured")


class InTurn:
    """The PSAM, and where there is none or it lacks the key, the platform: the order of the ministry's own reader
    interface, which goes over to the HSM after "no PSAM", "algorithm not supported" and "no RKSSSE"."""

    def __init__(self, first: Authenticator, then: Authenticator) -> None:
        self._first = first
        self._then = then

    @property
    def kind(self) -> str:
        return f"{self._first.kind}+{self._then.kind}"

    def authenticate(self, card: Preface, patience: Patience) -> Dialogue[Failure | None]:
        failure = yield from self._first.authenticate(card, patience)
        if failure is None or failure.fault not in {Fault.PSAM_MISSING, Fault.PSAM_REFUSED}:
            return failure
        return (yield from self._then.authenticate(card, patience))


class Refusals:
    """Cards that did not take this terminal's keys.

    A card counts wrong EXTERNAL AUTHENTICATEs and locks the key after a few (63Cx, 6983). A resident who tries the
    same card again and again must not lose it to a terminal with the wrong keys: it is asked once while this object
    lives. Only keyed digests are kept, at most REMEMBERED.
    """

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(16)
        self._cards: OrderedDict[bytes, None] = OrderedDict()

    def add(self, card: Preface) -> None:
        self._cards[self._digest(card)] = None
        while len(self._cards) > REMEMBERED:
            self._cards.popitem(last=False)

    def __contains__(self, card: Preface) -> bool:
        return self._digest(card) in self._cards

    def _digest(self, card: Preface) -> bytes:
        return hashlib.blake2b(card.card_id_code, key=self._salt, digest_size=16).digest()


# -- what both authenticators say to the card ------------------------------------------------------------------------


def select_again() -> Dialogue[Failure | None]:
    """SELECT SSSE once more: the keys are those of the application, not of the file that refused."""
    answer = yield from apdu.send(apdu.select_application(apdu.SSSE))
    return None if answer.ok else apdu.refusal("SELECT SSSE", answer)


def challenge() -> Dialogue[bytes | Failure]:
    """GET CHALLENGE: eight random bytes of the card."""
    answer = yield from apdu.send(apdu.get_challenge())
    if answer.sw != SW.OK:
        return apdu.refusal("GET CHALLENGE", answer)
    if len(answer.data) != apdu.CHALLENGE:
        return Failure(Fault.CARD_UNREADABLE, f"GET CHALLENGE: {len(answer.data)} bytes")
    return answer.data


def internal(factor: bytes, source: bytes) -> Dialogue[bytes | Failure]:
    """INTERNAL AUTHENTICATE: what the card's own key makes of *source* (8 bytes)."""
    answer = yield from apdu.send(apdu.internal_authenticate(factor, source))
    if answer.sw != SW.OK:
        return _wrong_or_broken("INTERNAL AUTHENTICATE", answer)
    if len(answer.data) != apdu.CRYPTOGRAM:
        return Failure(Fault.CARD_UNREADABLE, f"INTERNAL AUTHENTICATE: {len(answer.data)} bytes")
    return answer.data


def external(cryptogram: bytes, source: bytes, on_refusal: Callable[[], None]) -> Dialogue[Failure | None]:
    """EXTERNAL AUTHENTICATE, sent once whatever is answered: the card counts."""
    answer = apdu.parse(b"", (yield apdu.external_authenticate(cryptogram, source)))
    if answer.sw == SW.OK:
        return None
    failure = _wrong_or_broken("EXTERNAL AUTHENTICATE", answer)
    if failure.fault is Fault.CARD_KEYS_WRONG:
        on_refusal()
    return failure


def mismatch() -> Failure:
    """The card's own cryptogram is not what our keys make of the same bytes."""
    return Failure(Fault.CARD_KEYS_WRONG, "INTERNAL AUTHENTICATE: another cryptogram than ours")


def _wrong_or_broken(what: str, answer: Answer) -> Failure:
    """63xx, 6982 to 6985, 6988, 6A88: the card does not take the key; anything else: it does not answer well."""
    if answer.sw >> 8 == 0x63 or answer.sw in apdu.KEY_REFUSED:
        return Failure(Fault.CARD_KEYS_WRONG, f"{what} {answer.sw:04X}")
    return apdu.refusal(what, answer)
