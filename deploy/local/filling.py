"""A form as touches: made of the item's own fields, so that a form that is changed is filled in as it is then."""

from __future__ import annotations

from typing import Final

from contract import catalogue
from contract.answers import ORIGINAL, options
from contract.fields import Field, FieldKind
from deploy.local.steps import Choose, Digits, Expect, Letters, OnKeys, Pinyin, Step, Tap

ITEMS: Final = catalogue.load()
SKIP: Final = ""
"""Given for a field that is left out."""
USUAL: Final = {FieldKind.TEXT: "杨树村", FieldKind.PHONE: "13800000101", FieldKind.MONTH: "202609"}
"""What is typed where nothing else is given; of what can be chosen, the first."""
SPELT: Final = {
    "杨树村": ("yangshucun", ("杨树村",)),
    "电工": ("diangong", ("电工",)),
    "卖早点": ("maizaodian", ("卖", "早点")),
    "工厂": ("gongchang", ("工厂",)),
}
VIEWS: Final = {
    FieldKind.CHOICE: "ChoiceQuestion",
    FieldKind.CHOICES: "ChoiceQuestion",
    FieldKind.TEXT: "TextQuestion",
    FieldKind.CODE: "CodeQuestion",
}


def form(number: int, **given: str) -> tuple[Step, ...]:
    """The whole form of an item. *given*: the label to choose or what to type, by the field's key."""
    fields = ITEMS[number].fields
    unknown = given.keys() - {field.key for field in fields}
    if unknown:
        raise KeyError(f"item {number} has no field {min(unknown)}")
    return tuple(step for field in fields for step in _answer(field, given.get(field.key)))


def _answer(field: Field, given: str | None) -> tuple[Step, ...]:
    if field.kind is FieldKind.DOCUMENT:
        return Expect("ChoiceQuestion", (field.question,), wait=40.0), Choose((given or ORIGINAL,))
    asked = Expect(VIEWS.get(field.kind, "NumberQuestion"), (field.question,), wait=40.0)
    if given == SKIP or (given is None and not field.required):
        return asked, Tap("跳过")
    if field.kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        return asked, Choose((given or options(field)[0].label,))
    if field.kind is FieldKind.CODE:
        return asked, Letters(given or field.example)
    typed = given or USUAL.get(field.kind) or str(field.low)
    if field.kind is not FieldKind.TEXT:
        return asked, Digits(typed)
    if typed.isdigit():
        return asked, OnKeys("数字", typed)
    return asked, Pinyin(*SPELT[typed])
