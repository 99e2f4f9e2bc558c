"""Workers' accounts, and the roster that a county signs of them (docs/staff-pin.md).

A PIN is typed, hashed for every terminal of the service point under its own salt and pepper, and gone.
"""

from __future__ import annotations

import getpass
import itertools
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from central import clock, staff_sessions, terminals
from central.configuration import keys, releases
from central.configuration.repository import Repository, sign
from central.models import ConfigTerminal, Resident, StaffAct, StaffLockout, StaffMember, StaffPin, Terminal
from central.workers import StaffError, find
from contract import limits, roster
from contract.configuration import COUNTIES, county_role
from contract.roster import DIGITS_WITH_TPM, DIGITS_WITHOUT_TPM, Cost, Roster, Worker
from secure.reading.staff import roster_line

COST: Final = Cost()
"""Of every hash here: a roster names one cost for all its lines."""
ID: Final = re.compile(r"[A-Za-z0-9-]{1,32}", re.ASCII)
WHO_CHARS: Final = 80
POINT_CHARS: Final = 80
SKEW: Final = timedelta(seconds=limits.CLOCK_SKEW)
"""A terminal's clock may be this far behind when its first roster comes."""


def add(worker: str, person: str, id_number: str, point: str, *, reviews: bool = False) -> str:
    """A new account, without a PIN yet; its number. *worker* empty: the next one. *reviews*: of a specialist, whose
    office may have no terminal. Raises StaffError."""
    found = {"cast_key": person} if person else {"id_number": id_number}
    resident = Resident.objects.filter(**found).first() if any(found.values()) else None
    if resident is None:
        raise StaffError("平台上没有这个人")
    if not point.strip() or len(point) > POINT_CHARS:
        raise StaffError(f"要写服务点（业务骨干写单位），不超过 {POINT_CHARS} 个字")
    if not reviews and not Terminal.objects.filter(point=point).exists():
        raise StaffError("没有一台终端在这个服务点：名称要和终端登记表里一样")
    number = worker or _next_number()
    if not ID.fullmatch(number) or StaffMember.objects.filter(pk=number).exists():
        raise StaffError("工号用过了，或不是 1 到 32 个字母、数字、连字符")
    if StaffMember.objects.filter(resident=resident, retired_at=None).exists():
        raise StaffError("这个人已经是工作人员：换服务点要先注销原来的")
    if StaffMember.objects.filter(point=point, retired_at=None).count() >= limits.ROSTER_WORKERS:
        raise StaffError(f"一个服务点最多 {limits.ROSTER_WORKERS} 人")
    with transaction.atomic():
        made = StaffMember.objects.create(
            id=number, resident=resident, point=point, specialist=reviews, added_at=clock.now()
        )
        _note(made, f"新增{'业务骨干' if reviews else ''}，{point}")
    return number


def set_specialist(worker: str, *, reviews: bool) -> None:
    """Whether the county has them review. Raises StaffError."""
    member = find(worker)
    with transaction.atomic():
        member.specialist = reviews
        member.save(update_fields=["specialist"])
        _note(member, "定为业务骨干" if reviews else "不再是业务骨干")


def set_pin(worker: str, pin: str, *, tpm: bool) -> list[str]:
    """Hash *pin* for every terminal of the worker's point, in place of what was there; which terminals. *tpm*: every
    one of them keeps its keys in a TPM, so six digits will do. Raises StaffError, which never repeats the PIN."""
    member = find(worker)
    least = DIGITS_WITH_TPM if tpm else DIGITS_WITHOUT_TPM
    if roster.PIN.fullmatch(pin) is None or len(pin) < least:
        raise StaffError(f"密码是 {least} 到 12 位数字")
    if _is_easy(pin):
        raise StaffError("这个密码太好猜（同一个数字、连着的数字），换一个")
    places = list(_terminals(member.point))
    card = member.resident.cards.filter(state="active").order_by("-issued").first()
    lines = [
        roster_line(
            pin, terminal=place.pk, worker=member.pk, pepper=terminals.pepper(place.pk), cost=COST,
            card_number="" if card is None else card.card_number, suite=settings.CENTRAL.suite_id,
        )
        for place in places
    ]  # fmt: skip
    with transaction.atomic():
        member.pins.all().delete()
        at = clock.now()
        for place, line in zip(places, lines, strict=True):
            StaffPin.objects.create(
                worker=member, terminal=place, salt=line.salt, hash=line.hash, card=line.card, set_at=at
            )
        member.digits = len(pin)
        member.save(update_fields=["digits"])
        _note(member, f"设置密码，{len(lines)} 台终端")
    return [place.pk for place in places]


def retire(worker: str, reason: str) -> None:
    """From now on nobody at the platform; at the terminals with the next roster. Raises StaffError."""
    member = find(worker)
    with transaction.atomic():
        member.retired_at, member.retired_for = clock.now(), reason[:200]
        member.save(update_fields=["retired_at", "retired_for"])
        member.pins.all().delete()
        _note(member, f"注销：{reason or '没有写原因'}")


