"""Questions and filters: field types, and the one function by which terminal and platform check an answer."""

from __future__ import annotations

import enum
import re
import unicodedata
from typing import Final

import msgspec

from contract import code_rules, codes, limits


class FieldKind(enum.StrEnum):
    CHOICE = "choice"
    """One of the options; the answer is its code."""
    CHOICES = "choices"
    """One to ``most`` of the options; the answer is a tuple of codes."""
    TEXT = "text"
    """Chinese words; at most ``most`` characters."""
    PHONE = "phone"
    """A mainland mobile number (11 digits) or a land line."""
    MONEY = "money"
    """Whole yuan between ``low`` and ``high``; the answer is an int."""
    NUMBER = "number"
    """A whole number between ``low`` and ``high``."""
    MONTH = "month"
    """``YYYY-MM``."""
    CODE = "code"
    """Capital letters and digits of ``alphabet``, of one of ``lengths``, copied from a paper; ``rule`` names what holds
    besides."""
    DOCUMENT = "document"
    """A paper, as pictures of at most ``most`` pages; the answer is a tuple of their references, the hash of each as it
    is sealed. Not answered: the original goes to the counter."""


class PageWay(enum.StrEnum):
    """How a picture of a page comes."""

    CAMERA = "camera"
    """The terminal's document camera."""
    PHONE = "phone"
    """The resident's own telephone, through the platform's upload page."""


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    label: str


Answer = str | int | tuple[str, ...] | None
Answers = dict[str, Answer]


class Field(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question, one screen."""

    key: str
    kind: FieldKind
    question: str
    """A sentence a neighbour would ask: 「您想找什么活儿？」"""
    label: str
    """The same in two to six characters, for the confirmation sheet and the slip."""
    hint: str = ""
    options: tuple[Option, ...] = ()
    codes: str = ""
    """Name of a code table (contract/codes/NAME.toml) to take the options from."""
    required: bool = True
    low: int = 0
    high: int = 0
    most: int = 0
    unit: str = ""
    example: str = ""
    alphabet: str = ""
    """Of a code: the characters it can hold, digits first, then letters. The keyboard has these keys and no others."""
    lengths: tuple[int, ...] = ()
    """Of a code: how many characters it has, the shortest first."""
    rule: str = ""
    """Of a code: name of the standard it is checked by (contract.code_rules); empty for none."""
    ways: tuple[PageWay, ...] = tuple(PageWay)
    """Of a document: how its pages may come."""
    masked: bool = False
    """Shown masked on the confirmation sheet and on the slip (telephones)."""

    def __post_init__(self) -> None:
        """Raises ValueError (msgspec: ValidationError with the path of the field) for a field nobody could answer."""
        wrong = _wrong_with(self)
        if wrong:
            raise ValueError(f"{self.key}: {wrong}")


_KEY: Final = re.compile(r"[a-z][a-z0-9_]*")
_REFERENCE: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
"""A page's reference, the hash of what is sealed: it names this picture and no other, and says nothing of it."""
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_MOBILE: Final = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LAND_LINE: Final = re.compile(r"0(?:10|2\d)-?\d{8}|0[3-9]\d{2}-?\d{7,8}", re.ASCII)
_PHONE_CHARACTERS: Final = re.compile(r"\d*-?\d*", re.ASCII)
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2099
"""Bounds of a month's year."""
FEW_LETTERS: Final = 6
"""So many letters can be named in a sentence."""

CHOOSING: Final = frozenset({FieldKind.CHOICE, FieldKind.CHOICES})
COUNTING: Final = frozenset({FieldKind.MONEY, FieldKind.NUMBER})
_WRITABLE: Final = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "Sc", "Sm", "So"}) | frozenset(
    {"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"}
)
"""Unicode categories a text may hold: letters, digits, punctuation, signs. No controls, no private use, no accents that
stand alone, nothing unassigned."""
_BLANKS: Final = frozenset({" ", "\u3000"})


def options(field: Field) -> tuple[Option, ...]:
    """What can be chosen: the field's own options first (「不限」), then those of its code table."""
    if not field.codes:
        return field.options
    rows = codes.table(field.codes).offered
    return field.options + tuple(Option(row.code, row.label) for row in rows)


def check(field: Field, answer: object) -> str | None:
    """None when *answer* can be taken for *field*, else one sentence for the resident. Never raises, whatever it is.

    An optional field is left out by None, never by an empty text.
    """
    if answer is None:
        return _MISSING[field.kind] if field.required else None
    match field.kind:
        case FieldKind.CHOICE:
            return _check_choice(field, answer)
        case FieldKind.CHOICES:
            return _check_choices(field, answer)
        case FieldKind.TEXT:
            return _check_text(field, answer)
        case FieldKind.PHONE:
            return _check_phone(answer)
        case FieldKind.MONEY | FieldKind.NUMBER:
            return _check_number(field, answer)
        case FieldKind.MONTH:
            return _check_month(answer)
        case FieldKind.CODE:
            return _check_code(field, answer)
        case FieldKind.DOCUMENT:  # pragma: no branch - the last kind there is: mypy holds the match to be whole
            return _check_document(field, answer)


