"""A worker at a terminal, as the platform sees it: their code resolved, whom they help, and until when."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from django.conf import settings
from django.db.models import Q

from central import clock
from central.call import Call
from central.models import Resident, StaffLockout, StaffMember, StaffSession, Terminal
from central.models.access import STAFF_LIFETIME
from central.problems import RefusedError
from central.tokens import new_token, token_hash
from contract import wire
from contract.catalogue import Proof
from contract.roster import Lockouts, Unlock, Unlocks
from contract.wire import ProblemCode

LOCKOUT_CHARS: Final = 32


def resolve(resident: Resident, terminal: Terminal, at: datetime) -> wire.Session:
    """Which worker of this terminal's service point shows their code. Who is none gets an answer all the same: the
    terminal asks them for a PIN like anybody, and tells nobody who is on its roster."""
    nobody = wire.Session(token="", proof=Proof.SHOWN, name="", id_number="")
    worker = StaffMember.objects.filter(resident=resident, retired_at=None, point=terminal.point).first()
    if worker is None or not terminal.point:
        return nobody
    token = new_token()
    StaffSession.objects.create(
        token_hash=token_hash(token), worker=worker, terminal=terminal, opened_at=at, expires_at=at + STAFF_LIFETIME
    )
    return msgspec.structs.replace(nobody, token=token, name=resident.name, worker=worker.pk)


def helping(token: str, terminal: Terminal, resident: Resident, at: datetime) -> StaffSession:
    """The session of the worker who helps *resident*. Nobody helps themselves: that would be their own word for their
    own identity."""
    found = StaffSession.objects.select_related("worker").filter(token_hash=token_hash(token), terminal=terminal)
    session = found.first()
    if session is None or not session.open_at(at) or session.worker.resident_id == resident.pk:
        raise RefusedError(ProblemCode.NOT_ALLOWED, "帮办的登录已失效，或帮的是本人")
    return session


def is_worker(worker: str, terminal: Terminal) -> bool:
    """Whether *worker* is or was one at this terminal's service point: what they did may come later than they went."""
    return bool(worker) and StaffMember.objects.filter(pk=worker, point=terminal.point).exists()


def close(call: Call[wire.StaffOut]) -> wire.Empty:
    """End a worker's session at this terminal; ending it twice is no fault."""
    mine = StaffSession.objects.filter(token_hash=token_hash(call.ask.operator), terminal=call.terminal)
    mine.filter(closed_at=None).update(closed_at=call.at)
    return wire.Empty()


def unlocks(call: Call[Lockouts]) -> Unlocks:
    """Take down who is disabled at this terminal, and give back what was unlocked. It is signed for one lock-out at one
    terminal: whoever gets it again can do nothing with it."""
    found = []
    for told in call.ask.lockouts:
        worker = StaffMember.objects.filter(pk=told.worker).first()
        if worker is None or not 0 < len(told.lockout) <= LOCKOUT_CHARS:
            continue
        row, _ = StaffLockout.objects.get_or_create(
            worker=worker, terminal=call.terminal, lockout=told.lockout, defaults={"reported_at": call.at}
        )
        if row.unlock:
            found.append(msgspec.json.decode(bytes(row.unlock), type=Unlock))
    return Unlocks(unlocks=tuple(found))


def unlock(worker: StaffMember, terminal: Terminal | None, lockout: str, at: datetime) -> list[StaffLockout]:
    """Sign an unlock for every lock-out of *worker* that is known, or for the one told by telephone."""
    if terminal is not None and lockout:
        StaffLockout.objects.get_or_create(
            worker=worker, terminal=terminal, lockout=lockout, defaults={"reported_at": at}
        )
    where = Q(worker=worker, unlocked_at=None) & (Q() if terminal is None else Q(terminal=terminal))
    rows = list(StaffLockout.objects.filter(where))
    for row in rows:
        plain = Unlock(device=row.terminal_id, worker=worker.pk, lockout=row.lockout, at=clock.shown(at), signature=b"")
        signature = settings.CENTRAL.receipt_key.sign(plain.signed_bytes())
        row.unlock = msgspec.json.encode(msgspec.structs.replace(plain, signature=signature))
        row.unlocked_at = at
        row.save(update_fields=["unlock", "unlocked_at"])
    return rows
