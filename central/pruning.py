"""While the platform serves, what its time is over for goes: pages of documents."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import DatabaseError, connection

from central import clock, documents
from contract import limits

LOG: Final = logging.getLogger("central.pruning")


@contextmanager
def pruning() -> Iterator[None]:
    """Look now and then, in a thread, while the block runs."""
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(limits.DOCUMENTS_PRUNE_EVERY):
            try:
                documents.prune(clock.now())
            except DatabaseError as error:
                LOG.error("pruning: %s", type(error).__name__)  # noqa: TRY400  # one line; a trace would quote values
            finally:
                connection.close()

    thread = threading.Thread(target=run, name="pruning", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(limits.DATABASE_WAIT)
