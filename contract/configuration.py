"""Signed configuration as data: names of objects, a terminal's assignment, and who may sign what.

The metadata around it is The Update Framework's (TUF specification 1.0.34); two layers as in Uptane's image and
director repositories (Uptane Standard 2.1.0, 5.2): offline keys say what an object *is*, the online key who gets which.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Final, NamedTuple

import msgspec

from contract import limits

BUILT: Final = datetime(2026, 11, 1, tzinfo=UTC)
"""No terminal of this release ever ran before this day: the lowest of its time floors. Raised with every release."""

CONTENT: Final = "content"
"""Delegated role, 2 of 3 offline keys: everything under ``obj/``."""
DEVICES: Final = "devices"
"""Delegated role, online key: ``dev/``; it delegates to its bins itself (succinct roles stand alone, TUF 4.5)."""
BIN_BITS: Final = 8
BIN_PREFIX: Final = "bin"
OBJECTS: Final = "obj"
COUNTIES: Final = "county"

SIGNED_AT: Final = "x-signed-at"
"""In timestamp.json: when the platform signed it (ISO 8601). Raises a terminal's time floor."""
TIME_KEY: Final = "x-time-key"
"""In root.json: the Ed25519 key (hex) of the platform's time answers."""
VERSION: Final = "version"
MINIMUM: Final = "minimum"
"""Both in an object's ``custom`` (TUF 4.5), signed with it: no version below ``minimum`` is ever applied."""

MOST: Final = 2**53 - 1
"""Counters and versions stay exact in every JSON reader."""
COUNTY_CODE: Final = re.compile(r"\d{6}", re.ASCII)
_NAME: Final = re.compile(r"(?:obj|county/\d{6})/[a-z][a-z0-9_-]{0,47}", re.ASCII)
_TARGET: Final = re.compile(rf"({_NAME.pattern})\.v([1-9]\d{{0,8}})", re.ASCII)

Version = Annotated[int, msgspec.Meta(ge=1, le=999_999_999)]
Count = Annotated[int, msgspec.Meta(ge=1, le=MOST)]


class Named(NamedTuple):
    """An object: ``obj/item-41`` or ``county/140902/notices``, and which version of it."""

    name: str
    version: int

    @property
    def target(self) -> str:
        """Its TUF target path."""
        return f"{self.name}.v{self.version}"

    @property
    def kind(self) -> str:
        """The name within its space: ``item-41``, ``notices``."""
        return self.name.rpartition("/")[2]


def named(target: str) -> Named | None:
    """The object behind a TUF target path, None when it is no object's."""
    found = _TARGET.fullmatch(target)
    return Named(found[1], int(found[2])) if found else None


def county_role(code: str) -> str:
    """Name of the county's delegated role."""
    return f"county-{code}"


def device_target(device: str) -> str:
    """Target path of the assignment of *device*."""
    return f"dev/{device}.json"


def signer_of(name: str, county: str) -> str | None:
    """The one role whose signature makes *name* applicable at a terminal of *county*; None: nobody's."""
    if _NAME.fullmatch(name) is None:
        return None
    if name.startswith(f"{OBJECTS}/"):
        return CONTENT
    return county_role(county) if county and name.startswith(f"{COUNTIES}/{county}/") else None


class Assigned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One object of an assignment."""

    name: Annotated[str, msgspec.Meta(pattern=rf"^{_NAME.pattern}$")]
    version: Version
    minimum: Version = 1
    """No version below this one from now on."""


class Assignment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``dev/<id>.json``: what this terminal runs. Raises ValueError when an object is named twice."""

    device: str
    counter: Count
    """Grows with every assignment of this device, also when it names older objects again."""
    release: Annotated[str, msgspec.Meta(max_length=64)] = ""
    ring: Annotated[int, msgspec.Meta(ge=0, le=100)] = 100
    objects: Annotated[tuple[Assigned, ...], msgspec.Meta(max_length=limits.CONFIG_OBJECTS)] = ()

    def __post_init__(self) -> None:
        names = [entry.name for entry in self.objects]
        if len(set(names)) != len(names):
            raise ValueError("an object is named twice")
