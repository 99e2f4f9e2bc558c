"""``central audit``: what staff of the county did stands beside what residents and workers did, and names nobody."""

from __future__ import annotations

import pytest

from central import audit, deciding, training_duties

from .lives import reviewer, somebody, worker
from .test_deciding import UNEMPLOYED, hand_in
from .training import a_class, wished


def lines(found: list[audit.Found]) -> str:
    return "\n".join(one.line() for one in found)


@pytest.mark.parametrize(("approve", "words"), [(True, "已办结"), (False, "没有通过")])
def test_who_decided_a_matter_is_found_by_each_of_them(deliverer, approve, words):
    person = somebody()
    submission, _ = hand_in(deliverer, person, 11, UNEMPLOYED)
    assert "审核" not in lines(audit.by_receipt(submission.receipt))
    deciding.decide(submission.receipt, approve=approve, by=reviewer(), reason="材料不清楚")
    for found in (
        audit.by_receipt(submission.receipt), audit.by_resident(person.id_number), audit.by_operator(reviewer()),
    ):  # fmt: skip
        assert f"{reviewer()} 审核受理号 {submission.receipt}" in lines(found)
        assert person.name not in lines(found)


def test_who_answered_a_wish_for_training_is_found(platform):
    file = wished(somebody())
    receipt = file.registration.receipt
    training_duties.answer(receipt, by=worker(), number=a_class().number)
    for found in (
        audit.by_receipt(receipt), audit.by_operator(worker()),
        audit.by_resident(file.registration.resident.id_number),
    ):  # fmt: skip
        assert f"{worker()} 反馈培训意向，受理号 {receipt}" in lines(found)