def listed(point: str) -> list[dict[str, Any]]:
    """Every account, oldest first. Names stand here and nowhere on a terminal."""
    rows = StaffMember.objects.select_related("resident").order_by("added_at", "pk")
    found = []
    for member in rows.filter(point=point) if point else rows:
        here = {pin.terminal_id for pin in member.pins.all()}
        wanted = {place.pk for place in _terminals(member.point)}
        found.append({
            "worker": member.pk, "name": member.resident.name, "point": member.point, "digits": member.digits,
            "specialist": member.specialist,
            "retired_at": clock.shown(member.retired_at) if member.retired_at else "", "terminals": sorted(here),
            "without_pin": sorted(wanted - here) if member.retired_at is None else [],
            "locked": sorted({row.terminal_id for row in StaffLockout.objects.filter(worker=member, unlocked_at=None)}),
        })  # fmt: skip
    return found


def issue(county: str, days: int, offline_items: tuple[int, ...], key: Path | None) -> tuple[list[str], Path]:
    """A roster for every terminal of the county whose point has a worker with a PIN, or had a roster before, as a draft
    of the county's role. No roster before it counts from then on. With *key* it is signed, published and given out at
    once; which terminals, and where the draft was. Raises StaffError, CeremonyError."""
    repository: Repository = Repository(settings.CENTRAL.configuration)
    if county_role(county) not in repository.counties():
        raise StaffError("这个县还没有自己的签名角色：先 central config county")
    now = clock.now()
    before = {name.rpartition("roster-")[2] for name in repository.newest() if name.startswith(f"{COUNTIES}/{county}/")}
    objects, minimum, given = {}, {}, []
    mine = ConfigTerminal.objects.filter(county=county, terminal__revoked_at=None).select_related("terminal")
    for row in mine.order_by("terminal_id"):
        made = _roster(row.terminal, now, days, offline_items)
        name = f"{COUNTIES}/{county}/roster-{row.terminal_id.lower()}"
        if made.workers or row.terminal_id.lower() in before:
            objects[name] = roster.encode(made)
            given.append(row.terminal_id)
    if not objects:
        raise StaffError("这个县的终端还没有一个设了密码的工作人员")
    with repository.alone():
        minimum = {name: repository.next_version(name, county) for name in objects}
        draft = repository.put(objects, minimum, now, county)
        if key is not None:
            sign(draft, keys.signer(key))
            repository.publish(now)
    if key is not None:
        releases.assign_all_new(repository)
        releases.push_county(repository, county)
    return given, draft


def unlock(worker: str, terminal: str, lockout: str) -> list[str]:
    """Which terminals get an unlock. Raises StaffError."""
    member = find(worker)
    place = Terminal.objects.filter(pk=terminal).first() if terminal else None
    if (terminal and place is None) or (lockout and place is None):
        raise StaffError("没有这台终端；电话里报来的编号要连终端编号一起写")
    with transaction.atomic():
        rows = staff_sessions.unlock(member, place, lockout.replace(" ", "").lower(), clock.now())
        for row in rows:
            _note(member, f"解锁 {row.terminal_id}")
    return [row.terminal_id for row in rows]


def _roster(terminal: Terminal, now: datetime, days: int, offline_items: tuple[int, ...]) -> Roster:
    pins = StaffPin.objects.filter(terminal=terminal, worker__retired_at=None, worker__point=terminal.point)
    workers = [
        Worker(
            pin.worker_id,
            pin.worker.digits,
            (roster.Pin(terminal.pk, bytes(pin.salt), bytes(pin.hash), None if pin.card is None else bytes(pin.card)),),
        )
        for pin in pins.select_related("worker").order_by("worker_id")
    ]
    return Roster(
        version=1, point=terminals.point_id(terminal.point), not_before=now - SKEW,
        not_after=now + timedelta(days=days), cost=COST, offline_items=offline_items, workers=tuple(workers),
    )  # fmt: skip


def _terminals(point: str) -> Any:
    return Terminal.objects.filter(point=point, revoked_at=None).order_by("pk")


def _next_number() -> str:
    used = [int(pk[2:]) for pk in StaffMember.objects.values_list("pk", flat=True) if re.fullmatch(r"G-\d{1,9}", pk)]
    return f"G-{max(used, default=0) + 1:04d}"


def _is_easy(pin: str) -> bool:
    """One digit repeated, or counting up or down."""
    steps = {int(b) - int(a) for a, b in itertools.pairwise(pin)}
    return steps in ({0}, {1}, {-1}) or (steps <= {1, -9} and 1 in steps) or (steps <= {-1, 9} and -1 in steps)


def _note(member: StaffMember, what: str) -> None:
    StaffAct.objects.create(worker=member, at=clock.now(), who=getpass.getuser()[:WHO_CHARS], what=what[:200])
