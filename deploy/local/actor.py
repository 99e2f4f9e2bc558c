"""Hands and eyes of the tour: it finds what to touch in the window's own tree, and touches and looks through X.

Every touch is a real one, sent by xdotool to the X server; every picture is what the X server shows.
"""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
from PIL import Image, ImageGrab

from contract import limits
from deploy.local.county import specialist_of
from deploy.local.household import CAST
from kiosk.views import Nav, StillThere, View
from screens.inspection import TargetBox, targets, texts

A = TypeVar("A")

STEP_WAIT: Final = 20.0
"""A step that is not reached after this long is not reached (seconds)."""
LOOK: Final = 0.04
SETTLE: Final = 0.2
"""A view has been drawn for certain this long after it is shown (seconds); shorter ones leave no picture."""
NEXT_PAGE: Final = "page:after"
"""What leads to the following page is called so on every screen, whatever stands on it."""
PAGES_MOST: Final = 12


class NotReachedError(RuntimeError):
    """A step of the tour was not reached. The text says which and why."""


class WatchedStage:
    """A stage that lets the tour see what is shown. Everything else is the real one's."""

    def __init__(self, stage: Any) -> None:
        self._stage = stage
        self.view: View[Any] | None = None
        self.turn = 0
        self.since = time.monotonic()

    async def show(self, view: View[A]) -> A | Nav:
        self.view, self.since = view, time.monotonic()
        self.turn += 1
        answer: A | Nav = await self._stage.show(view)
        return answer

    async def overlay(self, view: StillThere) -> bool:
        over: bool = await self._stage.overlay(view)
        return over

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stage, name)


@dataclass
class Visited:
    """What a visit left behind; becomes its part of summary.json."""

    item: int
    name: str
    outcome: str = "not reached"
    receipt: str | None = None
    steps: list[dict[str, str | float]] = field(default_factory=list)
    slip_png: str | None = None
    slip_bytes: str | None = None


class Dock:
    """The dock's little HTTP interface."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=STEP_WAIT, trust_env=False)

    async def close(self) -> None:
        await self._client.aclose()

    async def do(self, what: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self._client.post(f"/api/{what}", json=body)
        if answer.is_error:
            raise NotReachedError(f"演示台没有照做 the dock refused {what}: {answer.status_code} {answer.text[:200]}")
        said: dict[str, Any] = answer.json()
        return said

    async def ecode(self, person: str) -> str:
        """A fresh code of this person's electronic card."""
        return str((await self.do("ecode", {"person": person}))["token"])

    async def slips(self) -> list[dict[str, Any]]:
        """Oldest first."""
        found = (await self._client.get("/api/slips")).raise_for_status().json()
        rows: list[dict[str, Any]] = found["slips"] if isinstance(found, dict) else found
        return sorted(rows, key=lambda row: int(row["n"]))

    async def slip_file(self, number: int, kind: str) -> bytes:
        return (await self._client.get(f"/api/slips/{number}.{kind}")).raise_for_status().content


