"""Reading ``cast.toml``: the made-up people who have a story."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from central.hsm import HsmKeys


class CastCard(msgspec.Struct, frozen=True, kw_only=True):
    """What of a card the platform knows; how the emulated card behaves is not its business."""

    card_number: str
    card_id_code: str
    version: str
    issued: date
    expires: date
    state: str
    enabled: bool = True
    """Its social-security function is on (item 38)."""


class CastPlatform(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    known: bool = True
    insured_since: str = ""
    """First month in the employees' basic pension."""
    insured_until: str = ""
    """The last month; empty: until now."""
    pension_since: str = ""
    """First month of residents' basic pension."""
    retired_since: str = ""
    """First month of an employee's pension."""
    benefit_since: str = ""
    """First month of unemployment benefit."""
    resident_since: int = 0
    """First year in the residents' pension; 0: never."""
    supplement_since: int = 0
    """First year in the supplementary one."""
    work_book: date | None = None
    """When the 《就业创业证》 was issued."""


class CastPerson(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    name: str
    id_number: str
    sex: str
    ethnicity: str
    born: date
    county: str
    village: str
    phone: str
    service_password: str
    card: CastCard
    platform: CastPlatform = CastPlatform()


class Cast(msgspec.Struct, frozen=True, kw_only=True):
    person: tuple[CastPerson, ...]
    card_keys: dict[str, dict[str, HsmKeys]] = {}
    """Issuer -> algorithm -> master keys of third-generation cards; the platform's HSM holds those of ``home``."""


def read(path: Path) -> Cast:
    """Raises msgspec.ValidationError naming what is wrong."""
    return msgspec.toml.decode(path.read_bytes(), type=Cast)
