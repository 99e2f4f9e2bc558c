"""While the platform serves, what it signs online does not run out."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from typing import Final

from tuf.api.exceptions import RepositoryError

from central import clock
from central.background import every
from central.configuration.repository import Repository
from contract import limits

LOG: Final = logging.getLogger("central.configuration")


def renewing(repository: Repository) -> AbstractContextManager[None]:
    """Look at once, and now and then while the block runs."""

    def renew() -> None:
        try:
            if repository.exists:
                with repository.alone():
                    repository.renew(clock.now())
        except (OSError, ValueError, RepositoryError) as error:
            LOG.error("renewal: %s", type(error).__name__)  # noqa: TRY400  # one line; a trace would quote paths

    return every(limits.CONFIG_RENEW, "config-renewal", renew, at_once=True)
