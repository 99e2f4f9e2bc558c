"""Programs are started, watched and ended; none is left behind, even by a kill -9."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import textwrap
from pathlib import Path

import pytest

from deploy.local.programs import ProgramError, listening, must_be_free, must_run, once, running, until_ready

WAIT = 20.0


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def _until_gone(pid: int) -> None:
    async with asyncio.timeout(WAIT):
        while _lives(pid):
            await asyncio.sleep(0.02)


async def test_a_program_ends_with_its_block(tmp_path: Path) -> None:
    async with running("sleep", ["sleep", "600"], log=tmp_path / "log") as process:
        assert _lives(process.pid)
    assert process.returncode == -signal.SIGTERM


async def test_a_program_that_will_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.programs.END_WAIT", 0.3)
    log = tmp_path / "log"
    async with running("deaf", ["sh", "-c", "trap '' TERM; echo ready; sleep 600 & wait; wait"], log=log) as process:
        async with asyncio.timeout(WAIT):
            while "ready" not in log.read_text():
                await asyncio.sleep(0.02)
    assert process.returncode == -signal.SIGKILL


async def test_what_was_started_dies_when_the_starter_is_killed(tmp_path: Path) -> None:
    starter = textwrap.dedent(
        """
        import asyncio, sys
        from pathlib import Path
        from deploy.local.programs import running

        async def main():
            async with running("sleep", ["sleep", "600"], log=Path(sys.argv[1])) as process:
                print(process.pid, flush=True)
                await asyncio.sleep(600)

        asyncio.run(main())
        """
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", starter, str(tmp_path / "log")),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    assert process.stdout is not None
    child = int(await process.stdout.readline())
    assert _lives(child)
    process.kill()
    await process.wait()
    await _until_gone(child)


async def test_a_program_that_ends_by_itself_is_told_with_its_last_words(tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with running("short", ["sh", "-c", "echo 没有纸; exit 3"], log=log) as process:
        with pytest.raises(ProgramError, match=r"(?s)short.*3.*没有纸"):
            await must_run("short", process, log)


async def test_a_program_that_never_gets_ready_is_told(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    log = tmp_path / "log"
    async with running("sleep", ["sleep", "600"], log=log) as process:
        with pytest.raises(ProgramError, match="not ready in time"):
            await until_ready("sleep", process, log, never, wait=0.2)
    async with running("false", ["false"], log=log) as process:
        with pytest.raises(ProgramError, match="did not start"):
            await until_ready("false", process, log, never)


async def test_once_gives_what_was_printed_or_why_not() -> None:
    assert await once("echo", ["echo", "好"]) == "好\n"
    with pytest.raises(ProgramError, match="坏了"):
        await once("sh", ["sh", "-c", "echo 坏了 >&2; exit 1"])


async def test_a_taken_port_is_named() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        assert await listening(port)
        with pytest.raises(ProgramError, match=f"{port}（平台）"):
            must_be_free({"平台": port})
    must_be_free({"平台": port})
    assert not await listening(port)
