"""A made-up identity document and its 256 bytes of text (device-protocols 2.7). Shares no code with the driver."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self


class Kind(enum.StrEnum):
    RESIDENT = " "
    PERMIT = "J"
    FOREIGN_2017 = "I"
    FOREIGN_2023 = "Y"


@dataclass(frozen=True, slots=True)
class Document:
    id_number: str = field(repr=False)
    name: str = field(repr=False)
    sex: str = field(repr=False)
    born: date = field(repr=False)
    ethnicity: str = field(default="01", repr=False)
    address: str = field(default="示例县杨树村1号", repr=False)
    authority: str = "示例县公安局"
    valid_from: date = date(2020, 1, 1)
    valid_to: date | None = date(2040, 1, 1)
    kind: Kind = Kind.RESIDENT
    english_name: str = field(default="", repr=False)
    nationality: str = "XXX"

    @classmethod
    def of(cls, person: Mapping[str, Any]) -> Self:
        """From one ``[[person]]`` of deploy/demo/cast.toml. The chip keeps 15 characters of a name."""
        return cls(
            id_number=person["id_number"],
            name=person["name"][:15],
            sex=person["sex"],
            born=person["born"],
            ethnicity=person["ethnicity"],
            address=f"{person['county']}{person['village']}",
        )

    def text(self) -> bytes:
        """The 256 bytes, UTF-16LE, padded with blanks."""
        area = bytearray(" ".encode("utf-16-le") * 128)

        def put(at: int, chars: int, value: str) -> None:
            encoded = value.encode("utf-16-le")
            assert len(encoded) <= 2 * chars, "the field is too small"
            area[at : at + len(encoded)] = encoded

        born, begins = f"{self.born:%Y%m%d}", f"{self.valid_from:%Y%m%d}"
        ends = f"{self.valid_to:%Y%m%d}" if self.valid_to else "长期"
        put(188, 8, begins)
        put(204, 8, ends)
        put(248, 1, self.kind.value)
        if self.kind is Kind.FOREIGN_2017:
            put(0, 60, self.english_name)
            put(120, 1, self.sex)
            put(122, 15, self.id_number)
            put(152, 3, self.nationality)
            put(158, 15, self.name)
            put(220, 8, born)
            put(236, 2, "01")
            return bytes(area)
        put(0, 15, self.name)
        put(30, 1, self.sex)
        put(36, 8, born)
        put(122, 18, self.id_number)
        if self.kind is Kind.FOREIGN_2023:
            put(52, 35, self.english_name[:35])
            put(220, 11, self.english_name[35:])
            put(242, 3, self.nationality)
            return bytes(area)
        put(52, 35, self.address)
        put(158, 15, self.authority)
        if self.kind is Kind.RESIDENT:
            put(32, 2, self.ethnicity)
        else:
            put(220, 9, "H00000001")
            put(238, 2, "01")
        return bytes(area)
