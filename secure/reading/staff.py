"""The platform's half of the staff PIN: making a roster's lines. Shares no code with the terminal that checks them."""

from __future__ import annotations

import hmac
import secrets
from typing import Final

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from contract.roster import HASH_BYTES, PIN, SALT_BYTES, Cost, Pin, card_message, hashed_message

DIGESTS: Final = {b"INTL": "sha256", b"GM": "sm3"}
"""Suite → the pepper's HMAC."""


def roster_line(
    pin: str, *, terminal: str, worker: str, pepper: bytes, cost: Cost, card_number: str = "", suite: bytes = b"INTL"
) -> Pin:
    """*worker*'s line for *terminal*, under a fresh salt. Raises ValueError for what is no PIN."""
    if PIN.fullmatch(pin) is None:
        raise ValueError("a PIN is 6 to 12 digits")
    salt = secrets.token_bytes(SALT_BYTES)
    derived = Argon2id(
        salt=salt, length=HASH_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
    ).derive(pin.encode("ascii"))
    digest = DIGESTS[suite]
    card = hmac.digest(pepper, card_message(card_number), digest) if card_number else None
    return Pin(terminal, salt, hmac.digest(pepper, hashed_message(terminal, worker, derived), digest), card)
