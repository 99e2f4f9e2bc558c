"""What the terminal's process does with memory that it gives back: it is overwritten, and never written to a disk.

Python leaves freed texts as they were until the place is used again, so a resident's name could be found in free memory
long after they left. The C library overwrites what is freed when it is told to (mallopt(3), M_PERTURB), and Python
then has to leave the freeing to it (PYTHONMALLOC). Both are read before the first line of a program runs.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Mapping, Sequence
from typing import Final

FORGETFUL: Final[Mapping[str, str]] = {
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0",
}
"""The environment that ``kiosk run`` needs. Who starts it so spares it the second start."""


def is_forgetful(environment: Mapping[str, str]) -> bool:
    return all(environment.get(name) == value for name, value in FORGETFUL.items())


def forgetfully(arguments: Sequence[str]) -> None:
    """Go on only in an environment in which what is freed is overwritten: otherwise this process becomes ``kiosk`` with
    *arguments* in one, and this does not return. No core image either, which would be everything at once."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not is_forgetful(os.environ):
        command = (sys.executable, "-m", "kiosk", *arguments)
        os.execve(sys.executable, command, {**os.environ, **FORGETFUL})  # noqa: S606  # itself again, no shell is needed
