"""items: matching and lists on a hundred thousand of each, the catalogue's load, and from a touch to the next screen
for each kind of item, played through the real window."""

from __future__ import annotations

import json
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Final

from bench.report import Figure
from contract import catalogue, codes
from deploy.local.household import CAST, House, python
from deploy.local.programs import once

COUNT: Final = 100_000
TODAY: Final = date(2026, 11, 23)
PAGE_GOAL: Final = 300.0
"""Milliseconds of the platform for a page of any of them: nobody sees that they waited."""
CATALOGUE_GOAL: Final = 100.0
SCREEN_GOAL: Final = 1.0
"""Seconds from the touch to the next screen."""
LOADS: Final = 7
ROUNDS_A_TOUR: Final = 7
"""A tour of the window takes minutes: one for so many rounds of the rest."""
PRINTED: Final = "registration: to the result"
"""Waits for the slip: what it takes is the printer's."""
SHOWN: Final = (
    ("browse: item to list", "fairs", "ListingView"),
    ("browse: card to detail", "fairs", "DetailView"),
    ("records: PIN to records", "paid-by-year", "RecordsView"),
    ("registration: to the notice", "hiring", "Guide"),
    ("registration: next question", "hiring", "ChoiceQuestion"),
    (PRINTED, "hiring", "ResultView"),
    ("recommend: item to list", "hiring", "ListingView"),
)
"""(figure, visit of deploy/local/item_visits.py, view)"""


def loading() -> Figure:
    """Every item file and every code table, read and checked from nothing."""
    spans = []
    for _ in range(LOADS):
        codes.table.cache_clear()
        began = time.perf_counter()
        catalogue.load()
        spans.append((time.perf_counter() - began) * 1000)
    return Figure("catalogue load", spans, "ms", goal=CATALOGUE_GOAL)


async def matching(rounds: int) -> list[Figure]:
    """In a process of its own: Django is set up once in a process, and its tables are big."""
    with tempfile.TemporaryDirectory(prefix="bench-items-") as folder:
        state = Path(folder) / "platform"
        central = python("central")
        await once("central init", [*central, "init", "--state", state, "--port", "18999"])
        seed = [*central, "seed", "--state", state, "--cast", CAST, "--openings", str(COUNT), "--today", str(TODAY)]
        await once("central seed", seed)
        printed = await once("matching", [*python("bench.items_matching", state), str(rounds)])
    spans: dict[str, list[float]] = json.loads(printed.strip().splitlines()[-1])
    return [Figure(name, values, "ms", goal=PAGE_GOAL) for name, values in spans.items()]


async def screens(house: House, display: str, rounds: int) -> list[Figure]:
    """Seconds from the touch to the next screen, a value a view that was reached."""
    spans: dict[str, list[float]] = {name: [] for name, _, _ in SHOWN}
    for number in range(-(-rounds // ROUNDS_A_TOUR)):
        out = house.state.folder / f"items-{number}"
        tour = python("deploy.local.tour", "--settings", house.state.settings, "--out", out, "--plan", "items")
        tour += ["--dock", house.dock_url, "--state", house.state.folder]
        await once("tour", tour, env={"DISPLAY": display, "KIVY_NO_CONSOLELOG": "1"})
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
        steps = {visit["name"]: visit["steps"] for visit in summary["visits"]}
        for name, visit, view in SHOWN:
            spans[name] += [float(step["seconds"]) for step in steps[visit] if step["view"] == view]
    return [Figure(name, values, "s", goal=None if name == PRINTED else SCREEN_GOAL) for name, values in spans.items()]
