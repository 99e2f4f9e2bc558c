"""While the platform serves, what it signs online does not run out."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tuf.api.exceptions import RepositoryError

from central import clock
from central.configuration.repository import Repository
from contract import limits

LOG: Final = logging.getLogger("central.configuration")


@contextmanager
def renewing(repository: Repository) -> Iterator[None]:
    """Look now and then, in a thread, while the block runs."""
    stop = threading.Event()

    def run() -> None:
        while True:
            try:
                if repository.exists:
                    with repository.alone():
                        repository.renew(clock.now())
            except (OSError, ValueError, RepositoryError) as error:
                LOG.error("renewal: %s", type(error).__name__)  # noqa: TRY400  # one line; a trace would quote paths
            if stop.wait(limits.CONFIG_RENEW):
                return

    thread = threading.Thread(target=run, name="config-renewal", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(limits.DATABASE_WAIT)
