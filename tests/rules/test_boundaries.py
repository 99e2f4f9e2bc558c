"""The day before, the day, the day after: every rule at its edge, leap days and year ends included."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from central.rules import RULES, benefits, cards, figures, pensions, people
from central.rules.figures import EXAMPLE, Figure, Figures
from central.rules.life import (
    Asked,
    Benefit,
    Card,
    Certificate,
    Job,
    Life,
    Membership,
    SkillClaim,
    month_of,
    months_on,
    years_on,
)
from contract.catalogue import load
from contract.conditions import Standing

TODAY = date(2026, 11, 25)
FIGURES = figures.load()
COUNTIES = {"140902": "忻府区"}
DAY = timedelta(days=1)


def said(rule: str, life: Life, today: date = TODAY, number: int = 0, **answers: object) -> Standing:
    """What the rule says; every sentence is one that a resident can read."""
    found = RULES[rule](life, Asked(today, FIGURES, number, answers, COUNTIES))  # type: ignore[arg-type]
    assert found.words
    found.words.encode("gb2312")
    assert not [word for word in ("错误", "失败", "异常", "系统", "非法", "无效") if word in found.words]
    return found.standing


MET, UNMET, UNKNOWN = Standing.MET, Standing.UNMET, Standing.UNKNOWN


def months(last: str, count: int) -> frozenset[str]:
    end = date(int(last[:4]), int(last[5:]), 1)
    return frozenset(month_of(months_on(end, -back)) for back in range(count))


def test_every_condition_of_every_item_names_a_rule_there_is() -> None:
    named = {condition.rule for item in load() for condition in item.conditions}
    assert named <= RULES.keys()
    assert not RULES.keys() - named, "a rule that no item uses"


def test_every_rule_there_is_stands_at_its_edge_in_this_folder() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py"))
    assert not [rule for rule in RULES if f'"{rule}"' not in source]


def test_what_no_source_gives_is_marked() -> None:
    assert all(figure.source for figure in FIGURES)
    examples = {figure.key for figure in FIGURES if figure.is_example}
    assert "unemployment_benefit" in examples
    assert "loss_report_days" not in examples
    before = FIGURES.row("skill_subsidy_4", date(2024, 12, 31))
    after = FIGURES.row("skill_subsidy_4", date(2025, 1, 1))
    assert (before.is_example, after.source) == (False, EXAMPLE)
    assert FIGURES.row("skill_subsidy_4", date(1990, 1, 1)) == before
    with pytest.raises(KeyError):
        FIGURES.row("nothing", TODAY)


# -- ages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("years", [16, 60, 65])
@pytest.mark.parametrize("born", [date(1961, 11, 25), date(1964, 2, 29), date(1999, 12, 31), date(2000, 1, 1)])
def test_an_age_is_reached_on_the_birthday(born: date, years: int) -> None:
    life, day = Life(born=born), years_on(born, years)
    assert [said("age_from", life, each, years) for each in (day - DAY, day, day + DAY)] == [UNMET, MET, MET]
    assert [said("age_below", life, each, years) for each in (day - DAY, day, day + DAY)] == [MET, UNMET, UNMET]


def test_who_was_born_on_a_leap_day_turns_older_on_the_28th_where_there_is_no_29th() -> None:
    life = Life(born=date(2008, 2, 29))
    assert said("age_from", life, date(2024, 2, 28), 16) is UNMET
    assert said("age_from", life, date(2024, 2, 29), 16) is MET
    assert said("age_from", life, date(2026, 2, 27), 18) is UNMET
    assert said("age_from", life, date(2026, 2, 28), 18) is MET
    assert people.age(life, date(2026, 2, 27)) == 17


@pytest.mark.parametrize(
    ("born", "sex", "day"),
    [
        (date(1971, 4, 10), "2", date(2026, 8, 10)),  # 55 years and 4 months
        (date(1964, 12, 31), "1", date(2024, 12, 31)),
        (date(1965, 1, 1), "1", date(2025, 2, 1)),
        (date(1976, 9, 1), "1", date(2039, 9, 1)),
        (date(1990, 1, 1), "1", date(2053, 1, 1)),
        (date(1969, 12, 31), "2", date(2024, 12, 31)),
        (date(1966, 8, 31), "1", date(2027, 1, 31)),  # 60 years and 5 months
    ],
)
def test_the_retirement_age_rises_by_months(born: date, sex: str, day: date) -> None:
    assert people.pension_day(born, sex) == day
    life = Life(born=born, sex=sex)
    assert [said("before_pension_age", life, each) for each in (day - DAY, day, day + DAY)] == [MET, UNMET, UNMET]


# -- who somebody is, and work -----------------------------------------------------------------------------------------

JOB = Job(employer="杨树村砖厂", county="140902", insured=True)
LEFT = Job(employer="杨树村砖厂", county="140902", insured=False, left=date(2026, 9, 30), by_choice=False)
DRAWS = Membership(joined=date(2010, 1, 1), drawing=date(2026, 1, 1))
ADULT = date(1980, 1, 1)
STOPPED = Membership(joined=date(2010, 1, 1), drawing=date(2026, 1, 1), suspended=date(2026, 6, 1))


@pytest.mark.parametrize(
    ("rule", "life", "standing"),
    [
        ("student_no_more", Life(born=ADULT, student=True), UNMET),
        ("student_no_more", Life(born=ADULT), MET),
        ("local_household", Life(born=ADULT, household="140902"), MET),
        ("local_household", Life(born=ADULT, household="130102"), UNMET),
        ("local_household", Life(born=ADULT), UNMET),
        ("alive", Life(born=ADULT), MET),
        ("alive", Life(born=ADULT, died=TODAY), UNMET),
        ("alive", Life(born=ADULT, missing=TODAY), UNMET),
        ("no_employer", Life(born=ADULT, job=JOB), UNMET),
        ("no_employer", Life(born=ADULT, job=LEFT), MET),
        ("not_yet_unemployed", Life(born=ADULT, unemployed=TODAY), UNMET),
        ("not_yet_unemployed", Life(born=ADULT), MET),
        ("not_yet_flexible", Life(born=ADULT, flexible=TODAY), UNMET),
        ("not_yet_flexible", Life(born=ADULT), MET),
        ("no_pension", Life(born=ADULT, basic=DRAWS), UNMET),
        ("no_pension", Life(born=ADULT, employee=DRAWS), UNMET),
        ("no_pension", Life(born=ADULT, supplement=DRAWS), MET),
        ("not_in_employee_scheme", Life(born=ADULT, job=JOB), UNMET),
        ("not_in_employee_scheme", Life(born=ADULT, employee=DRAWS), UNMET),
        ("not_in_employee_scheme", Life(born=ADULT, employee=Membership(joined=TODAY)), UNMET),
        ("not_in_employee_scheme", Life(born=ADULT, employee=Membership(joined=TODAY, paused=TODAY)), MET),
        ("not_in_employee_scheme", Life(born=ADULT, job=LEFT), MET),
        ("not_in_employee_yet", Life(born=ADULT, job=JOB), UNMET),
        ("not_in_employee_yet", Life(born=ADULT, employee=DRAWS), UNMET),
        ("not_in_employee_yet", Life(born=ADULT, employee=Membership(joined=TODAY)), UNMET),
        ("not_in_employee_yet", Life(born=ADULT, employee=Membership(joined=TODAY, paused=TODAY)), MET),
        ("not_in_employee_yet", Life(born=ADULT, job=LEFT), MET),
        ("not_in_basic", Life(born=ADULT, basic=DRAWS), UNMET),
        ("not_in_basic", Life(born=ADULT), MET),
        ("in_basic", Life(born=ADULT), UNMET),
        ("in_basic", Life(born=ADULT, basic=DRAWS), MET),
        ("not_in_supplement", Life(born=ADULT, supplement=DRAWS), UNMET),
        ("not_in_supplement", Life(born=ADULT), MET),
        ("no_other_basic_pension", Life(born=ADULT, employee=DRAWS), UNMET),
        ("no_other_basic_pension", Life(born=ADULT, basic=DRAWS), MET),
        ("not_drawing_basic", Life(born=ADULT, basic=DRAWS), UNMET),
        ("not_drawing_basic", Life(born=ADULT, basic=Membership(joined=TODAY)), MET),
        ("drawing_basic", Life(born=ADULT, basic=Membership(joined=TODAY)), UNMET),
        ("drawing_basic", Life(born=ADULT, basic=DRAWS), MET),
        ("not_drawing_supplement", Life(born=ADULT, supplement=DRAWS), UNMET),
        ("not_drawing_supplement", Life(born=ADULT), MET),
        ("drawing_basic", Life(born=ADULT, basic=Membership(joined=ADULT, drawing=TODAY, suspended=TODAY)), UNMET),
        ("draws_employee", Life(born=ADULT), UNMET),
        ("draws_employee", Life(born=ADULT, employee=DRAWS), MET),
        ("draws_resident", Life(born=ADULT, basic=DRAWS), MET),
        ("draws_resident", Life(born=ADULT, basic=STOPPED, died=TODAY), UNMET),
        ("draws_something", Life(born=ADULT), UNMET),
        ("draws_something", Life(born=ADULT, supplement=DRAWS), MET),
        ("draws_something", Life(born=ADULT, benefit=Benefit(since=date(2026, 11, 1), months=1)), MET),
        ("insured_here_last", Life(born=ADULT), UNMET),
        ("insured_here_last", Life(born=ADULT, job=LEFT), MET),
        ("insured_here_last", Life(born=ADULT, job=Job(employer="x", county="110101", insured=False)), UNMET),
        ("registered_unemployed", Life(born=ADULT), UNMET),
        ("registered_unemployed", Life(born=ADULT, unemployed=TODAY), MET),
        ("employed_or_on_benefit", Life(born=ADULT, job=JOB), MET),
        ("employed_or_on_benefit", Life(born=ADULT, job=LEFT), UNMET),
    ],
)
def test_what_is_either_so_or_not(rule: str, life: Life, standing: Standing) -> None:
    assert said(rule, life) is standing


def test_fifteen_years_paid_and_one_short() -> None:
    def paid(count: int) -> Life:
        return Life(born=ADULT, basic=Membership(joined=TODAY, years=frozenset(range(2011, 2011 + count))))

    assert [said("years_paid", paid(count), number=15) for count in (14, 15, 16)] == [UNMET, MET, MET]
    assert said("years_paid", Life(born=ADULT), number=15) is UNMET


def test_a_month_that_was_filled_in_has_come_and_fits_the_age() -> None:
    life, rule = Life(born=date(2008, 2, 29)), "month_fits"
    asked = [said(rule, life, number=16, left=month) for month in ("2024-01", "2024-02", "2026-11", "2026-12")]
    assert asked == [UNMET, MET, MET, UNMET]
    asked = [said(rule, life, since=month) for month in ("2008-01", "2008-02", "2026-11", "2027-01")]
    assert asked == [UNMET, MET, MET, UNMET]
    assert said(rule, life, number=16) is UNKNOWN


# -- 21, 30, 31 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("checked", [date(2025, 11, 25), date(2024, 2, 29), date(2025, 12, 31)])
def test_a_proof_holds_for_twelve_months_from_the_last_one(checked: date) -> None:
    until, life = months_on(checked, 12), Life(born=ADULT, checked=checked)
    words = [RULES["proof_due"](life, Asked(day, FIGURES)).words for day in (until - DAY, until, until + DAY)]
    assert ["已经过了" in each for each in words] == [False, False, True]
    assert said("proof_due", life) is MET
    assert said("proof_due", Life(born=ADULT)) is MET


def test_the_commitment_letter() -> None:
    life = Life(born=ADULT)
    found = [said("letter_signed", life), said("letter_signed", life, letter="signed")]
    assert found == [UNKNOWN, MET]
    assert said("letter_signed", life, letter="not_yet") is UNMET


def test_only_what_is_given_is_changed() -> None:
    life = Life(born=ADULT)
    assert said("something_changes", life) is UNKNOWN
    assert said("something_changes", life, sex=None, address="柳沟村") is MET
    assert said("something_changes", life, sex=None, address=None) is UNMET


def test_pausing_and_resuming() -> None:
    paying = Life(born=ADULT, basic=Membership(joined=ADULT))
    paused = Life(born=ADULT, basic=Membership(joined=ADULT, paused=TODAY))
    rule = "pause_or_resume"
    assert [said(rule, paying, act="pause"), said(rule, paying, act="resume"), said(rule, paying)] == [MET, UNMET, MET]
    assert [said(rule, paused, act="pause"), said(rule, paused, act="resume")] == [UNMET, MET]
    assert said(rule, Life(born=ADULT)) is UNMET
    assert said(rule, Life(born=ADULT, basic=DRAWS), act="pause") is UNMET
    elsewhere = Life(born=ADULT, basic=Membership(joined=ADULT, paused=TODAY), job=JOB)
    assert said(rule, elsewhere, act="resume") is UNMET


@pytest.mark.parametrize(
    ("act", "fits"), [("pause", {"joined", "missing", "died", "other"}), ("resume", {"own", "other"})]
)
def test_the_reason_fits_what_is_asked_for(act: str, fits: set[str]) -> None:
    one = Membership(joined=ADULT, paused=TODAY if act == "resume" else None)
    causes = ("joined", "missing", "died", "own", "other")
    life = Life(born=ADULT, basic=one)
    assert {cause for cause in causes if said("pause_or_resume", life, act=act, cause=cause) is MET} == fits


@pytest.mark.parametrize("rule", ["draws_resident", "draws_employee"])
def test_a_pension_that_is_stopped_is_stopped_no_more_but_a_death_is_put_on_record(rule: str) -> None:
    life = Life(born=ADULT, basic=STOPPED, employee=STOPPED)
    found = [said(rule, life, cause=cause) for cause in ("", "died", "missing", "double")]
    assert found == [UNKNOWN, MET, UNMET, UNMET]
    dead = Life(born=ADULT, basic=STOPPED, employee=STOPPED, died=TODAY)
    assert [said(rule, dead, cause=cause) for cause in ("", "died")] == [UNMET, UNMET]


def test_whose_pension_it_is() -> None:
    life, rule = Life(born=ADULT), "whose_pension"
    assert said(rule, life) is UNKNOWN
    assert said(rule, life, whose="other", cause="died", reporter="family") is UNMET
    assert said(rule, life, whose="theirs", cause="died", reporter="family") is MET
    assert said(rule, life, whose="theirs", cause="double", reporter="self") is MET
    assert said(rule, life, whose="theirs", cause="missing", reporter="self") is UNMET


def test_whose_contributions_they_are() -> None:
    life, rule = Life(born=ADULT), "whose_contributions"
    assert [said(rule, life, whose=each) for each in ("", "theirs", "other")] == [UNKNOWN, MET, UNMET]


def test_a_death_is_put_on_record_though_the_contributions_were_paused_before() -> None:
    one = Membership(joined=ADULT, paused=TODAY)
    lives = (Life(born=ADULT, basic=one), Life(born=ADULT, basic=one, died=TODAY))
    assert [said("pause_or_resume", life, act="pause", cause="died") for life in lives] == [MET, UNMET]
    assert said("pause_or_resume", lives[0], act="pause", cause="missing") is UNMET


def test_nobody_resumes_for_who_is_recorded_as_gone() -> None:
    paused = Membership(joined=ADULT, paused=TODAY)
    lives = [Life(born=ADULT, basic=paused, died=day, missing=other) for day, other in (
        (None, None), (TODAY, None), (None, TODAY))]  # fmt: skip
    assert [said("pause_or_resume", life, act="resume", cause="own") for life in lives] == [MET, UNMET, UNMET]


# -- 32 ----------------------------------------------------------------------------------------------------------------

BASIC_BEGAN = FIGURES.row("basic_began", TODAY).since
SUPPLEMENT_BEGAN = FIGURES.row("supplement_began", TODAY).since


def member(born: date, scheme: str, *years: int) -> Life:
    one = Membership(joined=date(2011, 7, 1), years=frozenset(years))
    return Life(born=born, basic=one, supplement=one if scheme == "supplement" else None)


@pytest.mark.parametrize(
    ("case", "scheme", "began", "age"),
    [("a", "basic", BASIC_BEGAN, 45), ("b", "supplement", SUPPLEMENT_BEGAN, 50)],
)
def test_less_than_fifteen_years_remained_when_the_scheme_began(case: str, scheme: str, began: date, age: int) -> None:
    edge = years_on(began, -age)  # exactly fifteen years remained: not less
    found = [
        said("back_payment", member(born, scheme), case=case, scheme=scheme, years=1)
        for born in (edge - DAY, edge, edge + DAY)
    ]
    assert found == [MET, UNMET, UNMET]
    other = "supplement" if scheme == "basic" else "basic"
    assert said("back_payment", member(edge - DAY, "supplement"), case=case, scheme=other, years=1) is UNMET


def test_nothing_remained_for_who_was_past_the_age_of_drawing_already() -> None:
    edge = years_on(BASIC_BEGAN, -60)
    lives = [member(born, "basic") for born in (edge - DAY, edge, edge + DAY)]
    assert [pensions.short_of_time(life, Asked(TODAY, FIGURES), "basic") for life in lives] == [False, False, True]


def test_interrupted_contributions() -> None:
    born = date(1985, 1, 1)
    whole = member(born, "basic", *range(2015, 2026))
    gap = member(born, "basic", *range(2015, 2020), *range(2021, 2026))
    assert said("back_payment", whole, case="c", scheme="basic", years=1) is UNMET
    assert said("back_payment", gap, case="c", scheme="basic", years=1) is MET
    assert said("back_payment", gap, case="c", scheme="basic", years=2) is UNMET
    assert pensions.years_to_pay(gap, Asked(TODAY, FIGURES), "c", "basic") == [2020]
    assert said("back_payment", Life(born=born), case="c", scheme="basic", years=1) is UNMET


def test_who_joined_and_never_paid_has_left_out_every_year_since() -> None:
    joined = Life(born=date(1985, 1, 1), basic=Membership(joined=date(2020, 3, 1)))
    asked = Asked(TODAY, FIGURES)
    assert pensions.years_to_pay(joined, asked, "c", "basic") == [2025, 2024, 2023, 2022, 2021, 2020]
    this_year = Life(born=date(1985, 1, 1), basic=Membership(joined=date(2026, 3, 1)))
    assert said("back_payment", this_year, case="c", scheme="basic", years=1) is UNMET


def test_what_nobody_gives_is_marked_where_it_is_said_and_where_to_go_on_is_named() -> None:
    life = Life(born=date(1985, 1, 1), basic=Membership(joined=TODAY, paused=TODAY, waiting=frozenset({2024, 2025})))
    form = Asked(TODAY, FIGURES, answers={"case": "a", "scheme": "basic", "years": 1})
    assert ("示例" in RULES["back_payment"](life, form).words) is FIGURES.row("basic_began", TODAY).is_example
    assert "报过的 2 年还没有到账" in RULES["years_paid"](life, Asked(TODAY, FIGURES, 15)).words
    assert "事项 31" in RULES["not_in_basic"](life, Asked(TODAY, FIGURES)).words


def test_a_year_that_was_paid_into_the_employees_scheme_is_not_back_paid() -> None:
    gap = member(date(1985, 1, 1), "basic", *range(2012, 2016), 2024, 2025)
    worked = replace(gap, employed_years=frozenset(range(2016, 2023)))
    asked = Asked(TODAY, FIGURES)
    assert pensions.years_to_pay(gap, asked, "c", "basic") == list(range(2023, 2015, -1))
    assert pensions.years_to_pay(worked, asked, "c", "basic") == [2023]
    assert said("back_payment", worked, case="c", scheme="basic", years=2) is UNMET


def test_a_year_on_its_way_is_neither_paid_nor_left_out() -> None:
    one = Membership(joined=date(2011, 7, 1), years=frozenset(range(2015, 2024)), waiting=frozenset({2024}))
    life = Life(born=date(1985, 1, 1), basic=one)
    assert pensions.years_to_pay(life, Asked(TODAY, FIGURES), "c", "basic") == [2025]


def test_every_year_paid_and_fifteen_wished_for_earns_no_subsidy() -> None:
    born = date(1960, 3, 1)
    every = member(born, "basic", *range(2011, 2020))
    assert said("back_payment", every, case="d", scheme="basic", years=6) is MET
    assert said("back_payment", every, case="d", scheme="basic", years=7) is UNMET
    assert said("back_payment", every, case="a", scheme="basic", years=1) is UNMET
    missed = member(born, "basic", *range(2011, 2015), *range(2016, 2020))
    assert said("back_payment", missed, case="d", scheme="basic", years=6) is UNMET
    assert [pensions.earns_subsidy(case) for case in "abcd"] == [True, True, True, False]
    assert pensions.years_to_pay(every, Asked(TODAY, FIGURES), "d", "basic") == [2010, 2009, 2008, 2007, 2006, 2005]
    worked = replace(every, employed_years=frozenset({2010, 2008}))
    assert pensions.years_to_pay(worked, Asked(TODAY, FIGURES), "d", "basic") == [2009, 2007, 2006, 2005, 2004, 2003]


def test_before_the_form_the_cases_that_fit_are_named() -> None:
    gap = member(date(1985, 1, 1), "basic", 2015, 2017, *range(2018, 2026))
    assert RULES["back_payment"](gap, Asked(TODAY, FIGURES)).words == "您够得上补缴：基本养老保险（三、中间断过）"
    every, late = frozenset(range(2011, 2026)), frozenset(range(2022, 2026))
    drawing = Membership(joined=ADULT, years=every, drawing=TODAY)
    older = Life(born=date(1962, 1, 1), basic=drawing, supplement=Membership(joined=ADULT, years=late))
    found = RULES["back_payment"](older, Asked(TODAY, FIGURES)).words
    assert found == "您够得上补缴：补充养老保险（四、年年都缴，补满 15 年）", "which of the two is said"
    assert said("back_payment", member(date(1985, 1, 1), "basic", *range(2011, 2026))) is UNMET
    assert said("back_payment", Life(born=ADULT)) is UNMET
    drawing = Life(born=date(1960, 1, 1), basic=Membership(joined=ADULT, drawing=TODAY))
    assert said("back_payment", drawing, case="c", scheme="basic", years=1) is UNMET


# -- 22, 23 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("paid", "benefit"), [(11, 0), (12, 12), (59, 12), (60, 18), (119, 18), (120, 24), (400, 24)])
def test_months_of_benefit(paid: int, benefit: int) -> None:
    assert benefits.months_of_benefit(paid) == benefit
    assert benefits.months_of_benefit(paid, 99) == (24 if benefit else 0)


def test_a_year_of_contributions_over_a_new_year() -> None:
    def life(count: int) -> Life:
        return Life(born=ADULT, unemployment_months=months("2026-02", count))

    assert [said("months_paid", life(count), number=12) for count in (11, 12, 13)] == [UNMET, MET, MET]


def test_years_start_again_after_a_benefit() -> None:
    before = Benefit(since=date(2024, 1, 10), months=12, paid_before=30)
    life = Life(born=ADULT, unemployment_months=months("2026-10", 41), benefit=before)
    assert (benefits.countable(life), said("months_paid", life, number=12)) == (11, UNMET)


def test_the_subsidy_counts_every_month_a_benefit_was_counted_from_too() -> None:
    def life(count: int) -> Life:
        drawn = Benefit(since=date(2026, 10, 10), months=12, paid_before=count)
        return Life(born=ADULT, unemployment_months=months("2026-09", count), benefit=drawn)

    assert [said("months_insured", life(count), number=12) for count in (11, 12, 13)] == [UNMET, MET, MET]


def test_a_benefit_that_stopped_is_drawn_no_more_and_its_other_months_are_kept() -> None:
    def stopped(day: date | None) -> Benefit:
        return Benefit(since=date(2026, 1, 20), months=12, stopped=day)

    life, day = Life(born=ADULT, benefit=stopped(date(2026, 5, 1))), date(2026, 5, 1)
    assert [life.on_benefit(each) for each in (day - DAY, day, day + DAY)] == [True, False, False]
    assert [said("not_on_benefit", life, each) for each in (day - DAY, day)] == [UNMET, MET]
    ends = [None, date(2025, 12, 1), date(2026, 1, 21), date(2026, 5, 1), date(2026, 5, 21), date(2027, 1, 20)]
    assert [stopped(end).unused for end in ends] == [0, 12, 11, 8, 7, 0]
    assert stopped(date(2029, 1, 1)).until == date(2027, 1, 20)


def test_on_benefit_from_its_first_day_to_its_last() -> None:
    life = Life(born=ADULT, benefit=Benefit(since=date(2025, 11, 30), months=3))
    days = [date(2025, 11, 29), date(2025, 11, 30), date(2026, 2, 27), date(2026, 2, 28)]
    assert [life.on_benefit(day) for day in days] == [False, True, True, False]
    assert [said("not_on_benefit", life, day) for day in days] == [MET, UNMET, UNMET, MET]
    assert [said("employed_or_on_benefit", life, day) for day in days] == [UNMET, MET, MET, UNMET]


@pytest.mark.parametrize(
    ("by_choice", "reason", "standing"),
    [
        (None, "", UNKNOWN),
        (None, "quit", UNMET),
        (None, "closed", MET),
        (True, "closed", UNMET),
        (False, "quit", MET),
    ],
)
def test_what_the_employer_reported_counts_before_what_is_said(
    by_choice: bool | None, reason: str, standing: Standing
) -> None:
    job = Job(employer="杨树村砖厂", county="140902", insured=False, by_choice=by_choice)
    assert said("not_by_choice", Life(born=ADULT, job=job), reason=reason) is standing
    assert said("not_by_choice", Life(born=ADULT, job=JOB), reason=reason) is UNMET


def test_wanting_work() -> None:
    life = Life(born=ADULT)
    found = [said("seeks_work", life), said("seeks_work", life, seeking="yes"), said("seeks_work", life, seeking="no")]
    assert found == [UNKNOWN, MET, UNMET]
    registered = Life(born=ADULT, seeking=True)
    found = [said("seeks_work", registered, seeking=each) for each in ("", "yes", "no")]
    assert found == [MET, MET, UNMET], "what is said today counts before a wish of some time ago"


@pytest.mark.parametrize("issued", [date(2025, 11, 25), date(2024, 2, 29), date(2025, 12, 31)])
def test_twelve_months_from_the_certificate(issued: date) -> None:
    life = Life(born=ADULT, certificates=(Certificate(occupation="育婴员", level="4", issued=issued),))
    last = months_on(issued, 12)
    for answers in ({}, {"issued": month_of(issued), "level": "4", "occupation": "育婴员"}):
        found = [said("certificate_in_time", life, day, **answers) for day in (last - DAY, last, last + DAY)]
        assert found == [MET, MET, UNMET]


def test_a_certificate_that_is_not_on_record_counts_to_the_end_of_its_month() -> None:
    life = Life(born=ADULT)
    assert said("certificate_in_time", life) is UNKNOWN
    days = [date(2026, 11, 30), date(2026, 12, 1)]
    assert [said("certificate_in_time", life, day, issued="2025-11", level="5") for day in days] == [MET, UNMET]
    assert said("certificate_in_time", life, TODAY, issued="2026-12", level="5") is UNMET
    assert said("certificate_in_time", life, TODAY, issued="2026-11", level="5") is MET


def test_three_claims_a_year_and_the_new_year_begins_anew() -> None:
    def life(count: int) -> Life:
        made = (SkillClaim(at=date(2026, 12, 31), occupation=f"{n}", level="5") for n in range(count))
        return Life(born=ADULT, claims=tuple(made))

    day = date(2026, 12, 31)
    assert [said("claims_left", life(count), day) for count in (2, 3, 4)] == [MET, UNMET, UNMET]
    assert said("claims_left", life(3), day + DAY) is MET


def test_a_certificate_is_ones_own_of_the_level_that_is_said_and_claimed_for_once() -> None:
    number, rule, life = "S000014999999264000001", "certificate_theirs", Life(born=ADULT)
    assert said(rule, life) is UNKNOWN
    levels = [said(rule, life, certificate=number, level=level) for level in "543"]
    assert levels == [UNMET, MET, UNMET], "the number itself says the level"
    assert said(rule, life, certificate="2614005012400001", level="5") is MET
    claimed = Life(born=ADULT, claims=(SkillClaim(at=TODAY, occupation="焊工", level="4", certificate=number),))
    assert said(rule, claimed, certificate=number, level="4") is UNMET
    theirs = Asked(TODAY, FIGURES, answers={"certificate": number, "level": "4"}, others=frozenset({number}))
    assert RULES[rule](life, theirs).standing is UNMET
    old = Certificate(occupation="焊工", level="5", issued=TODAY, number="2614005012400001")
    on_record = Life(born=ADULT, certificates=(old,))
    assert [said(rule, on_record, certificate=old.number, level=level) for level in "54"] == [MET, UNMET]


def test_two_certificates_of_one_month_are_told_apart_by_their_numbers() -> None:
    early, late = (
        Certificate(occupation=name, level="4", issued=date(2025, 11, day), number=number)
        for name, day, number in (("电工", 3, "2614005012400001"), ("焊工", 28, "2614005012400002"))
    )
    life = Life(born=ADULT, certificates=(late, early))
    found = [
        said("certificate_in_time", life, date(2026, 11, 25), issued="2025-11", level="4", certificate=one.number)
        for one in (early, late)
    ]
    assert found == [UNMET, MET]


@pytest.mark.parametrize(
    ("occupation", "level", "standing"),
    [
        ("电工", "4", UNMET),
        ("电工", "5", UNMET),
        ("电工", "3", MET),
        (" 电工 ", "4", UNMET),
        ("焊工", "4", MET),
        ("", "", UNKNOWN),
    ],
)
def test_one_occupation_and_level_once_and_the_higher_takes_the_lowers_place(
    occupation: str, level: str, standing: Standing
) -> None:
    life = Life(born=ADULT, claims=(SkillClaim(at=date(2025, 1, 1), occupation="电工", level="4"),))
    assert said("not_claimed_before", life, occupation=occupation, level=level) is standing


# -- 38, 40 ------------------------------------------------------------------------------------------------------------


def card(state: str = "active", *, enabled: bool = True, temporary: bool = False, issued: date = ADULT) -> Card:
    at = months_on(TODAY, 1)
    until = None if not temporary else cards.lapses(_noon(at), FIGURES)
    return Card(number="1", state=state, issued=issued, enabled=enabled, lost_until=until)


def _noon(day: date):  # type: ignore[no-untyped-def]
    from datetime import UTC, datetime  # noqa: PLC0415

    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "enabled", "standing"),
    [
        ("active", False, MET),
        ("active", True, UNMET),
        ("lost", False, UNMET),
        ("sealed", False, UNMET),
        ("in_production", False, UNMET),
    ],
)
def test_a_cards_function_is_activated_once(state: str, enabled: bool, standing: Standing) -> None:
    assert said("can_activate", Life(born=ADULT, cards=(card(state, enabled=enabled),))) is standing
    assert said("can_activate", Life(born=ADULT)) is UNMET


@pytest.mark.parametrize(
    ("one", "fits"),
    [
        (card(), {"temporary", "formal"}),
        (card("lost", temporary=True), {"formal", "lift"}),
        (card("lost"), {"lift"}),
        (card("cancelled"), set()),
        (card("in_production"), set()),
    ],
)
def test_what_can_be_reported_and_lifted(one: Card, fits: set[str]) -> None:
    life = Life(born=ADULT, cards=(one,))
    acts = ("temporary", "formal", "lift")
    assert {act for act in acts if said("loss_fits", life, act=act) is MET} == fits
    assert said("loss_fits", life) is (MET if fits else UNMET)
    assert said("loss_fits", Life(born=ADULT), act="formal") is UNMET


def test_a_card_that_ran_out_is_not_activated() -> None:
    def expiring(day: date) -> Life:
        return Life(born=ADULT, cards=(replace(card(enabled=False), expires=day),))

    found = [said("can_activate", expiring(day)) for day in (TODAY - DAY, TODAY, TODAY + DAY)]
    assert found == [UNMET, MET, MET]


def test_nothing_is_lifted_once_a_new_card_was_issued() -> None:
    life = Life(born=ADULT, cards=(card(issued=TODAY), card("lost")))
    assert said("loss_fits", life, act="lift") is UNMET
    assert "补了新卡" in RULES["loss_fits"](life, Asked(TODAY, FIGURES, answers={"act": "lift"})).words
    waiting = Life(born=ADULT, cards=(card("in_production", issued=TODAY), card("lost")))
    assert [said("loss_fits", waiting, act=act) for act in ("lift", "formal", "")] == [UNMET] * 3
    made = card("in_production", issued=TODAY)
    temporary = Life(born=ADULT, cards=(made, card("lost", temporary=True)))
    assert [said("loss_fits", temporary, act=act) for act in ("lift", "formal", "")] == [UNMET, MET, MET]
    in_use = Life(born=ADULT, cards=(made, card(enabled=False)))
    assert [said("loss_fits", in_use, act=act) for act in ("temporary", "formal", "lift")] == [MET, MET, UNMET]
    assert said("can_activate", in_use) is MET


def test_a_temporary_report_lapses_after_the_days_that_are_set() -> None:
    at = _noon(date(2026, 12, 28))
    assert cards.lapses(at, FIGURES) - at == timedelta(days=7)
    other = Figures((Figure(key="loss_report_days", since=date(2020, 1, 1), value=10, source="别处"),))
    assert cards.lapses(at, other) - at == timedelta(days=10)