_MISSING: Final = {
    FieldKind.CHOICE: "请点一个，再点「下一步」。",
    FieldKind.CHOICES: "请至少点一个，再点「下一步」。",
    FieldKind.TEXT: "这里要写几个字，请写上再点「下一步」。",
    FieldKind.PHONE: "请写上电话号码，再点「下一步」。",
    FieldKind.MONEY: "请写上多少钱，再点「下一步」。",
    FieldKind.NUMBER: "请写上数字，再点「下一步」。",
    FieldKind.MONTH: "请写上哪年哪月，再点「下一步」。",
    FieldKind.CODE: "请照着证件写上，再点「下一步」。",
    FieldKind.DOCUMENT: "这件事要有这份材料，请先拍好，再点「下一步」。",
}


def _check_choice(field: Field, answer: object) -> str | None:
    known = isinstance(answer, str) and any(option.code == answer for option in options(field))
    return None if known else "请从上面的里头点一个。"


def _check_choices(field: Field, answer: object) -> str | None:
    if not isinstance(answer, tuple):
        return "请从上面的里头点。"
    if not answer:
        return _MISSING[FieldKind.CHOICES]
    if len(answer) > field.most:
        return f"最多选 {field.most} 样，现在选了 {len(answer)} 样，请去掉几样。"
    known = {option.code for option in options(field)}
    if not all(isinstance(code, str) and code in known for code in answer):
        return "请从上面的里头点。"
    return None if len(set(answer)) == len(answer) else "同一样选了两回，请去掉一个。"


def _check_text(field: Field, answer: object) -> str | None:
    if not isinstance(answer, str) or not answer.strip():
        return _MISSING[FieldKind.TEXT] if field.required else "这里还没有写字，不想写就点「跳过」。"
    if len(answer) > field.most:
        return f"最多写 {field.most} 个字，现在是 {len(answer)} 个，请减几个字。"
    before = ""
    for character in answer:
        if not _writable(character, before):
            return "里面有个字机器写不出来，请换个写法。"
        before = character
    return None


def _writable(character: str, before: str) -> bool:
    """Whether a resident's text may hold *character*: nothing invisible, nothing private, nothing that changes what
    stands beside it, except the variation selectors of ideographs (Unicode Ideographic Variation Database)."""
    if unicodedata.name(character, "").startswith("VARIATION SELECTOR"):
        return bool(before) and unicodedata.category(before) == "Lo"
    if character > "\uffff" and not unicodedata.name(character, "").startswith("CJK"):
        return False  # emoji and the like: beyond the BMP only ideographs can be drawn and printed
    return character in _BLANKS or unicodedata.category(character) in _WRITABLE


def _check_phone(answer: object) -> str | None:
    if not isinstance(answer, str) or not answer:
        return _MISSING[FieldKind.PHONE]
    if _PHONE_CHARACTERS.fullmatch(answer) is None:
        return "电话号码里只能有数字，请再看一看。"
    if _MOBILE.fullmatch(answer) or _LAND_LINE.fullmatch(answer):
        return None
    digits = answer.replace("-", "")
    if digits.startswith("0"):
        return "座机号码要先写区号，再写七位或八位的号码，请再看一看。"
    if "-" not in answer and digits.startswith("1") and len(digits) != 11:
        return f"电话号码要 11 位，现在是 {len(digits)} 位，请再看一看。"
    if "-" not in answer and digits.startswith("1"):
        return "手机号码第二位是 3 到 9，请再看一看。"
    return "手机号码是 1 开头的 11 位数；座机请先写区号。"


def _check_number(field: Field, answer: object) -> str | None:
    if type(answer) is not int:  # a bool is an int to isinstance
        return "这里只能写整数，请再看一看。"
    if field.low <= answer <= field.high:
        return None
    unit = f" {field.unit}" if field.unit else ""
    return f"要在 {_spaced(field.low)} 到 {_spaced(field.high)}{unit}之间，请再看一看。"


def _check_month(answer: object) -> str | None:
    found = _MONTH.fullmatch(answer) if isinstance(answer, str) else None
    if found is None:
        return "年写四位，月写两位，比如 2026 年 03 月。"
    if not 1 <= int(found[2]) <= 12:
        return "月份是 01 到 12，请再看一看。"
    if not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return f"年份要在 {FIRST_YEAR} 到 {LAST_YEAR} 之间，请再看一看。"
    return None


