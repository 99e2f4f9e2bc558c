"""An X server in memory, and the way into it from a browser. Loopback only."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.programs import ProgramError, end, guarded, listening, once, running, tail, until_ready

NOVNC = Path("/usr/share/novnc")
PAGE = Path(__file__).parent / "page.html"


@dataclass(frozen=True)
class Size:
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    @classmethod
    def parse(cls, text: str) -> Size:
        """``1080x1920``. Raises ValueError."""
        match = re.fullmatch(r"(\d{3,4})[x×](\d{3,4})", text)
        if match is None:
            raise ValueError(f"大小写成 宽x高，比如 1080x1920 size as WIDTHxHEIGHT: {text}")
        return cls(int(match[1]), int(match[2]))


@asynccontextmanager
async def xvfb(size: Size, log: Path, number: int | None = None) -> AsyncIterator[str]:
    """An X server of *size* on a free display number (the server picks it), or on *number*. Yields ``:51``."""
    receive, send = os.pipe()
    arguments: list[str | Path] = [
        "Xvfb",
        *([f":{number}"] if number is not None else []),
        "-displayfd",
        str(send),
        *("-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset", "-dpi", "96"),
    ]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output, os.fdopen(receive, "rb") as answer:
        try:
            process = await asyncio.create_subprocess_exec(
                *guarded(arguments),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                pass_fds=(send,),
                start_new_session=True,
            )
        finally:
            os.close(send)
        try:
            async with asyncio.timeout(20):
                told = await asyncio.to_thread(answer.readline)
        except TimeoutError:
            told = b""
    try:
        if not told.strip():
            raise ProgramError(f"Xvfb: 没有启动 did not start{tail(log)}")
        yield f":{int(told)}"
    finally:
        await asyncio.shield(end(process))


async def size_of(display: str) -> Size:
    """Width and height of an X display's first screen, by xdpyinfo."""
    text = await once("xdpyinfo", ["xdpyinfo", "-display", display])
    match = re.search(r"dimensions:\s+(\d+)x(\d+)", text)
    if match is None:
        raise ProgramError(f"看不出显示器 {display} 的大小 the size of the display is unknown")
    return Size(int(match[1]), int(match[2]))


def lay_page(folder: Path, *, dock: int, size: Size) -> None:
    """The page that shows the screen with the dock beside it, and noVNC's own files, where websockify serves them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("core", "vendor"):
        link = folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(NOVNC / name)
    text = PAGE.read_text(encoding="utf-8")
    for word, value in (("@DOCK@", str(dock)), ("@WIDTH@", str(size.width)), ("@HEIGHT@", str(size.height))):
        text = text.replace(word, value)
    (folder / "index.html").write_text(text, encoding="utf-8")


@asynccontextmanager
async def browser_screen(display: str, folder: Path, logs: Path, *, web: int, vnc: int) -> AsyncIterator[None]:
    """x11vnc on port *vnc* and websockify with *folder* on port *web*, both on loopback. Pages of other sites cannot
    open the screen: websockify takes connections from its own page only."""
    log, web_log = logs / "x11vnc.log", logs / "websockify.log"
    arguments = ["x11vnc", "-display", display, "-rfbport", str(vnc), "-localhost", "-forever", "-shared", "-nopw"]
    arguments += ["-noxdamage", "-cursor", "arrow", "-noclipboard", "-no6", "-quiet"]
    origins = f"http://127.0.0.1:{web} http://localhost:{web}"
    serve = ["websockify", "--web", str(folder), "--auth-plugin", "ExpectOrigin", "--auth-source", origins]
    serve += [f"127.0.0.1:{web}", f"127.0.0.1:{vnc}"]
    async with running("x11vnc", arguments, log=log) as screen:
        await until_ready("x11vnc", screen, log, lambda: listening(vnc))
        async with running("websockify", serve, log=web_log) as server:
            await until_ready("websockify", server, web_log, lambda: listening(web))
            yield
