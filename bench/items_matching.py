"""``python -m bench.items_matching STATE ROUNDS``: sets Django up, then measures (bench.items_scene)."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from central.__main__ import setup


def main() -> int:
    setup(Path(sys.argv[1]))
    # Models can only be imported once Django knows the state directory.
    measured: int = importlib.import_module("bench.items_scene").main(int(sys.argv[2]))
    return measured


if __name__ == "__main__":
    sys.exit(main())
