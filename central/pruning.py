"""While the platform serves, what its time is over for goes: pages of documents, links for telephones."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from typing import Final

from django.db import DatabaseError, connection

from central import clock, documents, uploads
from central.background import every
from contract import limits

LOG: Final = logging.getLogger("central.pruning")


def pruning() -> AbstractContextManager[None]:
    """Look now and then while the block runs."""
    return every(limits.DOCUMENTS_PRUNE_EVERY, "pruning", _prune)


def _prune() -> None:
    try:
        at = clock.now()
        documents.prune(at)
        uploads.prune(at)
    except DatabaseError as error:
        LOG.error("pruning: %s", type(error).__name__)  # noqa: TRY400  # one line; a trace would quote values
    finally:
        connection.close()
