"""Which tests share a worker when the suite runs on several (pytest-xdist, scripts/test).

A file stays together: its fixtures are windows, platforms, readers. What there is one of on a machine keeps all its
files together: pcscd (a second worker would only wait for it), and the platform that tests/central starts.
"""

from __future__ import annotations

from typing import Any, Final

from xdist.scheduler import LoadScopeScheduling

TOGETHER: Final = {
    "tests/central/": "platform",
    "tests/drivers/card/": "pcscd",
    "tests/drivers/test_system": "pcscd",
    "tests/local/": "pcscd",
}


class Together(LoadScopeScheduling):
    """Not by xdist's own marks (--dist loadgroup): with pytest 9.2 and xdist 3.8 they are not seen."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((name for start, name in TOGETHER.items() if file.startswith(start)), file)


def pytest_xdist_make_scheduler(config: Any, log: Any) -> Together:
    return Together(config, log)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes are named by their length: a key made for this run would give the test another name on every worker."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None
