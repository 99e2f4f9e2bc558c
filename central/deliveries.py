"""Deliveries: sealed business from a terminal's outbox, taken once, answered for ever with the same signed receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec
from django.conf import settings
from django.db import IntegrityError, transaction

from central import both_cards, clock, deciding, documents, offered, ratings, sessions, staff_sessions
from central.call import Call
from central.items import gig_seekers, gigs, job_seeking
from central.models import DeliveryRecord, MatterRecord, Resident, Terminal
from central.models.business import MatterState
from central.problems import RefusedError
from contract import wire
from contract.answers import check_all
from contract.catalogue import Item, Kind, Proof
from contract.wire import ProblemCode, ShownBy, Submission, Verdict
from secure.reading.delivery import Rejected, open_delivery

Effect = Callable[[Resident, Submission, datetime], None]
"""What a submission does besides being a matter; runs in the delivery's transaction."""

EFFECTS: Final[Mapping[int, Effect]] = {
    1: job_seeking.register,
    4: gig_seekers.register,
    7: gigs.register,
}
"""Of items that are taken in as they come; what has conditions is decided (central.deciding)."""
KEY_CHARS: Final = 64
RECEIPT_DIGITS: Final = 12
OPERATOR_CHARS: Final = 40
MOST_ITEM: Final = 9_999
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Where a clock that lost everything begins."""
LOG_POSITIONS: Final = range(2**63)
"""What the columns hold; a log's segment or seq is never anything else."""


def deliver(call: Call[wire.Delivery]) -> bytes:
    """The encoded wire.Receipt, the same bytes for the same delivery however often it comes."""
    delivery = call.ask
    well_formed(delivery, *TAKEN)
    stored = _stored(call.terminal, delivery)
    if stored is not None:
        return stored
    body = open_delivery(
        delivery, call.terminal.pk, settings.CENTRAL.hpke_key.private_bytes_raw(), bytes.fromhex(call.terminal.log_key)
    )
    if isinstance(body, Rejected):
        raise RefusedError(ProblemCode.BAD_REQUEST, "封装或签名不符")
    try:
        with transaction.atomic():
            # asked again inside: on SQLite the transaction holds the only writer's place, on others the row's own
            # uniqueness decides between two that came at the same moment
            take = TAKEN[delivery.type]
            return _stored(call.terminal, delivery) or take(call.terminal, delivery, body, call.at)
    except IntegrityError:  # pragma: no cover - SQLite has one writer: only another database leaves it to the row
        stored = _stored(call.terminal, delivery)
        if stored is None:
            raise
        return stored


def well_formed(delivery: wire.Delivery, *kinds: str) -> None:
    """Raises RefusedError for what is no delivery of these types."""
    hex_digits = set("0123456789abcdef")
    sound = len(delivery.sha256) == 64 and set(delivery.sha256) <= hex_digits
    if not sound or delivery.type not in kinds or not 0 < len(delivery.key) <= KEY_CHARS:
        raise RefusedError(ProblemCode.BAD_REQUEST, "递交的格式不符")


def _stored(terminal: Terminal, delivery: wire.Delivery) -> bytes | None:
    record = DeliveryRecord.objects.filter(device=terminal, key=delivery.key).first()
    if record is None:
        return None
    if record.sha256 != delivery.sha256:
        raise RefusedError(ProblemCode.CONFLICT, "同一编号递交了不同的内容")
    return bytes(record.answer)


def _take(terminal: Terminal, delivery: wire.Delivery, body: bytes, at: datetime) -> bytes:
    """Judge, keep and answer, inside the caller's transaction."""
    try:
        submission = msgspec.json.decode(body, type=Submission)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _answer(terminal, delivery, "", "递交的内容不完整，请到村里服务点重新办理", at)[0]
    item = offered.answered(submission, terminal.pk)
    judged = _judge(terminal, delivery, item, submission)
    made_at = _made_at(submission, at)
    if isinstance(judged, Resident) and made_at is not None and item is not None:
        judged = deciding.refused(item, submission, judged, made_at) or judged
    reason = judged if isinstance(judged, str) else ""
    answer, record = _answer(terminal, delivery, submission.receipt, reason, at)
    if made_at is None or not _placed(submission) or not _receipt_free(submission.receipt):
        return answer  # refused above; a number that is no number, or somebody else's, stands for no matter
    resident = (
        judged if isinstance(judged, Resident) else Resident.objects.filter(id_number=submission.id_number).first()
    )
    matter = MatterRecord.objects.create(
        receipt=submission.receipt,
        item=submission.item,
        resident=resident,
        terminal=terminal,
        delivery=record,
        shown_by=submission.shown_by.value,
        proof=submission.proof.value,
        offline=submission.offline,
        operator=submission.operator[:OPERATOR_CHARS],
        **both_cards.on_record(submission, judged),
        made_at=made_at,
        received_at=at,
        state=(MatterState.REFUSED if reason else MatterState.ACCEPTED).value,
        detail=reason,
        log_segment=submission.log_segment,
        log_seq=submission.log_seq,
    )
    assert item is not None or isinstance(judged, str), "what was judged has an item"
    if isinstance(judged, Resident) and submission.item in EFFECTS:
        EFFECTS[submission.item](judged, submission, made_at)
        matter.state, matter.decided_at = MatterState.DONE.value, at  # nobody has to look at it: it is done
        matter.save(update_fields=["state", "decided_at"])
    elif isinstance(judged, Resident):
        deciding.take_in(matter, item, submission)
    if isinstance(judged, Resident):
        documents.attach(matter, item, submission)
        if matter.detail:  # done at once: the slip says what was done
            return _say(record, delivery, submission.receipt, matter.detail)
    return answer


