"""Which tests share a worker when the suite runs on several (pytest-xdist, scripts/test).

A file stays together: its fixtures are windows, platforms, readers. What there is one of on a machine keeps all its
files together: pcscd (a second worker would only wait for it) and the ports of the platform that tests/central starts.
"""

from __future__ import annotations

import pytest

TOGETHER = {
    "tests/central/": "platform",
    "tests/drivers/card/": "pcscd",
    "tests/drivers/test_system": "pcscd",
    "tests/local/": "pcscd",
}


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        file = item.nodeid.partition("::")[0]
        group = next((name for start, name in TOGETHER.items() if file.startswith(start)), file)
        item.add_marker(pytest.mark.xdist_group(group))
