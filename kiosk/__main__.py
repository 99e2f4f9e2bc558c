"""The command line: ``kiosk run``, ``kiosk log …``, ``kiosk dock …``.

Each command's module is imported only when it is called, because the first picture of ``kiosk run`` must not wait for
what ``kiosk log`` needs.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Final

from kiosk.memory import forgetfully

NOBODY_READS: Final = 141
"""As a shell tells of a program that SIGPIPE ended (128 + 13)."""
RUN: Final = "run"
COMMANDS: Final = {
    RUN: ("kiosk.appliance", "运行终端  run the terminal"),
    "enrol": ("kiosk.enrol_command", "入网：用县里开的编码  enrol with a code"),
    "identity": ("kiosk.identity_command", "这台终端是谁，密钥在哪里  who this terminal is"),
    "log": (
        "kiosk.log_command",
        "封存日志：核验、对凭条、查看、导出  the sealed log: verify, check a slip, show, export",
    ),
    "dock": ("kiosk.dock_command", "演示台：插卡、放证、出毛病  the demonstration's dock"),
}


def main(arguments: list[str] | None = None) -> int:
    """Entry point ``kiosk``. Exit code 2: not a command."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] not in COMMANDS:
        lines = "\n".join(f"  kiosk {name:8} {what}" for name, (_, what) in COMMANDS.items())
        print(f"用法 usage:\n{lines}", file=sys.stderr)
        return 2
    if arguments is None and given[0] == RUN:  # a program of its own, and not a part of another
        forgetfully(given)
    module = importlib.import_module(COMMANDS[given[0]][0])
    result: int = NOBODY_READS
    try:
        result = module.main(given[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read has enough (``| head``). What is left over goes nowhere, instead of being tried again at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return result


if __name__ == "__main__":
    sys.exit(main())
