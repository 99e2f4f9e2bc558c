"""Random lives: whatever somebody's life was, nobody draws two pensions, and every rule answers with a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from central import rules
from central.rules import cards, figures
from central.rules.life import (
    Asked,
    Benefit,
    Card,
    Certificate,
    Job,
    Life,
    Membership,
    SkillClaim,
    Training,
    month_of,
    months_on,
    years_on,
)
from contract import working_days
from contract.answers import check_all
from contract.catalogue import Item, load
from contract.conditions import Conditions
from contract.fields import Answer, FieldKind, options
from contract.working_days import Due

FIGURES = figures.load()
ITEMS = load()
RULED = [item for item in ITEMS if item.conditions]
COUNTIES = {"140902": "忻府区", "140981": "原平市"}
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
BORN = st.dates(date(1935, 1, 1), date(2012, 12, 31)) | st.sampled_from([date(1964, 2, 29), date(2008, 2, 29)])
MAYBE = st.none() | DAYS
BASIC_PENSIONS = ("employee", "basic")

memberships = st.builds(
    Membership, joined=DAYS, paused=MAYBE, drawing=MAYBE, suspended=MAYBE,
    years=st.frozensets(st.integers(2000, 2029), max_size=25),
    waiting=st.frozensets(st.integers(2000, 2029), max_size=3),
)  # fmt: skip
jobs = st.builds(
    Job, employer=st.just("杨树村砖厂"), county=st.sampled_from(["140902", "110101"]), insured=st.booleans(),
    left=MAYBE, by_choice=st.none() | st.booleans(),
)  # fmt: skip
levels = st.sampled_from("12345")
trainings = st.builds(
    Training, registered=DAYS, wants=st.just("电工"), due=st.builds(Due, DAYS, st.booleans()), answered=MAYBE,
    starts=st.none(), delivered=MAYBE,
) | st.builds(
    Training, registered=DAYS, wants=st.just("电工"), due=st.builds(Due, DAYS, st.booleans()), answered=DAYS,
    starts=DAYS, told=st.just("电工班（1001 号），2026年12月8日 08:30 开班，在南河镇教学点"), delivered=MAYBE,
)  # fmt: skip
lives = st.builds(
    Life, born=BORN, sex=st.sampled_from("12"), household=st.sampled_from(["140902", "110101", ""]),
    student=st.booleans(), died=MAYBE, missing=MAYBE, job=st.none() | jobs,
    unemployment_months=st.frozensets(DAYS.map(month_of), max_size=40),
    employee=st.none() | memberships, basic=st.none() | memberships, supplement=st.none() | memberships,
    flexible=MAYBE, unemployed=MAYBE, seeking=st.booleans(), checked=MAYBE,
    certificates=st.lists(st.builds(Certificate, occupation=st.just("电工"), level=levels, issued=DAYS), max_size=3)
    .map(tuple),
    claims=st.lists(st.builds(SkillClaim, at=DAYS, occupation=st.just("电工"), level=levels), max_size=4).map(tuple),
    benefit=st.none() | st.builds(Benefit, since=DAYS, months=st.integers(1, 24), paid_before=st.integers(0, 400),
                                  stopped=MAYBE),
    cards=st.lists(
        st.builds(Card, number=st.just("1"), issued=DAYS, enabled=st.booleans(),
                  state=st.sampled_from(["active", "lost", "sealed", "cancelled", "in_production"]),
                  lost_until=st.none() | st.just(datetime(2027, 1, 1, tzinfo=UTC))), max_size=3).map(tuple),
    groups=st.frozensets(st.sampled_from(["monitored", "hardship"])), training=st.none() | trainings,
)  # fmt: skip


ripe = st.builds(
    Life, born=st.dates(date(1940, 1, 1), date(1968, 12, 31)), sex=st.sampled_from("12"),
    household=st.just("140902"), employee=st.none() | memberships,
    basic=st.builds(Membership, joined=DAYS, years=st.just(frozenset(range(2005, 2024)))),
)  # fmt: skip
"""Old enough, and all paid: another pension is the only thing that can stand against theirs."""


@st.composite
def forms(draw: Any, item: Item) -> dict[str, Answer]:
    """A form that the item's own check takes."""
    answers: dict[str, Answer] = {}
    for field in item.fields:
        if not field.required and draw(st.booleans()):
            continue
        match field.kind:
            case FieldKind.CHOICE:
                answers[field.key] = draw(st.sampled_from([option.code for option in options(field)]))
            case FieldKind.CHOICES:
                codes = [option.code for option in options(field)]
                answers[field.key] = tuple(draw(st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True)))
            case FieldKind.NUMBER | FieldKind.MONEY:
                answers[field.key] = draw(st.integers(field.low, field.high))
            case FieldKind.MONTH:
                answers[field.key] = draw(DAYS.map(month_of))
            case FieldKind.PHONE:
                answers[field.key] = "13800000199"
            case FieldKind.CODE:
                answers[field.key] = field.example
            case FieldKind.DOCUMENT:
                answers[field.key] = tuple(f"{page:064x}" for page in range(draw(st.integers(1, field.most))))
            case _:
                answers[field.key] = "电工"
    assert not check_all(item, answers)
    return answers


