"""``kiosk enrol`` in a process that is killed with -9 just before its n-th change of the disk.

python -m tests.central.enrol_to_kill N ARGUMENTS OF kiosk enrol …
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from kiosk import enrol_command

left = int(sys.argv[1])
replace, unlink = os.replace, Path.unlink


def step() -> None:
    global left  # noqa: PLW0603 - a script of one purpose
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1


def replaced(*names: Any, **folders: Any) -> None:
    step()
    replace(*names, **folders)


def unlinked(self: Path, *arguments: Any, **named: Any) -> None:
    step()
    unlink(self, *arguments, **named)


os.replace, Path.unlink = replaced, unlinked  # type: ignore[method-assign]
sys.exit(enrol_command.main(sys.argv[2:]))
