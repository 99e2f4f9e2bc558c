"""Questions and back: what is shown for a field and what a touch means, for every field of every item."""

from __future__ import annotations

import pytest

from contract import catalogue
from contract.answers import check, options
from contract.fields import Answer, Field, FieldKind
from kiosk.asking import Place, question, understood
from kiosk.questions import ChoiceQuestion, CodeQuestion, NumberQuestion, TextQuestion

MONTH = Field(key="since", kind=FieldKind.MONTH, question="从哪个月开始？", label="开始")
FIELDS = [*(one for item in catalogue.load() for one in item.fields if one.kind is not FieldKind.DOCUMENT), MONTH]
PLACE = Place("事项", 1, 3, "下一步")
VIEWS = {
    FieldKind.CHOICE: ChoiceQuestion,
    FieldKind.CHOICES: ChoiceQuestion,
    FieldKind.TEXT: TextQuestion,
    FieldKind.PHONE: NumberQuestion,
    FieldKind.MONEY: NumberQuestion,
    FieldKind.NUMBER: NumberQuestion,
    FieldKind.MONTH: NumberQuestion,
    FieldKind.CODE: CodeQuestion,
}


def touched(field: Field) -> Answer:
    """What the screen gives for *field* when it is answered well."""
    match field.kind:
        case FieldKind.CHOICE | FieldKind.CHOICES:
            return (options(field)[0].code,)
        case FieldKind.PHONE:
            return "13800000101"
        case FieldKind.MONEY | FieldKind.NUMBER:
            return str(max(field.low, 1))
        case FieldKind.MONTH:
            return "202611"
        case FieldKind.TEXT:
            return "杨树村"
        case FieldKind.CODE:
            return field.example


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_every_field_is_asked_answered_and_shown_again(field: Field) -> None:
    assert isinstance(question(field, None, PLACE), VIEWS[field.kind])
    answer = understood(field, touched(field))
    assert check(field, answer) is None
    again = question(field, answer, PLACE, "看一看")
    assert again.error == "看一看"
    shown = again.chosen if isinstance(again, ChoiceQuestion) else again.value
    assert understood(field, shown) == answer


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_nothing_touched_is_no_answer(field: Field) -> None:
    for nothing in (None, "", ()):
        assert understood(field, nothing) is None


def test_digits_that_are_none_are_passed_on_for_the_check_to_say_so() -> None:
    wage = Field(key="wage", kind=FieldKind.MONEY, question="?", label="工资", low=1, high=9)
    for odd in ("１２", "-5", "1.5", "x"):
        assert understood(wage, odd) == odd
        assert check(wage, understood(wage, odd)) is not None
