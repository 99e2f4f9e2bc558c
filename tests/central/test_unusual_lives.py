"""Lives that are unusual and happen: worked again, widowed, paid back, lost once more. What is decided of one item is
seen by all the others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from central import clock, deciding, living, records
from central.items import payouts, registering, standing
from central.models import (
    BenefitGrant,
    EmployeeContribution,
    GigSeeker,
    LifeRecord,
    MatterRecord,
    Payout,
    Registration,
    Resident,
    ResidentContribution,
    SocialCard,
)
from central.models.insurance import ArrivalState, PaidAs, PayoutState, Scheme
from central.models.people import CardState
from central.rules.life import months_on
from central.seeding.cast import CastPerson
from contract import formatting, wire
from contract.catalogue import load
from contract.fields import Answer
from contract.wire import Verdict

from .conftest import ANSWERS, card_of
from .lives import insured, resident_of, reviewer, somebody
from .test_acts import CASES, LONG_AGO, TODAY, born, hand_in, left_work, member
from .test_matching import GIG_WISH, OFFER


def test_who_pays_into_the_residents_scheme_still_is_told_to_pause_it(deliverer) -> None:
    """Nobody pays into two; somebody who paused, or was never in it, is told nothing of the kind."""
    for paused, told in ((None, True), (LONG_AGO, False)):
        person = somebody()
        member(person, Scheme.RESIDENT, paused=paused)
        assert ("事项 31" in approved(deliverer, person, 20).detail) is told
    assert "事项 31" not in approved(deliverer, somebody(), 20).detail


def seen(person: CastPerson, item: int) -> wire.Records:
    return records.SOURCES[item](resident_of(person), load()[item], "", clock.today())


def said_of(found: wire.Records) -> str:
    return " ".join([found.note, *(f"{fact.label}：{fact.value}" for fact in found.facts)])


def test_what_was_approved_is_seen_where_its_records_are_looked_up(deliverer) -> None:
    """Before the first payment: nobody reads there that the platform has nothing of them."""
    first = formatting.date(months_on(TODAY.replace(day=1), 1))
    for item, look, words in ((34, 36, first), (35, 36, f"补充养老金：从{first}"), (23, 27, "最多领 12 个月"),
                              (28, 33, "基本险参保"), (29, 33, "补充险参保"), (20, 25, "职工险参保")):  # fmt: skip
        case = next(case for case in CASES if case.item == item)
        person = somebody(born(case.age))
        case.fine(person)
        approved(deliverer, person, item)
        said = said_of(seen(person, look))
        assert (words in said, "平台上没有" in said) == (True, False)
    assert "平台上没有" in said_of(seen(somebody(), 36))


def test_the_supplementary_pension_is_seen_beside_the_basic_one_with_why_it_did_not_arrive(platform) -> None:
    person = somebody(born(70))
    for scheme, fen in ((Scheme.RESIDENT, 15_000), (Scheme.SUPPLEMENT, 3_300)):
        member(person, scheme, drawing=LONG_AGO)
        for month in ("2026-09", "2026-10"):
            failed = scheme is Scheme.SUPPLEMENT and month == "2026-10"
            Payout.objects.create(
                resident=resident_of(person), scheme=scheme.value, month=month, items=[["一项", fen]], total=fen,
                state=PayoutState.FAILED.value if failed else PayoutState.PAID.value,
                reason="银行卡注销了" if failed else "", day=TODAY,
            )  # fmt: skip
    found = seen(person, 36)
    assert [fact.value for fact in found.facts if fact.large] == [15_000]
    assert [fact.value for fact in found.facts if fact.label == "补充养老金"] == [3_300]
    assert "补充养老金原因：银行卡注销了" in said_of(found)
    assert "怎么办：没发成的，请带身份证" in said_of(found)
    Payout.objects.filter(resident=resident_of(person), state=PayoutState.FAILED.value).update(month="2026-08")
    again = Payout.objects.get(resident=resident_of(person), scheme=Scheme.SUPPLEMENT.value, month="2026-08")
    again.pk, again.attempt, again.state = None, 1, PayoutState.REISSUED.value
    again.save()
    assert "怎么办" not in said_of(seen(person, 36)), "it was paid since"
    titles = ["2026年10月待遇由这几项组成", "发放记录", "2026年10月补充养老金由这几项组成", "补充养老金发放记录"]
    assert [table.title for table in found.tables] == titles
    assert [len(table.rows) for table in found.tables] == [1, 2, 1, 2]


@pytest.mark.parametrize(("item", "look"), [(24, 26), (37, 36)])
def test_a_pension_that_is_stopped_says_since_when_and_why(deliverer, item: int, look: int) -> None:
    person = somebody(born(70))
    member(person, Scheme.EMPLOYEE if item == 24 else Scheme.RESIDENT, drawing=LONG_AGO)
    approved(deliverer, person, item, cause="double")
    assert "停发" in said_of(seen(person, look))
    assert "可能领了两份" in said_of(seen(person, look))


@pytest.mark.parametrize(("late", "over"), [(0, False), (1, True)])
def test_who_draws_sees_until_when_their_proof_holds(platform, late: int, over: bool) -> None:
    checked = date(2025, 11, 25)
    person = somebody(born(70), checked=checked)
    member(person, Scheme.RESIDENT, drawing=LONG_AGO)
    until = months_on(checked, 12)
    facts = standing.drawn(resident_of(person), Scheme.RESIDENT, frozenset(), until + timedelta(days=late))
    assert facts[-1].value == f"管到{formatting.date(until)}" + "，已经过了，请找帮办员办（事项 21）" * over
    assert facts[-1] in payouts.page(Scheme.RESIDENT, resident_of(person), load()[36], "", until).facts or over


@pytest.mark.parametrize("cause", ["died", "double"])
def test_nobody_is_called_about_work_for_who_died(deliverer, cause: str) -> None:
    person = somebody(born(62))
    for item, answers in ((1, ANSWERS), (4, GIG_WISH), (7, OFFER)):
        submission = deliverer.submission(person, item=item, answers=answers, shown_by=wire.ShownBy.ID_CARD)
        assert deliverer.receipt(deliverer.deliver(submission)).verdict is Verdict.ACCEPTED
    member(person, Scheme.RESIDENT, drawing=LONG_AGO)
    approved(deliverer, person, 37, cause=cause)
    who = resident_of(person)
    stands = [Registration.objects.filter(resident=who, current=True).count(), who.gig_openings.count(),
              GigSeeker.objects.filter(resident=who).count()]  # fmt: skip
    assert stands == ([0, 0, 0] if cause == "died" else [3, 1, 1])


@pytest.mark.parametrize(("address", "known"), [("忻府区杨树村12号", True), ("原平市柳沟村3号", False)])
def test_no_distance_is_counted_from_where_somebody_lived_before(deliverer, address: str, known: bool) -> None:
    person = somebody()
    Resident.objects.filter(id_number=person.id_number).update(lat=38.4, lon=112.7)
    member(person, Scheme.RESIDENT)
    approved(deliverer, person, 30, address=address)
    assert (registering.whereabouts(resident_of(person)) is not None) is known


@pytest.mark.parametrize(("reported", "state"), [(False, "正常参保"), (True, "暂停缴费")])
def test_who_was_dismissed_last_week_is_not_said_to_be_insured_still(platform, reported: bool, state: str) -> None:
    """One answer in 25, and in what 11 and 23 are decided by."""
    person = somebody()
    insured(person, 12)
    LifeRecord.objects.filter(pk=resident_of(person).pk).update(left=TODAY if reported else None)
    assert state in said_of(seen(person, 25))
    assert living.life_of(resident_of(person), clock.now()).employed is not reported


def test_a_pause_is_seen_among_the_contributions(deliverer) -> None:
    person = somebody()
    member(person, Scheme.RESIDENT, range(2015, 2020))
    approved(deliverer, person, 31)
    assert f"{formatting.date(TODAY)}起暂停缴费" in said_of(seen(person, 33))


def in_production(person: CastPerson) -> None:
    SocialCard.objects.create(
        resident=resident_of(person), card_number=f"M{resident_of(person).pk:08d}", card_id_code="0" * 32,
        version="3.00", issued=TODAY, expires=months_on(TODAY, 120), state=CardState.IN_PRODUCTION.value,
    )  # fmt: skip


def test_who_lost_their_card_is_told_what_comes_next_and_where_a_new_one_is_made(deliverer) -> None:
    """None of the forty makes a new card: nobody is sent to the village for one."""
    person = somebody()
    assert "再来办正式挂失" in approved(deliverer, person, 40, act="temporary").detail
    assert "到服务窗口补一张新的" in approved(deliverer, person, 40, act="formal").detail
    assert "到服务窗口补一张新的" in said_of(seen(person, 39))


def test_the_card_in_use_is_lost_while_the_next_one_is_being_made(terminal, deliverer) -> None:
    """What is done is done to the card that can be lost; a report is not lifted where its replacement is under way."""
    person = somebody()
    in_production(person)
    approved(deliverer, person, 40, act="temporary")
    card = SocialCard.objects.get(card_number=person.card.card_number)
    assert card.state == "lost"
    assert terminal.send(wire.SESSION_OPEN, card_of(person, pin=True)).status_code != 200
    assert SocialCard.objects.get(card_number=f"M{resident_of(person).pk:08d}").state == "in_production"
    _, receipt = hand_in(deliverer, person, next(case for case in CASES if case.item == 40), act="lift")
    assert "补了新卡" in receipt.reason


def approved(deliverer, person: CastPerson, item: int, **others: Answer) -> MatterRecord:
    """Handed in and decided, as it is for whom it is meant."""
    submission, receipt = hand_in(deliverer, person, next(case for case in CASES if case.item == item), **others)
    assert receipt.verdict is Verdict.ACCEPTED, receipt.reason
    matter = MatterRecord.objects.get(receipt=submission.receipt)
    return deciding.decide(submission.receipt, approve=True, by=reviewer()) if matter.state == "accepted" else matter


def registered_long_ago(person: CastPerson, item: int, at: date) -> None:
    """Registered before they last worked."""
    made = datetime(at.year, at.month, at.day, 4, tzinfo=UTC)
    receipt = f"{item}{resident_of(person).pk:010d}"
    Registration.objects.create(resident=resident_of(person), item=item, receipt=receipt, answers={}, made_at=made)


@pytest.mark.parametrize(("item", "age"), [(34, 60), (35, 65)])
def test_a_pension_goes_where_was_asked_for_and_who_names_another_card_is_told_what_to_do(deliverer, item, age) -> None:
    case = next(case for case in CASES if case.item == item)
    for pay, card in (("social", "社保卡"), ("bank", "别的银行卡")):
        person = somebody(born(age))
        case.fine(person)
        done = approved(deliverer, person, item, pay=pay)
        assert (f"发到{card}" in done.detail, "登记卡号" in done.detail) == (True, pay == "bank")
        assert f"起发，发到{card}" in said_of(seen(person, 36))


@pytest.mark.parametrize("item", [28, 29, 34, 35, 38, 40])
def test_nobody_old_is_turned_away_for_having_no_telephone(deliverer, item: int) -> None:
    case = next(case for case in CASES if case.item == item)
    person = somebody(born(case.age))
    case.fine(person)
    approved(deliverer, person, item, phone=None)


def test_what_is_said_when_joining_is_kept_of_the_member(deliverer) -> None:
    person = somebody()
    approved(deliverer, person, 28, address="原平市柳沟村3号", phone="13800000188")
    who = resident_of(person)
    assert (who.village, who.phone) == ("原平市柳沟村3号", "13800000188")
    approved(deliverer, somebody(), 28, phone=None)


@pytest.mark.parametrize(("item", "scheme"), [(24, Scheme.EMPLOYEE), (37, Scheme.RESIDENT)])
def test_who_died_after_their_pension_was_stopped_for_want_of_proof_is_proved_by_nobody(
    deliverer, item, scheme
) -> None:
    person = somebody(born(85))
    member(person, scheme, drawing=LONG_AGO, suspended=date(2026, 3, 1), why="unproved")
    assert "从2026年3月起暂停" in approved(deliverer, person, item, cause="died", reporter="family").detail
    one = living.life_of(resident_of(person), clock.now())
    assert (one.died is not None, "报了人不在了" in said_of(seen(person, 36 if item == 37 else 26))) == (True, True)
    _, receipt = hand_in(deliverer, person, next(case for case in CASES if case.item == 21))
    assert "和您本人对不上" in receipt.reason


@pytest.mark.parametrize(("why", "words"), [("unproved", "没发的补发"), ("double", "别的原因"), ("", "认证好了")])
def test_a_proof_says_what_becomes_of_a_pension_that_was_stopped(deliverer, why: str, words: str) -> None:
    person = somebody(born(70))
    member(person, Scheme.RESIDENT, drawing=LONG_AGO, suspended=LONG_AGO if why else None, why=why)
    said = approved(deliverer, person, 21).detail
    assert words in said
    assert ("补发" in said) is (why == "unproved")


def test_who_draws_the_employees_pension_is_not_said_to_have_stopped_paying(platform) -> None:
    for drawing, state in ((None, "暂停缴费"), (LONG_AGO, "退休了，不用再缴")):
        person = somebody(born(70))
        insured(person, 12, until=months_on(TODAY, -60))
        member(person, Scheme.EMPLOYEE, drawing=drawing)
        assert state in said_of(seen(person, 25))


@pytest.mark.parametrize("cause", ["died", "missing", "joined"])
def test_who_is_said_to_be_gone_pays_no_more_and_nothing_is_done_in_their_name(deliverer, cause: str) -> None:
    """31 is how the family of somebody who drew no pension yet says so: it counts as much as 37."""
    person, pause = somebody(born(50)), next(case for case in CASES if case.item == 31)
    member(person, Scheme.RESIDENT, range(2012, 2016))
    submission = deliverer.submission(person, item=1, answers=ANSWERS, shown_by=wire.ShownBy.ID_CARD)
    assert deliverer.receipt(deliverer.deliver(submission)).verdict is Verdict.ACCEPTED
    done = approved(deliverer, person, 31, cause=cause)
    assert ("随时可以来恢复" in done.detail) is (cause == "joined")
    stands = Registration.objects.filter(resident=resident_of(person), current=True)
    assert stands.exists() is (cause != "died")
    _, receipt = hand_in(deliverer, person, pause, act="resume", cause="own")
    assert (receipt.verdict is Verdict.ACCEPTED) is (cause == "joined")
    _, receipt = hand_in(deliverer, person, next(case for case in CASES if case.item == 32))
    assert (receipt.verdict is Verdict.ACCEPTED) is (cause == "joined")


def test_who_died_after_they_paused_is_put_on_record_and_paused_since_then(deliverer) -> None:
    person = somebody(born(50))
    member(person, Scheme.RESIDENT, paused=LONG_AGO)
    approved(deliverer, person, 31, cause="died")
    life = living.life_of(resident_of(person), clock.now())
    assert (life.died is not None, life.basic.paused) == (True, LONG_AGO)


@pytest.mark.parametrize(("item", "months", "words"), [(10, 0, "又上班了"), (None, 13, "领满了"), (None, 0, "批准")])
def test_who_draws_a_benefit_no_more_sees_since_when(deliverer, item: int | None, months: int, words: str) -> None:
    person = somebody()
    left_work(person)
    approved(deliverer, person, 23)
    if item is not None:
        approved(deliverer, person, item)
    EmployeeContribution.objects.filter(resident=resident_of(person)).delete()  # none of the months since then
    BenefitGrant.objects.filter(resident=resident_of(person)).update(since=months_on(TODAY, -months))
    said = said_of(seen(person, 27))
    assert (words in said, "停发" in said) == (True, words != "批准")


def test_a_widow_does_not_stop_her_own_contributions_with_her_own_card(deliverer) -> None:
    person = somebody(born(50))
    member(person, Scheme.RESIDENT)
    _, receipt = hand_in(
        deliverer, person, next(case for case in CASES if case.item == 31), whose="other", cause="died"
    )
    assert (receipt.verdict, "参保的人自己的证件" in receipt.reason) == (Verdict.REFUSED, True)
    assert living.life_of(resident_of(person), clock.now()).died is None


@pytest.mark.parametrize(("item", "scheme"), [(24, Scheme.EMPLOYEE), (37, Scheme.RESIDENT)])
@pytest.mark.parametrize(
    ("said", "why"),
    [({"whose": "other"}, "领养老金的人自己的证件"), ({"cause": "died", "reporter": "self"}, "本人来了")],
)
def test_nobody_stops_their_own_pension_for_somebody_elses_death(deliverer, item, scheme, said, why) -> None:
    """A widow who shows her own card, and somebody who is there and is said to be dead."""
    person = somebody(born(70))
    member(person, scheme, drawing=LONG_AGO)
    _, receipt = hand_in(deliverer, person, next(case for case in CASES if case.item == item), **said)
    assert (receipt.verdict, why in receipt.reason) == (Verdict.REFUSED, True)
    assert living.life_of(resident_of(person), clock.now()).died is None


@pytest.mark.parametrize("item", [20, 22, 23, 28, 29, 30, 32, 34, 35, 38])
def test_nothing_is_granted_in_the_name_of_who_is_recorded_as_dead(deliverer, item: int) -> None:
    case = next(case for case in CASES if case.item == item)
    person = somebody(born(case.age))
    case.fine(person)
    LifeRecord.objects.filter(pk=resident_of(person).pk).update(died=TODAY)
    _, receipt = hand_in(deliverer, person, case)
    assert "和您本人对不上" in receipt.reason


@pytest.mark.parametrize(("item", "key"), [(10, "since"), (11, "left"), (23, "left"), (24, "since"), (37, "since")])
@pytest.mark.parametrize(("month", "why"), [("2099-01", "还没有到"), ("1930-01", "还没")])
def test_what_has_not_happened_is_not_taken_down(deliverer, item: int, key: str, month: str, why: str) -> None:
    case = next(case for case in CASES if case.item == item)
    person = somebody(born(case.age))
    case.fine(person)
    _, receipt = hand_in(deliverer, person, case, **{key: month})
    assert (receipt.verdict, why in receipt.reason) == (Verdict.REFUSED, True)


@pytest.mark.parametrize("item", [1, 4])
def test_no_child_is_taken_in_as_somebody_who_looks_for_work(deliverer, item: int) -> None:
    """On the sixteenth birthday, and a day before; employers read what is registered."""
    answers = ANSWERS if item == 1 else GIG_WISH
    taken = []
    for days in (0, 1):
        person = somebody(born(16, days=days))
        submission = deliverer.submission(
            person, item=item, answers=answers, made_at=clock.shown(clock.now()), shown_by=wire.ShownBy.ID_CARD
        )
        receipt = deliverer.receipt(deliverer.deliver(submission))
        taken.append(receipt.verdict is Verdict.ACCEPTED)
        assert Registration.objects.filter(resident=resident_of(person), item=item).exists() is taken[-1]
    assert taken == [True, False]
    assert "满 16 周岁才能办" in receipt.reason


def test_a_pupil_is_not_unemployed(deliverer) -> None:
    person = somebody(born(17))
    LifeRecord.objects.filter(pk=resident_of(person).pk).update(student=True)
    _, receipt = hand_in(deliverer, person, next(case for case in CASES if case.item == 11))
    assert "在校学生" in receipt.reason


def test_a_year_whose_money_came_back_is_back_paid(deliverer) -> None:
    person = somebody()
    member(person, Scheme.RESIDENT, range(2012, TODAY.year - 1))
    ResidentContribution.objects.create(
        resident=resident_of(person), scheme=Scheme.RESIDENT.value, year=TODAY.year - 1, paid_as=PaidAs.REGULAR.value,
        personal=20_000, state=ArrivalState.RETURNED.value, reason="没扣成", day=TODAY,
    )  # fmt: skip
    approved(deliverer, person, 32, years=1)
    row = ResidentContribution.objects.get(resident=resident_of(person), year=TODAY.year - 1)
    assert (row.state, row.paid_as, row.reason) == (ArrivalState.WAITING.value, PaidAs.BACK.value, "")


def test_nobody_pays_for_a_year_in_both_schemes(deliverer) -> None:
    """Eleven months leave room for the other scheme, twelve do not."""
    case = next(case for case in CASES if case.item == 32)
    for months, left in ((12, 1), (11, 2)):
        person = somebody()
        member(person, Scheme.RESIDENT, range(2012, TODAY.year - 2))
        insured(person, months, until=date(TODAY.year - 2, 12, 31))
        _, receipt = hand_in(deliverer, person, case, years=3)
        assert f"最多能补 {left} 年" in receipt.reason


@pytest.mark.parametrize(("case_of", "last"), [("c", 2015), ("d", 2021)])
def test_what_was_declared_is_not_declared_again(deliverer, case_of: str, last: int) -> None:
    """Until its money has arrived it counts neither as paid nor as left out."""
    case = next(case for case in CASES if case.item == 32)
    person = somebody(date(1962, 3, 1))
    member(person, Scheme.RESIDENT, range(2011, last + 1))
    most = 6 if case_of == "c" else 4
    approved(deliverer, person, 32, case=case_of, years=most - 1)
    _, receipt = hand_in(deliverer, person, case, case=case_of, years=2)
    assert "最多能补 1 年" in receipt.reason
    approved(deliverer, person, 32, case=case_of, years=1)
    _, receipt = hand_in(deliverer, person, case, case=case_of, years=1)
    assert "等着到账" in receipt.reason
    life = living.life_of(resident_of(person), clock.now())
    assert (len(life.basic.years), len(life.basic.waiting)) == (last - 2010, most)


def test_the_subsidy_is_for_who_draws_unemployment_benefit_too(deliverer) -> None:
    person = somebody()
    left_work(person)
    approved(deliverer, person, 23)
    assert "补贴" in approved(deliverer, person, 22).detail


def test_who_worked_since_registers_as_unemployed_anew_and_the_benefit_counts_from_then(deliverer) -> None:
    person = somebody()
    insured(person, 30, until=months_on(TODAY, -5))
    registered_long_ago(person, 11, months_on(TODAY, -24))
    LifeRecord.objects.filter(pk=resident_of(person).pk).update(left=months_on(TODAY, -4), left_by_choice=False)
    _, receipt = hand_in(deliverer, person, next(case for case in CASES if case.item == 23))
    assert "还没有登记失业" in receipt.reason
    approved(deliverer, person, 11)
    assert formatting.date(TODAY) in approved(deliverer, person, 23).detail
    assert living.life_of(resident_of(person), clock.now()).on_benefit(TODAY)


def test_why_an_earlier_job_ended_is_not_held_against_the_last_one(platform) -> None:
    """Left one of their own will years ago; how the last one ended nobody reported: the county asks the employer."""
    person = somebody()
    insured(person, 30, until=months_on(TODAY, -5))
    earlier = months_on(TODAY, -60)
    LifeRecord.objects.filter(pk=resident_of(person).pk).update(left=earlier, left_by_choice=True)
    job = living.life_of(resident_of(person), clock.now()).job
    assert (job.left, job.by_choice) == (None, None)
    LifeRecord.objects.filter(pk=resident_of(person).pk).update(left=months_on(TODAY, -4))
    assert living.life_of(resident_of(person), clock.now()).job.by_choice is True


def test_who_was_employed_since_registers_their_own_work_anew(deliverer) -> None:
    person = somebody()
    registered_long_ago(person, 10, months_on(TODAY, -24))
    insured(person, 12, until=months_on(TODAY, -5))
    LifeRecord.objects.filter(pk=resident_of(person).pk).update(left=months_on(TODAY, -4))
    approved(deliverer, person, 10)


def test_a_benefit_stops_with_other_work_and_its_unused_months_are_added(deliverer) -> None:
    person = somebody()
    left_work(person)
    approved(deliverer, person, 23)
    approved(deliverer, person, 10)
    assert not living.life_of(resident_of(person), clock.now()).on_benefit(TODAY)
    _, receipt = hand_in(deliverer, person, next(case for case in CASES if case.item == 22))
    assert "正在领失业保险金" in receipt.reason
    again = somebody()
    insured(again, 42, until=months_on(TODAY, -1))
    BenefitGrant.objects.create(
        resident=resident_of(again), item=23, receipt=f"78{resident_of(again).pk:010d}", paid_before=28,
        since=months_on(TODAY, -16).replace(day=5), months=12, amount=1, source="示例",
    )  # fmt: skip
    LifeRecord.objects.filter(pk=resident_of(again).pk).update(left=TODAY, left_by_choice=False)
    approved(deliverer, again, 11)
    assert "最多领 23 个月" in approved(deliverer, again, 23).detail


@pytest.mark.parametrize("scheme", [Scheme.EMPLOYEE, Scheme.RESIDENT])
def test_a_benefit_stops_with_a_pension(platform, scheme: Scheme) -> None:
    person = somebody()
    BenefitGrant.objects.create(
        resident=resident_of(person), item=23, receipt=f"79{resident_of(person).pk:010d}", since=months_on(TODAY, -2),
        months=12, amount=1, source="示例",
    )  # fmt: skip
    assert living.life_of(resident_of(person), clock.now()).on_benefit(TODAY)
    member(person, scheme, drawing=months_on(TODAY, -1))
    assert not living.life_of(resident_of(person), clock.now()).on_benefit(TODAY)
