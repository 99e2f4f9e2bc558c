"""The views that ask: a question a screen, and everything that was answered on one sheet before it is handed in."""

from __future__ import annotations

import enum

import msgspec

from contract.fields import Answer, Option
from kiosk.views import View


class Question(View[Answer], frozen=True, kw_only=True):
    """A question a screen. BACK is one step back."""

    item: str
    step: int
    steps: int
    question: str
    hint: str = ""
    error: str = ""
    """Why the last answer was not taken, as a sentence."""
    required: bool = True
    """When not, there is a 「跳过」 whose answer is None."""
    next: str = "下一步"


class ChoiceQuestion(Question, frozen=True, kw_only=True):
    """Big cards; six or fewer a page. One touch chooses; with ``most`` > 1 several, then 「下一步」 (answer: tuple)."""

    options: tuple[Option, ...]
    chosen: tuple[str, ...] = ()
    most: int = 1


class NumberQuestion(Question, frozen=True, kw_only=True):
    """Number pad. Answer: the digits as typed (str)."""

    value: str = ""
    unit: str = ""
    digits: int = 11
    grouping: tuple[int, ...] = ()
    """How the digits are grouped while typing: (3, 4, 4) for a mobile number."""


class TextQuestion(Question, frozen=True, kw_only=True):
    """Chinese words by pinyin inside the window. Answer: the text (str)."""

    value: str = ""
    most: int = 30
    example: str = ""


class CodeQuestion(Question, frozen=True, kw_only=True):
    """Capital letters and digits, by keys for those of ``alphabet`` alone. Answer: the code as typed (str)."""

    value: str = ""
    alphabet: str
    lengths: tuple[int, ...]
    example: str = ""


class ConfirmRow(msgspec.Struct, frozen=True):
    label: str
    value: str


class ConfirmChoice(enum.Enum):
    SUBMIT = "提交"


class Confirm(View["ConfirmChoice | int"], frozen=True, kw_only=True):
    """Everything on one sheet, with 修改 beside each row (answer: the row's index) and 提交."""

    title: str
    line: str
    rows: tuple[ConfirmRow, ...]
    declaration: str = ""
