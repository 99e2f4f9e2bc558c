"""Matters with conditions, over the wire: refused with reasons, queued with a due date, decided by somebody."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from central import clock, deciding, living
from central.models import MatterRecord, Registration, Resident, StaffMember
from contract import wire, working_days
from contract.catalogue import Proof, load
from contract.conditions import Conditions, ConditionsAsk, Standing
from contract.fields import Answer
from contract.wire import ProblemCode, Verdict

from .conftest import FOLDER, card_of, problem_of, run
from .lives import insured, resident_of, reviewer, somebody, worker

UNEMPLOYED: dict[str, Answer] = {
    "last_work": "在镇上饭店当厨师", "left": "2026-09", "reason": "closed", "wants": "job", "phone": "13800000199",
}  # fmt: skip


@pytest.fixture
def ask(terminal):
    """The conditions of an item for somebody with their card in."""

    def asked(person, item: int, *, pin: bool = True, **answers: Answer):
        opened = terminal.send(wire.SESSION_OPEN, card_of(person, pin=pin))
        token = msgspec.json.decode(opened.content, type=wire.Session).token
        return terminal.send(wire.CONDITIONS, ConditionsAsk(item=item, answers=answers), token)

    return asked


def found(response) -> Conditions:
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content, type=Conditions)


def matters(terminal, person) -> list[wire.Matter]:
    opened = terminal.send(wire.SESSION_OPEN, card_of(person, pin=True))
    token = msgspec.json.decode(opened.content, type=wire.Session).token
    answer = terminal.send(wire.MATTERS, wire.Empty(), token)
    return list(msgspec.json.decode(answer.content, type=wire.Matters).matters)


def hand_in(deliverer, person, item: int, answers: dict[str, Answer], **more) -> tuple[wire.Submission, wire.Receipt]:
    made = more.pop("made_at", clock.shown(clock.now()))
    submission = deliverer.submission(person, item=item, answers=answers, made_at=made, **more)
    return submission, deliverer.receipt(deliverer.deliver(submission))


def test_conditions_want_proof_and_an_item(ask):
    person = somebody()
    assert problem_of(ask(person, 11, pin=False)).code is ProblemCode.NOT_ALLOWED
    assert problem_of(ask(person, 999)).code is ProblemCode.NOT_FOUND


def test_conditions_are_ticked_one_by_one(ask):
    person = somebody()
    answer = found(ask(person, 11))
    assert answer.allowed
    open_yet = [one.label for one in answer.findings if one.standing is not Standing.MET]
    assert open_yet == ["年月"]  # what is filled in later
    assert len(answer.findings) == len(load()[11].conditions)
    insured(person, 6)
    [against] = found(ask(person, 11)).unmet
    assert against.label == "没有工作"
    assert "还在给您缴社会保险" in against.words


def test_registered_as_unemployed_from_the_slip_to_the_answer(terminal, deliverer):
    person = somebody()
    submission, receipt = hand_in(deliverer, person, 11, UNEMPLOYED)
    assert receipt.verdict is Verdict.ACCEPTED
    [matter] = matters(terminal, person)
    due = working_days.load().due(clock.today(), 10)
    assert (matter.state, matter.due, matter.due_provisional) == ("wait:已受理", due.day.isoformat(), due.provisional)
    assert not Registration.objects.filter(resident=resident_of(person), item=11).exists()
    listed = run("review", "--state", str(FOLDER), "list").stdout
    assert f"最晚{due.words}  失业登记" in listed
    shown = run("review", "--state", str(FOLDER), "show", submission.receipt).stdout
    assert "以前干的：在镇上饭店当厨师" in shown
    assert "✓ 年满16周岁" in shown
    run("review", "--state", str(FOLDER), "decide", submission.receipt, "--by", reviewer(), "--approve")
    [matter] = matters(terminal, person)
    assert (matter.state, matter.due) == ("ok:已办结", "")
    assert "失业登记办好了" in matter.detail
    assert living.life_of(resident_of(person), clock.now()).unemployed == clock.today()
    record = MatterRecord.objects.get(receipt=submission.receipt)
    assert (record.decided_by, record.answers) == (reviewer(), {})
    _, again = hand_in(deliverer, person, 11, UNEMPLOYED)
    assert again.verdict is Verdict.REFUSED
    assert "已经登记过失业" in again.reason


def test_refused_by_the_rules_with_every_reason(terminal, deliverer):
    person = somebody(date(1960, 3, 1))
    insured(person, 3)
    _, receipt = hand_in(deliverer, person, 11, UNEMPLOYED)
    assert receipt.verdict is Verdict.REFUSED
    assert "法定退休年龄" in receipt.reason
    assert "还在给您缴社会保险" in receipt.reason
    [matter] = matters(terminal, person)
    assert (matter.state, matter.detail, matter.due) == ("bad:没有受理", receipt.reason, "")


def test_the_same_again_while_it_is_under_way_is_refused_with_its_number(deliverer):
    person = somebody()
    first, _ = hand_in(deliverer, person, 11, UNEMPLOYED)
    _, again = hand_in(deliverer, person, 11, UNEMPLOYED)
    assert again.verdict is Verdict.REFUSED
    assert first.receipt[:4] in again.reason


def test_a_specialist_says_no_and_the_resident_reads_why(terminal, deliverer):
    person = somebody()
    submission, _ = hand_in(deliverer, person, 11, UNEMPLOYED)
    deciding.decide(submission.receipt, approve=False, by=reviewer(), reason="电话里您说已经上班了")
    [matter] = matters(terminal, person)
    assert (matter.state, matter.detail) == ("bad:没有通过", "电话里您说已经上班了")
    with pytest.raises(deciding.NotDecidedError, match="不能再审"):
        deciding.decide(submission.receipt, approve=True, by=reviewer())


def test_what_the_rules_refuse_meanwhile_is_not_approved(deliverer):
    person = somebody()
    submission, _ = hand_in(deliverer, person, 11, UNEMPLOYED)
    insured(person, 2)
    with pytest.raises(deciding.NotDecidedError, match="条件不够"):
        deciding.decide(submission.receipt, approve=True, by=reviewer())
    refused = run(
        "review", "--state", str(FOLDER), "decide", submission.receipt, "--by", reviewer(), "--approve", check=False
    )
    assert refused.returncode == 1
    assert "条件不够" in refused.stderr


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"approve": False}, "原因"),
        ({"approve": True}, "没有这一件"),
    ],
)
def test_nobody_decides_without_a_reason_or_a_matter(platform, more, words):
    with pytest.raises(deciding.NotDecidedError, match=words):
        deciding.decide("000000000000", by=reviewer(), **more)


def retired() -> str:
    number = worker("S-GONE", specialist=True)
    StaffMember.objects.filter(pk=number).update(retired_at=clock.now())
    return number


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (lambda: "", "没有这个工号"),
        (lambda: "140902007", "没有这个工号"),
        (lambda: "S-0007 ", "没有这个工号"),
        (retired, "已经注销"),
        (lambda: worker("G-0007"), "不是业务骨干"),
    ],
)
def test_only_a_specialist_whom_the_platform_knows_decides(deliverer, by, words):
    """By the command that they would type, with the sentence why not; the matter goes on waiting."""
    submission, _ = hand_in(deliverer, somebody(), 11, UNEMPLOYED)
    refused = run(
        "review", "--state", str(FOLDER), "decide", submission.receipt, "--by", by(), "--approve", check=False
    )
    assert (refused.returncode, words in refused.stderr) == (1, True), refused.stderr
    assert deciding.decide(submission.receipt, approve=True, by=reviewer()).decided_by == reviewer()


def account_before(resident: Resident) -> str:
    """A number that *resident* had at another service point."""
    defaults = {"resident": resident, "point": "从前的服务点", "added_at": clock.now(), "retired_at": clock.now()}
    return str(StaffMember.objects.update_or_create(id="G-BEFORE", defaults=defaults)[0].pk)


@pytest.mark.parametrize("whose", ["resident", "operator", "operator_before", "agent"])
def test_nobody_decides_what_is_their_own_or_went_through_their_hands(deliverer, whose):
    person, by = somebody(), worker("S-0008", specialist=True)
    submission, _ = hand_in(deliverer, person, 11, UNEMPLOYED)
    mine = StaffMember.objects.get(pk=by).resident
    change = {
        "resident": {"resident": mine}, "operator": {"operator": by}, "agent": {"agent_id_number": mine.id_number},
        "operator_before": {"operator": account_before(mine)},
    }  # fmt: skip
    MatterRecord.objects.filter(receipt=submission.receipt).update(**change[whose])
    with pytest.raises(deciding.NotDecidedError, match="要别人来审"):
        deciding.decide(submission.receipt, approve=False, by=by, reason="看不清")
    assert deciding.decide(submission.receipt, approve=False, by=reviewer(), reason="看不清").state == "declined"


def test_late_in_december_the_date_is_provisional_and_no_crash(terminal, deliverer, monkeypatch):
    person = somebody()
    submission, receipt = hand_in(deliverer, person, 11, UNEMPLOYED)
    assert receipt.verdict is Verdict.ACCEPTED
    late = clock.now().replace(year=2026, month=12, day=18)
    MatterRecord.objects.filter(receipt=submission.receipt).update(
        made_at=late, due=date(2027, 1, 4), due_provisional=True
    )
    [matter] = matters(terminal, person)
    assert (matter.due, matter.due_provisional) == ("2027-01-04", True)


def test_an_item_that_needs_proof_is_not_done_with_less(deliverer):
    _, receipt = hand_in(deliverer, somebody(), 11, UNEMPLOYED, proof=Proof.SHOWN)
    assert receipt.verdict is Verdict.REFUSED
