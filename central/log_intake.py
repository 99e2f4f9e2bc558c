"""Sealed logs from the terminals: closed segments, taken in as they are, checked, and answered with a signed receipt.

A part that does not begin where the log held here ends is answered with the receipt for where it ends: the terminal
goes on from there. What contradicts what is held, or what was cosigned, is a fork.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.conf import settings
from django.db import transaction

from central import clock, witnessing
from central.call import Call
from central.models import HeldRecord, HeldSegment, Terminal
from central.problems import RefusedError
from contract.log_format import HASH_BYTES
from contract.wire import ProblemCode
from contract.witnessing import LogPart, LogReceipt
from secure.reading.intake import LARGEST, Held, Refusal, follow, nothing_of, opened_by


def take_in(call: Call[LogPart]) -> LogReceipt:
    """The receipt for the log as far as it is held after this part."""
    part, terminal = call.ask, call.terminal
    if not (0 <= part.number <= LARGEST and 0 <= part.start <= LARGEST):
        raise RefusedError(ProblemCode.BAD_REQUEST, "日志段的格式不符")
    with transaction.atomic():
        at = held(terminal)
        taken = _take(terminal, part, at)
        if not isinstance(taken, Refusal):
            return _receipt(terminal, taken, call.at)
    if taken is Refusal.FORK:
        witnessing.alarm(terminal, (part.number + 1, part.start), at.head, call.at)
        raise RefusedError(ProblemCode.CONFLICT, "这份日志与平台已有的不是同一份历史", status=409)
    raise RefusedError(ProblemCode.BAD_REQUEST, "日志段的签名或散列不符")


def held(terminal: Terminal) -> Held:
    """As far as the log that *terminal* writes with its present key is here."""
    segment = _segments(terminal).order_by("number").last()
    if segment is None:
        return nothing_of(terminal.pk, bytes.fromhex(terminal.log_key))
    record = _records(terminal).order_by("seq").last()
    if record is None or record.segment < segment.number:
        opening = opened_by(bytes(segment.header), bytes(segment.signature), bytes.fromhex(terminal.log_key))
        return Held(segment.number + 1, segment.start_seq, opening)
    return Held(segment.number + 1, record.seq + 1, bytes(record.head))


def _take(terminal: Terminal, part: LogPart, at: Held) -> Held | Refusal:
    last = _segments(terminal).order_by("number").last()
    within = last is not None and part.number == last.number
    if part.start != at.size or not (within or part.number == at.segments):
        return Refusal.FORK if _contradicts(terminal, part) else at
    key = bytes.fromhex(terminal.log_key)
    places = follow(part, at, terminal.pk, key, opened=bytes(last.header) if last is not None and within else b"")
    if isinstance(places, Refusal):
        return places
    if not _as_witnessed(terminal, at, places):
        return Refusal.FORK
    mine = {"terminal": terminal, "log_key": terminal.log_key}
    if not within:
        HeldSegment.objects.create(
            **mine, number=part.number, start_seq=part.start, header=part.header, signature=part.signature
        )
    HeldRecord.objects.bulk_create(
        HeldRecord(
            **mine, seq=part.start + index, segment=part.number, header=record.header, nonce=record.nonce,
            ciphertext=record.ciphertext, head=record.head, mac=record.mac,
        )
        for index, record in enumerate(part.records)
    )  # fmt: skip
    return places[-1] if places else at


def _contradicts(terminal: Terminal, part: LogPart) -> bool:
    """Whether something held here stands in the place of what the part brings."""
    segment = _segments(terminal).filter(number=part.number).first()
    if segment is not None and bytes(segment.header) != part.header:
        return True
    heads = {part.start + index: record.head for index, record in enumerate(part.records)}
    here = _records(terminal).filter(seq__gte=part.start, seq__lt=part.start + len(part.records))
    return any(heads[record.seq] != bytes(record.head) for record in here)


def _as_witnessed(terminal: Terminal, at: Held, places: list[Held]) -> bool:
    """Whether every place that was cosigned in this stretch has the head that was cosigned, and is on the way."""
    if not places:
        return True
    if places[0].segments > at.segments:
        before = witnessing.known(terminal).filter(segments__lte=at.segments, size__gt=at.size)
        behind = witnessing.known(terminal).filter(segments=places[0].segments, size__lt=at.size)
        if before.exists() or behind.exists():
            return False
    heads = {place.place: place.head.hex() for place in places}
    first, last = places[0].size, places[-1].size
    for one in witnessing.known(terminal).filter(segments=places[-1].segments, size__gte=first, size__lte=last):
        if heads.get((one.segments, one.size)) != one.head:
            return False
    return True


def _receipt(terminal: Terminal, at: Held, now: datetime) -> LogReceipt:
    assert len(at.head) == HASH_BYTES
    plain = LogReceipt(
        device=terminal.pk, segments=at.segments, size=at.size, head=at.head, at=clock.shown(now), signature=b""
    )  # fmt: skip
    signature = settings.CENTRAL.receipt_key.sign(plain.signed_bytes())
    return msgspec.structs.replace(plain, signature=signature)


def _segments(terminal: Terminal):  # type: ignore[no-untyped-def]
    return HeldSegment.objects.filter(terminal=terminal, log_key=terminal.log_key)


def _records(terminal: Terminal):  # type: ignore[no-untyped-def]
    return HeldRecord.objects.filter(terminal=terminal, log_key=terminal.log_key)
