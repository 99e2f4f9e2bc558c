"""The command line: ``kiosk run``, ``kiosk log …``, ``kiosk dock …``.

Each command's module is imported only when it is called, because the first picture of ``kiosk run`` must not wait for
what ``kiosk log`` needs.
"""

from __future__ import annotations

import importlib
import sys
from typing import Final

COMMANDS: Final = {
    "run": ("kiosk.appliance", "运行终端  run the terminal"),
    "log": ("kiosk.log_command", "封存日志：核验、事件表  the sealed log: verify, events"),
    "dock": ("kiosk.dock_command", "演示台：插卡、放证、出毛病  the demonstration's dock"),
}


def main(arguments: list[str] | None = None) -> int:
    """Entry point ``kiosk``. Exit code 2: not a command."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] not in COMMANDS:
        lines = "\n".join(f"  kiosk {name:6} {what}" for name, (_, what) in COMMANDS.items())
        print(f"用法 usage:\n{lines}", file=sys.stderr)
        return 2
    module = importlib.import_module(COMMANDS[given[0]][0])
    result: int = module.main(given[1:])
    return result


if __name__ == "__main__":
    sys.exit(main())
