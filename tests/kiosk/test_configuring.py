"""The configuration's task over a real ledger and a signed repository: what is kept, and by which time it is judged."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from contract import contents
from contract.configuration import CONTENT, county_role
from contract.wire import ConfigState
from kiosk.concurrency import Signal
from kiosk.configuring import Configuring
from kiosk.journal import Journal
from kiosk.shelf import Shelf
from secure.config.files import Files
from tests.secure.bench import Bench, write
from tests.secure.config.simulator import COUNTY
from tests.secure.config.village import DEVICE, ROSTER, WORDS, Village, roster
from tests.secure.cosigner import Cosigner


class Terminal:
    """Its task of configuration; the line is the simulator."""

    def __init__(self, folder: Path) -> None:
        self.village, self.bench = Village(folder), Bench(folder)
        sim = self.village.sim
        sim.put("obj/texts.v1", WORDS)
        sim.put(f"{ROSTER}.v1", roster("one"), role=county_role(COUNTY))
        sim.publish(CONTENT, county_role(COUNTY), sim.assign(DEVICE, ("obj/texts", 1), (ROSTER, 1)))
        self.cosigner = Cosigner(self.bench)
        self.journal, self.shelf = Journal(self.bench.open), Shelf(contents.packaged())
        self.task = self.new()

    def new(self) -> Configuring:
        sim = self.village.sim
        line = SimpleNamespace(files=SimpleNamespace(pieces=lambda path, _: sim.fetch(path), post=lambda *_: True))
        return Configuring(self.village.client(), cast(Any, line), self.journal, self.shelf, Signal())

    @property
    def files(self) -> set[str]:
        folder = Files(self.village.folder / "config").objects
        return {path.name for path in folder.iterdir()}


@pytest.fixture
async def terminal(tmp_path: Path) -> AsyncIterator[Terminal]:
    made = Terminal(tmp_path)
    await made.journal.open()
    await made.task.load()
    assert (await made.task.look()).state is ConfigState.CURRENT
    assert len(made.files) == 3
    yield made
    await made.journal.close()


async def test_what_could_not_be_read_once_costs_nothing_that_is_in_use(terminal: Terminal) -> None:
    """A disk that failed for a moment when the terminal began, and then gives everything back."""
    before, (held, *_) = terminal.files, terminal.village.in_use.objects
    path = Files(terminal.village.folder / "config").path(held.sha256)
    away = path.rename(terminal.village.folder / "away")
    again = terminal.new()
    await again.load()
    away.rename(path)
    assert (await again.look()).state is ConfigState.CURRENT
    assert terminal.files == before


async def test_the_floor_of_time_is_where_the_witness_last_signed(terminal: Terminal) -> None:
    terminal.cosigner.now = terminal.village.sim.now + timedelta(hours=2)
    await terminal.journal.do(lambda ledger: (write(ledger, 1), terminal.cosigner.witness(ledger)))
    assert (await terminal.task.look()).state is ConfigState.CLOCK_LOST
    terminal.village.at = terminal.cosigner.now + timedelta(minutes=1)
    assert (await terminal.task.look()).state is ConfigState.CURRENT
