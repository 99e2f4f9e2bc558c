"""The ceremony as its holders keep it, by the commands they would use: six keys, two of three sign, publish."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from central.configuration import keys, repository
from contract.configuration import CONTENT, county_role

ROOT = Path(__file__).parents[2]
COUNTY = "140902"


class Ceremony:
    """A platform's state folder with everything that is done to its configuration."""

    def __init__(self, state: Path, folder: Path) -> None:
        self.state, self.folder = state, folder
        for role in ("root", "targets", "content", COUNTY):
            for number in (1, 2, 3):
                keys.generate(folder / "keys", f"{role}-{number}")
        public = {role: sorted((folder / "keys").glob(f"{role}-*.pub")) for role in ("root", "targets", "content")}
        holders = [word for role, paths in public.items() for word in (f"--{role}", *map(str, paths))]
        self.command("init", *holders)
        self.signed("root", "targets", CONTENT)
        self.command("county", "--code", COUNTY, "--key", str(folder / "keys" / f"{COUNTY}-1.pub"))
        self.signed("targets", county_role(COUNTY))

    def command(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """``central config WORDS``."""
        name, *rest = words
        whole = [sys.executable, "-m", "central", "config", name, "--state", str(self.state), *rest]
        return subprocess.run(whole, cwd=ROOT, check=check, capture_output=True, text=True, timeout=300)

    def signed(self, *roles: str) -> None:
        """Two of three sign the drafts of *roles* (of a county's, one does), and they are published."""
        for role in roles:
            draft = self.state / "configuration" / "drafts" / f"{role}.json"
            name = role.removeprefix("county-")
            for number in (1,) if name == COUNTY else (1, 3):
                repository.sign(draft, keys.signer(self.folder / "keys" / f"{name}-{number}.key"))
        self.command("publish")

    def put(self, objects: dict[str, bytes], *, county: str = "", minimum: str = "") -> None:
        """Objects by file name, signed and published; *minimum*: 「item-34=2」."""
        drafts = self.folder / "objects"
        drafts.mkdir(exist_ok=True)
        for name, data in objects.items():
            (drafts / name).write_bytes(data)
        given = [str(drafts / name) for name in objects]
        more = [
            word for name, value in (("--county", county), ("--minimum", minimum)) if value for word in (name, value)
        ]
        self.command("put", *given, *more)
        self.signed(county_role(county) if county else CONTENT)

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.command("status", "--json").stdout)
        return found
