"""What the bytes of a social-security card say: padding, dates, names, the whole person or nothing. Pure.

Sources: device-protocols 1.2 (FCI), 1.4 (EF05), 1.5 (EF06); GB 11643, GB/T 2261.1, GB/T 3304, GB 18030.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Final

from contract import id_number
from contract.faults import Fault
from drivers.device import CardHolder, Failure

CARD_ID_CODE, VERSION, ISSUED, EXPIRES, CARD_NUMBER = 0x01, 0x03, 0x05, 0x06, 0x07
ID_NUMBER, NAME, MORE_NAME, SEX, ETHNICITY, BORN = 0x08, 0x09, 0x4E, 0x0A, 0x0B, 0x0D

EF05_LENGTHS: Final[Mapping[int, int]] = {CARD_ID_CODE: 16, VERSION: 4, ISSUED: 4, EXPIRES: 4, CARD_NUMBER: 9}
EF06_LENGTHS: Final[Mapping[int, int]] = {ID_NUMBER: 18, NAME: 30, MORE_NAME: 20, SEX: 1, ETHNICITY: 1, BORN: 4}
LENGTHS: Final[Mapping[int, int]] = {**EF05_LENGTHS, **EF06_LENGTHS}
"""Tag -> value length. Only what a visit needs is read: no birthplace, no biometrics."""
OPTIONAL: Final = frozenset({MORE_NAME})

_ALGORITHMS: Final = {1: "3DES", 2: "SSF33", 3: "SM4"}
_FCI_MARK: Final = b"\x9f\x0c\x03\x86\x01"
_VERSION: Final = re.compile(r"[123]\.[0-9]{2}")
_CARD_NUMBER: Final = re.compile(r"[0-9A-Z]{4,9}")
_ETHNICITIES: Final = frozenset({f"{code:02d}" for code in range(1, 57)} | {"97", "98"})
_PRIVATE_TO_HAN: Final = str.maketrans(
    {
        0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6,
        0xE82C: 0x9FB7, 0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F, 0xE843: 0x9FB9, 0xE854: 0x9FBA,
        0xE855: 0x241FE, 0xE864: 0x9FBB,
    }
)  # fmt: skip
"""Characters that GB 18030-2000 kept in the private use area and GB 18030-2022 gives their own places."""


class _InvalidField(Exception):
    """Which field is out of range; never its value."""


def algorithm(fci: bytes) -> str:
    """Algorithm indicator of the application's FCI: 3DES, SSF33, SM4; absent: 3DES; unknown: its two digits, so that no
    key of another algorithm is tried on the card."""
    at = fci.find(_FCI_MARK)
    if at < 0 or len(fci) <= at + len(_FCI_MARK):
        return _ALGORITHMS[1]
    indicator = fci[at + len(_FCI_MARK)]
    return _ALGORITHMS.get(indicator, f"{indicator:02X}")


def assemble(records: Mapping[int, bytes], algorithm_name: str, today: date) -> CardHolder | Failure:
    """The person of a card from tag -> value, or what is wrong with it. Never a half person, never an exception."""
    missing = LENGTHS.keys() - records.keys() - OPTIONAL
    if missing:
        return Failure(Fault.CARD_UNREADABLE, f"missing tag {min(missing):02X}")
    try:
        holder = _holder(records, algorithm_name, today)
    except _InvalidField as invalid:
        return Failure(Fault.CARD_FIELDS_INVALID, str(invalid))
    if holder.expires is not None and holder.expires < today:
        return Failure(Fault.CARD_EXPIRED, f"expired {holder.expires:%Y-%m}")
    return holder


def _holder(records: Mapping[int, bytes], algorithm_name: str, today: date) -> CardHolder:
    number = _ascii(records[ID_NUMBER], "id number").upper()
    citizen = id_number.parse(number, today)
    if isinstance(citizen, id_number.Invalid):
        raise _InvalidField(f"id number: {citizen.value}")
    born = _date(records[BORN], "date of birth")
    if born != citizen.birth:
        raise _InvalidField("date of birth is not the id number's")
    issued = _date(records[ISSUED], "issue date")
    expires = _date(records[EXPIRES], "expiry date")
    if issued is not None and expires is not None and issued > expires:
        raise _InvalidField("issued after expiry")
    return CardHolder(
        id_number=citizen.number,
        name=name(records[NAME], records.get(MORE_NAME, b"")),
        sex=_sex(records[SEX]),
        ethnicity=_ethnicity(records[ETHNICITY]),
        born=citizen.birth,
        card_number=_matching(_CARD_NUMBER, _ascii(records[CARD_NUMBER][:9], "card number"), "card number"),
        card_id_code=_card_id_code(records[CARD_ID_CODE]),
        version=_matching(_VERSION, _ascii(records[VERSION], "version"), "version"),
        issued=issued,
        expires=expires,
        algorithm=algorithm_name,
    )


def name(first: bytes, more: bytes) -> str:
    """The full name: tag 09 and tag 4E joined as bytes, because the cut may fall inside a character.

    Neither 00 nor FF ends a GB 18030 character, so filling is always told from text.
    """
    joined = first.rstrip(b"\x00\xff") + more.rstrip(b"\x00\xff")
    try:
        text = joined.decode("gb18030")
    except UnicodeDecodeError:
        raise _InvalidField("name: not GB 18030") from None
    text = text.translate(_PRIVATE_TO_HAN).strip(" \u3000")
    if not text:
        raise _InvalidField("name: empty")
    for character in text:
        if character != " " and unicodedata.category(character)[0] in "CZ":
            raise _InvalidField("name: a character that cannot be written")
    return text


def _ascii(value: bytes, field: str) -> str:
    try:
        return value.rstrip(b"\x00\xff").decode("ascii").strip(" ")
    except UnicodeDecodeError:
        raise _InvalidField(f"{field}: not ASCII") from None


def _matching(shape: re.Pattern[str], text: str, field: str) -> str:
    if not shape.fullmatch(text):
        raise _InvalidField(f"{field}: shape")
    return text


def _date(value: bytes, field: str) -> date | None:
    """cn YYYYMMDD; filled with F, 00 or blanks: the card does not say."""
    if not value.strip(b"\xff") or not value.strip(b"\x00") or not value.strip(b" "):
        return None
    digits = value.hex()
    if len(digits) != 8 or not digits.isdigit():
        raise _InvalidField(f"{field}: shape")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise _InvalidField(f"{field}: no such day") from None


def _sex(value: bytes) -> str:
    text = _ascii(value, "sex")
    if text not in {"0", "1", "2", "9"}:
        raise _InvalidField("sex: code")
    return text


def _ethnicity(value: bytes) -> str:
    code = value.hex()
    if code in {"ff", "00", "20", ""}:
        return ""
    if code not in _ETHNICITIES:
        raise _InvalidField("ethnicity: code")
    return code


def _card_id_code(value: bytes) -> str:
    """16 bytes as hexadecimal digits, filling F stripped; the first three bytes are the issuing division."""
    code = value.hex().upper()
    if len(code) != 32 or not code[:6].isdigit() or not code.strip("F").strip("0"):
        raise _InvalidField("card id code: shape")
    return code.rstrip("F")
