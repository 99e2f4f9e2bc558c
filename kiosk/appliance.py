"""The composition root: the one place where window, devices, log and platform are put together.

The first picture comes before everything that it does not need: the window opens with the idle screen, and the devices,
the log and the platform's client (kiosk.equipment: cryptography, TLS, device libraries) are imported and opened while
somebody may already be touching it. A touch in that time is kept and begins the visit.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib
import resource
import sys
from functools import partial
from pathlib import Path
from types import ModuleType

import msgspec

from contract import limits
from contract.catalogue import Group
from kiosk.settings import Settings, load
from kiosk.views import Attract, Nav, Notice, Surroundings, Way
from screens.app import Look, perform
from screens.stage import KivyStage

Early = asyncio.Task[bool | Group | Nav]
"""The first page, shown before the equipment is ready."""


def main(arguments: list[str]) -> int:
    """``kiosk run --settings FILE``."""
    parser = argparse.ArgumentParser(prog="kiosk run")
    parser.add_argument("--settings", type=Path, required=True, help="terminal.toml")
    options = parser.parse_args(arguments)
    try:
        settings = load(options.settings)
    except (OSError, msgspec.ValidationError, msgspec.DecodeError) as error:
        print(f"设置读不出来 settings: {options.settings}: {error}", file=sys.stderr)
        return 2
    # What a resident typed is in memory: no crash may write it to the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asyncio.run(run(settings))
    return 0


async def run(settings: Settings) -> None:
    """The terminal, until its window is closed by whoever runs it."""
    screen = settings.screen
    look = Look(
        width=screen.width,
        height=screen.height,
        fullscreen=screen.fullscreen,
        fonts=Path(screen.fonts) if screen.fonts else None,
        pinyin=Path(settings.paths.pinyin) if settings.paths.pinyin else None,
    )
    surroundings = Surroundings(place=settings.terminal.place, telephone=settings.terminal.telephone)
    await perform(partial(play, settings), surroundings, look)


async def play(settings: Settings, stage: KivyStage) -> None:
    """Idle screen at once; then the equipment; then visits, for ever. What a technician has to see to is said instead,
    and tried again now and then: a disk that came back, papers that arrived."""
    early: Early | None = asyncio.create_task(stage.show(first_page(settings)))
    equipment = await asyncio.to_thread(importlib.import_module, "kiosk.equipment")
    while True:
        try:
            # A task of its own: nested task groups that failed leave their task marked as cancelled, and a timeout in
            # such a task raises CancelledError instead of TimeoutError in the Python 3.11.2 of Debian 12.
            await asyncio.create_task(_turn(equipment, settings, stage, early))
        except* equipment.NOT_READY as group:
            for error in leaves(group):
                print(f"终端没有准备好 not ready: {error}", file=sys.stderr, flush=True)
        early = None
        stage.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limits.NOT_READY_RETRY):
                while True:
                    await stage.show(equipment.not_ready(settings))


async def _turn(equipment: ModuleType, settings: Settings, stage: KivyStage, early: Early | None) -> None:
    """Visits with everything open, until something fails that only a technician can see to."""
    try:
        async with equipment.equipped(settings, stage) as house:
            await equipment.serve(house, await _begun(early))
    finally:
        await _begun(early)


async def _begun(early: Early | None) -> Group | bool | None:
    """Take the first page away: what was touched on it, if something was."""
    if early is None:
        return None
    early.cancel()
    await asyncio.gather(early, return_exceptions=True)
    touched = None if early.cancelled() or early.exception() is not None else early.result()
    return None if isinstance(touched, Nav) else touched


def leaves(group: BaseExceptionGroup[Exception]) -> list[Exception]:
    """The exceptions in *group*, however deep."""
    found: list[Exception] = []
    for error in group.exceptions:
        found += leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found


def first_page(settings: Settings) -> Attract:
    """The idle screen with the ways this terminal has; what does not work is said once the devices have answered."""
    devices = ((Way.CARD, settings.card_reader), (Way.CODE, settings.scanner), (Way.ID_CARD, settings.id_reader))
    return Attract(
        ways=tuple(way for way, device in devices if device is not None),
        notices=tuple(Notice(notice.title, notice.text) for notice in settings.notices),
    )
