"""Lives between jobs (items 1 to 20): two registrations that wait at once, retired, dead, insured by themselves."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from central import clock, deciding, living
from central.items import work_book
from central.models import Registration, WorkBook
from central.models.insurance import Scheme
from central.models.people import WorkBookState
from central.rules.people import pension_day
from central.seeding.cast import CastPerson
from contract import formatting, wire
from contract.catalogue import load
from contract.conditions import Conditions, ConditionsAsk
from contract.fields import Answer
from contract.wire import Verdict

from .conftest import ANSWERS, card_of
from .lives import insured, resident_of, reviewer, somebody
from .test_acts import CASES, LONG_AGO, TODAY, born, hand_in, left_work, member, unemployed
from .test_matching import GIG_WISH, OFFER
from .test_unusual_lives import approved

WISHES = {1: ANSWERS, 4: GIG_WISH, 7: OFFER} | {case.item: case.answers for case in CASES if case.item in (10, 11, 16)}
WAITS_LONGER = {10: 11, 11: 10}
"""Which of the two was made first, by which came after."""


def case_of(item: int):
    return next(case for case in CASES if case.item == item)


@pytest.mark.parametrize("item", sorted(WISHES))
@pytest.mark.parametrize("gone", ["died", "missing"])
def test_nobody_registers_in_the_name_of_who_is_recorded_as_dead(deliverer, item: int, gone: str) -> None:
    answers: dict[str, Answer] = WISHES[item]
    for known, verdict in (({gone: date(2026, 1, 1)}, Verdict.REFUSED), ({}, Verdict.ACCEPTED)):
        person = somebody(born(50), **known)
        submission = deliverer.submission(
            person, item=item, answers=answers, proof=load()[item].proof, shown_by=wire.ShownBy.ID_CARD
        )
        receipt = deliverer.receipt(deliverer.deliver(submission))
        assert receipt.verdict is verdict
        assert ("带身份证到服务窗口核对" in receipt.reason) is (verdict is Verdict.REFUSED)


@pytest.mark.parametrize("later", [10, 11])
@pytest.mark.parametrize("turned", [False, True])
def test_of_two_that_wait_the_later_made_stands_whichever_is_approved_first(
    deliverer, later: int, turned: bool
) -> None:
    person, first = somebody(), WAITS_LONGER[later]
    made = []
    for item, days in ((first, 1), (later, 0)):
        submission = deliverer.submission(
            person, item=item, answers=case_of(item).answers, made_at=clock.shown(clock.now() - timedelta(days=days)),
            shown_by=wire.ShownBy.ID_CARD,
        )  # fmt: skip
        assert deliverer.receipt(deliverer.deliver(submission)).verdict is Verdict.ACCEPTED
        made.append(submission.receipt)
    said = {receipt: deciding.decide(receipt, approve=True, by=reviewer()).detail
            for receipt in (made[::-1] if turned else made)}  # fmt: skip
    stands = Registration.objects.filter(resident=resident_of(person), current=True)
    assert [one.item for one in stands] == [later]
    assert ("以后来登记的为准" in said[made[0]]) is turned


def registered(person: CastPerson) -> date | None:
    return living.life_of(resident_of(person), clock.now()).unemployed


def test_who_draws_a_pension_or_is_of_its_age_is_registered_as_unemployed_no_more(platform) -> None:
    for scheme in (Scheme.EMPLOYEE, Scheme.RESIDENT):
        person = somebody(born(50))
        unemployed(person)
        assert registered(person) == TODAY
        member(person, scheme, drawing=LONG_AGO)
        assert registered(person) is None
    member(waits := somebody(born(50)), Scheme.SUPPLEMENT, drawing=LONG_AGO)
    unemployed(waits)
    assert registered(waits) == TODAY
    of_age = next(day for day in (born(63, days=n) for n in range(1200)) if pension_day(day, "1") > TODAY)
    for day, stands in ((of_age - timedelta(days=1), False), (of_age, True)):  # of age today; not before tomorrow
        person = somebody(day)
        unemployed(person)
        assert (registered(person) is not None) is stands
        group = living.look(load()[16], resident_of(person), clock.now(), {"group": "unemployed"}).findings[-1]
        assert ("没有您的失业登记" in group.words) is not stands


def test_who_lives_on_benefit_is_told_that_it_stops_with_other_work(deliverer) -> None:
    assert any("失业金停发" in step for step in load()[10].steps), "and before it is handed in"
    for draws in (True, False):
        person = somebody()
        left_work(person)
        if draws:
            approved(deliverer, person, 23)
        detail = approved(deliverer, person, 10).detail
        assert (f"失业金从{formatting.date(TODAY)}起停发" in detail) is draws


def test_who_joins_the_employees_scheme_is_told_of_that_scheme(deliverer) -> None:
    """Not that two cannot be joined (28): this one is what they came for. And what they chose is kept, and said."""
    person = somebody()
    matter = approved(deliverer, person, 20)
    assert "您选的是按月缴" in matter.detail
    kept = Registration.objects.get(resident=resident_of(person), item=20, current=True)
    assert (kept.receipt, kept.answers["pay"]) == (matter.receipt, "month")
    employed, retired = somebody(), somebody(born(50))
    insured(employed, 3)
    member(retired, Scheme.EMPLOYEE, drawing=LONG_AGO)
    for who, words in (
        (person, "已经参加了，不用再办，接着缴费就行"),
        (employed, "不用自己再参加"),
        (retired, "不用再参加"),
    ):
        _, receipt = hand_in(deliverer, who, case_of(20))
        assert receipt.verdict is Verdict.REFUSED
        assert words in receipt.reason
        assert not [wrong for wrong in ("两样", "城乡居民") if wrong in receipt.reason]


@pytest.mark.parametrize("state", list(WorkBookState))
def test_what_was_registered_is_written_into_the_work_book_that_is_valid(deliverer, state: WorkBookState) -> None:
    """And 13 shows it, the newest first; without a book it says what to do here before going there."""
    person, old = somebody(), ["2020-05-06", "失业登记", "代县"]
    assert "就在这台机器上" in work_book.own(resident_of(person), load()[13], "", TODAY).note
    WorkBook.objects.create(
        resident=resident_of(person), number=f"B{resident_of(person).pk:015d}", issued=LONG_AGO, issuer="示例",
        state=state.value, entries=[old],
    )  # fmt: skip
    for item in (11, 10):
        approved(deliverer, person, item)
    rows = work_book.own(resident_of(person), load()[13], "", TODAY).tables[0].rows
    new = [(TODAY.isoformat(), name, "忻府区") for name in ("灵活就业登记", "失业登记")]
    assert rows == (*(new if state is WorkBookState.VALID else ()), tuple(old))


def test_what_waits_for_its_review_is_said_before_the_form_is_filled_in_again(deliverer, terminal) -> None:
    person, case = somebody(), case_of(11)
    shown = card_of(person, pin=True)
    token = msgspec.json.decode(terminal.send(wire.SESSION_OPEN, shown).content, type=wire.Session).token
    ask = ConditionsAsk(item=11)

    def conditions() -> Conditions:
        return msgspec.json.decode(terminal.send(wire.CONDITIONS, ask, token).content, type=Conditions)

    assert conditions().allowed
    submission, _ = hand_in(deliverer, person, case)
    found = conditions()
    assert not found.allowed
    assert formatting.receipt(submission.receipt) in found.unmet[0].words
    _, again = hand_in(deliverer, person, case)
    assert again.reason == found.unmet[0].words
    assert living.look(load()[11], resident_of(person), clock.now(), {}).allowed, "whoever reviews it can approve it"
    deciding.decide(submission.receipt, approve=False, by=reviewer(), reason="材料不清楚")
    assert conditions().allowed, "it may be handed in anew"
