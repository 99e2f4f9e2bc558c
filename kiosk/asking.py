"""From a field of an item to a question on the screen, and from what was touched back to an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from contract import answers
from contract.fields import Answer, Field, FieldKind
from kiosk.questions import ChoiceQuestion, CodeQuestion, NumberQuestion, Question, TextQuestion

PHONE_DIGITS: Final = 12
PHONE_GROUPING: Final = (3, 4, 4)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a form (or among filters) a question stands."""

    item: str
    step: int
    steps: int
    next: str
    """Label of the button that goes on."""


def question(field: Field, value: Answer, place: Place, error: str = "") -> Question:
    """The view that asks for *field*, holding *value* when it was answered before."""
    empty = Question(
        item=place.item,
        step=place.step,
        steps=place.steps,
        question=field.question,
        hint=field.hint,
        error=error,
        required=field.required,
        next=place.next,
        speech=field.question,
    )
    common = msgspec.structs.asdict(empty)
    match field.kind:
        case FieldKind.CHOICE | FieldKind.CHOICES:
            chosen = value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
            most = field.most if field.kind is FieldKind.CHOICES else 1
            return ChoiceQuestion(options=answers.options(field), chosen=chosen, most=most, **common)
        case FieldKind.TEXT:
            text = value if isinstance(value, str) else ""
            return TextQuestion(value=text, most=field.most, example=field.example, **common)
        case FieldKind.PHONE:
            text = value if isinstance(value, str) else ""
            return NumberQuestion(value=text, digits=PHONE_DIGITS, grouping=PHONE_GROUPING, **common)
        case FieldKind.MONEY | FieldKind.NUMBER:
            text = "" if value is None else str(value)
            digits = len(str(field.high)) if field.high else 6
            return NumberQuestion(value=text, unit=field.unit, digits=digits, **common)
        case FieldKind.MONTH:
            text = value.replace("-", "") if isinstance(value, str) else ""
            return NumberQuestion(value=text, digits=6, grouping=(4, 2), **common)
        case FieldKind.CODE:
            text = value if isinstance(value, str) else ""
            return CodeQuestion(
                value=text, alphabet=field.alphabet, lengths=field.lengths, example=field.example, **common
            )
        case FieldKind.DOCUMENT:  # pragma: no cover - asked in a way of its own (kiosk.documents)
            raise AssertionError("a document is no question of one screen")


def understood(field: Field, raw: Answer) -> Answer:
    """What was touched, as the answer the field wants; what cannot be one is passed on for ``check`` to say so."""
    if raw is None or raw in ("", ()):
        return None
    match field.kind:
        case FieldKind.CHOICE:
            return raw[0] if isinstance(raw, tuple) else raw
        case FieldKind.CHOICES:
            return raw if isinstance(raw, tuple) else (str(raw),)
        case FieldKind.MONEY | FieldKind.NUMBER:
            return int(raw) if isinstance(raw, str) and raw.isascii() and raw.isdigit() else raw
        case FieldKind.MONTH:
            return f"{raw[:4]}-{raw[4:]}" if isinstance(raw, str) else raw
        case _:
            return raw
