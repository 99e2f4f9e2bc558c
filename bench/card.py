"""card: from the card in the slot to the name on the screen, and which part of it is the card's own.

The terminal runs in a process that can see its views (bench.card_scene); the card is put in by the dock.
"""

from __future__ import annotations

import asyncio
import json
import os

from bench.report import Figure
from deploy.local.household import House, python
from deploy.local.programs import ProgramError, once


async def card(house: House, display: str, rounds: int) -> list[Figure]:
    """Seconds, over *rounds* insertions after one uncounted."""
    command = python("bench.card_scene", "--settings", house.state.settings, "--dock", house.dock_url)
    printed = await once("card", [*command, "--rounds", str(rounds)], env={"DISPLAY": display, **_quiet()})
    lines = printed.strip().splitlines()
    if not lines:
        raise ProgramError("card: 没有结果 no figures")
    spans: dict[str, list[float]] = await asyncio.to_thread(json.loads, lines[-1])
    return [
        Figure("insert to name", spans["name"], "s"),
        Figure("of it: noticed", spans["noticed"], "s"),
        Figure("of it: the card", spans["card"], "s"),
        Figure("of it: the platform", spans["platform"], "s"),
    ]


def _quiet() -> dict[str, str]:
    return {"KIVY_NO_CONSOLELOG": "1", "LANG": os.environ.get("LANG", "C.UTF-8")}
