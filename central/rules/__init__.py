"""The rules of single items as pure functions: a life and a day in, ticks and reasons out. No Django in here.

An item names its conditions as data (contract.catalogue.Condition); ``RULES`` is what the names stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from central.rules import people, work
from central.rules.life import Asked, Life
from central.rules.said import Said, unknown
from contract.catalogue import Item
from contract.conditions import Conditions, Finding

Rule = Callable[[Life, Asked], Said]

RULES: Final[Mapping[str, Rule]] = {
    "age_from": people.age_from,
    "age_below": people.age_below,
    "before_pension_age": people.before_pension_age,
    "student_no_more": people.student_no_more,
    "local_household": people.local_household,
    "alive": people.alive,
    "no_employer": work.no_employer,
    "not_yet_unemployed": work.not_yet_unemployed,
    "not_yet_flexible": work.not_yet_flexible,
    "no_pension": work.no_pension,
}
FOR_STAFF: Final = "这一条由工作人员核对"


def look(item: Item, life: Life, asked: Asked) -> Conditions:
    """Every condition of *item*, in its order."""
    findings = []
    for condition in item.conditions:
        rule = RULES.get(condition.rule)
        found = unknown(FOR_STAFF) if rule is None else rule(life, replace(asked, number=condition.number))
        findings.append(Finding(label=condition.label, text=condition.text, standing=found.standing, words=found.words))
    return Conditions(findings=tuple(findings))
