"""Deliveries: once and only once, whatever the network does; refusals signed; nothing forged taken."""

from __future__ import annotations

import hashlib
import uuid
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.models import DeliveryRecord, MatterRecord, Registration
from contract import limits, wire
from contract.catalogue import Proof
from contract.wire import ProblemCode, ShownBy, Verdict

from .conftest import ANSWERS, Deliverer, problem_of


def effects(submission: wire.Submission) -> tuple[int, int, int]:
    """(answers, matters, registrations) kept for it."""
    return (
        DeliveryRecord.objects.filter(key=submission.key).count(),
        MatterRecord.objects.filter(receipt=submission.receipt).count(),
        Registration.objects.filter(receipt=submission.receipt).count(),
    )


def test_a_registration_is_taken_and_answered_with_a_signed_receipt(terminal, cast, deliverer, by_card):
    submission = deliverer.submission(cast["employee"], offline=True)
    receipt = deliverer.receipt(deliverer.deliver(submission))
    assert (receipt.verdict, receipt.key, receipt.device) == (Verdict.ACCEPTED, submission.key, terminal.id)
    assert receipt.sha256 == hashlib.sha256(msgspec.json.encode(submission)).hexdigest()
    assert effects(submission) == (1, 1, 1)
    matter = MatterRecord.objects.get(receipt=submission.receipt)
    assert (matter.terminal_id, matter.log_segment, matter.log_seq) == (terminal.id, 1, submission.log_seq)
    shown_only = terminal.send(wire.MATTERS, wire.Empty(), by_card("employee", pin=False))
    assert msgspec.json.decode(shown_only.content, type=wire.Problem).code is wire.ProblemCode.NOT_ALLOWED
    answer = terminal.send(wire.MATTERS, wire.Empty(), by_card("employee"))
    newest = msgspec.json.decode(answer.content, type=wire.Matters).matters
    assert submission.receipt in {one.receipt for one in newest}


def test_a_hundred_replays_have_one_effect_and_one_answer(cast, deliverer):
    submission = deliverer.submission(cast["builder"])
    answers = {deliverer.deliver(submission).content for _ in range(100)}  # sealed anew each time: same act
    assert len(answers) == 1
    assert effects(submission) == (1, 1, 1)


def test_parallel_duplicates_have_one_effect_and_one_answer(cast, deliverer):
    submission = deliverer.submission(cast["graduate"])
    delivery = deliverer.seal(submission.key, msgspec.json.encode(submission))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: deliverer.terminal.send(wire.DELIVER, delivery), range(24)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert effects(submission) == (1, 1, 1)


def test_the_same_key_with_another_body_is_a_conflict(cast, deliverer):
    submission = deliverer.submission(cast["builder"])
    first = deliverer.deliver(submission)
    changed = msgspec.structs.replace(submission, answers={**ANSWERS, "wage": 9000})
    refused = deliverer.deliver(changed)
    assert refused.status_code == 422
    assert problem_of(refused).code is ProblemCode.CONFLICT
    assert deliverer.deliver(submission).content == first.content
    assert effects(submission) == (1, 1, 1)


def test_two_terminals_may_use_the_same_key(cast, deliverer, other_terminal):
    submission = deliverer.submission(cast["builder"])
    deliverer.receipt(deliverer.deliver(submission))
    other = Deliverer(other_terminal)
    second = other.submission(cast["builder"], key=submission.key)
    assert other.receipt(other.deliver(second)).verdict is Verdict.ACCEPTED


