"""What the staff do about a wish for training: the right class, in time, and told as the resident wished to be."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from central import audit, trainees, training_duties
from central.items import training
from central.models import StaffMember

from .conftest import FOLDER, run
from .lives import resident_of, somebody, worker
from .test_training import DAY, ITEMS, TODAY, duty, hand_in
from .training import a_class, answered, wished


def test_who_asked_to_be_called_need_not_come(platform, deliverer):
    """「登记过就不用再跑，有了班，工作人员会通知您」: called, they are told, and the staff's duty is done."""
    person, by = somebody(), worker()
    receipt = wished(person, contact="call").registration.receipt
    early = duty("told", receipt, "--by", by, "--comes", check=False)
    assert (early.returncode, "还没有班" in early.stderr) == (1, True)
    answered(trainees.find(resident_of(person)), a_class(starts=TODAY - DAY))
    with pytest.raises(training_duties.NotAnsweredError, match="班已经开了"):
        training_duties.tell(receipt, by=by, comes=True)
    answered(trainees.find(resident_of(person)))
    assert person.name in run("reach", "--state", str(FOLDER), "show", receipt, "--by", by).stdout
    assert "您说去不了" in duty("told", receipt, "--by", by, "--cannot").stdout
    file = trainees.find(resident_of(person))
    assert (file.delivered_by, file.delivered_to, file.comes) == (by, "call", False)
    assert file.pk not in [one.file.pk for one in training_duties.waiting()]
    for found in (audit.by_receipt(receipt), audit.by_resident(person.id_number), audit.by_operator(by)):
        assert [one for one in found if "通知培训的班" in one.what and receipt in one.what]
    _, again = hand_in(deliverer, person, 19, told="self", comes="yes")
    assert "已经通知过" in again.reason
    own = wished(SimpleNamespace(id_number=StaffMember.objects.get(pk=by).resident.id_number))
    answered(own)
    with pytest.raises(training_duties.NotAnsweredError, match="本人登记的"):
        training_duties.tell(own.registration.receipt, by=by, comes=True)


def test_nobody_is_sent_to_a_class_that_does_not_take_them(platform):
    """「办给谁」 of a course binds the staff as it weighs in what is recommended."""
    file = wished(somebody(), group="rural")
    others, ours = a_class(groups="|graduate|hardship|"), a_class(groups="|graduate|rural|")
    listed = {row[0] for row in training.state(file.registration.resident, ITEMS[18], "", TODAY).tables[0].rows}
    assert (others.number in listed, ours.number in listed) == (False, True)
    with pytest.raises(training_duties.NotAnsweredError, match="不收这一类人"):
        training_duties.answer(file.registration.receipt, by=worker(), number=others.number)
    assert training_duties.answer(file.registration.receipt, by=worker(), number=ours.number).number == ours.number


def test_a_class_that_began_before_anybody_was_told_is_no_class_to_wait_for(deliverer):
    """Whoever asks reads so: the resident under 18 and under 我的办件, the staff in their list."""
    person = somebody()
    file, one = wished(person), a_class(starts=TODAY - DAY)
    answered(file, one)
    page = training.state(resident_of(person), ITEMS[18], "", TODAY)
    assert page.facts[0].value == "bad:班已经开了，没有通知到"
    assert "请帮办员再问一个新的班" in str(page.facts[1].value)
    mine = next(duty for duty in training_duties.waiting() if duty.file.pk == file.pk)
    assert (mine.overdue, mine.step) == (True, "班开过了，再问一个")
    answered(file, a_class())
    assert trainees.words(trainees.find(resident_of(person))).startswith("有班了")
