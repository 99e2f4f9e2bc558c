"""One look at the platform's configuration: verified, held against the marks, and only then offered for applying.

The order is that of docs/signed-config.md. Nothing here writes the marks or swaps what runs: the outcome says what they
are now, its caller commits them in one transaction and applies afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from tuf.api.exceptions import (
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    RepositoryError,
)
from tuf.api.metadata import TargetFile
from tuf.ngclient import FetcherInterface

from contract import limits
from contract.configuration import (
    MINIMUM,
    MOST,
    SIGNED_AT,
    TIME_KEY,
    Assigned,
    Assignment,
    Named,
    device_target,
    named,
    signer_of,
)
from contract.wire import ConfigState
from secure.config import trusted_time
from secure.config.files import Files
from secure.config.marks import Held, InUse, Marks
from secure.config.trusted_time import ClockLostError
from secure.config.updater import TrustingUpdater

REASONS: Final = {
    ConfigState.STALE: "expired",
    ConfigState.CLOCK_LOST: "clock_lost",
    ConfigState.UNREACHABLE: "unreachable",
}
Check = Callable[[Mapping[str, bytes]], Mapping[str, str]]
"""From objects to the reason of each that cannot be taken (contract.contents.build)."""


class KeptError(Exception):
    """Nothing new is taken; what runs goes on running."""

    def __init__(self, state: ConfigState, reason: str = "", role: str = "", version: int = 0) -> None:
        super().__init__(reason or REASONS.get(state, ""))
        self.state, self.role, self.version = state, role, version
        self.reason = reason or REASONS.get(state, "")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one look came to. *in_use* None: what runs stays."""

    state: ConfigState
    marks: Marks
    in_use: InUse | None = None
    reason: str = ""
    role: str = ""
    version: int = 0
    keep: frozenset[str] = frozenset()
    """Files worth keeping when *in_use* changes."""


@dataclass(frozen=True, slots=True)
class Client:
    """This terminal's view of the repository."""

    folder: Path
    device: str
    county: str
    """Whose village this is, as enrolment said; empty: no county's objects are taken."""
    bootstrap: bytes
    """root.json as enrolment brought it."""
    check: Check
    ask: trusted_time.Asker
    clock: Callable[[], datetime]

    def refresh(
        self, fetcher: FetcherInterface, marks: Marks, in_use: InUse, cosigned: datetime | None = None
    ) -> Outcome:
        """Look once. Never raises for what the other side sends, nor for its silence. *cosigned*: when the log's
        witness last signed, another moment that is surely past."""
        look = _Look(self, fetcher, marks, in_use, cosigned)
        try:
            in_use_now = look.whole()
        except KeptError as kept:
            return Outcome(look.state_of(kept), look.marks, None, kept.reason, kept.role, kept.version)
        except OSError:
            # Our own disk, not the other side's doing: what runs goes on running.
            return Outcome(ConfigState.UNREACHABLE, look.marks, None, "disk")
        state = ConfigState.PARTLY if in_use_now.refused else ConfigState.CURRENT
        return Outcome(state, look.marks, None if in_use_now == in_use else in_use_now, keep=look.keep)


