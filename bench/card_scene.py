"""The terminal, with a watch on its views: what lies between the card in the slot and the name on the screen."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any, cast

from deploy.local.actor import Dock, WatchedStage
from kiosk import appliance
from kiosk.settings import Settings, load
from kiosk.stage import Stage
from kiosk.views import Attract, Menu, MessageView, Nav, Progress, Surroundings, View
from screens.app import Look, perform
from screens.stage import KivyStage

WAIT = 20.0
PAUSE = 1.5
READING = 0.5


class Watch(WatchedStage):
    """Remembers when each view was shown."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.shown: list[tuple[float, View[Any]]] = []

    async def show(self, view: View[Any]) -> Any | Nav:
        self.shown.append((time.perf_counter(), view))
        if isinstance(view, MessageView):  # a pulled card's last words: read, then touched away
            try:
                async with asyncio.timeout(READING):
                    return await super().show(view)
            except TimeoutError:
                return "ok"
        return await super().show(view)

    async def until(self, kind: type[View[Any]], words: str = "") -> float:
        """When a view of *kind* whose title holds *words* was shown first, since the list was emptied."""
        async with asyncio.timeout(WAIT):
            while True:
                for when, view in self.shown:
                    if isinstance(view, kind) and words in str(getattr(view, "title", "")):
                        return when
                await asyncio.sleep(0.002)


async def measure(watch: Watch, dock: Dock, rounds: int) -> dict[str, list[float]]:
    spans: dict[str, list[float]] = {"name": [], "noticed": [], "card": [], "platform": []}
    for number in range(rounds + 1):
        await watch.until(Attract)
        await asyncio.sleep(PAUSE)
        watch.shown.clear()
        began = time.perf_counter()
        await dock.do("insert", {"person": "employee"})
        named = await watch.until(Menu, "张")
        waits = [when for when, view in watch.shown if isinstance(view, Progress)]
        # Two waits are shown: the card is read, the platform is asked.
        noticed, asked = waits[0], waits[1] if len(waits) > 1 else named
        watch.shown.clear()
        await dock.do("pull", {})
        if number:
            for name, span in (("name", named - began), ("noticed", noticed - began)):
                spans[name].append(span)
            spans["card"].append(asked - noticed)
            spans["platform"].append(named - asked)
    return spans


async def run(settings: Settings, dock_url: str, rounds: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    dock = Dock(dock_url)

    async def scene(stage: Any) -> None:
        watch = Watch(stage)
        terminal = asyncio.create_task(appliance.play(settings, cast(KivyStage, watch)))
        try:
            await asyncio.sleep(PAUSE * 4)
            found.update(await measure(watch, dock, rounds))
        finally:
            terminal.cancel()
            await asyncio.gather(terminal, return_exceptions=True)

    screen = settings.screen
    look = Look(width=screen.width, height=screen.height, fullscreen=screen.fullscreen)
    try:
        await perform(scene, Surroundings(settings.terminal.place, settings.terminal.telephone), look)
    finally:
        await dock.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="card_scene")
    parser.add_argument("--settings", type=Path, required=True)
    parser.add_argument("--dock", required=True)
    parser.add_argument("--rounds", type=int, required=True)
    options = parser.parse_args()
    print(json.dumps(asyncio.run(run(load(options.settings), options.dock, options.rounds))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
