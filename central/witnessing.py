"""The platform as witness: it puts its name and time to the head of a terminal's log, and never to two histories."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from central import clock
from central.call import Call
from central.models import HeldRecord, HeldSegment, LogAlarm, LogCheckpoint, Terminal
from central.problems import RefusedError
from contract.log_format import SegmentHeader
from contract.wire import ProblemCode
from contract.witnessing import Checkpoint, Cosignature
from secure.reading.intake import Refusal, sound

LOG: Final = logging.getLogger("central.witnessing")


def witness(call: Call[Checkpoint]) -> bytes:
    """The encoded Cosignature, the same bytes for the same checkpoint. What contradicts the log as it is known is
    recorded as a fork, alarmed, and refused for ever."""
    checkpoint, terminal = call.ask, call.terminal
    opening = sound(checkpoint, terminal.pk, bytes.fromhex(terminal.log_key))
    if isinstance(opening, Refusal):
        raise RefusedError(ProblemCode.BAD_REQUEST, "见证请求的签名或格式不符")
    with transaction.atomic():
        stored = known(terminal).filter(segments=checkpoint.segments, size=checkpoint.size).first()
        if stored is not None and stored.head == checkpoint.head.hex():
            return bytes(stored.answer)
        if stored is None and _continues(terminal, checkpoint, opening):
            return _cosign(terminal, checkpoint, call.at)
    alarm(terminal, checkpoint.place, checkpoint.head, call.at, msgspec.json.encode(checkpoint))
    raise RefusedError(ProblemCode.CONFLICT, "这份日志与先前见证过的不是同一份历史", status=409)


def known(terminal: Terminal) -> QuerySet[LogCheckpoint]:
    """What was cosigned of the log that *terminal* writes with its present key, oldest first."""
    return LogCheckpoint.objects.filter(terminal=terminal, log_key=terminal.log_key).order_by("segments", "size")


def alarm(terminal: Terminal, place: tuple[int, int], head: bytes, at: datetime, statement: bytes = b"") -> None:
    """Record a second history, once, and say so in the platform's own log."""
    _, made = LogAlarm.objects.get_or_create(
        terminal=terminal, log_key=terminal.log_key, segments=place[0], size=place[1], head=head.hex(),
        defaults={"statement": statement, "at": at},
    )  # fmt: skip
    if made:
        LOG.error("FORK: terminal %s at segments %d size %d", terminal.pk, *place)


def _continues(terminal: Terminal, checkpoint: Checkpoint, opening: SegmentHeader | None) -> bool:
    """A log only grows: not behind anything cosigned, and an opening goes on from the head that was there."""
    last = known(terminal).last()
    if last is not None and (checkpoint.segments < last.segments or checkpoint.size < last.size):
        return False
    if opening is not None and last is not None and (last.segments, last.size) == (opening.number, opening.start_seq):
        return last.head == opening.prev_head.hex()
    mine = {"terminal": terminal, "log_key": terminal.log_key}
    held = HeldRecord.objects.filter(**mine, seq=checkpoint.size - 1).first()
    if held is None or opening is not None:
        return opening is None or not HeldSegment.objects.filter(**mine, number=opening.number).exclude(
            header=checkpoint.header
        ).exists()  # fmt: skip
    return bytes(held.head) == checkpoint.head


def _cosign(terminal: Terminal, checkpoint: Checkpoint, at: datetime) -> bytes:
    plain = Cosignature(
        device=terminal.pk, segments=checkpoint.segments, size=checkpoint.size, head=checkpoint.head,
        at=clock.shown(at), signature=b"",
    )  # fmt: skip
    signature = settings.CENTRAL.receipt_key.sign(plain.signed_bytes())
    answer = msgspec.json.encode(msgspec.structs.replace(plain, signature=signature))
    LogCheckpoint.objects.create(
        terminal=terminal, log_key=terminal.log_key, segments=checkpoint.segments, size=checkpoint.size,
        head=checkpoint.head.hex(), statement=msgspec.json.encode(checkpoint), answer=answer, at=at,
    )  # fmt: skip
    return answer
