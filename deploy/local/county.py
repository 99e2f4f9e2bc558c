"""The demonstration's county: the ceremony of signed configuration as its holders keep it, all on one machine, and who
its village workers are. Elsewhere every key lies with its holder (docs/signed-config.md)."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from central.configuration import keys, repository
from central.configuration.ceremony import HOLDERS, THRESHOLD
from central.configuration.repository import Repository
from contract import masking
from contract.configuration import CONTENT, county_role

COUNTY: Final = "140902"
OFFICE: Final = "忻府区人社局（示例）"
"""Where the specialist sits; it has no terminal."""
ROLES: Final = ("root", "targets", CONTENT)


class Worker(NamedTuple):
    """One of the cast who helps others."""

    person: str
    worker: str
    pin: str


def workers_of(cast: Path) -> tuple[Worker, ...]:
    people = tomllib.loads(cast.read_text("utf-8"))["person"]
    return tuple(Worker(one["key"], one["staff"]["worker"], one["staff"]["pin"]) for one in people if "staff" in one)


class Specialist(NamedTuple):
    """Who of the cast reviews for the county."""

    person: str
    worker: str


def specialist_of(cast: Path) -> Specialist:
    people = tomllib.loads(cast.read_text("utf-8"))["person"]
    (one,) = (Specialist(one["key"], one["reviewer"]["worker"]) for one in people if "reviewer" in one)
    return one


def pins_of(cast: Path) -> dict[str, str]:
    """The PIN of everybody's card, by their key."""
    return {one["key"]: one["card"]["pin"] for one in tomllib.loads(cast.read_text("utf-8"))["person"]}


def names_of(cast: Path) -> dict[str, str]:
    """Everybody's name as it is shown, by their key."""
    return {one["key"]: masking.name(one["name"]) for one in tomllib.loads(cast.read_text("utf-8"))["person"]}


def keep_ceremony(platform: Path, folder: Path) -> Path:
    """The holders' keys in *folder*, root of trust and the county's own role published; the county's key. Cut off, it
    begins anew where it was."""
    for name in [f"{role}-{number}" for role in ROLES for number in range(HOLDERS)] + [COUNTY]:
        if not (folder / f"{name}.key").exists():
            (folder / f"{name}.pub").unlink(missing_ok=True)
            keys.generate(folder, name)
    made, now = Repository(platform / "configuration"), datetime.now(UTC)
    with made.alone():
        if not made.exists:
            for draft in made.drafts.glob("*.json"):
                draft.unlink()
            public = {role: [keys.public(folder / f"{role}-{n}.pub") for n in range(HOLDERS)] for role in ROLES}
            made.begin(public, THRESHOLD, now)
            _sign(made, folder, *ROLES)
            made.publish(now)
        if county_role(COUNTY) not in made.counties():
            made.county(COUNTY, [keys.public(folder / f"{COUNTY}.pub")], now)
            _sign(made, folder, "targets")
            repository.sign(made.draft_path(county_role(COUNTY)), keys.signer(folder / f"{COUNTY}.key"))
            made.publish(now)
    return folder / f"{COUNTY}.key"


def _sign(made: Repository, folder: Path, *roles: str) -> None:
    for role in roles:
        for number in range(THRESHOLD):
            repository.sign(made.draft_path(role), keys.signer(folder / f"{role}-{number}.key"))
