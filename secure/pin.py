"""The staff PIN: who may assist, how often it may be tried, and what a wrong one costs.

Argon2id (RFC 9106), then a MAC under the terminal's pepper (contract.roster). A failure is on the disk before the PIN
is looked at, so that neither a power cut nor a kill gives a try back; a right PIN takes it off again. Waits are counted
in CLOCK_BOOTTIME (clock_gettime(2)), which no setting of the clock moves, and begin anew at every boot. A try needs a
``Shown``: the worker's QR was resolved or the worker's own card was read, so that a passer-by can lock nobody out.

The only thing that comes out is a verdict. A PIN derives no key and opens no data.
"""

from __future__ import annotations

import enum
import hmac
import secrets
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol, TypeVar

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from contract import limits
from contract.roster import (
    DIGITS_WITH_TPM,
    DIGITS_WITHOUT_TPM,
    HASH_BYTES,
    PIN,
    SALT_BYTES,
    Cost,
    Lockout,
    Pin,
    Roster,
    Unlock,
    Worker,
    card_message,
    hashed_message,
)
from secure.business import DiskFull
from secure.suite import Suite

T = TypeVar("T")

BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
NOBODY: Final = ""
"""The row of all who are on no roster: written like any other, so that its commit takes as long; never believed."""

Store = Callable[[Callable[[sqlite3.Connection], None]], DiskFull | None]
"""One committed transaction of the terminal's file (``Ledger.within``)."""
Pepper = Callable[[bytes], bytes]
"""The terminal's secret MAC: HMAC-SHA-256, or HMAC-SM3 under suite GM; in a TPM or a certified module its key stays."""


class By(enum.StrEnum):
    """What the worker showed."""

    CODE = "code"
    """The worker's QR, resolved by the platform."""
    OWN_CARD = "own_card"
    """The worker's own card, known from the roster: what follows is an offline 帮办 and labelled as one."""


class Shown(Protocol):
    """That a worker has shown a QR or the own card, just now. Only a StaffDesk makes one that it takes."""

    @property
    def by(self) -> By: ...


@dataclass(frozen=True, slots=True, eq=False)
class _Shown:
    by: By
    worker: str = field(repr=False)
    until: float


@dataclass(frozen=True, slots=True)
class Accepted:
    worker: str
    by: By
    offline_items: tuple[int, ...] | None
    """Only these, in an offline 帮办; None: whatever the platform allows."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Counted. *wait*: seconds until the next try; *tries_left*: before the worker is disabled here."""

    tries_left: int
    wait: float
    worker: str = field(default="", compare=False, repr=False)
    """For the log; empty: on no roster. Never told to who typed."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Not looked at and not counted: too early."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Disabled:
    """Not looked at: the platform has to unlock. *lockout* is what the Unlock must name."""

    lockout: str
    worker: str = field(default="", compare=False, repr=False)


class Refusal(enum.StrEnum):
    """Not looked at and not counted."""

    NOT_SHOWN = "not_shown"
    """No QR and no card, or too long ago."""
    MALFORMED = "malformed"
    """What cannot be a PIN."""
    NO_ROSTER = "no_roster"
    """None, not yet valid, or expired."""
    DISK_FULL = "disk_full"
    """What cannot be counted is not tried."""


Verdict = Accepted | Wrong | Waiting | Disabled | Refusal


@dataclass(frozen=True, slots=True)
class _Count:
    failures: int
    boot: str
    wait_until: float
    lockout: str


def boot_time() -> float:
    """Seconds since the machine started, sleep included (CLOCK_BOOTTIME)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def boot_id() -> str:
    """Another one at every start of the machine (random(4))."""
    return BOOT_ID.read_text("ascii").strip()


def keyed_pepper(key: bytes, suite: Suite) -> Pepper:
    """The pepper of a terminal whose key is a file; *suite* is the platform's."""
    return lambda message: suite.mac(key, message)