def look(number: int, life: Life, today: date, answers: dict[str, Answer]) -> Conditions:
    return rules.look(ITEMS[number], life, Asked(today, FIGURES, answers=answers, counties=COUNTIES))


@settings(max_examples=150)
@given(data=st.data(), life=lives, today=DAYS)
def test_every_item_answers_every_life_with_sentences(data: Any, life: Life, today: date) -> None:
    item = data.draw(st.sampled_from(RULED))
    for answers in ({}, data.draw(forms(item))):
        found = look(item.number, life, today, answers)
        assert len(found.findings) == len(item.conditions)
        for one in found.findings:
            assert 0 < len(one.words) <= 120
            one.words.encode("gb2312")


def drawn(life: Life) -> list[str]:
    return [name for name in BASIC_PENSIONS if (one := getattr(life, name)) is not None and one.drawing is not None]


@settings(max_examples=150)
@given(data=st.data(), start=lives | ripe, first=DAYS)
def test_nobody_comes_to_draw_two_basic_pensions(data: Any, start: Life, first: date) -> None:
    """Whatever is asked for, in whatever order, over years: what the rules allow is done, and one at most is drawn."""
    # What is on record of the past has one basic pension at most, as the database sees to.
    both = len(drawn(start)) > 1 and start.basic is not None
    life = replace(start, basic=replace(start.basic, drawing=None)) if both else start
    today = first
    for _ in range(data.draw(st.integers(1, 12))):
        today += timedelta(days=data.draw(st.integers(0, 900)))
        number = data.draw(st.sampled_from([34, 34, 20, 28, 29, 35, 37, 24, 31]))
        answers = data.draw(forms(ITEMS[number]))
        if look(number, life, today, answers).allowed:
            life = after(life, number, today, answers)
        if life.employee is not None and life.employee.drawing is None and data.draw(st.booleans()):
            # the employees' own pension is granted elsewhere, by the same rule: not beside another one
            life = life if drawn(life) else replace(life, employee=replace(life.employee, drawing=today))
        assert len(drawn(life)) <= 1


def after(life: Life, number: int, today: date, answers: dict[str, Answer]) -> Life:
    """What the platform does when it allows *number* (central.deciding.ACTS), in the life alone."""
    match number:
        case 20:
            return replace(life, employee=Membership(joined=today))
        case 28:
            return replace(life, basic=Membership(joined=today))
        case 29:
            return replace(life, supplement=Membership(joined=today))
        case 34:
            assert life.basic is not None
            return replace(life, basic=replace(life.basic, drawing=today))
        case 35:
            one = life.supplement or Membership(joined=today)
            return replace(life, supplement=replace(one, drawing=today))
        case 31:
            assert life.basic is not None
            return replace(life, basic=replace(life.basic, paused=today if answers["act"] == "pause" else None))
        case _:
            return life


