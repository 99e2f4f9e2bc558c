"""Finding what happened: by receipt number, resident, operator or terminal, in the platform's own business records.

Each of them names (terminal, segment, seq) of its record in the terminal's sealed log; beside it stands how far that
log is witnessed and held here. Nothing sealed is opened for this; ``open_log`` does that with the audit key, and writes
it down first.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from django.conf import settings
from django.db.models import QuerySet

from central import clock, documents, relaying, trainees, witnessing
from central.log_intake import held
from central.models import (
    AuditOpening,
    GigOpening,
    GigSeeker,
    HeldRecord,
    HeldSegment,
    LogAlarm,
    MatterRecord,
    PhotoOpening,
    RatingRecord,
    Session,
    StaffAct,
    StaffLockout,
    StaffSession,
    Terminal,
    TrainingFile,
)
from contract.witnessing import Checkpoint, Cosignature, WitnessList
from secure.reading.log import Opened, Verifier
from secure.reading.report import Report

NO_LAST: Final = 2**62
TABLES: Final = (
    "CREATE TABLE segment (number INTEGER PRIMARY KEY, header BLOB, signature BLOB, cosignature BLOB)",
    "CREATE TABLE record (seq INTEGER PRIMARY KEY, header BLOB, nonce BLOB, ciphertext BLOB, head BLOB, mac BLOB)",
    "CREATE TABLE checkpoint (seq INTEGER PRIMARY KEY, head BLOB, at TEXT, cosignature BLOB)",
    "CREATE TABLE outbox (ordinal INTEGER, key TEXT, sha256 TEXT, number TEXT, segment INTEGER, seq INTEGER)",
)
"""As secure.reading.source reads them."""


class NoSuchTerminalError(LookupError):
    """The platform has not admitted it."""


@dataclass(frozen=True)
class Found:
    """One thing that happened, and what can be said of its record in the sealed log."""

    at: str
    what: str
    terminal: str
    place: str
    """``segment/seq``; empty for what has no record of its own."""
    verdict: str

    def line(self) -> str:
        return "  ".join(filter(None, (self.at, self.terminal, self.place, self.what, self.verdict)))


def by_receipt(receipt: str) -> list[Found]:
    """The matter, who decided or answered it, who looked up whom to call about it or took it down, and everybody who
    opened a page of its documents."""
    mine = MatterRecord.objects.filter(receipt=receipt)
    answered = TrainingFile.objects.filter(registration__receipt=receipt)
    seen = [
        Found(clock.shown(one.at), f"{one.who} 看过材料第 {place} 页：{one.reason}", matter.terminal_id, "", "")
        for matter in mine
        for place, one in documents.openings(matter)
    ]
    return [
        *_matters(mine),
        *sorted(
            [*_decisions(mine), *_answers(answered), *_tellings(answered), *_relayed([receipt]), *seen],
            key=lambda one: one.at,
        ),
    ]


def by_resident(id_number: str) -> list[Found]:
    """Matters, what became of them, who looked up how to reach them, and visits. The answer names no resident: who asks
    knows."""
    mine = {"resident__id_number": id_number}
    matters = MatterRecord.objects.filter(**mine)
    answered = TrainingFile.objects.filter(registration__resident__id_number=id_number)
    found = [*_matters(matters), *_decisions(matters), *_answers(answered), *_tellings(answered)]
    found += _relayed(
        number
        for rows, field in (
            (matters, "receipt"),
            (GigSeeker.objects.filter(**mine), "number"),
            (GigOpening.objects.filter(**mine), "number"),
        )
        for number in rows.values_list(field, flat=True)
    )
    found += _visits(Session.objects.filter(**mine))
    return sorted(found, key=lambda one: one.at)


def by_operator(operator: str) -> list[Found]:
    """Everything of one worker: matters done with their help, visits helped, sign-ins, matters they decided, wishes for
    training they answered, bad ratings they looked into, lock-outs, and what was done to the account. Sign-ins with the
    own card, while the platform was away, stand in the terminal's sealed log only, and every matter of theirs here."""
    found = [*_matters(MatterRecord.objects.filter(operator=operator)), *_visits(Session.objects.filter(
        helper__worker=operator))]  # fmt: skip
    found += _decisions(MatterRecord.objects.filter(decided_by=operator))
    found += _answers(TrainingFile.objects.filter(answered_by=operator))
    found += _tellings(TrainingFile.objects.filter(delivered_by=operator))
    found += [
        Found(clock.shown(one.closed_at), f"回访一条差评，事项 {one.item}", one.terminal_id, "", "")
        for one in RatingRecord.objects.filter(closed_by=operator, closed_at__isnull=False)
    ]
    found += [
        Found(clock.shown(one.opened_at), "出示二维码登录帮办", one.terminal_id, "", "")
        for one in StaffSession.objects.filter(worker=operator)
    ]
    found += [
        Found(clock.shown(one.at), f"看过材料照片：{one.reason}", one.photo.device_id, "", "")
        for one in PhotoOpening.objects.filter(who=operator).select_related("photo").defer("photo__sealed")
    ]
    for lockout in StaffLockout.objects.filter(worker=operator):
        found.append(Found(clock.shown(lockout.reported_at), "密码连着输错，已停用", lockout.terminal_id, "", ""))
        if lockout.unlocked_at is not None:
            found.append(Found(clock.shown(lockout.unlocked_at), "平台签发解锁", lockout.terminal_id, "", ""))
    found += [
        Found(clock.shown(one.at), f"账号：{one.what}（{one.who}）", "", "", "")
        for one in StaffAct.objects.filter(worker=operator)
    ]
    return sorted(found, key=lambda one: one.at)


