"""What the platform does now and then while it serves, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from contract import limits

LOG: Final = logging.getLogger("central.background")


@contextmanager
def every(seconds: float, name: str, do: Callable[[], None], *, at_once: bool = False) -> Iterator[None]:
    """*do* every so often while the block runs, with *at_once* also in the beginning. It deals with its own errors;
    what nobody foresaw is logged by kind only, and is no reason not to do it the next time."""
    stop = threading.Event()

    def once() -> None:
        try:
            do()
        except Exception as error:
            LOG.error("%s: %s", name, type(error).__name__)  # noqa: TRY400  # one line; a trace could quote values

    def run() -> None:
        if at_once:
            once()
        while not stop.wait(seconds):
            once()

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(limits.DATABASE_WAIT)
