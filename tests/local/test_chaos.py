"""The restless person, for a short while: what must hold afterwards does."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy.local import chaos
from deploy.local.household import State
from tests.own_pcscd import own_pcscd

WAIT = 300.0


def free_ports(count: int = 6) -> int:
    """The first of *count* free ports in a row."""
    for base in range(18720, 18790, count):
        with ExitStack() as held:
            try:
                for port in range(base, base + count):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return base
    raise AssertionError("no free ports")


async def test_a_restless_person_breaks_nothing(tmp_path: Path) -> None:
    """Real window, real pcscd, real platform; killed twice at least and delivered in peace."""
    process = await asyncio.create_subprocess_exec(
        *(*own_pcscd(), sys.executable, "-m", "deploy.local.chaos", "--seed", "23", "--minutes", "0.7"),
        *("--state", str(tmp_path / "state"), "--port", str(free_ports())),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={name: value for name, value in os.environ.items() if name != "DISPLAY"},
    )
    try:
        async with asyncio.timeout(WAIT):
            told, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    assert process.returncode == 0, told.decode()[-3000:]
    report = json.loads(told.decode()[told.decode().index("{") :])
    assert report["ok"]
    assert report["records"] > 10


def test_people_of_the_cast_have_pins() -> None:
    assert len(chaos.pins()) >= 3


@pytest.mark.parametrize("taken", [[], ["a", "a"]])
async def test_the_judge_sees_what_was_lost_or_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: list[str]
) -> None:
    """A judge that cannot say no would be no judge."""
    state = State(tmp_path)
    state.prepare(fresh=False)
    state.log("terminal-1").write_text("all is well", encoding="utf-8")

    def rows(_database: Path, question: str) -> list[tuple[object, ...]]:
        if "count" in question:
            return [(0,)]
        return [("a", "settled")] if "outbox" in question else [(key,) for key in taken]

    async def sound(_state: State) -> dict[str, object]:
        return {"ok": True, "verdict": "full: sound", "records": 1}

    monkeypatch.setattr(chaos, "rows", rows)
    monkeypatch.setattr(chaos, "verify", sound)
    assert (await chaos.judge(state))["ok"] is False


@pytest.mark.parametrize("line", ["defect: KeyError", "Traceback (most recent call last):", "14099919800412021X"])
async def test_the_judge_reads_what_the_terminal_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    state = State(tmp_path)
    state.prepare(fresh=False)

    async def sound(_state: State) -> dict[str, object]:
        return {"ok": True, "verdict": "full: sound", "records": 1}

    monkeypatch.setattr(chaos, "rows", lambda _database, question: [(0,)] if "count" in question else [])
    monkeypatch.setattr(chaos, "verify", sound)
    for words, verdict in (("all is well", True), (line, False)):
        state.log("terminal-1").write_text(words, encoding="utf-8")
        assert (await chaos.judge(state))["ok"] is verdict