def wait_after(failures: int) -> float:
    """How long to wait after so many wrong PINs in a row."""
    over = failures - limits.PIN_FREE_TRIES
    return limits.PIN_FIRST_WAIT * float(2**over) if over >= 0 else 0.0


class StaffDesk:
    """Every method belongs to the thread of the ledger; ``check`` takes a quarter to half a second of it."""

    def __init__(
        self,
        *,
        device_id: str,
        store: Store,
        pepper: Pepper,
        unlock_signed: Callable[[Unlock], bool],
        tpm: bool,
        clock: Callable[[], datetime],
        uptime: Callable[[], float] = boot_time,
        boot: Callable[[], str] = boot_id,
    ) -> None:
        """*unlock_signed*: whether the platform's receipt key signed it. *clock* gives the trusted time (never before
        the time floor of signed configuration), which only the roster's validity is compared with.

        Waits left over from an earlier boot begin anew here. Raises OSError when they cannot be written down.
        """
        self._device, self._store, self._pepper, self._unlock_signed = device_id, store, pepper, unlock_signed
        self._clock, self._uptime, self._boot = clock, uptime, boot()
        self._shortest = DIGITS_WITH_TPM if tpm else DIGITS_WITHOUT_TPM
        self._shown: set[_Shown] = set()
        self._roster: Roster | None = None
        if self._store(self._restart_waits) is not None:
            raise OSError("the waits of staff PINs cannot be written down")

    def use(self, roster: Roster | None) -> None:
        """The roster that signed configuration applied. What was shown under another one is shown no more."""
        self._roster = roster
        self._shown.clear()

    # -- showing -----------------------------------------------------------------------------------------------------

    def code_shown(self, worker: str) -> Shown:
        """The platform resolved a worker's QR to *worker*."""
        return self._take(By.CODE, worker)

    def card_shown(self, card_number: str) -> Shown:
        """A card was read that may be a worker's. Whether it is one, the caller does not learn before the PIN."""
        found = self._pepper(card_message(card_number))
        worker = NOBODY
        for candidate, pin in self._entries():
            # No early end: which line of the roster it is must not be told by the time.
            if pin.card is not None and hmac.compare_digest(pin.card, found):
                worker = candidate.id
        return self._take(By.OWN_CARD, worker)

    def gone(self) -> None:
        """The worker left: whoever stands there now has shown nothing."""
        self._shown.clear()

    # -- trying ------------------------------------------------------------------------------------------------------

    def check(self, shown: Shown, pin: str) -> Verdict:
        """One try. See the module for the order of things."""
        now = self._uptime()
        if not isinstance(shown, _Shown) or shown not in self._shown or now >= shown.until:
            return Refusal.NOT_SHOWN
        roster = self._roster
        if roster is None or not roster.not_before <= self._clock() < roster.not_after:
            return Refusal.NO_ROSTER
        if PIN.fullmatch(pin) is None or len(pin) < self._shortest:
            return Refusal.MALFORMED
        entry = next((entry for worker, entry in self._entries() if worker.id == shown.worker), None)
        worker = shown.worker if entry is not None else NOBODY
        before = self._counted(worker, now)
        if isinstance(before, Refusal | Waiting | Disabled):
            return before
        failures = before.failures
        if self._matches(roster.cost, entry, worker, pin):
            if self._store(lambda connection: _forgive(connection, worker)) is not None:
                return Refusal.DISK_FULL
            items = roster.offline_items if shown.by is By.OWN_CARD else None
            return Accepted(worker, shown.by, items)
        return (
            Wrong(limits.PIN_TRIES - failures, wait_after(failures), worker)
            if entry is not None
            else Wrong(limits.PIN_TRIES - 1, 0.0)
        )

    def unlock(self, unlock: Unlock) -> bool:
        """The platform's word that a disabled worker may try again. False: not its signature, not for this terminal,
        not for this lock-out (a replay), or not written down."""
        if unlock.device != self._device or not unlock.lockout or not self._unlock_signed(unlock):
            return False
        changed: list[int] = []

        def work(connection: sqlite3.Connection) -> None:
            statement = "DELETE FROM staff_pin WHERE worker = ? AND lockout = ?"
            changed.append(connection.execute(statement, (unlock.worker, unlock.lockout)).rowcount)

        return self._store(work) is None and changed == [1]

    def lockouts(self) -> tuple[Lockout, ...]:
        """Who is disabled at this terminal."""
        found: list[Lockout] = []

        def work(connection: sqlite3.Connection) -> None:
            statement = "SELECT worker, lockout FROM staff_pin WHERE failures >= ? AND worker <> ? AND lockout <> ''"
            rows = connection.execute(statement, (limits.PIN_TRIES, NOBODY))
            found.extend(Lockout(worker=worker, lockout=lockout) for worker, lockout in rows)

        self._store(work)
        return tuple(found[: limits.ROSTER_WORKERS])

    # -- inside ------------------------------------------------------------------------------------------------------

    def _take(self, by: By, worker: str) -> Shown:
        shown = _Shown(by, worker, self._uptime() + limits.PIN_SHOWN)
        self._shown = {shown}
        return shown

    def _entries(self) -> list[tuple[Worker, Pin]]:
        """This terminal's lines of the roster. A PIN shorter than this machine can protect is none."""
        workers = () if self._roster is None else self._roster.workers
        return [
            (worker, pin)
            for worker in workers
            if worker.digits >= self._shortest
            for pin in worker.pins
            if pin.terminal == self._device
        ]

    def _counted(self, worker: str, now: float) -> _Count | Waiting | Disabled | Refusal:
        """Take the try: the failure is on the disk when this returns a count."""
        found: list[_Count | Waiting | Disabled] = []

        def work(connection: sqlite3.Connection) -> None:
            count = _read(connection, worker)
            if worker != NOBODY and count.failures >= limits.PIN_TRIES:
                found.append(Disabled(count.lockout, worker))
            elif worker != NOBODY and now < count.wait_until:
                found.append(Waiting(count.wait_until - now))
            else:
                failures = count.failures + 1 if worker != NOBODY else 1
                lockout = secrets.token_hex(8) if failures >= limits.PIN_TRIES else ""
                after = _Count(failures, self._boot, now + wait_after(failures), lockout)
                _write(connection, worker, after)
                found.append(after)

        return Refusal.DISK_FULL if self._store(work) is not None else found[0]

    def _matches(self, cost: Cost, entry: Pin | None, worker: str, pin: str) -> bool:
        """The same work whether there is such a worker or not."""
        salt, expected = (bytes(SALT_BYTES), bytes(HASH_BYTES)) if entry is None else (entry.salt, entry.hash)
        argon = Argon2id(
            salt=salt, length=HASH_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
        )
        made = self._pepper(hashed_message(self._device, worker, argon.derive(pin.encode("ascii"))))
        return hmac.compare_digest(made, expected) and entry is not None

    def _restart_waits(self, connection: sqlite3.Connection) -> None:
        rows = connection.execute("SELECT worker, failures FROM staff_pin WHERE boot <> ?", (self._boot,)).fetchall()
        now = self._uptime()
        connection.executemany(
            "UPDATE staff_pin SET boot = ?, wait_until = ? WHERE worker = ?",
            [(self._boot, now + wait_after(failures), worker) for worker, failures in rows],
        )


def _read(connection: sqlite3.Connection, worker: str) -> _Count:
    row = connection.execute(
        "SELECT failures, boot, wait_until, lockout FROM staff_pin WHERE worker = ?", (worker,)
    ).fetchone()
    return _Count(0, "", 0.0, "") if row is None else _Count(*row)


def _write(connection: sqlite3.Connection, worker: str, count: _Count) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO staff_pin (worker, failures, boot, wait_until, lockout) VALUES (?, ?, ?, ?, ?)",
        (worker, count.failures, count.boot, count.wait_until, count.lockout),
    )


def _forgive(connection: sqlite3.Connection, worker: str) -> None:
    connection.execute("DELETE FROM staff_pin WHERE worker = ?", (worker,))
