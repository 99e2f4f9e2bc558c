"""A pcscd beside the others, for a program that is started whole and brings its own.

There is one pcscd on a machine because its clients look for one path, and deploy/local/pcscd.py waits for its turn.
In a mount namespace that path is another folder: the demonstration then runs while other tests use theirs. Where no
namespace can be made, or systemd hands the socket out, everybody waits as ever.
"""

from __future__ import annotations

import functools
import os
import subprocess
from pathlib import Path
from typing import Final

from deploy.local.pcscd import LOCK, RUN

_WITHIN: Final = (
    f"mkdir -p {RUN} && (umask 0 && : >> {LOCK}) && mount -t tmpfs -o mode=755 tmpfs {RUN} && : > {RUN}/lock"
    f' && mount --bind {RUN}/lock {LOCK} && exec "$@"'
)
_COMMAND: Final = ("unshare", "--mount", "sh", "-c", _WITHIN, "sh")


@functools.cache
def possible() -> bool:
    """Whether this machine lets this user do that."""
    if os.geteuid() != 0 or Path("/run/systemd/system").exists():
        return False
    return subprocess.run([*_COMMAND, "true"], capture_output=True, check=False).returncode == 0


def own_pcscd() -> tuple[str, ...]:
    """What to put before a command, for a pcscd of its own where that is possible."""
    return _COMMAND if possible() else ()
