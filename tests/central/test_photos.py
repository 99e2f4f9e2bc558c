"""The route for photographs: its own bound, nothing forged taken, nothing opened on the way in."""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from central import pictures
from central.models import PhotoOpening, PhotoRecord
from contract import limits, wire
from contract.log_format import INTL, delivery_signed, photo_info
from contract.wire import ProblemCode, Verdict
from secure.reading.photo import AROUND

from .conftest import FOLDER, HPKE, Deliverer, Terminal, problem_of, run
from .lives import reviewer, worker

PAGE = b"\xff\xd8" + os.urandom(3_000)


def sealed(terminal: Terminal, picture: bytes = PAGE) -> bytes:
    platform_key = X25519PublicKey.from_public_bytes(bytes.fromhex(terminal.platform["hpke_key"]))
    return HPKE.encrypt(picture, platform_key, info=photo_info(terminal.id))


def delivery(
    terminal: Terminal, body: bytes, *, signer: Ed25519PrivateKey | None = None, **changes: object
) -> wire.Delivery:
    key, digest = str(uuid.uuid4()), hashlib.sha256(body).hexdigest()
    signature = (signer or terminal.log_key).sign(delivery_signed(terminal.id, key, "photo", digest))
    made = wire.Delivery(key=key, type="photo", sha256=digest, sealed=body, signature=signature)
    return msgspec.structs.replace(made, **changes)


def test_taken_once_kept_as_it_came_and_answered_with_a_signed_receipt(terminal: Terminal, deliverer: Deliverer):
    one = delivery(terminal, sealed(terminal))
    answers = [terminal.send(wire.DELIVER_PHOTO, one) for _ in range(3)]
    assert {answer.content for answer in answers} == {answers[0].content}
    receipt = deliverer.receipt(answers[0])
    assert (receipt.verdict, receipt.device, receipt.key) == (Verdict.ACCEPTED, terminal.id, one.key)
    assert receipt.sha256 == one.sha256
    record = PhotoRecord.objects.get(key=one.key)
    assert bytes(record.sealed) == one.sealed
    assert pictures.opened(terminal.id, one.key, "李", "核对") == PAGE
    assert list(PhotoOpening.objects.filter(photo=record).values_list("who", "reason")) == [("李", "核对")]


def test_the_same_key_with_another_picture_is_refused(terminal: Terminal):
    one = delivery(terminal, sealed(terminal))
    assert terminal.send(wire.DELIVER_PHOTO, one).status_code == 200
    other = msgspec.structs.replace(delivery(terminal, sealed(terminal)), key=one.key)
    answer = terminal.send(wire.DELIVER_PHOTO, other)
    assert (answer.status_code, problem_of(answer).code) == (422, ProblemCode.CONFLICT)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "submission"},
        {"sha256": "0" * 64},
        {"sha256": "x"},
        {"signature": bytes(64)},
        {"key": ""},
        {"sealed": b"x" * 500},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_is_not_as_it_was_signed_is_not_taken(terminal: Terminal, changes: dict[str, object]):
    before = PhotoRecord.objects.count()
    answer = terminal.send(wire.DELIVER_PHOTO, delivery(terminal, sealed(terminal), **changes))
    assert (answer.status_code, problem_of(answer).code) == (400, ProblemCode.BAD_REQUEST)
    assert PhotoRecord.objects.count() == before


def test_another_devices_signature_is_none(terminal: Terminal):
    answer = terminal.send(
        wire.DELIVER_PHOTO, delivery(terminal, sealed(terminal), signer=Ed25519PrivateKey.generate())
    )
    assert answer.status_code == 400


def test_one_that_is_sealed_for_another_terminal_is_kept_and_never_opens(terminal: Terminal, other_terminal: Terminal):
    """Whoever may open it learns that it is not this terminal's; the platform does not look on the way in."""
    one = delivery(terminal, sealed(other_terminal))
    assert terminal.send(wire.DELIVER_PHOTO, one).status_code == 200
    with pytest.raises(pictures.NoSuchPhotoError):
        pictures.opened(terminal.id, one.key, "李", "核对")
    with pytest.raises(pictures.NoSuchPhotoError):
        pictures.opened(other_terminal.id, one.key, "李", "核对")


@pytest.mark.parametrize("size", [limits.PHOTO_BYTES + AROUND[INTL] + 1, limits.PHOTO_REQUEST_BYTES])
def test_beyond_the_bound_it_is_413_and_the_platform_lives(terminal: Terminal, size: int):
    answer = terminal.send(wire.DELIVER_PHOTO, delivery(terminal, os.urandom(size)))
    assert answer.status_code == 413
    assert problem_of(answer).code is ProblemCode.BAD_REQUEST
    assert terminal.send(wire.HEALTH).status_code == 200


def test_other_routes_keep_their_own_bound(terminal: Terminal):
    answer = terminal.client.post(
        wire.DELIVER.path, content=b" " * (limits.REQUEST_BYTES + 1), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413


def test_the_largest_photograph_fits_into_its_route():
    largest = wire.Delivery(
        key="k" * 64, type="photo", sha256="0" * 64, sealed=bytes(limits.PHOTO_BYTES + AROUND[INTL]),
        signature=bytes(64),
    )  # fmt: skip
    assert len(msgspec.json.encode(largest)) < limits.PHOTO_REQUEST_BYTES


@pytest.mark.parametrize(("by", "words"), [("李", "没有这个工号"), (None, "不是业务骨干")])
def test_only_a_specialist_opens_one_by_the_command(terminal: Terminal, tmp_path: Path, by: str | None, words: str):
    one = delivery(terminal, sealed(terminal))
    assert terminal.send(wire.DELIVER_PHOTO, one).status_code == 200
    which = ("photo", "--state", str(FOLDER), "--terminal", terminal.id, "--key", one.key, "--reason", "核对")
    refused = run(*which, "--out", str(tmp_path / "x"), "--by", by or worker(), check=False)
    assert (refused.returncode, words in refused.stderr, (tmp_path / "x").exists()) == (1, True, False)
    assert not PhotoOpening.objects.filter(photo__key=one.key).exists()
    run(*which, "--out", str(tmp_path / "y"), "--by", reviewer())
    assert (tmp_path / "y").read_bytes() == PAGE
