"""The rules of single items as pure functions: a life and a day in, ticks and reasons out. No Django in here.

An item names its conditions as data (contract.catalogue.Condition); ``RULES`` is what the names stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from central.rules import benefits, cards, pensions, people, training, work
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
    "month_fits": people.month_fits,
    "no_employer": work.no_employer,
    "not_yet_unemployed": work.not_yet_unemployed,
    "not_yet_flexible": work.not_yet_flexible,
    "no_pension": work.no_pension,
    "not_in_employee_scheme": pensions.not_in_employee_scheme,
    "not_in_employee_yet": pensions.not_in_employee_yet,
    "not_in_basic": pensions.not_in_basic,
    "in_basic": pensions.in_basic,
    "not_in_supplement": pensions.not_in_supplement,
    "years_paid": pensions.years_paid,
    "no_other_basic_pension": pensions.no_other_basic_pension,
    "not_drawing_basic": pensions.not_drawing_basic,
    "drawing_basic": pensions.drawing_basic,
    "not_drawing_supplement": pensions.not_drawing_supplement,
    "draws_employee": pensions.draws_employee,
    "draws_resident": pensions.draws_resident,
    "whose_pension": pensions.whose_pension,
    "whose_contributions": pensions.whose_contributions,
    "pause_or_resume": pensions.pause_or_resume,
    "draws_something": pensions.draws_something,
    "proof_due": pensions.proof_due,
    "letter_signed": pensions.letter_signed,
    "something_changes": pensions.something_changes,
    "back_payment": pensions.back_payment,
    "months_paid": benefits.months_paid,
    "months_insured": benefits.months_insured,
    "not_by_choice": benefits.not_by_choice,
    "registered_unemployed": benefits.registered_unemployed,
    "seeks_work": benefits.seeks_work,
    "insured_here_last": benefits.insured_here_last,
    "not_on_benefit": benefits.not_on_benefit,
    "employed_or_on_benefit": benefits.employed_or_on_benefit,
    "certificate_in_time": benefits.certificate_in_time,
    "claims_left": benefits.claims_left,
    "not_claimed_before": benefits.not_claimed_before,
    "certificate_theirs": benefits.certificate_theirs,
    "can_activate": cards.can_activate,
    "loss_fits": cards.loss_fits,
    "priority_group": training.priority_group,
    "training_registered": training.training_registered,
    "training_answered": training.training_answered,
    "training_class_known": training.training_class_known,
    "training_not_delivered": training.training_not_delivered,
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
