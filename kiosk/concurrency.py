"""Two small tools for waiting: the first of several, and a signal that many can wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

A = TypeVar("A")
B = TypeVar("B")


async def first(one: Coroutine[Any, Any, A], other: Coroutine[Any, Any, B]) -> A | B:
    """Run both; return what the first to finish returned, after the other has been cancelled and has let go.

    When both finish at once, *one* counts. An exception of either is raised as it is.
    """
    tasks: list[asyncio.Task[Any]] = [asyncio.ensure_future(one), asyncio.ensure_future(other)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        winner = tasks[0] if tasks[0].done() else tasks[1]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    result: A | B = winner.result()
    return result


class Signal:
    """``notify`` wakes everybody who is in ``wait`` at that moment."""

    def __init__(self) -> None:
        self.times = 0
        """How often there was something so far."""
        self._waiting: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        self.times += 1
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self, since: int | None = None) -> None:
        """*since*: what ``times`` was when somebody looked last; what came after that look is not missed."""
        if since is not None and since != self.times:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)
