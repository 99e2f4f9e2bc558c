"""Rules about who somebody is: age, household, school, alive."""

from __future__ import annotations

from datetime import date
from typing import Final

from central.rules.life import Asked, Life, is_aged, month_of, months_on, years_on
from central.rules.said import Said, no, spoken, unknown, yes
from contract import formatting

MALE: Final = "1"
REFORM: Final = date(2025, 1, 1)
"""The gradual rise of the retirement age began (全国人大常委会 2024-09-13)."""


def age_from(life: Life, asked: Asked) -> Said:
    """*number* years or older."""
    if is_aged(life.born, asked.number, asked.today):
        return yes(f"您 {age(life, asked.today)} 岁，满 {asked.number} 周岁了")
    return no(f"您到{spoken(years_on(life.born, asked.number))}才满 {asked.number} 周岁，那天起就能办")


def age_below(life: Life, asked: Asked) -> Said:
    """Younger than *number* years."""
    if not is_aged(life.born, asked.number, asked.today):
        return yes(f"您 {age(life, asked.today)} 岁，没到 {asked.number} 周岁")
    return no(f"您在{spoken(years_on(life.born, asked.number))}已经满 {asked.number} 周岁，过了能办的年龄")


def before_pension_age(life: Life, asked: Asked) -> Said:
    """Younger than the legal retirement age."""
    day = pension_day(life.born, life.sex)
    if asked.today < day:
        return yes(f"您 {age(life, asked.today)} 岁，没到法定退休年龄")
    return no(f"您在{spoken(day)}到了法定退休年龄，可以去问养老金怎么领")


def student_no_more(life: Life, asked: Asked) -> Said:
    del asked
    if life.student:
        return no("平台上您还是在校学生，毕业以后就能办")
    return yes("您不是在校学生")


def local_household(life: Life, asked: Asked) -> Said:
    """The household registration lies in the city."""
    county = asked.counties.get(life.household)
    if county is None:
        return no("您的户口不在本市，请到户籍所在地的社保窗口办")
    return yes(f"您的户口在{county}")


def alive(life: Life, asked: Asked) -> Said:
    """Nothing on record says that somebody draws in another's name."""
    del asked
    if life.died is not None or life.missing is not None:
        return no("平台上的登记和您本人对不上，请带身份证到服务窗口核对")
    return yes("平台上的登记没有问题")


def month_fits(life: Life, asked: Asked) -> Said:
    """The month that was filled in has come, and *number* years of age were reached by then."""
    month = asked.text("left") or asked.text("since")
    if not month:
        return unknown("要看填的年月")
    spoken_month = formatting.month(month)
    if month > month_of(asked.today):
        return no(f"填的{spoken_month}还没有到，请再看一看年月")
    if month < month_of(years_on(life.born, asked.number)):
        born = f"还没满 {asked.number} 周岁，请从满 {asked.number} 周岁那个月写起" if asked.number else "还没有出生"
        return no(f"填的{spoken_month}，{born}")
    return yes(f"填的是{spoken_month}")


def age(life: Life, day: date) -> int:
    """Full years on *day*."""
    years = day.year - life.born.year
    return years if is_aged(life.born, years, day) else years - 1


def pension_day(born: date, sex: str) -> date:
    """The day of legal retirement: men 60 rising to 63, women 55 rising to 58, a month for every four months of birth.
    Women in workers' posts retire from 50; which post it was is not on record, so the later day is taken: nobody is
    turned away who may still work."""
    years, first = (60, date(1965, 1, 1)) if sex == MALE else (55, date(1970, 1, 1))
    months = (born.year - first.year) * 12 + born.month - first.month
    later = 0 if months < 0 else min(36, months // 4 + 1)
    return months_on(born, years * 12 + later)