def _take_rating(terminal: Terminal, delivery: wire.Delivery, body: bytes, at: datetime) -> bytes:
    """Keep what somebody thought of an act, and answer. What cannot be one is refused, and nobody is troubled by it."""
    rating = ratings.read(terminal, delivery.key, body)
    reason = rating if isinstance(rating, str) else ""
    answer, record = _answer(terminal, delivery, "", reason, at)
    if not isinstance(rating, str):
        ratings.store(rating, record, at)
    return answer


def _judge(terminal: Terminal, delivery: wire.Delivery, item: Item | None, submission: Submission) -> Resident | str:
    """Whose business it is, or the sentence that says why it is refused."""
    agrees = (submission.key, submission.terminal) == (delivery.key, terminal.pk)
    if not agrees or not _placed(submission) or _instant(submission.made_at) is None:
        return "递交的内容前后不一致，请到村里服务点重新办理"
    if terminal.number is not None and not submission.receipt.startswith(f"{terminal.number:04d}"):
        return "受理号不是这台终端的，请到村里服务点重新办理"
    if not _receipt_free(submission.receipt):
        return "受理号已经用过，请到村里服务点重新办理"
    if item is None or item.kind is not Kind.REGISTRATION or not (item.number in EFFECTS or deciding.does(item.number)):
        return "这个事项现在不能在自助机上办，请到乡镇或县里的窗口办理"
    helped = item.proof is Proof.OPERATOR and staff_sessions.is_worker(submission.operator, terminal)
    if not helped and not submission.proof.satisfies(item.proof):
        return "办这个事项要先证明是本人，请带社保卡或身份证再来办一次"
    lacking = both_cards.against(item, submission) or _unfit(item, submission) or documents.unfit(item, submission)
    return lacking or _whose(submission)


def _unfit(item: Item, submission: Submission) -> str:
    wrong = check_all(item, submission.answers)
    if not wrong:
        return ""
    labels = [field.label for field in item.fields if field.key in wrong]
    return f"填写的内容要改一改：{'、'.join(labels) or '有多出来的内容'}。请再办一次"


def _whose(submission: Submission) -> Resident | str:
    """The same rules as at the opening of a session: it may be that the terminal could not ask then."""
    try:
        if submission.shown_by is ShownBy.CARD:
            return sessions.valid_card(submission.id_number, submission.card_number, "").resident
        return sessions.known(submission.id_number, submission.name)
    except RefusedError as refused:
        if refused.problem.code is ProblemCode.CARD_NOT_VALID:
            return both_cards.NOT_IN_USE
        return "平台上还没有您的登记信息，请带身份证到乡镇服务窗口登记后再办"


def _receipt_free(receipt: str) -> bool:
    number = receipt.isascii() and receipt.isdigit() and len(receipt) == RECEIPT_DIGITS
    return number and not MatterRecord.objects.filter(receipt=receipt).exists()


def _placed(submission: Submission) -> bool:
    """Whether item and place in the terminal's log are numbers that can be."""
    place = submission.log_segment in LOG_POSITIONS and submission.log_seq in LOG_POSITIONS
    return place and 0 <= submission.item <= MOST_ITEM


def _made_at(submission: Submission, received: datetime) -> datetime | None:
    """When it was made, by the terminal's clock, and never later than it came: a clock that runs years ahead must not
    make this the newest of all for years. Nor is anything on its way for years: what a clock that was lost says is not
    what somebody's age, or their promised day, is counted by."""
    at = _instant(submission.made_at)
    if at is None:
        return None
    return min(at, received) if at > received - sessions.MATTERS_SINCE else received


def _instant(text: str) -> datetime | None:
    """In UTC; None for what is no instant, or one that no clock shows."""
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo is not None and at >= EARLIEST else None
    except (ValueError, OverflowError):
        return None


def _answer(
    terminal: Terminal, delivery: wire.Delivery, receipt: str, reason: str, at: datetime
) -> tuple[bytes, DeliveryRecord]:
    """Sign and keep the answer."""
    answer, verdict = signed(terminal, delivery, receipt, reason, at)
    record = DeliveryRecord.objects.create(
        device=terminal, key=delivery.key, sha256=delivery.sha256, verdict=verdict.value, answer=answer, at=at
    )
    return answer, record


def _say(record: DeliveryRecord, delivery: wire.Delivery, receipt: str, said: str) -> bytes:
    """The answer once more, with what was done; within the transaction, nobody has seen the first."""
    record.answer, _ = signed(record.device, delivery, receipt, "", record.at, said)
    record.save(update_fields=["answer"])
    return bytes(record.answer)


def signed(
    terminal: Terminal, delivery: wire.Delivery, receipt: str, reason: str, at: datetime, said: str = ""
) -> tuple[bytes, Verdict]:
    """The encoded receipt with the platform's signature. *reason*: why it is refused; *said*: what was done."""
    verdict = Verdict.REFUSED if reason else Verdict.ACCEPTED
    plain = wire.Receipt(
        device=terminal.pk,
        key=delivery.key,
        sha256=delivery.sha256,
        verdict=verdict,
        reason=reason or said,
        receipt=receipt,
        at=clock.shown(at),
        suite=settings.CENTRAL.suite.value,
        signature=b"",
    )
    signature = settings.CENTRAL.receipt_key.sign(plain.signed_bytes())
    return msgspec.json.encode(msgspec.structs.replace(plain, signature=signature)), verdict


Take = Callable[[Terminal, wire.Delivery, bytes, datetime], bytes]
"""(terminal, delivery, its plain body, now) → the encoded receipt; inside the caller's transaction."""

TAKEN: Final[Mapping[str, Take]] = {wire.SUBMISSION: _take, wire.RATING: _take_rating}
