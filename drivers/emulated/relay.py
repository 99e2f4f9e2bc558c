"""A TCP relay that can be cut and healed: the demonstration puts it between the terminal and the platform."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

CHUNK = 65_536
CONNECT_WAIT = 3.0


@dataclass
class Relay:
    """Listens on a port of this machine and passes bytes on to *target*, as long as it is up.

    Cut, it refuses new connections (nothing listens) and drops the open ones at once. ``delay`` seconds pass before
    each piece that comes from the target is handed on: a slow platform.
    """

    port: int
    target_port: int
    target_host: str = "127.0.0.1"
    host: str = "127.0.0.1"
    delay: float = 0.0
    _server: asyncio.Server | None = field(default=None, init=False)
    _open: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    @property
    def up(self) -> bool:
        return self._server is not None

    async def __aenter__(self) -> Self:
        await self.heal()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.cut()

    async def heal(self) -> None:
        """Let connections through (again)."""
        if self._server is None:
            self._server = await asyncio.start_server(self._accepted, self.host, self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """As if the line to the platform were broken."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        tasks = tuple(self._open)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._pass_on(reader, writer)
        except asyncio.CancelledError:
            return  # cut on purpose; the stream server would report a cancelled handler as a defect
        finally:
            self._open.discard(task)
            writer.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(CONNECT_WAIT):
                far_reader, far_writer = await asyncio.open_connection(self.target_host, self.target_port)
        except (OSError, TimeoutError):
            return
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(reader, far_writer, back=False))
                group.create_task(self._pump(far_reader, writer, back=True))
        finally:
            far_writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, back: bool) -> None:
        """Each piece is late by as much as it is when it comes; those behind it wait no longer for it."""
        late: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        clock = asyncio.get_running_loop().time

        async def hand_on() -> None:
            while True:
                due, chunk = await late.get()
                await asyncio.sleep(due - clock())
                if not chunk:
                    with contextlib.suppress(OSError, RuntimeError):
                        writer.write_eof()
                    return
                writer.write(chunk)
                with contextlib.suppress(ConnectionError):
                    await writer.drain()

        async with asyncio.TaskGroup() as group:
            group.create_task(hand_on())
            chunk = b"."
            while chunk:
                with contextlib.suppress(ConnectionError):
                    chunk = b""
                    chunk = await reader.read(CHUNK)
                late.put_nowait((clock() + (self.delay if back else 0.0), chunk))
