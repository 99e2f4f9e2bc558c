"""An HSM behind the platform opens third-generation cards (device-protocols 1.6, "HSM step 1 / step 2").

Step 1: the card's answer to INTERNAL AUTHENTICATE is taken, and a source and a process factor of its own are fetched
with GET CHALLENGE. The platform is asked once. Step 2: its HSM's internal cryptogram must be the card's, and its
external one goes to the card. INFERRED, to be confirmed on real cards: the card takes its latest challenge as process
factor (that is the order in the deployed flows).
"""

from __future__ import annotations

import concurrent.futures
import secrets
import time
from typing import Final, Protocol

from contract import limits, wire
from contract.faults import Fault
from drivers.card_reader import apdu
from drivers.card_reader.apdu import Dialogue
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
from drivers.device import Failure

LOOK: Final = 0.05
"""How often it is asked, while the platform thinks, whether the card is still in (seconds)."""
CANNOT_BE_ASKED: Final = frozenset(
    {Fault.PLATFORM_AWAY, Fault.PLATFORM_SLOW, Fault.PLATFORM_GARBLED, Fault.PLATFORM_BUSY}
)

Answered = wire.CardAuth | Failure


class Exchange(Protocol):
    """The terminal's line to the platform, handed in by who puts devices and platform together. It returns at once;
    the future can be cancelled."""

    def __call__(self, ask: wire.CardAuthAsk) -> concurrent.futures.Future[Answered]: ...


class PlatformAuthenticator:
    """Implements Authenticator with one exchange with the platform."""

    kind = "platform"

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._refusals = Refusals()

    def authenticate(self, card: Preface, patience: Patience) -> Dialogue[Failure | None]:
        """CARD_KEYS_AWAY, PLATFORM_NO_CARD_KEYS, CARD_KEYS_WRONG, or what the card answered."""
        if card.card_diversifier is None or not card.region:
            return Failure(Fault.CARD_NOT_AUTHORISED, "no diversifier in the ATR or no division in the card id code")
        if card in self._refusals:
            return Failure(Fault.CARD_KEYS_WRONG, "refused before, not asked again")
        failure = yield from select_again()
        if failure is not None:
            return failure
        factor, own = secrets.token_bytes(8), secrets.token_bytes(8)
        answered = yield from internal(factor, own)
        if isinstance(answered, Failure):
            return answered
        source = yield from challenge()
        if isinstance(source, Failure):
            return source
        latest = yield from challenge()
        if isinstance(latest, Failure):
            return latest
        ask = wire.CardAuthAsk(
            region=card.region,
            reset_info=card.reset_info.hex().upper(),
            algorithm=card.algorithm,
            card_id_code=card.card_id_code.hex().upper(),
            internal_factor=factor,
            internal_source=own,
            external_factor=latest,
            external_source=source,
        )
        keys = self._ask(ask, patience)
        if isinstance(keys, Failure):
            return keys
        if not secrets.compare_digest(answered, keys.internal):
            return mismatch()
        return (yield from external(keys.external, source, lambda: self._refusals.add(card)))

    def _ask(self, ask: wire.CardAuthAsk, patience: Patience) -> Answered:
        until = time.monotonic() + limits.CARD_KEYS
        future = self._exchange(ask)
        try:
            while True:
                patience.check()
                try:
                    return _judged(future.result(timeout=LOOK))
                except concurrent.futures.CancelledError:
                    return Failure(Fault.CARD_KEYS_AWAY, "the line to the platform was closed")
                except TimeoutError:
                    if time.monotonic() > until:
                        return Failure(Fault.CARD_KEYS_AWAY, f"no keys within {limits.CARD_KEYS:.0f} s", timed_out=True)
        finally:
            future.cancel()


def _judged(answer: Answered) -> Answered:
    """The platform's failures in the words of a card that cannot be opened."""
    if isinstance(answer, Failure):
        fault = Fault.CARD_KEYS_AWAY if answer.fault in CANNOT_BE_ASKED else Fault.PLATFORM_NO_CARD_KEYS
        return Failure(fault, answer.fault.value, timed_out=answer.timed_out)
    if not len(answer.internal) == len(answer.external) == apdu.CRYPTOGRAM:
        return Failure(Fault.CARD_KEYS_AWAY, "platform.garbled")
    return answer
