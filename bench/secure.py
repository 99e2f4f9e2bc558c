"""secure: every figure that secure/ has to hold, with its peer, in one run.

The sealed log beside plain SQLite, journald with Forward Secure Sealing, and age; signed configuration beside bare
python-tuf; enrolment beside a bare request over TLS; one check of a staff PIN. Within each part the peers take turns,
round after round.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench import secure_config, secure_identity, secure_log, secure_pin
from bench.report import Figure

DISK: Final = Path(".state")
"""Appends are measured where a file really lies on a disk: /tmp may be memory."""
SYSTEM: Final = secure_log.Tools(Path("/"))


def figures(rounds: int) -> Iterator[Figure]:
    """Part after part, each told as soon as it stands."""
    DISK.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-log-", dir=DISK) as folder:
        yield from secure_log.figures(Path(folder).resolve(), SYSTEM, rounds)
    yield from secure_config.figures(rounds)
    yield from secure_identity.measure(rounds)
    yield from secure_pin.figures(2 * rounds)