class _Look:
    def __init__(
        self, client: Client, fetcher: FetcherInterface, marks: Marks, in_use: InUse, cosigned: datetime | None
    ) -> None:
        self.client, self.fetcher, self.marks, self.in_use = client, fetcher, marks, in_use
        self.files = Files(client.folder)
        self._floor = trusted_time.floor(marks.server_time, cosigned)
        self._answered: datetime | None = None
        self._read: dict[str, bytes | None] = {}
        self.keep: frozenset[str] = frozenset()

    def state_of(self, kept: KeptError) -> ConfigState:
        """Out of reach for longer than what runs is good for is stale, too."""
        over = self.marks.expires is not None and self.client.clock() >= self.marks.expires
        return ConfigState.STALE if kept.state is ConfigState.UNREACHABLE and over else kept.state

    def whole(self) -> InUse:
        updater = self._refreshed()
        self._hold_against_marks(updater)
        assignment, digest = self._assignment(updater)
        minimum = self._minima(updater, assignment)
        if self._is_in_use(assignment, digest):
            self.marks = minimum
            self.keep = frozenset({digest, *(each.sha256 for each in self.in_use.objects)})
            return self.in_use
        targets = {entry.name: self._signed(updater, entry, minimum) for entry in assignment.objects}
        held = {name: self._fetched(updater, target) for name, target in targets.items()}
        self.files.settle()
        in_use = self._taken(assignment, held, minimum)
        # Only what could be had whole counts as the newest assignment.
        self.marks = replace(minimum, counter=assignment.counter, assignment=digest)
        self.keep = frozenset({digest, *held.values(), *(each.sha256 for each in in_use.objects)})
        return in_use

    # -- 1, 2: time and metadata -------------------------------------------------------------------------------------

    def _refreshed(self) -> TrustingUpdater:
        try:
            now = trusted_time.believed(self.client.clock, self._floor, self._ask)
        except ClockLostError:
            raise KeptError(ConfigState.CLOCK_LOST) from None
        try:
            updater = self._updater(now)
            signed_at = _moment(updater.timestamp.unrecognized_fields.get(SIGNED_AT))
        except KeptError as kept:
            # Expired, or is it the clock that runs ahead? The platform's own time decides, where it can be had.
            answer = self._ask() if kept.state is ConfigState.STALE and self._answered is None else None
            if answer is None or not self._floor - trusted_time.SLACK <= answer < now - trusted_time.SLACK:
                raise
            now = answer
            updater = self._updater(now)
            signed_at = _moment(updater.timestamp.unrecognized_fields.get(SIGNED_AT))
        if signed_at is not None and signed_at <= now + trusted_time.SLACK:
            self._past(signed_at)
        return updater

    def _updater(self, now: datetime) -> TrustingUpdater:
        with _kept():
            updater = TrustingUpdater(self.files.metadata, self.fetcher, self.client.bootstrap, now)
            updater.refresh()
        return updater

    def _ask(self) -> datetime | None:
        """Signed time, asked for once a look, with the key of the newest root that was accepted."""
        key = self.marks.time_key or _key_of(self.client.bootstrap)
        self._answered = self.client.ask(bytes.fromhex(key) if key else b"")
        if self._answered is not None and self._answered >= self._floor - trusted_time.SLACK:
            self._past(self._answered)
        return self._answered

    def _past(self, moment: datetime) -> None:
        before = self.marks.server_time
        if before is None or moment > before:
            self.marks = replace(self.marks, server_time=moment)

    # -- 3: marks ----------------------------------------------------------------------------------------------------

    def _hold_against_marks(self, updater: TrustingUpdater) -> None:
        """TUF 5.3.6, 5.4.3, 5.5.5 again, against numbers that no power cut takes away."""
        root = updater.root
        online = " ".join(sorted({*root.roles["timestamp"].keyids, *root.roles["snapshot"].keyids}))
        marks = self.marks.under(online)
        for role, found, seen in (
            ("root", root, marks.root),
            ("timestamp", updater.timestamp, marks.timestamp),
            ("snapshot", updater.snapshot, marks.snapshot),
        ):
            if found.version > MOST:  # no table holds it, nor does a message
                raise KeptError(ConfigState.REFUSED, "too_large", role, MOST)
            if found.version < seen:
                raise KeptError(ConfigState.REFUSED, "rollback", role, found.version)
        self.marks = replace(
            marks,
            root=root.version,
            timestamp=updater.timestamp.version,
            snapshot=updater.snapshot.version,
            expires=updater.timestamp.expires,
            time_key=_time_key(updater, marks.time_key),
        )

    # -- 4, 5: the assignment ----------------------------------------------------------------------------------------

    def _assignment(self, updater: TrustingUpdater) -> tuple[Assignment, str]:
        target = device_target(self.client.device)
        with _kept(target):
            info = updater.find(target)
        if info is None:
            raise KeptError(ConfigState.REFUSED, "not_assigned", target)
        if info.length > limits.CONFIG_ASSIGNMENT_BYTES:
            raise KeptError(ConfigState.REFUSED, "too_large", target)
        held = self._fetched(updater, info)
        data = self._bytes(held)
        try:
            assignment = msgspec.json.decode(data or b"", type=Assignment)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise KeptError(ConfigState.REFUSED, "bad_assignment", target) from None
        if assignment.device != self.client.device:
            raise KeptError(ConfigState.REFUSED, "other_device", target, assignment.counter)
        if assignment.counter < self.marks.counter:
            raise KeptError(ConfigState.REFUSED, "rollback", target, assignment.counter)
        if assignment.counter == self.marks.counter and held != self.marks.assignment:
            raise KeptError(ConfigState.REFUSED, "counter_reused", target, assignment.counter)
        return assignment, held

    def _is_in_use(self, assignment: Assignment, digest: str) -> bool:
        """Whether this very assignment was applied before and all of it is still there, whole."""
        before = self.in_use
        same = digest == self.marks.assignment and assignment.counter == before.counter and not before.refused
        return same and all(self._bytes(held.sha256) is not None for held in before.objects)

    # -- 6: what may be applied --------------------------------------------------------------------------------------

    def _minima(self, updater: TrustingUpdater, assignment: Assignment) -> Marks:
        """The marks with every minimum that is declared now: by the assignment, and by those who sign objects."""
        online, offline = dict(self.marks.online_minimum), dict(self.marks.offline_minimum)
        for entry in assignment.objects:
            online[entry.name] = max(entry.minimum, online.get(entry.name, 1))
        one_of = {signer_of(entry.name, self.client.county): entry for entry in assignment.objects}
        for role, entry in one_of.items():
            if role is None:
                continue
            with _kept(role):
                updater.find(Named(entry.name, entry.version).target)  # brings the role's metadata
            for target, file in (found.targets if (found := updater.role(role)) is not None else {}).items():
                which, lowest = named(target), _minimum(file)
                if which is not None and signer_of(which.name, self.client.county) == role:
                    offline[which.name] = max(lowest, offline.get(which.name, 1))
        # What offline keys declared has been seen, whatever becomes of this look; what the online key declared counts
        # when its assignment does.
        self.marks = replace(self.marks, offline_minimum=offline)
        return replace(self.marks, online_minimum=online)

    def _signed(self, updater: TrustingUpdater, entry: Assigned, minimum: Marks) -> TargetFile:
        """The object as the one role signed it that may. The online key only chooses among such."""
        which = Named(entry.name, entry.version)
        role = signer_of(entry.name, self.client.county)
        if role is None:
            raise KeptError(ConfigState.REFUSED, "not_signed", entry.name, entry.version)
        if entry.version < minimum.minimum(entry.name):
            raise KeptError(ConfigState.REFUSED, "below_minimum", entry.name, entry.version)
        with _kept(entry.name):
            info = updater.find(which.target)
        signed = updater.role(role)
        if info is None or signed is None or signed.targets.get(which.target) != info:
            raise KeptError(ConfigState.REFUSED, "not_signed", entry.name, entry.version)
        if info.length > limits.CONFIG_OBJECT_BYTES:
            raise KeptError(ConfigState.REFUSED, "too_large", entry.name, entry.version)
        return info

    # -- 7: bytes, 8: what can be taken ------------------------------------------------------------------------------

    def _fetched(self, updater: TrustingUpdater, info: TargetFile) -> str:
        """Its bytes are in ``files`` afterwards; their SHA-256."""
        sha256 = info.hashes.get("sha256", "")
        if not self.files.is_name(sha256):
            raise KeptError(ConfigState.REFUSED, "no_sha256", info.path)
        if self._bytes(sha256) is None:
            with _kept(info.path), self.files.incoming(sha256) as path:
                updater.download_target(info, str(path))
        return sha256

    def _taken(self, assignment: Assignment, held: Mapping[str, str], minimum: Marks) -> InUse:
        """Everything that can be taken; in place of the rest its last good version, where that is still allowed."""
        before = self.in_use.by_name()
        objects = {entry.name: Held(Named(entry.name, entry.version), held[entry.name]) for entry in assignment.objects}
        refused = self._check(objects)
        for name in refused:
            good = before.get(name)
            del objects[name]
            if good is not None and good.named.version >= minimum.minimum(name):
                objects[name] = good
        # A last good one beside newer ones need not be good any more.
        for name in self._check(objects) if refused else ():
            del objects[name]
        ordered = tuple(objects[name] for name in sorted(objects))
        return InUse(assignment.release, assignment.ring, assignment.counter, ordered, refused)

    def _check(self, objects: Mapping[str, Held]) -> dict[str, str]:
        return dict(self.client.check({name: self._bytes(each.sha256) or b"" for name, each in objects.items()}))

    def _bytes(self, sha256: str) -> bytes | None:
        """The object's bytes, read once a look; None where the disk does not give them back whole."""
        if self._read.get(sha256) is None:
            self._read[sha256] = self.files.read(sha256)
        return self._read[sha256]


