"""``scripts/demo --tour``: visits played on the real terminal in its real window.

The visits are deploy/local/visits.py, with ``--tour more`` deploy/local/more_visits.py, with ``--tour items``
deploy/local/item_visits.py, with ``--tour all`` deploy/local/all_visits.py. The terminal runs in this
process, so that what can be touched is found by its label; it is put together by the same composition root as ever
(kiosk.appliance), and every layer below is the real one. Leaves pictures, slips and summary.json; exit code 0 only
when every step was reached and the sealed log is sound.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any, Final, cast

from deploy.local.actor import Actor, Dock, NotReachedError, Visited, WatchedStage
from deploy.local.all_visits import ALL, chosen
from deploy.local.household import State
from deploy.local.item_visits import ITEM_VISITS
from deploy.local.more_visits import MORE
from deploy.local.playing import act
from deploy.local.steps import VisitPlan
from deploy.local.visits import VISITS
from kiosk import appliance
from kiosk.settings import Settings, load
from kiosk.views import Surroundings
from screens.app import Look, perform
from screens.stage import KivyStage

PLANS: Final = {"visits": VISITS, "more": MORE, "items": ITEM_VISITS, "all": ALL}
"""What ``--tour`` can play: the visits, everything that goes otherwise, other items, and all forty to their end."""

OURS: Final = re.compile(r"\d{3}-\d{2}-.*\.png|slip-\d{3}-\d{2}-.*\.(png|bin)|summary\.json", re.DOTALL)
"""What an earlier tour left in the folder, and nothing else that may lie there."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="tour")
    parser.add_argument("--settings", type=Path, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--dock", required=True)
    parser.add_argument("--plan", choices=PLANS, default="visits")
    parser.add_argument("--only", action="append", default=[], help="only visits of this name or these items (16-19)")
    options = parser.parse_args()
    return asyncio.run(tour(options))


async def tour(options: argparse.Namespace) -> int:
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    for old in out.iterdir():
        if OURS.fullmatch(old.name):
            old.unlink()
    state = State(options.state)
    visits = chosen(PLANS[options.plan], options.only)
    visited: list[Visited] = []
    problem = await play(load(options.settings), state, out, options.dock, visits, visited)
    log = await verify(state)
    ok = problem is None and len(visited) == len(visits) and log["ok"]
    summary = {
        "visits": [{**vars(one)} for one in visited],
        "log": {key: value for key, value in log.items() if key != "ok"},
        "problem": problem,
        "ok": ok,
    }
    (out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if problem is not None:
        print(f"✗ {problem}", flush=True)
    print(f"日志 log: {log['verdict']}，{log['records']} 条 records", flush=True)
    return 0 if ok else 1


async def play(
    settings: Settings, state: State, out: Path, dock_url: str, visits: list[VisitPlan], visited: list[Visited]
) -> str | None:
    """Run the terminal and the visits on it. Returns what was not reached, None when everything was."""
    problem: list[str] = []

    async def scene(stage: Any) -> None:
        watched = WatchedStage(stage)
        actor = Actor(watched, out, dock, (state.ledger, state.platform / "central.sqlite3"))
        terminal = asyncio.create_task(appliance.play(settings, cast(KivyStage, watched)))
        visitors = asyncio.create_task(act(actor, visits, visited))
        try:
            await asyncio.wait((terminal, visitors), return_when=asyncio.FIRST_COMPLETED)
            if not visitors.done():
                raise NotReachedError(f"终端自己停了 the terminal ended by itself: {terminal.exception()!r}")
            await visitors
        except NotReachedError as error:
            problem.append(str(error))
            await actor.picture("not-reached")
        finally:
            for task in (terminal, visitors):
                task.cancel()
            await asyncio.gather(terminal, visitors, return_exceptions=True)

    dock = Dock(dock_url)
    screen = settings.screen
    look = Look(width=screen.width, height=screen.height, fullscreen=screen.fullscreen)
    surroundings = Surroundings(place=settings.terminal.place, telephone=settings.terminal.telephone)
    try:
        await perform(scene, surroundings, look)
    finally:
        await dock.close()
    return problem[0] if problem else None


async def verify(state: State) -> dict[str, Any]:
    """What ``kiosk log verify`` says of the terminal's sealed log."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kiosk", "log", "verify", "--json", "--db", str(state.ledger)),
        *("--device-key", str(state.identity / "log.pub"), "--audit-key", str(state.platform / "audit.key")),
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    try:
        said: dict[str, Any] = json.loads(printed)
    except json.JSONDecodeError:
        return {"verdict": "unreadable", "records": 0, "ok": False}
    found = "sound" if said["sound"] else str(said["reason"])
    return {**said, "verdict": f"{said['kind']}: {found}", "ok": said["sound"] and process.returncode == 0}


if __name__ == "__main__":
    sys.exit(main())
