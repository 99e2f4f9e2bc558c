"""Photographed pages from the terminals: taken once, kept sealed as they came."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from central.call import Call
from central.deliveries import signed, well_formed
from central.models import PhotoRecord, Terminal
from central.problems import RefusedError
from contract import wire
from contract.wire import ProblemCode
from secure.reading.photo import genuine, longest

TOO_LARGE = 413


def deliver(call: Call[wire.Delivery]) -> bytes:
    """The encoded wire.Receipt, the same bytes for the same photograph however often it comes. It is not opened."""
    delivery, terminal = call.ask, call.terminal
    well_formed(delivery, wire.PHOTO)
    stored = _stored(terminal, delivery)
    if stored is not None:
        return stored
    _genuine(terminal, delivery)
    try:
        with transaction.atomic():
            return _stored(terminal, delivery) or _take(call)
    except IntegrityError:  # pragma: no cover - SQLite has one writer: only another database leaves it to the row
        stored = _stored(terminal, delivery)
        if stored is None:
            raise
        return stored


def _stored(terminal: Terminal, delivery: wire.Delivery) -> bytes | None:
    record = PhotoRecord.objects.filter(device=terminal, key=delivery.key).first()
    if record is None:
        return None
    if record.sha256 != delivery.sha256:
        raise RefusedError(ProblemCode.CONFLICT, "同一编号递交了不同的照片")
    return bytes(record.answer)


def _genuine(terminal: Terminal, delivery: wire.Delivery) -> None:
    """Whether it has a photograph's size, is what its hash says, and comes from this terminal's device key."""
    key = bytes.fromhex(terminal.log_key)
    if len(delivery.sealed) > longest(key):
        raise RefusedError(ProblemCode.BAD_REQUEST, "照片太大", status=TOO_LARGE)
    if not genuine(delivery, terminal.pk, key):
        raise RefusedError(ProblemCode.BAD_REQUEST, "封装或签名不符")


def _take(call: Call[wire.Delivery]) -> bytes:
    delivery, terminal = call.ask, call.terminal
    answer, _ = signed(terminal, delivery, "", "", call.at)
    PhotoRecord.objects.create(
        device=terminal, key=delivery.key, sha256=delivery.sha256, sealed=delivery.sealed, answer=answer, at=call.at
    )
    return answer
