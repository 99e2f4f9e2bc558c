"""sqlite_utils without numpy. It imports numpy wherever that is installed, for arrays that the ledger never has; on a
terminal with a document camera numpy is installed, and would cost its main process memory and time for nothing."""

from __future__ import annotations

import sys
from typing import Any, Final

_LEFT_OUT: Final = "numpy"

_modules: dict[str, Any] = sys.modules
_absent = _LEFT_OUT not in _modules
if _absent:
    _modules[_LEFT_OUT] = None  # what the import system takes for "not installed"
try:
    from sqlite_utils import Database, Migrations
finally:
    if _absent:
        del _modules[_LEFT_OUT]

__all__ = ["Database", "Migrations"]
