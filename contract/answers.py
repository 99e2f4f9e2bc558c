"""Answers of a whole item: all of them checked, and each put into words for the confirmation sheet and the slip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contract import codes, formatting, masking
from contract.catalogue import Item
from contract.fields import Answer, Field, FieldKind, check, options

__all__ = [
    "NOT_ANSWERED", "ORIGINAL", "UNKNOWN_KEY", "check", "check_all", "describe", "documents", "options", "originals",
    "pages_of",
]  # fmt: skip

NOT_ANSWERED: Final = "没填"
ORIGINAL: Final = "带原件到窗口"
"""What a document is that was not pictured."""
UNKNOWN_KEY: Final = "这件事里没有这一项。"


def check_all(item: Item, answers: Mapping[str, object]) -> dict[str, str]:
    """Key → sentence of everything that cannot be taken: wrong answers, missing ones, keys the item does not have.

    Empty when all is fine. An answer that is None counts as none.
    """
    found = {field.key: check(field, answers.get(field.key)) for field in item.fields}
    wrong = {key: sentence for key, sentence in found.items() if sentence is not None}
    return wrong | {key: UNKNOWN_KEY for key in answers if key not in found}


def describe(field: Field, answer: Answer, *, masked: bool = True) -> str:
    """*answer* in words: labels of codes, money in groups with its unit, a telephone masked where the field says so and
    *masked* is true. A code the field does not know is shown as it is: stored data can be older than the item."""
    if answer is None or answer in ("", ()):
        return ORIGINAL if field.kind is FieldKind.DOCUMENT else NOT_ANSWERED
    match field.kind:
        case FieldKind.CHOICE | FieldKind.CHOICES:
            chosen = (answer,) if isinstance(answer, (str, int)) else tuple(answer)
            return "；".join(_label(field, str(code)) for code in chosen)
        case FieldKind.PHONE:
            number = str(answer)
            return masking.phone(number) if masked and field.masked else formatting.phone(number)
        case FieldKind.MONEY | FieldKind.NUMBER:
            number = formatting.whole(answer) if isinstance(answer, int) else str(answer)
            return f"{number} {field.unit}" if field.unit else number
        case FieldKind.MONTH:
            return formatting.month(str(answer))
        case FieldKind.CODE:
            return formatting.code(str(answer))
        case FieldKind.DOCUMENT:
            return f"{len(answer)} 页" if isinstance(answer, tuple) else str(answer)
        case FieldKind.TEXT:  # pragma: no branch - the last kind there is: mypy holds the match to be whole
            return str(answer)


def documents(item: Item) -> tuple[Field, ...]:
    """What of *item* is asked for as pictures."""
    return tuple(field for field in item.fields if field.kind is FieldKind.DOCUMENT)


def pages_of(document: Field, answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """References of the pages that were given of *document*."""
    value = answers.get(document.key)
    return value if isinstance(value, tuple) else ()


def originals(item: Item, answers: Mapping[str, Answer]) -> str:
    """Documents that were not pictured, in words; empty when there is none."""
    return "、".join(one.label for one in documents(item) if not pages_of(one, answers))


def _label(field: Field, code: str) -> str:
    for option in field.options:
        if option.code == code:
            return option.label
    return codes.table(field.codes).label(code) if field.codes else code
