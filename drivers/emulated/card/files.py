"""What is written on an emulated card: EF05 and EF06 as records (device-protocols 1.4, 1.5)."""

from __future__ import annotations

import enum
import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from drivers.emulated.card.keys import KeyRing, read_ring

NAME_BYTES: Final = 30
MORE_NAME_BYTES: Final = 20


class Kind(enum.StrEnum):
    """What is special about a card of the cast."""

    NORMAL = "normal"
    NO_4E = "no_4e"
    """First generation: no record 4E, so the record numbers behind it shift."""
    T0_61XX = "t0_61xx"
    NEEDS_AUTH = "needs_auth"
    BANK = "bank"
    SILENT = "silent"
    EXPIRED = "expired"
    PIN_BLOCKED = "pin_blocked"
    GARBAGE = "garbage"
    LONG_NAME = "long_name"


@dataclass(frozen=True, slots=True)
class CastMember:
    """One made-up person of the cast with the card in their pocket."""

    key: str
    story: str
    name: str
    id_number: str
    sex: str
    ethnicity: str
    born: date
    birthplace: str
    card_number: str
    card_id_code: str
    version: str
    issued: date
    expires: date
    pin: str = field(repr=False)
    tries: int
    kind: Kind
    algorithm: str
    """``3DES``, ``SSF33``, ``SM4``"""
    ring: KeyRing = field(repr=False)
    """The master keys of whoever issued the card."""
    raw: dict[str, Any] = field(repr=False)
    """The whole entry, for the peers that need more (address of the ID card)."""


HOME: Final = "home"
"""The keys that this terminal's PSAM and this platform's HSM have."""


def read_cast(path: Path) -> dict[str, CastMember]:
    """All people of ``deploy/demo/cast.toml`` by key, in the file's order; KeyError, ValueError: what is wrong."""
    whole = _whole(path)
    rings = {name: read_ring(table) for name, table in whole.get("card_keys", {}).items()}
    return {entry["key"]: _member(entry, rings) for entry in whole["person"]}


def read_keys(path: Path, name: str = HOME) -> KeyRing:
    """``[card_keys.NAME]`` of the same file: what an emulated PSAM holds."""
    return read_ring(_whole(path)["card_keys"][name])


def _whole(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _member(entry: dict[str, Any], rings: dict[str, KeyRing]) -> CastMember:
    card = entry["card"]
    return CastMember(
        key=entry["key"],
        story=entry["story"],
        name=entry["name"],
        id_number=entry["id_number"],
        sex=entry["sex"],
        ethnicity=entry["ethnicity"],
        born=entry["born"],
        birthplace=entry["birthplace"],
        card_number=card["card_number"],
        card_id_code=card["card_id_code"],
        version=card["version"],
        issued=card["issued"],
        expires=card["expires"],
        pin=card["pin"],
        tries=card["tries"],
        kind=Kind(card["kind"]),
        algorithm=card.get("algorithm", "SM4" if card["version"].startswith("3") else "3DES"),
        ring=rings.get(card.get("keys", HOME), {}),
        raw=entry,
    )


Records = tuple[tuple[int, bytes], ...]
"""(tag, value) in record order."""


def ef05(person: CastMember) -> Records:
    """Issuer data."""
    return (
        (0x01, bytes.fromhex(person.card_id_code)),
        (0x02, b"1"),
        (0x03, person.version.encode("ascii")),
        (0x04, bytes.fromhex("140900000000000000000000")),
        (0x05, _cn_date(person.issued)),
        (0x06, _cn_date(person.expires)),
        (0x07, person.card_number.encode("ascii")),
    )


def ef06(person: CastMember) -> Records:
    """Holder data. A name that fits no 30 bytes is cut wherever the 30th byte falls: readers must join the bytes."""
    name = person.name.encode("gb18030")
    assert len(name) <= NAME_BYTES + MORE_NAME_BYTES
    more: Records = ()
    if person.kind is not Kind.NO_4E:
        more = ((0x4E, name[NAME_BYTES:].ljust(MORE_NAME_BYTES, b"\0")),)
    return (
        (0x08, person.id_number.encode("ascii")),
        (0x09, name[:NAME_BYTES].ljust(NAME_BYTES, b"\0")),
        *more,
        (0x0A, person.sex.encode("ascii")),
        (0x0B, bytes.fromhex(person.ethnicity)),
        (0x0C, bytes.fromhex(person.birthplace)),
        (0x0D, _cn_date(person.born)),
    )


def _cn_date(day: date) -> bytes:
    return bytes.fromhex(day.strftime("%Y%m%d"))