def by_terminal(terminal: str) -> list[Found]:
    mine = {"terminal": _terminal(terminal)}
    found = [*_matters(MatterRecord.objects.filter(**mine)), *_visits(Session.objects.filter(**mine))]
    found += [
        Found(clock.shown(one.at), f"{one.who} 用审计密钥看过：{one.reason}", terminal, f"{one.first}-{one.last}", "")
        for one in AuditOpening.objects.filter(**mine)
    ]
    return sorted(found, key=lambda one: one.at)


def alarms() -> list[str]:
    """Every second history that a terminal tried to have witnessed or taken in."""
    return [
        f"{clock.shown(one.at)}  {one.terminal_id}  FORK  第 {one.segments} 段 {one.size} 条处  {one.head[:16]}…"
        for one in LogAlarm.objects.order_by("at")
    ]


def witness_list(terminal: str) -> WitnessList:
    """The platform's own list for one terminal's log, signed as a whole."""
    one = _terminal(terminal)
    forks = LogAlarm.objects.filter(terminal=one, log_key=one.log_key).exclude(statement=b"").order_by("at")
    plain = WitnessList(
        device=one.pk,
        log_key=bytes.fromhex(one.log_key),
        revoked_at="" if one.revoked_at is None else clock.shown(one.revoked_at),
        cosignatures=tuple(
            msgspec.json.decode(bytes(known.answer), type=Cosignature) for known in witnessing.known(one)
        ),
        forks=tuple(msgspec.json.decode(bytes(fork.statement), type=Checkpoint) for fork in forks),
        at=clock.shown(clock.now()),
        signature=b"",
    )
    return msgspec.structs.replace(plain, signature=settings.CENTRAL.receipt_key.sign(plain.signed_bytes()))


def export_log(terminal: str, target: Path) -> int:
    """Write the delivered log to a file that ``kiosk log verify --platform-copy`` reads; how many records."""
    one = _terminal(terminal)
    mine = {"terminal": one, "log_key": one.log_key}
    with closing(sqlite3.connect(target)) as file, file:
        for statement in TABLES:
            file.execute(statement)
        for segment in HeldSegment.objects.filter(**mine).order_by("number").iterator():
            row = segment.number, bytes(segment.header), bytes(segment.signature)
            file.execute("INSERT INTO segment (number, header, signature) VALUES (?, ?, ?)", row)
        count = 0
        for record in HeldRecord.objects.filter(**mine).order_by("seq").iterator():
            parts = (record.header, record.nonce, record.ciphertext, record.head, record.mac)
            file.execute("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?)", (record.seq, *map(bytes, parts)))
            count += 1
    return count


def verify(terminal: str, audit_key: bytes | None = None) -> Report:
    """The verdict on what is held of one terminal's log, against what was cosigned of it so far."""
    with tempfile.TemporaryDirectory() as folder:
        return _verifier(terminal, audit_key).verify(_copy(terminal, Path(folder)))


def open_log(terminal: str, audit_key: bytes, who: str, reason: str, first: int, last: int) -> Iterator[Opened]:
    """The contents, each record verified. The opening is in the platform's records before the first is given.

    Raises ValueError at the first record that does not hold."""
    AuditOpening.objects.create(
        terminal=_terminal(terminal), who=who[:80], reason=reason[:200], first=first, last=last, at=clock.now()
    )
    with tempfile.TemporaryDirectory() as folder:
        for record in _verifier(terminal, audit_key).read(_copy(terminal, Path(folder))):
            if first <= record.seq <= last:
                yield record