class Actor:
    """Plays steps on the window and records what it passed."""

    def __init__(self, stage: WatchedStage, out: Path, dock: Dock, databases: tuple[Path, Path]) -> None:
        self.stage = stage
        self.out = out
        self.dock = dock
        self.ledger, self.platform = databases
        self.visited = Visited(0, "")
        self._pictures = 0
        self._pictured = -1
        self._last_touch = ("", -1, 0.0)
        """Label, turn, when."""
        self._acted = time.monotonic()
        self._left_turn: int | None = None

    # -- eyes --------------------------------------------------------------------------------------------------------

    @property
    def shown(self) -> str:
        return type(self.stage.view).__name__

    @property
    def root(self) -> Any:
        return self.stage.root

    def words(self) -> str:
        """All that stands on the screen, without the line breaks the screen made."""
        return "".join("".join(text.split()) for text in texts(self.root))

    async def look(self) -> None:
        """Take the picture of a view that is new and has settled; then let the window go on."""
        turn = self.stage.turn
        if turn != self._pictured and time.monotonic() - self.stage.since >= SETTLE:
            self._pictured = turn
            await self.picture(self.shown)
        await asyncio.sleep(LOOK)

    async def picture(self, name: str) -> None:
        """What the X server shows now, as a PNG of its own, and a step in the record."""
        seconds = round(self.stage.since - self._acted, 3)
        self._pictures += 1
        file = f"{self._pictures:03d}-{self.visited.item:02d}-{self.visited.name}-{name}.png"
        await asyncio.to_thread(_grab, self.out / file)
        self.visited.steps.append({"view": name, "png": file, "seconds": max(seconds, 0.0)})

    async def until(self, what: str, found: Callable[[], A | None], wait: float = STEP_WAIT) -> A:
        """Look until *found* gives something. Raises NotReachedError saying what was there instead."""
        try:
            async with asyncio.timeout(wait):
                while True:
                    await self.look()
                    if (thing := found()) is not None:
                        return thing
        except TimeoutError as error:
            labels = "、".join(box.label for box in targets(self.root))
            raise NotReachedError(
                f"等了 {wait:.0f} 秒没有等到 not reached: {what}；在 {self.shown}，可点的有 {labels}；"
                f"写着 {self.words()[:400]}"
            ) from error

    def act(self) -> None:
        """Something is about to be done: what is expected next is a view shown after it."""
        self._acted, self._left_turn = time.monotonic(), self.stage.turn

    def moved_on(self) -> bool:
        """A view has been shown since what was done last."""
        return self._left_turn is None or self.stage.turn > self._left_turn

    def arrived(self) -> None:
        """The view that was expected is there."""
        self._left_turn = None

    async def pictured(self) -> None:
        """Nothing is touched before the view that is shown has its picture."""
        await self.until("a picture", lambda: True if self._pictured == self.stage.turn else None)

    # -- hands -------------------------------------------------------------------------------------------------------

    def _find(self, label: str) -> TargetBox | None:
        wanted = "".join(label.split())
        boxes = [box for box in targets(self.root) if box.enabled]
        plain = [("".join(box.label.split()), box) for box in boxes]
        same = [box for text, box in plain if text == wanted]
        part = [box for text, box in plain if wanted in text]
        return same[0] if same else part[0] if part and len(wanted) > 1 else None

    async def tap(self, label: str) -> None:
        """Touch *label*; turn the screen's pages to find it."""
        await self.pictured()
        for _page in range(PAGES_MOST):
            following = next((box for box in targets(self.root) if box.enabled and box.key == NEXT_PAGE), None)
            if following is None:
                break
            if (box := self._find(label)) is not None:
                await self.touch(box)
                return
            await self.touch(following)
            await asyncio.sleep(limits.DOUBLE_TAP)
            await self.picture(f"{self.shown}-page")
        await self.touch(await self.until(f"「{label}」", lambda: self._find(label)))

    async def touch(self, box: TargetBox) -> None:
        """A real touch in the middle of *box*. Two on the same target, or one on a screen that has just changed,
        keep the distance a person keeps: closer together they are one double tap."""
        label, turn, when = self._last_touch
        if label == box.label or turn != self.stage.turn:
            await asyncio.sleep(max(0.0, when + limits.DOUBLE_TAP + 0.05 - time.monotonic()))
        x, y = round(box.x + box.w / 2), round(box.y + box.h / 2)
        self.act()
        turn = self.stage.turn
        process = await asyncio.create_subprocess_exec(
            "xdotool", "mousemove", str(x), str(y), "mousedown", "1", "sleep", "0.04", "mouseup", "1"
        )
        if await process.wait() != 0:
            raise NotReachedError("xdotool 没有点成 could not touch")
        self._last_touch = (box.label, turn, time.monotonic())
        await asyncio.sleep(LOOK)

    async def type(self, keys: str) -> None:
        for key in keys:
            await self.touch(await self.until(f"键 key {key!r}", partial(self._key, key)))

    def _key(self, key: str) -> TargetBox | None:
        """A key is found by its whole label, letters in either case."""
        return next((box for box in targets(self.root) if box.enabled and box.label.lower() == key.lower()), None)

    # -- what lies behind --------------------------------------------------------------------------------------------

    def delivered(self) -> int:
        """Submissions that had an effect on the platform."""
        return _count(self.platform, "SELECT count(*) FROM central_matterrecord")

    def waiting(self) -> int:
        """Submissions that wait, sealed, in the terminal."""
        return _count(self.ledger, "SELECT count(*) FROM outbox WHERE state = 'kept'")

    def has_roster(self) -> bool:
        """Whether signed configuration brought the list of who may sign in here."""
        try:
            return _count(self.ledger, "SELECT count(*) FROM config_object WHERE name LIKE '%/roster-%'") > 0
        except sqlite3.OperationalError:
            return False  # the first page stands before the terminal's file and its tables are made

    async def review(self, receipt: str) -> None:
        """A specialist's yes, by the platform's own command."""
        await self._central("review", "decide", receipt, "--approve", "--by", specialist_of(CAST).worker)

    async def answer(self, receipt: str) -> None:
        """The staff's answer to a wish for training: the first class that fits."""
        fitting = re.search(r"（(\d+) 号）", await self._central("duty", "show", receipt))
        if fitting is None:
            raise NotReachedError("没有合适的培训班 no class fits")
        await self._central("duty", "answer", receipt, "--class", fitting[1], "--by", specialist_of(CAST).worker)

    async def _central(self, command: str, *words: str) -> str:
        whole = (sys.executable, "-m", "central", command, "--state", str(self.platform.parent), *words)
        process = await asyncio.create_subprocess_exec(
            *whole, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        said, _ = await process.communicate()
        if process.returncode != 0:
            raise NotReachedError(f"没有办成 not done: {said.decode(errors='replace')[-200:]}")
        return said.decode()


def _count(database: Path, question: str) -> int:
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5.0)
    try:
        return int(connection.execute(question).fetchone()[0])
    finally:
        connection.close()


def _grab(file: Path) -> None:
    picture: Image.Image = ImageGrab.grab(xdisplay=os.environ["DISPLAY"])
    picture.convert("RGB").save(file, compress_level=3)