@contextmanager
def _kept(role: str = "") -> Iterator[None]:
    """What python-tuf raises, as the reason why what runs goes on running."""
    try:
        yield
    except ExpiredMetadataError as error:
        raise KeptError(ConfigState.STALE, "expired", role or _role(error)) from error
    except DownloadLengthMismatchError as error:
        raise KeptError(ConfigState.REFUSED, "too_large", role) from error
    except DownloadHTTPError as error:
        raise KeptError(ConfigState.UNREACHABLE, f"HTTP {error.status_code}", role) from error
    except DownloadError as error:
        raise KeptError(ConfigState.UNREACHABLE, str(error), role) from error
    except RepositoryError as error:
        raise KeptError(ConfigState.REFUSED, type(error).__name__, role) from error


def _role(error: Exception) -> str:
    """python-tuf says which role expired only in words: 「timestamp.json is expired」."""
    return str(error).partition(".json")[0] if ".json" in str(error) else ""


def _minimum(file: TargetFile) -> int:
    custom = file.custom
    lowest = custom.get(MINIMUM, 1) if isinstance(custom, dict) else 1
    return lowest if isinstance(lowest, int) and 1 <= lowest <= MOST else 1


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _time_key(updater: TrustingUpdater, before: str) -> str:
    return _hex_key(updater.root.unrecognized_fields.get(TIME_KEY)) or before


def _key_of(root: bytes) -> str:
    try:
        return _hex_key(msgspec.json.decode(root)["signed"].get(TIME_KEY))
    except (msgspec.MsgspecError, KeyError, TypeError, AttributeError):
        return ""


def _hex_key(key: object) -> str:
    """*key* when it is 32 bytes in hex, else nothing."""
    return key if isinstance(key, str) and re.fullmatch(r"[0-9a-f]{64}", key) else ""