def _verifier(terminal: str, audit_key: bytes | None) -> Verifier:
    """Of what was cosigned only what can be here: the log is delivered later than it is witnessed."""
    one, listed = _terminal(terminal), witness_list(terminal)
    here = held(one)
    reached = tuple(ours for ours in listed.cosignatures if ours.segments <= here.segments and ours.size <= here.size)
    plain = msgspec.structs.replace(listed, cosignatures=reached, signature=b"")
    key = settings.CENTRAL.receipt_key
    return Verifier(
        listed.log_key, audit_key, device=one.pk, witness_key=key.public_key().public_bytes_raw(),
        witnessed=[msgspec.structs.replace(plain, signature=key.sign(plain.signed_bytes()))], outbox=False,
    )  # fmt: skip


def _copy(terminal: str, folder: Path) -> Path:
    export_log(terminal, folder / "log.db")
    return folder / "log.db"


def _terminal(name: str) -> Terminal:
    found = Terminal.objects.filter(pk=name).first()
    if found is None:
        raise NoSuchTerminalError(name)
    return found


def _matters(matters: QuerySet[MatterRecord]) -> list[Found]:
    found = []
    for matter in matters.select_related("terminal").order_by("made_at"):
        helper = f"，帮办 {matter.operator}" if matter.operator else ""
        what = f"事项 {matter.item}，受理号 {matter.receipt}，{matter.get_state_display()}{helper}"
        place = f"{matter.log_segment}/{matter.log_seq}"
        verdict = _standing(matter.terminal, matter.log_segment, matter.log_seq)
        found.append(Found(clock.shown(matter.made_at), what, matter.terminal_id, place, verdict))
    return found


def _decisions(matters: QuerySet[MatterRecord]) -> list[Found]:
    """Those that a specialist decided; what the rules decided stands with the matter itself."""
    return [
        Found(
            clock.shown(one.decided_at),
            f"{one.decided_by} 审核受理号 {one.receipt}，{one.get_state_display()}",
            one.terminal_id,
            "",
            "",
        )
        for one in matters.exclude(decided_by="").filter(decided_at__isnull=False)
    ]


def _answers(files: QuerySet[TrainingFile]) -> list[Found]:
    """Wishes for training that staff answered; that the resident who came was told is a matter of its own."""
    return [
        Found(
            clock.shown(one.answered_at),
            f"{one.answered_by} 反馈培训意向，受理号 {one.registration.receipt}",
            "",
            "",
            "",
        )
        for one in files.filter(answered_at__isnull=False).select_related("registration")
    ]


def _tellings(files: QuerySet[TrainingFile]) -> list[Found]:
    """Of those, who was told of the class without coming."""
    told = files.filter(delivered_at__isnull=False, delivered_to__in=trainees.WITHOUT_COMING)
    return [
        Found(
            clock.shown(one.delivered_at),
            f"{one.delivered_by} 通知培训的班，受理号 {one.registration.receipt}",
            "",
            "",
            "",
        )
        for one in told.select_related("registration")
    ]


def _relayed(numbers: Iterable[str]) -> list[Found]:
    return [Found(clock.shown(one.at), f"{one.worker_id} {one.what}", "", "", "") for one in relaying.acts(numbers)]


def _visits(visits: QuerySet[Session]) -> list[Found]:
    found = []
    for one in visits.select_related("helper").order_by("opened_at"):
        helper = "" if one.helper is None else f"，帮办 {one.helper.worker_id}"
        what = f"来办事，出示 {one.shown_by}，证明 {one.proof}{helper}"
        found.append(Found(clock.shown(one.opened_at), what, one.terminal_id, "", ""))
    return found


def _standing(terminal: Terminal, segment: int, seq: int) -> str:
    """What is known of the sealed record at this place."""
    forked = LogAlarm.objects.filter(terminal=terminal, log_key=terminal.log_key).exists()
    warning = "；这台终端的日志有两份历史（FORK），见 central audit alarms" if forked else ""
    mine = {"terminal": terminal, "log_key": terminal.log_key}
    if HeldRecord.objects.filter(**mine, seq=seq, segment=segment).exists():
        return f"密封记录已在平台，链核验通过{warning}"
    if seq < held(terminal).size:
        return f"平台存的日志里，这个位置是另一段的记录：与办件不符{warning}"
    after = witnessing.known(terminal).filter(size__gt=seq).first()
    if after is not None:
        return f"已见证（{clock.shown(after.at)}），密封记录还没有送到{warning}"
    return f"还没有见证{warning}"
