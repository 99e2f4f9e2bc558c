"""Programs started beside us: each with its own log file, each ended by its own process id, none left behind.

A program is started through ``setpriv --pdeathsig`` (util-linux), so that even when this process is killed with -9
the kernel ends what it had started.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

END_WAIT: Final = 8.0
"""After SIGTERM a program has this long before SIGKILL (seconds)."""
START_WAIT: Final = 40.0
LOG_TAIL: Final = 12
"""So many of its last lines are shown when a program did not do what it should."""


class ProgramError(RuntimeError):
    """A program did not start, or ended when it should run. The text is for the person at the keyboard."""


def guarded(arguments: Sequence[str | Path]) -> list[str]:
    """*arguments*, ended by the kernel when we are no more."""
    return ["setpriv", "--pdeathsig", "KILL", "--", *(str(argument) for argument in arguments)]


def tail(log: Path) -> str:
    """The last lines of *log*, indented."""
    if not log.exists():
        return ""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_TAIL:]
    return "".join(f"\n    {line}" for line in lines)


@asynccontextmanager
async def running(
    name: str,
    arguments: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    ends_with: int = signal.SIGTERM,
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program while the block runs. ``env`` is laid over our own environment."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        try:
            process = await asyncio.create_subprocess_exec(
                *guarded(arguments),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                cwd=cwd,
                start_new_session=True,
            )
        except FileNotFoundError as error:
            raise ProgramError(f"{name}: 没有装好这个程序 not installed: {error.filename}") from error
    try:
        yield process
    finally:
        await asyncio.shield(end(process, ends_with))


async def end(process: asyncio.subprocess.Process, ends_with: int = signal.SIGTERM) -> None:
    """End *process*: politely first."""
    if process.returncode is None:
        process.send_signal(ends_with)
        try:
            async with asyncio.timeout(END_WAIT):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def until_ready(
    name: str,
    process: asyncio.subprocess.Process,
    log: Path,
    ready: Callable[[], Awaitable[bool]],
    wait: float = START_WAIT,
) -> None:
    """Wait until *ready* says so. Raises ProgramError when the program ends before, or does not get there in time."""
    try:
        async with asyncio.timeout(wait):
            while not await ready():
                if process.returncode is not None:
                    raise ProgramError(f"{name}: 没有启动 did not start ({process.returncode}){tail(log)}")
                await asyncio.sleep(0.05)
    except TimeoutError as error:
        raise ProgramError(f"{name}: {wait:.0f} 秒还没有准备好 not ready in time{tail(log)}") from error


async def must_run(name: str, process: asyncio.subprocess.Process, log: Path) -> None:
    """Watch a program that has no reason to end. Raises ProgramError as soon as it does."""
    code = await process.wait()
    raise ProgramError(f"{name}: 自己停了 ended by itself ({code}){tail(log)}")


async def once(
    name: str, arguments: Sequence[str | Path], *, env: Mapping[str, str] | None = None, typed: str = ""
) -> str:
    """Run a program to its end, *typed* at its keyboard, and return what it printed. Raises ProgramError when it
    fails."""
    process = await asyncio.create_subprocess_exec(
        *guarded(arguments),
        stdin=asyncio.subprocess.PIPE if typed else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **(env or {})},
        start_new_session=True,
    )
    try:
        printed, complained = await process.communicate(typed.encode() if typed else None)
    except asyncio.CancelledError:
        await asyncio.shield(end(process))
        raise
    if process.returncode != 0:
        words = complained.decode(errors="replace").strip().splitlines()[-LOG_TAIL:]
        raise ProgramError(
            f"{name}: 没有做成 failed ({process.returncode})" + "".join(f"\n    {line}" for line in words)
        )
    return printed.decode()


async def listening(port: int, host: str = "127.0.0.1") -> bool:
    """Somebody answers on *port*."""
    try:
        async with asyncio.timeout(2.0):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def said(log: Path, pattern: str) -> Callable[[], Awaitable[bool]]:
    """A condition for until_ready: *log* holds a line that matches."""

    async def ready() -> bool:
        return log.exists() and re.search(pattern, log.read_text(errors="replace"), re.MULTILINE) is not None

    return ready


def must_be_free(ports: Mapping[str, int]) -> None:
    """Raises ProgramError naming the first port that somebody else holds."""
    for what, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise ProgramError(
                    f"端口 {port}（{what}）被别的程序占着，可以用 --port 换一组。"
                    f" Port {port} is taken; choose others with --port."
                ) from error
