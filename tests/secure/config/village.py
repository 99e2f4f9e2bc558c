"""A terminal of these tests: the real client, the real marks in the real ledger's file, a clock that can be set."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tuf.ngclient import FetcherInterface

from contract import contents
from contract.roster import Roster, encode
from contract.wire import CONFIG_TIME
from secure.config import marks, trusted_time
from secure.config.client import Client, Outcome
from secure.config.fetch import BoundedFetcher, Budget
from secure.config.files import Files
from secure.config.marks import InUse, Marks
from secure.schema import LEDGER
from secure.sqlite import Database
from tests.secure.config.simulator import COUNTY, START, Simulator

DEVICE = "T-0001"
OTHER = "T-0002"
ROSTER = f"county/{COUNTY}/roster-yangshu"
WORDS = '"ok" = "好"'.encode()


def roster(point: str) -> bytes:
    """Staff of nobody, as a county signs it."""
    since = datetime(2026, 11, 1, tzinfo=UTC)
    return encode(Roster(version=1, point=point, not_before=since, not_after=since + timedelta(days=60), workers=()))


class Village:
    """One terminal and the repository it hears of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sim = Simulator()
        self.source: FetcherInterface = self.sim
        self.bootstrap = self.sim.roots[0]
        self.at = START + timedelta(minutes=1)
        self.answer: Callable[[str], bytes | None] = lambda nonce: None
        self.cosigned: datetime | None = None
        self.budget: Callable[[], Budget] = Budget
        with contextlib.closing(self.database()) as database:
            LEDGER.apply(Database(database))

    def database(self) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / "ledger.db")

    def client(self) -> Client:
        def fetch(path: str, most: int) -> bytes | None:
            assert path.startswith(CONFIG_TIME)
            return self.answer(path.removeprefix(CONFIG_TIME))

        return Client(
            self.folder / "config", DEVICE, COUNTY, self.bootstrap, lambda objects: contents.build(objects)[1],
            trusted_time.ask_platform(fetch), lambda: self.at,
        )  # fmt: skip

    def refresh(self) -> Outcome:
        """One look, and what the terminal's task does with it: marks and what is in use, in one transaction."""
        source = self.source
        fetcher = BoundedFetcher(source.fetch, self.budget())
        with contextlib.closing(self.database()) as database:
            outcome = self.client().refresh(fetcher, *marks.load(database), self.cosigned)
            with database:
                marks.save(database, outcome.marks, outcome.in_use)
        return outcome

    @property
    def marks(self) -> Marks:
        with contextlib.closing(self.database()) as database:
            return marks.load(database)[0]

    @property
    def in_use(self) -> InUse:
        with contextlib.closing(self.database()) as database:
            return marks.load(database)[1]

    def runs(self) -> dict[str, int]:
        """Name → version of everything in use."""
        return {held.named.name: held.named.version for held in self.in_use.objects}

    def bytes_of(self, name: str) -> bytes | None:
        return Files(self.folder / "config").read(self.in_use.by_name()[name].sha256)

    def honest_time(self) -> None:
        """The platform answers for the time, and it is the repository's."""
        self.answer = lambda nonce: self.sim.time_answer(nonce, self.sim.now)

    def cut(self, *names: str) -> None:
        """A power cut: files that were renamed into place and never synced are empty."""
        for name in names:
            (self.folder / "config" / "metadata" / f"{name}.json").write_bytes(b"")