def test_a_forged_signature_and_a_seal_for_another_are_not_taken(cast, deliverer, other_terminal):
    submission = deliverer.submission(cast["builder"])
    body = msgspec.json.encode(submission)
    forged = deliverer.seal(submission.key, body, signer=Ed25519PrivateKey.generate())
    stolen = Deliverer(other_terminal).seal(submission.key, body)
    damaged = deliverer.seal(submission.key, body)
    damaged = msgspec.structs.replace(damaged, sealed=damaged.sealed[:-1] + bytes([damaged.sealed[-1] ^ 1]))
    other_kind = deliverer.seal(submission.key, body, kind="other")
    for delivery in (forged, stolen, damaged, other_kind):
        refused = deliverer.terminal.send(wire.DELIVER, delivery)
        assert refused.status_code == 400
        assert problem_of(refused).code is ProblemCode.BAD_REQUEST
    assert effects(submission) == (0, 0, 0)
    assert deliverer.receipt(deliverer.deliver(submission)).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    "changes",
    [
        {"answers": {**ANSWERS, "wage": "much"}},
        {"answers": {**ANSWERS, "phone": "12"}},
        {"answers": {**ANSWERS, "unheard_of": "x"}},
        {"answers": {key: value for key, value in ANSWERS.items() if key != "occupations"}},
        {"item": 25},
        {"item": 999},
        {"proof": Proof.SHOWN},
        {"proof": Proof.OPEN},
        {"terminal": "TEST-9999"},
        {"key": "another"},
        {"made_at": "yesterday"},
        {"made_at": "2026-11-23T10:00:00"},
        {"receipt": "12345"},
        {"card_number": "A00000000"},
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_signed_sentence(cast, deliverer, changes):
    whole = deliverer.submission(cast["builder"])
    submission = msgspec.structs.replace(whole, **changes)
    receipt = deliverer.receipt(
        deliverer.terminal.send(wire.DELIVER, deliverer.seal(whole.key, msgspec.json.encode(submission)))
    )
    assert receipt.verdict is Verdict.REFUSED
    assert len(receipt.reason) > 8
    assert whole.id_number not in receipt.reason
    assert effects(whole)[2] == 0


def test_a_body_that_is_no_submission_is_refused_for_good(deliverer):
    key = str(uuid.uuid4())
    receipt = deliverer.receipt(deliverer.terminal.send(wire.DELIVER, deliverer.seal(key, b"not json")))
    assert receipt.verdict is Verdict.REFUSED


def test_a_stranger_and_a_lost_card_are_refused_and_the_owner_sees_it(terminal, cast, deliverer):
    stranger = deliverer.submission(cast["stranger"])
    assert deliverer.receipt(deliverer.deliver(stranger)).verdict is Verdict.REFUSED
    assert MatterRecord.objects.get(receipt=stranger.receipt).resident is None
    lost = deliverer.submission(cast["lost_card"])
    receipt = deliverer.receipt(deliverer.deliver(lost))
    assert receipt.verdict is Verdict.REFUSED
    person = cast["lost_card"]
    ask = wire.SessionOpen(shown_by=ShownBy.ID_CARD, id_number=person.id_number, name=person.name)
    token = msgspec.json.decode(terminal.send(wire.SESSION_OPEN, ask).content, type=wire.Session).token
    password = wire.Elevate(service_password=person.service_password)
    assert terminal.send(wire.SESSION_ELEVATE, password, token).status_code == 200
    answer = terminal.send(wire.MATTERS, wire.Empty(), token)
    (matter,) = msgspec.json.decode(answer.content, type=wire.Matters).matters
    assert matter.state.startswith("bad:")
    assert matter.detail == receipt.reason


def test_a_receipt_number_that_was_used_is_refused(cast, deliverer):
    first, second = deliverer.submission(cast["builder"]), deliverer.submission(cast["builder"])
    deliverer.receipt(deliverer.deliver(first))
    again = msgspec.structs.replace(second, receipt=first.receipt)
    assert deliverer.receipt(deliverer.deliver(again)).verdict is Verdict.REFUSED
    assert MatterRecord.objects.get(receipt=first.receipt).delivery.key == first.key


def test_an_older_registration_that_comes_late_does_not_replace_a_newer(cast, deliverer):
    newer = deliverer.submission(cast["rare_character"], made_at="2026-11-23T10:00:00+08:00")
    older = deliverer.submission(cast["rare_character"], made_at="2026-11-22T10:00:00+08:00")
    for submission in (newer, older):
        assert deliverer.receipt(deliverer.deliver(submission)).verdict is Verdict.ACCEPTED
    mine = Registration.objects.filter(resident__cast_key="rare_character")
    assert {one.receipt: one.current for one in mine} == {newer.receipt: True, older.receipt: False}


@pytest.mark.parametrize("size", [limits.REQUEST_BYTES + 1, 1_100_000])
def test_an_oversize_body_is_refused_and_the_platform_lives(terminal, size):
    answer = terminal.client.post("/v1/deliveries", content=b" " * size, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert terminal.send(wire.HEALTH).status_code == 200
