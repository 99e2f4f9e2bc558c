"""Opening a device with a library that blocks: in a thread, so that nobody is held up, and leaving nothing open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

T = TypeVar("T")


@asynccontextmanager
async def opening_thread(name: str) -> AsyncIterator[ThreadPoolExecutor]:
    """One thread for a library that blocks. On the way out a call that is still under way is waited for by the task and
    not by the loop: an executor's own ``with`` would hold up everybody until a connection that nobody answers is given
    up."""
    worker = ThreadPoolExecutor(1, thread_name_prefix=name)
    try:
        yield worker
    finally:
        try:
            await asyncio.wrap_future(worker.submit(bool))  # behind whatever it is still doing
        finally:
            worker.shutdown(wait=False)


async def opened_by(worker: Executor, opened: Callable[[], T], close: Callable[[T], object]) -> T:
    """What *opened* gives, called in *worker*. When nobody waits for it any more it is closed as soon as it is there:
    left to be collected, it would be open for as long as the collector pleases."""
    future = worker.submit(opened)
    try:
        return await asyncio.wrap_future(future)
    except asyncio.CancelledError:

        def too_late(done: Future[T]) -> None:
            if not done.cancelled() and done.exception() is None:
                with suppress(Exception):  # it was gone already, in whatever way its library says so
                    close(done.result())

        future.add_done_callback(too_late)
        raise
