"""Training's rules at their edges: the five working days, the year of leaving school, the first day of a class."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from central.rules import RULES, figures
from central.rules.life import Asked, Life, Training
from contract import working_days
from contract.catalogue import load
from contract.conditions import Standing
from contract.working_days import Due

FIGURES = figures.load()
DAY = timedelta(days=1)
BORN = date(2008, 5, 20)
DAYS = load()[18].working_days
MET, UNMET, UNKNOWN = Standing.MET, Standing.UNMET, Standing.UNKNOWN
TODAY = date(2026, 11, 25)


def registered(on: date, **more: object) -> Training:
    return Training(registered=on, wants="电焊工", due=working_days.load().due(on, DAYS), **more)  # type: ignore[arg-type]


def said(rule: str, life: Life, today: date = TODAY, **answers: object) -> tuple[Standing, str]:
    found = RULES[rule](life, Asked(today, FIGURES, answers=answers))  # type: ignore[arg-type]
    found.words.encode("gb2312")
    return found.standing, found.words


def wishes(training: Training | None) -> Life:
    return Life(born=BORN, training=training)


# -- five working days -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filed", "due", "provisional"),
    [
        (date(2026, 11, 25), date(2026, 12, 2), False),
        (date(2026, 2, 12), date(2026, 2, 26), False),  # 02-14 and 02-28 are worked, 02-15 to 02-23 are not
        (date(2026, 9, 18), date(2026, 9, 24), False),  # 09-20 is a Sunday that is worked
        (date(2026, 12, 24), date(2026, 12, 31), False),
        (date(2026, 12, 25), date(2027, 1, 4), True),  # beyond the table
    ],
)
def test_an_answer_is_due_on_the_fifth_working_day(filed: date, due: date, provisional: bool) -> None:
    training = registered(filed)
    assert training.due == Due(due, provisional)
    before, on, after = (said("training_answered", wishes(training), due + n * DAY) for n in (-1, 0, 1))
    assert {standing for standing, _ in (before, on, after)} == {UNKNOWN}
    assert training.due.words in before[1]
    assert "今天是最后一天" in on[1]
    assert "已经晚了" in after[1]
    assert ("暂定" in before[1]) is provisional


def test_an_answer_is_told_whatever_it_is_and_however_late() -> None:
    none = replace(registered(TODAY), answered=TODAY + 30 * DAY)
    standing, words = said("training_answered", wishes(none), TODAY + 31 * DAY)
    assert (standing, "眼下没有班开" in words) == (UNKNOWN, True)
    opens = replace(none, starts=TODAY + 40 * DAY, told="电焊工班")
    assert said("training_answered", wishes(opens)) == (MET, "2026年12月25日有了消息：电焊工班")
    told = replace(opens, delivered=TODAY + 35 * DAY)
    assert said("training_answered", wishes(told)) == (MET, "2026年12月30日通知过您：电焊工班")


# -- telling the resident --------------------------------------------------------------------------------------------


def test_a_class_is_told_of_until_the_day_it_begins() -> None:
    starts = date(2026, 12, 8)
    life = wishes(registered(TODAY, answered=TODAY, starts=starts, told="电焊工班"))
    standings = [said("training_class_known", life, starts + n * DAY)[0] for n in (-1, 0, 1)]
    assert standings == [MET, MET, UNMET]
    assert "已经开了" in said("training_class_known", life, starts + DAY)[1]
    answered = [said("training_answered", life, starts + n * DAY) for n in (0, 1)]
    assert [standing for standing, _ in answered] == [MET, UNKNOWN], "nobody was told in time"
    assert "再问一个新的班" in answered[1][1]


@pytest.mark.parametrize(
    ("rule", "training", "standing", "words"),
    [
        ("training_registered", None, UNMET, "请先办「培训意向登记」"),
        ("training_registered", registered(TODAY), MET, "2026年11月25日登记过，想学：电焊工"),
        ("training_answered", None, UNKNOWN, "登记以后才有"),
        ("training_class_known", None, UNKNOWN, "登记以后才有"),
        ("training_class_known", registered(TODAY), UNMET, "还没有开班的消息。工作人员最晚2026年12月2日告诉您"),
        ("training_class_known", registered(TODAY, answered=TODAY), UNMET, "眼下没有班开"),
        ("training_not_delivered", None, MET, "还没有通知过"),
        ("training_not_delivered", registered(TODAY), MET, "还没有通知过"),
        ("training_not_delivered", registered(TODAY, delivered=TODAY), UNMET, "2026年11月25日已经通知过"),
    ],
)
def test_what_is_missing_is_named(rule: str, training: Training | None, standing: Standing, words: str) -> None:
    found, why = said(rule, wishes(training))
    assert found is standing
    assert words in why


# -- the six groups --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["graduate", "junior"])
@pytest.mark.parametrize(
    ("month", "today", "standing"),
    [
        ("2025-12", date(2026, 1, 1), UNMET),
        ("2026-01", date(2026, 1, 1), UNKNOWN),
        ("2026-01", date(2026, 12, 31), UNKNOWN),
        ("2026-12", date(2026, 12, 1), UNKNOWN),
        ("2026-12", date(2027, 1, 1), UNMET),
        ("2026-12", date(2026, 11, 30), UNMET),
    ],
)
def test_leaving_school_counts_in_its_own_year(group: str, month: str, today: date, standing: Standing) -> None:
    """From the month that was named, to the end of its year."""
    assert said("priority_group", Life(born=BORN), today, group=group, left_school=month)[0] is standing
    assert said("priority_group", Life(born=BORN, student=True), today, group=group, left_school=month)[0] is UNMET
    assert "哪年哪月毕业" in said("priority_group", Life(born=BORN), today, group=group)[1]


@pytest.mark.parametrize(
    ("life", "group", "standing", "words"),
    [
        (Life(born=BORN), "", UNKNOWN, "填的时候选"),
        (Life(born=BORN, groups=frozenset({"monitored"})), "", MET, "防返贫监测对象"),
        (Life(born=BORN, unemployed=TODAY), "", MET, "城镇登记失业人员"),
        (Life(born=BORN, unemployed=TODAY), "unemployed", MET, "城镇登记失业人员"),
        (Life(born=BORN), "unemployed", UNMET, "请先办「失业登记」"),
        (Life(born=BORN), "monitored", UNKNOWN, "由帮办员看材料核对"),
        (Life(born=BORN, groups=frozenset({"hardship"})), "hardship", MET, "就业困难人员"),
        (Life(born=BORN), "rural", UNKNOWN, "农民工"),
        (Life(born=BORN, groups=frozenset({"monitored"})), "none", UNMET, "六类重点群体"),
    ],
)
def test_a_group_is_what_the_platform_knows_or_the_worker_sees(
    life: Life, group: str, standing: Standing, words: str
) -> None:
    found, why = said("priority_group", life, group=group)
    assert found is standing
    assert words in why
