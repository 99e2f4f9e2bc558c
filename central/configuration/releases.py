"""Releases in rings: HMAC says who is next, errors that terminals report stop it, going back is a new counter."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from django.db import transaction
from django.db.models import F

from central import clock
from central.call import Call
from central.configuration.files import CeremonyError
from central.configuration.repository import Repository
from central.models import ConfigRelease, ConfigTerminal, Terminal
from contract import limits, wire
from contract.configuration import COUNTY_CODE, OBJECTS, Assigned, Assignment

RINGS: Final = (1, 10, 50, 100)
WHOLE: Final = 100


def place(release: str, device: str) -> float:
    """Where *device* stands in the order of *release*, 0 to 100: the same for ever, another for every release, so that
    it is not always the same villages that try what is new."""
    digest = hmac.digest(release.encode(), device.encode(), hashlib.sha256)
    return WHOLE * int.from_bytes(digest[:8], "big") / 2**64


def make(repository: Repository, name: str, versions: dict[str, int]) -> ConfigRelease:
    """A release of the newest of every published object of content, or of *versions* where it names another; version 0
    leaves the object out. Raises CeremonyError."""
    newest = {key: found for key, found in repository.newest().items() if key.startswith(f"{OBJECTS}/")}
    unknown = versions.keys() - newest.keys()
    if unknown or not name or len(name) > 64 or ConfigRelease.objects.filter(pk=name).exists():
        raise CeremonyError(f"版本名用过了，或没有这些对象 the name was used, or no such objects: {sorted(unknown)}")
    objects = {}
    for key, (version, minimum) in newest.items():
        wanted = versions.get(key, version)
        if wanted and (wanted < minimum or repository.bytes_of(f"{key}.v{wanted}") is None):
            raise CeremonyError(f"{key}: 版本 {wanted} 低于最低版本 {minimum} 或没有 below its minimum, or not there")
        if wanted:
            objects[key] = [wanted, minimum]
    return ConfigRelease.objects.create(id=name, objects_in_it=objects, made_at=clock.now())


def rollout(repository: Repository, name: str, ring: int) -> int:
    """Give the release to every terminal within *ring* per cent that has not got it; how many there were. The same ring
    again finishes what was cut off, and brings in who came later.

    Raises CeremonyError when it was halted, would shrink, or the ring before has not been heard.
    """
    release = find(name)
    if ring not in RINGS or ring < release.ring:
        raise CeremonyError(f"圈是 {RINGS} 之一，只能往大走 rings only grow")
    if release.halted_at is not None:
        raise CeremonyError(f"已经停了 halted: {release.halted_for}")
    given, reported, errors = standing(release)
    if ring > release.ring and reported * WHOLE < given * limits.CONFIG_REPORTED_PERCENT:
        raise CeremonyError(f"前一圈 {given} 台里只有 {reported} 台报告过 too few have reported yet")
    if errors * WHOLE > reported * limits.CONFIG_ERROR_PERCENT:
        raise CeremonyError(f"{reported} 台报告里 {errors} 台出错 too many report errors")
    with transaction.atomic():
        others = ConfigTerminal.objects.select_for_update().filter(terminal__revoked_at=None).exclude(release=release)
        rows = [row for row in others if place(name, row.terminal_id) < ring]
        for row in rows:
            _give(row, release)
        release.ring = ring
        release.save(update_fields=["ring"])
    publish_pending(repository)
    return len(rows)


def halt(repository: Repository, name: str, reason: str, *, back: bool) -> int:
    """Stop the release; with *back*, who has it goes back to what it had, under a higher counter. How many did."""
    release = find(name)
    _stop(release, reason or "人工停止")
    with transaction.atomic():
        rows = list(ConfigTerminal.objects.select_for_update().filter(release=release)) if back else []
        for row in rows:
            _give(row, row.before)
    publish_pending(repository)
    return len(rows)


def resume(name: str) -> None:
    """The reason for the halt was looked into: the release may go on."""
    release = find(name)
    release.halted_at, release.halted_for = None, ""
    release.save(update_fields=["halted_at", "halted_for"])
    ConfigTerminal.objects.filter(release=release).update(error=False)


def push_county(repository: Repository, code: str) -> int:
    """Give the county's newest rosters and notices to its terminals, at once and without rings."""
    with transaction.atomic():
        rows = list(ConfigTerminal.objects.select_for_update().filter(county=code, terminal__revoked_at=None))
        for row in rows:
            _give(row, row.release)
    publish_pending(repository)
    return len(rows)


def find(name: str) -> ConfigRelease:
    release = ConfigRelease.objects.filter(pk=name).first()
    if release is None:
        raise CeremonyError(f"没有这一版 no such release: {name}")
    return release


def with_everybody() -> ConfigRelease | None:
    """The newest that every ring has and that was not halted."""
    return ConfigRelease.objects.filter(ring=WHOLE, halted_at=None).order_by("-made_at").first()


def standing(release: ConfigRelease) -> tuple[int, int, int]:
    """Terminals that have it, that reported since, and that reported an error."""
    rows = ConfigTerminal.objects.filter(release=release)
    heard = rows.filter(reported_at__gte=F("assigned_at"))
    return rows.count(), heard.count(), heard.filter(error=True).count()


# -- terminals -------------------------------------------------------------------------------------------------------


def admitted(terminal: str, county: str) -> str:
    """The terminal's county: *county* where it is given, else what it had. Raises CeremonyError."""
    row, _ = ConfigTerminal.objects.get_or_create(pk=terminal)
    if county and COUNTY_CODE.fullmatch(county) is None:
        raise CeremonyError("县级区划代码是六位数字")
    if county and county != row.county:
        row.county = county
        row.save(update_fields=["county"])
    return row.county


