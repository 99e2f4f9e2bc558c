"""The staff of a service point as its county signs it, and how a PIN becomes the hash in it. Data and labels only.

The roster is the object ``county/<code>/roster-<terminal>`` of signed configuration, which also carries its version and
signature: one for each terminal of the service point, with that terminal's hashes only. It holds no name, no ID number
and no card number: a worker's own card is known by a keyed hash.

A PIN's hash, for one worker at one terminal::

    derived = Argon2id(password = PIN in ASCII, salt, memory, passes, lanes, 32 bytes)       (RFC 9106, version 0x13)
    hash    = MAC(pepper of the terminal, "pin1|" ‖ terminal ‖ "|" ‖ worker ‖ "|" ‖ derived)
    card    = MAC(pepper of the terminal, "pin-card1|" ‖ card number in ASCII)

MAC is HMAC-SHA-256 (suite INTL) or HMAC-SM3 (suite GM). The pepper is 32 random bytes that only the platform and this
terminal know; a roster by itself is therefore no ground for guessing.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec

from contract import limits
from contract.message import Message

VERSION: Final = 1
HASH_BYTES: Final = 32
SALT_BYTES: Final = 16
LONGEST_PIN: Final = 12
PIN: Final = re.compile(rf"\d{{6,{LONGEST_PIN}}}", re.ASCII)
DIGITS_WITH_TPM: Final = 6
DIGITS_WITHOUT_TPM: Final = 8
"""Where the pepper lies in a file, a thief of the machine can guess offline: a PIN of eight digits at least."""

Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{1,32}$")]
Raw32 = Annotated[bytes, msgspec.Meta(min_length=HASH_BYTES, max_length=HASH_BYTES)]
Salt = Annotated[bytes, msgspec.Meta(min_length=SALT_BYTES, max_length=SALT_BYTES)]


class Cost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one check costs (RFC 9106, 4). The bounds hold against a roster that would make it cheap or endless."""

    memory_kib: Annotated[int, msgspec.Meta(ge=64 * 1024, le=128 * 1024)] = 128 * 1024
    passes: Annotated[int, msgspec.Meta(ge=3, le=6)] = 3
    lanes: Annotated[int, msgspec.Meta(ge=1, le=4)] = 4
    """As RFC 9106 chooses: the same memory and the same work, on as many cores as the machine has."""


class Pin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One worker's PIN at one terminal."""

    terminal: Id
    salt: Salt
    hash: Raw32
    card: Raw32 | None = None
    """The worker's own card, for a terminal that cannot reach the platform."""

    def __repr__(self) -> str:
        return f"<Pin {self.terminal}>"


class Worker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Id
    """A number of the county's own; says nothing of the person."""
    digits: Annotated[int, msgspec.Meta(ge=DIGITS_WITH_TPM, le=12)]
    """How long this worker's PIN is: a terminal without a TPM refuses a short one."""
    pins: Annotated[tuple[Pin, ...], msgspec.Meta(max_length=limits.ROSTER_TERMINALS)]


class Roster(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may assist at this service point. Raises ValueError (msgspec: ValidationError) for what makes no sense."""

    version: Literal[1]
    """Of this form. Which roster is newer, signed configuration says."""
    point: Id
    not_before: datetime
    not_after: datetime
    """Both with their zone."""
    cost: Cost = Cost()
    offline_items: tuple[int, ...] = ()
    """Items that may be done in a labelled offline 帮办 (own card and PIN, platform away)."""
    workers: Annotated[tuple[Worker, ...], msgspec.Meta(max_length=limits.ROSTER_WORKERS)]

    def __post_init__(self) -> None:
        if self.not_before.tzinfo is None or self.not_after.tzinfo is None or self.not_after <= self.not_before:
            raise ValueError("a roster is valid from one instant with a zone to a later one")
        if len({worker.id for worker in self.workers}) != len(self.workers):
            raise ValueError("a worker stands twice in the roster")
        for worker in self.workers:
            if len({pin.terminal for pin in worker.pins}) != len(worker.pins):
                raise ValueError("a worker has two PINs for one terminal")

    def valid(self, at: datetime) -> bool:
        return self.not_before <= at < self.not_after

    def has(self, worker: str, terminal: str) -> bool:
        """Whether *worker* has a PIN at *terminal*."""
        return any(pin.terminal == terminal for each in self.workers if each.id == worker for pin in each.pins)


class Unlock(Message, frozen=True, kw_only=True):
    """The platform lets a disabled worker try again at one terminal, once, after this very lock-out."""

    device: str
    worker: str
    lockout: str
    """What the terminal drew when it disabled the worker. It makes an unlock good for one lock-out only."""
    at: str
    signature: bytes
    """By the platform's receipt key over ``signed_bytes`` (Ed25519; SM2 with SM3 under suite GM)."""

    def signed_bytes(self) -> bytes:
        """UTF-8 of ``pin-unlock1|device|worker|lockout|at``."""
        return "|".join(("pin-unlock1", self.device, self.worker, self.lockout, self.at)).encode()


class Lockout(Message, frozen=True, kw_only=True):
    """A worker is disabled at the terminal that reports it."""

    worker: str
    lockout: str


class Lockouts(Message, frozen=True, kw_only=True):
    """All that stand at a terminal now."""

    lockouts: Annotated[tuple[Lockout, ...], msgspec.Meta(max_length=limits.ROSTER_WORKERS)]


class Unlocks(Message, frozen=True, kw_only=True):
    """Those of them that the platform has unlocked."""

    unlocks: tuple[Unlock, ...]


def hashed_message(terminal: str, worker: str, derived: bytes) -> bytes:
    """What the pepper's MAC is made over."""
    return f"pin1|{terminal}|{worker}|".encode() + derived


def card_message(card_number: str) -> bytes:
    """What a worker's own card is known by."""
    return f"pin-card1|{card_number}".encode()


def decode(raw: bytes) -> Roster:
    """The roster in a signed object. Raises msgspec.MsgspecError, never repeating its content."""
    return msgspec.json.decode(raw, type=Roster)


def encode(roster: Roster) -> bytes:
    return msgspec.json.encode(roster, order="deterministic")
