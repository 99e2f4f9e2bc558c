"""Every item that is decided, over the wire: done for whom it is meant, refused with its reason for whom it is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import msgspec
import pytest

from central import clock, deciding, living
from central.models import (
    BenefitGrant,
    LifeRecord,
    LossReport,
    MatterRecord,
    Registration,
    ResidentContribution,
    SchemeMembership,
    SkillCertificate,
    SocialCard,
)
from central.models.insurance import ArrivalState, PaidAs, Scheme
from central.rules.life import Life, months_on
from central.seeding.cast import CastPerson
from contract import wire
from contract.catalogue import Kind, Proof, load
from contract.fields import Answer
from contract.wire import Verdict

from .conftest import both_of, card_of
from .lives import certificate_of, insured, resident_of, reviewer, somebody
from .training import answered, wished

TODAY = clock.today()
PHONE: dict[str, Answer] = {"phone": "13800000199"}
LONG_AGO = date(2010, 1, 1)


def born(age: int, *, days: int = 0) -> date:
    """So many years ago today; *days* later."""
    return months_on(TODAY, -12 * age) + timedelta(days=days)


def member(person: CastPerson, scheme: Scheme, years: range | None = None, **more: object) -> None:
    SchemeMembership.objects.create(resident=resident_of(person), scheme=scheme.value, joined=LONG_AGO, **more)
    for year in years or ():
        ResidentContribution.objects.create(
            resident=resident_of(person), scheme=scheme.value, year=year, paid_as=PaidAs.REGULAR.value, personal=20_000,
            state=ArrivalState.ARRIVED.value, day=date(year, 6, 1),
        )  # fmt: skip


def unemployed(person: CastPerson) -> None:
    made = clock.now()
    receipt = f"77{resident_of(person).pk:010d}"
    Registration.objects.create(resident=resident_of(person), item=11, receipt=receipt, answers={}, made_at=made)


Setting = Callable[[CastPerson], None]


@dataclass(frozen=True)
class Case:
    """Who may do *item*, with what is filled in; who may not, and the word of the reason."""

    item: int
    answers: dict[str, Answer]
    fine: Setting
    against: Setting
    why: str
    after: Callable[[Life], object]
    age: int = 40
    against_age: int = 40
    others: dict[str, Answer] = field(default_factory=dict)
    """Other answers of the one who is refused."""


def nothing(person: CastPerson) -> None:
    del person


def left_work(person: CastPerson) -> None:
    insured(person, 30, until=months_on(TODAY, -5))
    LifeRecord.objects.filter(pk=resident_of(person).pk).update(left=months_on(TODAY, -4), left_by_choice=False)
    unemployed(person)


def quit_work(person: CastPerson) -> None:
    left_work(person)
    LifeRecord.objects.filter(pk=resident_of(person).pk).update(left_by_choice=True)


def with_two(person: CastPerson) -> None:
    """All is paid, and another basic pension is drawn."""
    member(person, Scheme.RESIDENT, range(2011, 2026))
    member(person, Scheme.EMPLOYEE, drawing=LONG_AGO)


MONTH = TODAY.isoformat()[:7]
SKILL = 22
CASES = [
    Case(10, {"type": "own", "work": "摆摊", "since": "2026-01", **PHONE}, nothing, lambda p: insured(p, 3),
         "还在给您缴", lambda life: life.flexible == TODAY),
    Case(11, {"last_work": "没干过", "left": "2026-09", "reason": "closed", "wants": "job", **PHONE}, nothing,
         unemployed, "已经登记过失业", lambda life: life.unemployed == TODAY),
    Case(16, {"group": "rural", "trades": ("welder",), "times": "any", "distance": "town", "contact": "call", **PHONE},
         nothing, nothing, "六类重点群体", lambda life: life.training.registered == TODAY, others={"group": "none"}),
    Case(19, {"told": "self", "comes": "yes"}, lambda p: answered(wished(p)), wished, "还没有开班的消息",
         lambda life: life.training.delivered == TODAY),
    Case(20, {"pay": "month", **PHONE}, nothing, lambda p: insured(p, 3), "还在给您缴",
         lambda life: life.employee is not None),
    Case(21, {"letter": "signed"}, lambda p: member(p, Scheme.RESIDENT, drawing=LONG_AGO, suspended=TODAY,
                                                    why="unproved"), nothing, "没有在领",
         lambda life: life.checked == TODAY and life.basic is not None and life.basic.suspended is None, 70, 70),
    Case(22, {"occupation": "电工", "level": "4", "issued": MONTH, **PHONE},
         lambda p: insured(p, 12), lambda p: insured(p, 11), "还差 1 个月", lambda life: len(life.claims) == 1),
    Case(23, {"reason": "closed", "left": "2026-07", "seeking": "yes", **PHONE}, left_work, quit_work, "自己不想干",
         lambda life: life.benefit is not None and life.benefit.months == 12),
    Case(24, {"whose": "theirs", "cause": "double", "since": MONTH, "reporter": "family"},
         lambda p: member(p, Scheme.EMPLOYEE, drawing=LONG_AGO), nothing, "没有在发",
         lambda life: life.employee is not None and life.employee.suspended is not None, 70, 70),
    Case(28, {"relation": "self", "address": "杨树村12号", **PHONE}, nothing,
         lambda p: member(p, Scheme.EMPLOYEE), "两样不能都参加", lambda life: life.basic is not None),
    Case(29, {"relation": "self", **PHONE}, lambda p: member(p, Scheme.RESIDENT),
         lambda p: member(p, Scheme.RESIDENT), "满 65 周岁", lambda life: life.supplement is not None, 64, 65),
    Case(30, {"address": "柳沟村3号"}, lambda p: member(p, Scheme.RESIDENT), nothing, "还没有参加",
         lambda life: life.basic is not None),
    Case(31, {"whose": "theirs", "act": "pause", "cause": "joined"}, lambda p: member(p, Scheme.RESIDENT),
         lambda p: member(p, Scheme.RESIDENT, paused=LONG_AGO), "已经暂停", lambda life: life.basic.paused == TODAY),
    Case(32, {"scheme": "basic", "case": "c", "years": 2},
         lambda p: member(p, Scheme.RESIDENT, range(2012, 2016)),
         lambda p: member(p, Scheme.RESIDENT, range(2011, TODAY.year)), "没有断过",
         lambda life: len(life.basic.years) == 4),
    Case(34, {"pay": "social", **PHONE}, lambda p: member(p, Scheme.RESIDENT, range(2011, 2026)),
         with_two, "两样不能都领",
         lambda life: life.basic.drawing is not None, 60, 60),
    Case(35, {"pay": "social", **PHONE}, lambda p: member(p, Scheme.RESIDENT, drawing=LONG_AGO),
         lambda p: member(p, Scheme.RESIDENT), "还没有领城乡居民基本养老金",
         lambda life: life.supplement.drawing is not None, 65, 65),
    Case(37, {"whose": "theirs", "cause": "missing", "since": MONTH, "reporter": "village"},
         lambda p: member(p, Scheme.RESIDENT, drawing=LONG_AGO),
         lambda p: member(p, Scheme.RESIDENT, drawing=LONG_AGO, suspended=LONG_AGO), "已经暂停",
         lambda life: life.basic.suspended is not None and life.missing is not None, 70, 70),
    Case(38, PHONE,
         lambda p: SocialCard.objects.filter(resident=resident_of(p)).update(enabled=False) and None, nothing,
         "已经启用", lambda life: life.cards[0].enabled),
    Case(40, {"act": "formal", **PHONE}, nothing, nothing, "没有挂失", lambda life: life.cards[0].state == "lost",
         others={"act": "lift"}),
]  # fmt: skip
EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.item))


def test_every_item_that_is_decided_stands_here() -> None:
    conditional = {item.number for item in load() if item.conditions and item.kind is Kind.REGISTRATION}
    assert {case.item for case in CASES} == set(deciding.ACTS) == conditional


def hand_in(deliverer, person, case: Case, /, **others: Answer) -> tuple[wire.Submission, wire.Receipt]:
    item = load()[case.item]
    own: dict[str, Answer] = {"certificate": certificate_of(person)} if case.item == SKILL else {}
    submission = deliverer.submission(
        person, item=case.item, answers=case.answers | own | others, made_at=clock.shown(clock.now()),
        proof=item.proof, shown_by=wire.ShownBy.ID_CARD, readings=both_of(person) if item.both_cards else (),
    )  # fmt: skip
    return submission, deliverer.receipt(deliverer.deliver(submission))


@EACH
def test_done_for_whom_it_is_meant(deliverer, case: Case) -> None:
    person = somebody(born(case.age))
    case.fine(person)
    submission, receipt = hand_in(deliverer, person, case)
    assert receipt.verdict is Verdict.ACCEPTED
    matter = MatterRecord.objects.get(receipt=submission.receipt)
    assert receipt.reason == matter.detail  # the slip says what was done at once
    if load()[case.item].working_days:
        assert (matter.state, matter.due is None) == ("accepted", False)
        assert not receipt.reason
        matter = deciding.decide(submission.receipt, approve=True, by=reviewer())
    assert matter.state == "done"
    assert matter.detail
    matter.detail.encode("gb2312")
    assert case.after(living.life_of(resident_of(person), clock.now()))


@EACH
def test_refused_with_its_reason_for_whom_it_is_not(deliverer, case: Case) -> None:
    person = somebody(born(case.against_age))
    case.against(person)
    submission, receipt = hand_in(deliverer, person, case, **case.others)
    assert receipt.verdict is Verdict.REFUSED
    assert case.why in receipt.reason
    matter = MatterRecord.objects.get(receipt=submission.receipt)
    assert (matter.state, matter.detail, matter.answers) == ("refused", receipt.reason, {})


@EACH
def test_less_proof_than_it_needs_is_refused(deliverer, case: Case) -> None:
    person = somebody(born(case.age))
    case.fine(person)
    less = Proof.SHOWN if load()[case.item].proof is Proof.PROVED else Proof.PROVED
    submission = deliverer.submission(
        person, item=case.item, answers=case.answers, proof=less, shown_by=wire.ShownBy.ID_CARD
    )
    assert deliverer.receipt(deliverer.deliver(submission)).verdict is Verdict.REFUSED


# -- what a list cannot say --------------------------------------------------------------------------------------------


def test_only_the_four_things_are_changed(deliverer) -> None:
    case = next(case for case in CASES if case.item == 30)
    person = somebody()
    member(person, Scheme.RESIDENT)
    hand_in(deliverer, person, case, ethnicity="05", phone="13800000188")
    changed = resident_of(person)
    assert (changed.village, changed.ethnicity, changed.phone, changed.sex) == ("柳沟村3号", "05", "13800000188", "1")
    _, receipt = hand_in(deliverer, person, case, name="别人")
    assert receipt.verdict is Verdict.REFUSED
    assert "多出来" in receipt.reason
    assert resident_of(person).name == person.name


@pytest.mark.parametrize("number", ["S00001499999926400000", "0000014999999264000001", "S000014999999269000001", "S1"])
def test_a_certificates_number_that_does_not_fit_is_refused_by_the_platform_too(deliverer, number: str) -> None:
    """The same declaration as on the terminal, whatever a terminal sends."""
    case = next(case for case in CASES if case.item == 22)
    person = somebody(born(case.age))
    case.fine(person)
    _, receipt = hand_in(deliverer, person, case, certificate=number)
    assert receipt.verdict is Verdict.REFUSED
    assert "证书编号" in receipt.reason
    assert not living.life_of(resident_of(person), clock.now()).claims


def test_a_certificate_earns_one_subsidy_however_the_occupation_is_spelled_and_whoever_shows_it(deliverer) -> None:
    case = next(case for case in CASES if case.item == SKILL)
    person, other = somebody(born(case.age)), somebody(born(case.age))
    for one in (person, other):
        case.fine(one)
    submission, _ = hand_in(deliverer, person, case)
    deciding.decide(submission.receipt, approve=True, by=reviewer())
    _, receipt = hand_in(deliverer, person, case, occupation="低压电工")
    assert (receipt.verdict, "一本证书只能领一次" in receipt.reason) == (Verdict.REFUSED, True)
    _, receipt = hand_in(deliverer, other, case, certificate=certificate_of(person))
    assert (receipt.verdict, "登记的是别人" in receipt.reason) == (Verdict.REFUSED, True)


def test_a_certificate_that_was_issued_to_somebody_else_is_not_claimed_for(deliverer) -> None:
    case = next(case for case in CASES if case.item == SKILL)
    person, other = somebody(born(case.age)), somebody(born(case.age))
    case.fine(person)
    number = certificate_of(other)
    SkillCertificate.objects.create(
        resident=resident_of(other), number=number, occupation="电工", level="4", issued=TODAY
    )
    _, receipt = hand_in(deliverer, person, case, certificate=number)
    assert "登记的是别人" in receipt.reason


@pytest.mark.parametrize(("case_of", "years", "subsidised"), [("c", range(2012, 2016), True), ("d", None, False)])
def test_only_in_case_d_the_back_paid_part_earns_no_subsidy(deliverer, case_of: str, years, subsidised: bool) -> None:
    case = next(case for case in CASES if case.item == 32)
    person = somebody(date(1962, 3, 1))
    member(person, Scheme.RESIDENT, years or range(2011, 2022))
    submission, receipt = hand_in(deliverer, person, case, case=case_of)
    assert receipt.verdict is Verdict.ACCEPTED
    matter = deciding.decide(submission.receipt, approve=True, by=reviewer())
    assert ("没有补贴" in matter.detail) is not subsidised
    assert f"补缴 2 年：{'2020 到 2021' if subsidised else '2009 到 2010'} 年" in matter.detail  # as was promised
    assert "示例" in matter.detail
    paid = ResidentContribution.objects.filter(resident=resident_of(person), paid_as=PaidAs.BACK.value)
    assert [one.subsidy > 0 for one in paid] == [subsidised] * 2
    assert {one.state for one in paid} == {ArrivalState.WAITING.value}


def states(terminal, person: CastPerson) -> tuple[str, str, bool]:
    """The card's state wherever it is asked for: item 39's page, a session by ID card, a session by the card itself."""
    shown = wire.SessionOpen(shown_by=wire.ShownBy.ID_CARD, id_number=person.id_number, name=person.name)
    session = msgspec.json.decode(terminal.send(wire.SESSION_OPEN, shown).content, type=wire.Session)
    from central.items import social_card  # noqa: PLC0415

    page = social_card.state(resident_of(person), load()[39], "", TODAY)
    by_card = terminal.send(wire.SESSION_OPEN, card_of(person, pin=True)).status_code == 200
    return str(page.facts[0].value), session.card_state, by_card


def test_a_temporary_loss_report_lapses_everywhere_and_a_formal_one_stays(terminal, deliverer) -> None:
    case = next(case for case in CASES if case.item == 40)
    usable, lost = ("ok:正常，能用", "正常", True), ("bad:已挂失，不能用", "已挂失", False)
    for act, lapses in (("temporary", True), ("formal", False)):
        person = somebody()
        assert states(terminal, person) == usable
        hand_in(deliverer, person, case, act=act)
        assert states(terminal, person) == lost
        card = SocialCard.objects.get(resident=resident_of(person))
        week = timedelta(days=7)
        assert (card.lost_until is not None) is lapses
        if lapses:
            report = LossReport.objects.get(card=card)
            assert report.lapses - report.at == week
            soon, over = clock.now() + timedelta(minutes=1), clock.now() - timedelta(seconds=1)
            SocialCard.objects.filter(pk=card.pk).update(lost_until=soon)
            assert states(terminal, person) == lost
            SocialCard.objects.filter(pk=card.pk).update(lost_until=over)
            assert states(terminal, person) == usable
            _, receipt = hand_in(deliverer, person, case, act="lift")
            assert "没有挂失" in receipt.reason
            _, receipt = hand_in(deliverer, person, case, act="temporary")
            assert receipt.verdict is Verdict.ACCEPTED
        hand_in(deliverer, person, case, act="lift")
        assert states(terminal, person) == usable


def test_a_temporary_report_is_made_formal_and_neither_is_lifted_once_a_new_card_was_issued(deliverer) -> None:
    case = next(case for case in CASES if case.item == 40)
    person = somebody()
    hand_in(deliverer, person, case, act="temporary")
    _, receipt = hand_in(deliverer, person, case, act="formal")
    assert receipt.verdict is Verdict.ACCEPTED
    assert SocialCard.objects.get(resident=resident_of(person)).lost_until is None
    SocialCard.objects.create(
        resident=resident_of(person), card_number=f"N{resident_of(person).pk:08d}", card_id_code="0" * 32,
        version="3.00", issued=TODAY, expires=months_on(TODAY, 120),
    )  # fmt: skip
    _, receipt = hand_in(deliverer, person, case, act="lift")
    assert "补了新卡" in receipt.reason


def test_amounts_that_no_source_gives_are_said_to_be_examples(deliverer) -> None:
    case = next(case for case in CASES if case.item == 23)
    person = somebody()
    case.fine(person)
    submission, _ = hand_in(deliverer, person, case)
    matter = deciding.decide(submission.receipt, approve=True, by=reviewer())
    grant = BenefitGrant.objects.get(receipt=submission.receipt)
    assert "示例" in matter.detail
    assert (grant.months, grant.paid_before, grant.source) == (12, 30, "示例")


def test_the_database_itself_lets_nobody_draw_two_basic_pensions() -> None:
    from django.db import IntegrityError, transaction  # noqa: PLC0415

    person = somebody(born(70))
    member(person, Scheme.RESIDENT, drawing=LONG_AGO)
    member(person, Scheme.SUPPLEMENT, drawing=LONG_AGO)
    with pytest.raises(IntegrityError), transaction.atomic():
        member(person, Scheme.EMPLOYEE, drawing=LONG_AGO)