def assign_new(repository: Repository, terminal: str) -> None:
    """A terminal without an assignment gets the newest release that everybody has, or one without objects."""
    with transaction.atomic():
        row = ConfigTerminal.objects.select_for_update().get(pk=terminal)
        if row.counter == 0:
            _give(row, with_everybody())
    publish_pending(repository)


def report(call: Call[wire.ConfigReport]) -> wire.Empty:
    """Keep what a terminal reports; too many errors stop its release."""
    row, _ = ConfigTerminal.objects.select_related("release").get_or_create(pk=call.terminal.pk)
    row.reported_at, row.state, row.error = call.at, call.ask.state.value, call.ask.is_error
    row.report = msgspec.to_builtins(call.ask)
    row.save(update_fields=["reported_at", "state", "error", "report"])
    if row.error and row.release is not None and row.release.halted_at is None:
        _, reported, errors = standing(row.release)
        if errors * WHOLE > reported * limits.CONFIG_ERROR_PERCENT:
            why = f"{reported} 台报告里 {errors} 台出错，最后一台 {row.terminal_id}：{call.ask.reason}"
            _stop(row.release, why[:200])
    return wire.Empty()


def assign_all_new(repository: Repository) -> None:
    """After a publication: whoever was admitted before there was a repository is in it from now on."""
    for terminal in Terminal.objects.filter(revoked_at=None):
        with transaction.atomic():
            row, _ = ConfigTerminal.objects.select_for_update().get_or_create(pk=terminal.pk)
            if row.counter == 0:
                _give(row, None)
    publish_pending(repository)


def all_standing() -> list[dict[str, Any]]:
    """One row a release, newest first."""
    found = []
    for release in ConfigRelease.objects.order_by("-made_at"):
        given, reported, errors = standing(release)
        found.append({
            "release": release.pk, "ring": release.ring, "given": given, "reported": reported, "errors": errors,
            "halted_for": release.halted_for if release.halted_at is not None else "",
        })  # fmt: skip
    return found


def status() -> list[dict[str, Any]]:
    """One row a terminal, as ``central config status`` shows it."""
    rows = ConfigTerminal.objects.select_related("release").order_by("terminal_id")
    return [
        {
            "terminal": row.terminal_id,
            "county": row.county,
            "assigned": {"release": row.release_id or "", "counter": row.counter},
            "reported_at": clock.shown(row.reported_at) if row.reported_at else "",
            "report": row.report,
        }
        for row in rows
    ]


def publish_pending(repository: Repository) -> None:
    """Publish every assignment whose counter was committed and is not published yet; also after a crash in between.
    What there is to publish is asked once nobody else publishes: a terminal that saw a counter takes no lower one."""
    pending = ConfigTerminal.objects.select_related("release").filter(published__lt=F("counter"))
    if not pending.exists():
        return
    with repository.alone():
        rows = list(pending.all())
        if not rows:
            return
        county = _county_objects(repository, {row.county for row in rows})
        before = repository.assigned(row.terminal_id for row in rows)
        rows = [_above(row, before.get(row.terminal_id), county) for row in rows]
        repository.assign({row.terminal_id: _encoded(row, county.get(row.county, {})) for row in rows}, clock.now())
        for row in rows:
            row.published = row.counter
        ConfigTerminal.objects.bulk_update(rows, ["published"], batch_size=500)


def _above(row: ConfigTerminal, before: bytes | None, county: dict[str, dict[str, tuple[int, int]]]) -> ConfigTerminal:
    """*row* under a counter that what terminals may have seen already does not take: what was published and not written
    down (a full disk), or written down in tables older than the repository (a backup that was put back)."""
    seen = msgspec.json.decode(before, type=Assignment).counter if before else 0
    if seen < row.counter or (seen == row.counter and before == _encoded(row, county.get(row.county, {}))):
        return row
    with transaction.atomic():
        fresh = ConfigTerminal.objects.select_related("release").get(pk=row.pk)
        fresh.counter = max(fresh.counter, seen) + 1
        fresh.save(update_fields=["counter"])
    return fresh


def _give(row: ConfigTerminal, release: ConfigRelease | None) -> None:
    """*row* was read in the transaction that this is in: of two who give at once, each has a counter of their own."""
    if release != row.release:
        row.before, row.release = row.release, release
    row.counter += 1
    row.assigned_at, row.error = clock.now(), False
    row.save()


def _stop(release: ConfigRelease, reason: str) -> None:
    release.halted_at, release.halted_for = clock.now(), reason
    release.save(update_fields=["halted_at", "halted_for"])


def _county_objects(repository: Repository, codes: Iterable[str]) -> dict[str, dict[str, tuple[int, int]]]:
    newest = repository.newest()
    return {code: {n: v for n, v in newest.items() if n.startswith(f"county/{code}/")} for code in codes if code}


def _encoded(row: ConfigTerminal, county: dict[str, tuple[int, int]]) -> bytes:
    """A roster goes to the one service point in its name, everything else of the county to all of its terminals."""
    mine = f"roster-{row.terminal_id.lower()}"
    objects: dict[str, Any] = dict(row.release.objects_in_it) if row.release is not None else {}
    for name, found in county.items():
        kind = name.rpartition("/")[2]
        if not kind.startswith("roster-") or kind == mine:
            objects[name] = found
    entries = tuple(Assigned(name=name, version=v, minimum=m) for name, (v, m) in sorted(objects.items()))
    made = Assignment(
        device=row.terminal_id,
        counter=row.counter,
        release=row.release_id or "",
        ring=row.release.ring if row.release is not None else WHOLE,
        objects=entries,
    )
    return msgspec.json.encode(made)
