"""What the platform does now and then while it serves, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from contract import limits


@contextmanager
def every(seconds: float, name: str, do: Callable[[], None], *, at_once: bool = False) -> Iterator[None]:
    """*do* every so often while the block runs, with *at_once* also in the beginning. It deals with its own errors."""
    stop = threading.Event()

    def run() -> None:
        if at_once:
            do()
        while not stop.wait(seconds):
            do()

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(limits.DATABASE_WAIT)
