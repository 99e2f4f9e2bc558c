"""The platform's half of the staff PIN: making a roster's lines. Shares no code with the terminal that checks them."""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from contract.log_format import INTL
from contract.roster import HASH_BYTES, PIN, SALT_BYTES, Cost, Pin, card_message, hashed_message
from secure.reading.suite import READING


def roster_line(
    pin: str, *, terminal: str, worker: str, pepper: bytes, cost: Cost, card_number: str = "", suite: bytes = INTL
) -> Pin:
    """*worker*'s line for *terminal*, under a fresh salt; *suite* is the platform's (contract.log_format).

    Raises ValueError for what is no PIN."""
    if PIN.fullmatch(pin) is None:
        raise ValueError("a PIN is 6 to 12 digits")
    salt = secrets.token_bytes(SALT_BYTES)
    derived = Argon2id(
        salt=salt, length=HASH_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
    ).derive(pin.encode("ascii"))
    mac = READING[suite].mac
    card = mac(pepper, card_message(card_number)) if card_number else None
    return Pin(terminal, salt, mac(pepper, hashed_message(terminal, worker, derived)), card)
