"""The whole house, end to end: the tour's visits are played on the real window, and what they leave is checked."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from PIL import Image

from deploy.local.more_visits import MORE
from deploy.local.visits import VISITS
from tests.own_pcscd import own_pcscd

TOUR_WAIT = 540.0
START_WAIT = 120.0
TOLD = [plan for plan in MORE if plan.item == 0 or plan.name in ("code", "id-card-password", "wrong-pin")]
"""The short ones of the second plan; scripts/tour-all plays it whole."""


def _free_ports(count: int = 6) -> int:
    """The first of *count* free ports in a row."""
    for base in range(18540, 18590, count):
        with contextlib.ExitStack() as held:
            try:
                for port in range(base, base + count):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return base
    raise AssertionError("no free ports")


@contextlib.asynccontextmanager
async def _demo(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    process = await asyncio.create_subprocess_exec(
        *(*own_pcscd(), sys.executable, "-m", "deploy.local.demo", "--port", str(_free_ports()), *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.communicate()


def _left(mark: str) -> list[str]:
    """Command lines of processes that name *mark*."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdigit() and mark in (line := (folder / "cmdline").read_bytes().decode(errors="replace")):
                found.append(line)
    return found


async def test_every_visit_is_played_to_its_end(tmp_path: Path) -> None:
    out = tmp_path / "out"
    async with _demo("--tour", "--out", str(out), "--state", str(tmp_path / "state")) as process:
        async with asyncio.timeout(TOUR_WAIT):
            _, told = await process.communicate()
    assert process.returncode == 0, told.decode()[-3000:]
    summary: dict[str, Any] = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["ok"] is True
    assert summary["log"]["verdict"] == "full: sound"
    assert summary["log"]["records"] > 50
    assert [(v["item"], v["outcome"]) for v in summary["visits"]] == [(p.item, p.outcome) for p in VISITS]
    receipts = [v["receipt"] for v in summary["visits"] if v["receipt"]]
    assert len(receipts) == len(set(receipts)) == 2
    for visit in summary["visits"]:
        assert visit["steps"]
        for step in visit["steps"]:
            with Image.open(out / step["png"]) as picture:
                assert picture.size == (1080, 1920)
        if visit["slip_png"]:
            with Image.open(out / visit["slip_png"]) as slip:
                assert slip.width >= 384
            assert (out / visit["slip_bytes"]).read_bytes().startswith(b"\x1b@")
    assert sum(visit["slip_png"] is not None for visit in summary["visits"]) == 6
    assert not _left(str(tmp_path))


async def test_what_goes_wrong_is_told(tmp_path: Path) -> None:
    """Other proofs, wrong PINs, and every card that cannot be used: each ends with its page."""
    out = tmp_path / "out"
    only = [part for plan in TOLD for part in ("--only", plan.name)]
    async with _demo("--tour", "more", *only, "--out", str(out), "--state", str(tmp_path / "state")) as process:
        async with asyncio.timeout(TOUR_WAIT):
            _, told = await process.communicate()
    assert process.returncode == 0, told.decode()[-3000:]
    summary: dict[str, Any] = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert [(v["name"], v["outcome"]) for v in summary["visits"]] == [(p.name, p.outcome) for p in TOLD]
    pages = [[step["view"] for step in v["steps"]] for v in summary["visits"] if v["outcome"] == "told"]
    assert all("MessageView" in views for views in pages)
    assert summary["log"]["verdict"] == "full: sound"


async def test_nothing_is_left_behind_and_the_next_start_works(tmp_path: Path) -> None:
    """Shown in a browser; ended politely, by Ctrl-C, or by force; each time started again on the same folder."""
    state = str(tmp_path / "state")
    for ending in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL, signal.SIGTERM):
        async with _demo("--state", state) as process:
            assert process.stdout is not None
            async with asyncio.timeout(START_WAIT):
                address = (await process.stdout.readline()).decode().strip()
            assert address.startswith("http://127.0.0.1:"), ending
            async with asyncio.timeout(START_WAIT):
                while "kiosk" not in "".join(_left(state)):
                    await asyncio.sleep(0.05)
            process.send_signal(ending)
            async with asyncio.timeout(60):
                await process.wait()
                while _left(state):
                    await asyncio.sleep(0.05)