@given(life=lives, today=DAYS)
def test_the_supplement_is_never_drawn_without_the_basic_one(life: Life, today: date) -> None:
    if look(35, life, today, {"pay": "social", "phone": "13800000199"}).allowed:
        assert life.basic is not None
        assert life.basic.drawing is not None
        assert years_on(life.born, 65) <= today


@given(life=lives, today=DAYS, years=st.integers(1, 15), case=st.sampled_from("abcd"))
def test_no_more_is_back_paid_than_is_missing(life: Life, today: date, years: int, case: str) -> None:
    answers: dict[str, Answer] = {"scheme": "basic", "case": case, "years": years}
    if not look(32, life, today, answers).allowed:
        return
    asked = Asked(today, FIGURES, answers=answers, counties=COUNTIES)
    paid = rules.pensions.years_to_pay(life, asked, case, "basic")[:years]
    assert len(paid) == years
    assert life.basic is not None
    assert not set(paid) & (life.basic.years | life.basic.waiting)
    assert all(year < today.year for year in paid)


@given(at=st.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC)), days=st.integers(0, 20))
def test_a_loss_report_lapses_once_and_for_good(at: datetime, days: int) -> None:
    end = cards.lapses(at, FIGURES)
    assert (at + timedelta(days=days) >= end) is (days >= 7)


@given(today=DAYS, item=st.sampled_from([item for item in ITEMS if item.working_days]))
def test_what_an_item_promises_is_a_day_somebody_works(today: date, item: Item) -> None:
    """Filed on any day, a Saturday that is made up or the last of December included."""
    calendar = working_days.load()
    due = calendar.due(today, item.working_days)
    assert due.day > today
    assert calendar.is_working(due.day)
    assert ("暂定" in due.words) is (not all(calendar.knows(day) for day in (today + timedelta(days=1), due.day)))


@given(life=lives, today=DAYS)
def test_who_pauses_can_resume_and_not_pause_twice(life: Life, today: date) -> None:
    """31: what is allowed now is not allowed again after it was done, and the other way is, unless another scheme
    covers them meanwhile, or they are recorded as gone."""
    for act, other in (("pause", "resume"), ("resume", "pause")):
        if not look(31, life, today, {"act": act, "cause": "other"}).allowed:
            continue
        then = after(life, 31, today, {"act": act, "cause": "other"})
        assert not look(31, then, today, {"act": act, "cause": "other"}).allowed
        allowed = look(31, then, today, {"act": other, "cause": "other"}).allowed
        gone = then.died is not None or then.missing is not None
        assert allowed is (other == "pause" or not (gone or then.in_employee_scheme))


@given(life=lives, today=DAYS)
def test_nobody_is_granted_what_they_draw_already(life: Life, today: date) -> None:
    form: dict[str, Answer] = {"pay": "social", "phone": "13800000199"}
    for number, name in ((34, "basic"), (35, "supplement")):
        one = getattr(life, name)
        if one is not None and one.drawing is not None:
            assert not look(number, life, today, form).allowed


@given(since=DAYS, months=st.integers(1, 24), stopped=MAYBE, today=DAYS)
def test_no_month_of_a_benefit_is_drawn_and_kept_for_later(
    since: date, months: int, stopped: date, today: date
) -> None:
    """Drawn to where it stopped, and every month that had not begun by then is kept; never more than were granted."""
    one = Benefit(since=since, months=months, stopped=stopped)
    begun = sum(months_on(since, month) < one.until for month in range(months))
    assert (begun + one.unused, one.since <= one.until) == (months, True)
    assert Life(born=date(1980, 1, 1), benefit=one).on_benefit(today) is (since <= today < one.until)
    assert stopped is None or one.until <= max(since, stopped)


@given(born=BORN, months=st.integers(0, 1400))
def test_months_never_skip_a_month_or_leave_it(born: date, months: int) -> None:
    later = months_on(born, months)
    assert (later.year * 12 + later.month) - (born.year * 12 + born.month) == months
    assert later.day <= born.day
