"""The 256-byte text of an identity document, in its four layouts (device-protocols 2.7). Pure, no I/O.

All or nothing: either every field makes sense and a whole person comes back, or a word why not. The photo is not read.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from datetime import date
from typing import Final

from contract import id_number
from drivers.device import DocumentKind, IdCardHolder

TEXT_BYTES: Final = 256
ADDRESS_BYTES: Final = 70
LONG_TERM: Final = "长期"
_TYPE_AT: Final = 248
_SEXES: Final = frozenset("0129")
_ETHNICITIES: Final = frozenset(f"{code:02d}" for code in (*range(1, 57), 97, 98))
_FORMER_FOREIGN: Final = re.compile(r"[A-Z]{3}[0-9]{12}")
"""Foreign permanent resident card of 2017: nationality and 12 digits. No check digit whose rule is public."""
_NATIONALITY: Final = re.compile(r"[A-Z]{3}")
"""ISO 3166-1 alpha-3 (GB/T 2659)."""
_PERMIT_DIVISIONS: Final = ("810000", "820000", "830000")


class Flaw(enum.StrEnum):
    """Why a text is no person; for staff and the log, says nothing of whom."""

    LENGTH = "length"
    ENCODING = "encoding"
    KIND = "kind"
    NAME = "name"
    SEX = "sex"
    ETHNICITY = "ethnicity"
    BORN = "born"
    ADDRESS = "address"
    NUMBER = "number"
    VALIDITY = "validity"
    NATIONALITY = "nationality"


class _Flawed(Exception):
    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


def decode(text: bytes, today: date) -> IdCardHolder | Flaw:
    """Read *text* (256 bytes, UTF-16LE). Whether the document has expired is for the caller."""
    if len(text) != TEXT_BYTES:
        return Flaw.LENGTH
    try:
        kind = _field(text, _TYPE_AT, 2)
        match kind:
            case "" | "0":
                return _resident(text, today, permit=False)
            case "J":
                return _resident(text, today, permit=True)
            case "I":
                return _foreign_2017(text, today)
            case "Y":
                return _foreign_2023(text, today)
            case _:
                return Flaw.KIND
    except _Flawed as flawed:
        return flawed.flaw


def decode_address(data: bytes) -> str | Flaw:
    """The newest address (2.4: 70 bytes, UTF-16LE); empty when it is blank."""
    if len(data) != ADDRESS_BYTES:
        return Flaw.LENGTH
    try:
        return _field(data, 0, ADDRESS_BYTES)
    except _Flawed as flawed:
        return flawed.flaw


def _resident(text: bytes, today: date, *, permit: bool) -> IdCardHolder:
    number = _number(_field(text, 122, 36), today)
    if permit and number[:6] not in _PERMIT_DIVISIONS:
        raise _Flawed(Flaw.NUMBER)
    ethnicity = "" if permit else _one_of(_field(text, 32, 4), _ETHNICITIES, Flaw.ETHNICITY)
    return IdCardHolder(
        id_number=number,
        name=_filled(_field(text, 0, 30), Flaw.NAME),
        sex=_one_of(_field(text, 30, 2), _SEXES, Flaw.SEX),
        ethnicity=ethnicity,
        born=_born(_field(text, 36, 16), today, number),
        address=_filled(_field(text, 52, 70), Flaw.ADDRESS),
        expires=_expiry(_field(text, 188, 16), _field(text, 204, 16)),
        kind=DocumentKind.HMT_PERMIT if permit else DocumentKind.RESIDENT,
    )


def _foreign_2017(text: bytes, today: date) -> IdCardHolder:
    number = _field(text, 122, 30)
    if not _FORMER_FOREIGN.fullmatch(number):
        raise _Flawed(Flaw.NUMBER)
    latin = _field(text, 0, 120)
    return IdCardHolder(
        id_number=number,
        name=_filled(_field(text, 158, 30) or latin, Flaw.NAME),
        sex=_one_of(_field(text, 120, 2), _SEXES, Flaw.SEX),
        ethnicity="",
        born=_born(_field(text, 220, 16), today),
        address="",
        expires=_expiry(_field(text, 188, 16), _field(text, 204, 16)),
        kind=DocumentKind.FOREIGN_2017,
        nationality=_nationality(_field(text, 152, 6)),
        latin_name=latin,
    )


def _foreign_2023(text: bytes, today: date) -> IdCardHolder:
    number = _number(_field(text, 122, 36), today)
    if number[0] != "9":
        raise _Flawed(Flaw.NUMBER)
    # Whole before it is cleaned: a blank at the seam is part of the name, and so is a pair of surrogates.
    latin = _clean(_text(text[52:122] + text[220:242]))
    return IdCardHolder(
        id_number=number,
        name=_filled(_field(text, 0, 30) or latin, Flaw.NAME),
        sex=_one_of(_field(text, 30, 2), _SEXES, Flaw.SEX),
        ethnicity="",
        born=_born(_field(text, 36, 16), today, number),
        address="",
        expires=_expiry(_field(text, 188, 16), _field(text, 204, 16)),
        kind=DocumentKind.FOREIGN_2023,
        nationality=_nationality(_field(text, 242, 6)),
        latin_name=latin,
    )


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-16-le")
    except UnicodeDecodeError:
        raise _Flawed(Flaw.ENCODING) from None  # the cause would quote the bytes


def _clean(value: str) -> str:
    value = value.replace("\0", " ").strip(" \u3000")
    # Private-use characters stay: older cards write rare names with them. Printable text, as nearly all is, has none of
    # those looked for.
    if not value.isprintable() and any(unicodedata.category(char) in {"Cc", "Cf", "Cn", "Zl", "Zp"} for char in value):
        raise _Flawed(Flaw.ENCODING)
    return value


def _field(text: bytes, at: int, length: int) -> str:
    return _clean(_text(text[at : at + length]))


def _nationality(value: str) -> str:
    if not _NATIONALITY.fullmatch(value):
        raise _Flawed(Flaw.NATIONALITY)
    return value


def _filled(value: str, flaw: Flaw) -> str:
    if not value:
        raise _Flawed(flaw)
    return value


def _one_of(value: str, allowed: frozenset[str], flaw: Flaw) -> str:
    if value not in allowed:
        raise _Flawed(flaw)
    return value


def _number(value: str, today: date) -> str:
    if not id_number.valid(value, today):
        raise _Flawed(Flaw.NUMBER)
    return value.upper()


def _date(value: str, flaw: Flaw) -> date:
    if len(value) != 8 or not (value.isascii() and value.isdigit()):
        raise _Flawed(flaw)
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        raise _Flawed(flaw) from None


def _born(value: str, today: date, number: str = "") -> date:
    born = _date(value, Flaw.BORN)
    if born > today or (number and number[6:14] != value):
        raise _Flawed(Flaw.BORN)
    return born


def _expiry(begins: str, ends: str) -> date | None:
    """None: 长期."""
    first = _date(begins, Flaw.VALIDITY)
    if ends == LONG_TERM:
        return None
    last = _date(ends, Flaw.VALIDITY)
    if last < first:
        raise _Flawed(Flaw.VALIDITY)
    return last