def _check_code(field: Field, answer: object) -> str | None:
    if not isinstance(answer, str) or not answer:
        return _MISSING[FieldKind.CODE]
    if not set(answer) <= set(field.alphabet):
        return f"{field.label}里{_alphabet_words(field.alphabet)}，请再看一看。"
    if len(answer) not in field.lengths:
        wanted = "或 ".join(f"{length} 位" for length in field.lengths)
        return f"{field.label}要 {wanted}，现在是 {len(answer)} 位，请再看一看。"
    return code_rules.RULES[field.rule].check(answer) if field.rule else None


def _alphabet_words(alphabet: str) -> str:
    """What a code holds, or what it does not hold, whichever is said in fewer words."""
    letters = [one for one in alphabet if not one.isdigit()]
    if not letters:
        return "只有数字"
    without = [one for one in code_rules.CHARACTERS[10:] if one not in letters]
    if len(letters) <= FEW_LETTERS:
        return f"只有数字和字母 {'、'.join(letters)}"
    return f"没有字母 {'、'.join(without)}" if 0 < len(without) <= FEW_LETTERS else "只有数字和大写字母"


def _check_document(field: Field, answer: object) -> str | None:
    if not isinstance(answer, tuple):
        return "材料没有拍好，请重新拍。"
    if not answer:
        return _MISSING[FieldKind.DOCUMENT]
    if len(answer) > field.most:
        return f"最多 {field.most} 页，现在有 {len(answer)} 页，请去掉几页。"
    if not all(isinstance(page, str) and _REFERENCE.fullmatch(page) for page in answer):
        return "材料没有拍好，请重新拍。"
    return None if len(set(answer)) == len(answer) else "同一页交了两回，请去掉一页。"


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _wrong_with(field: Field) -> str:
    """Why nobody could answer *field*, for the author of an item; empty when it is fine."""
    if _KEY.fullmatch(field.key) is None:
        return "key 只能用小写英文字母、数字和下划线"
    if not field.question or not field.label:
        return "question 和 label 都要写"
    if field.kind in CHOOSING:
        return _wrong_with_options(field)
    if field.options or field.codes:
        return "只有 choice 和 choices 才有 options、codes"
    if field.kind is FieldKind.CODE:
        return _wrong_with_code(field)
    if field.alphabet or field.lengths or field.rule:
        return "只有 code 才有 alphabet、lengths、rule"
    if field.kind is FieldKind.DOCUMENT:
        return _wrong_with_document(field)
    if field.kind is FieldKind.TEXT and field.most < 1:
        return "text 要写 most（最多几个字）"
    if field.kind in COUNTING and not 0 <= field.low < field.high:
        return "low 要小于 high，都不能是负数"
    return ""


def _wrong_with_options(field: Field) -> str:
    offered = [option.code for option in options(field)]
    if len(offered) < 2:
        return "至少要有两个可选的"
    if len(set(offered)) != len(offered):
        return "选项的代码有重复"
    if field.kind is FieldKind.CHOICES and not 1 < field.most <= len(offered):
        return "choices 要写 most，大于 1，不超过选项个数"
    return ""


def _wrong_with_code(field: Field) -> str:
    alphabet, lengths = field.alphabet, field.lengths
    if len(alphabet) < 2 or alphabet != "".join(one for one in code_rules.CHARACTERS if one in alphabet):
        return "alphabet 写数字和大写字母，先数字后字母，按顺序，不重复"
    if not lengths or list(lengths) != sorted(set(lengths)) or not 1 <= lengths[0] <= lengths[-1] <= code_rules.LONGEST:
        return f"lengths 写有几位，短的在前，最多 {code_rules.LONGEST} 位"
    if field.rule and field.rule not in code_rules.RULES:
        return f"没有这样的 rule，有的是：{'、'.join(code_rules.RULES)}"
    if field.rule:
        rule = code_rules.RULES[field.rule]
        if alphabet != rule.alphabet or not set(lengths) <= set(rule.lengths):
            return f"{field.rule} 的 alphabet 是 {rule.alphabet}，lengths 是 {list(rule.lengths)} 里的"
    if field.example and _check_code(field, field.example) is not None:
        return "example 自己要通得过"
    return ""


def _wrong_with_document(field: Field) -> str:
    if not 1 <= field.most <= limits.PHOTOS_A_MATTER:
        return f"document 要写 most（最多几页，不超过 {limits.PHOTOS_A_MATTER}）"
    if not field.ways or len(set(field.ways)) != len(field.ways):
        return "ways 至少写一样，不能重复"
    return ""
