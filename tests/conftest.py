"""Which tests share a worker when the suite runs on several (pytest-xdist, scripts/test), and which begin first.

A file stays together: its fixtures are windows, platforms, readers. What there is one of on a machine keeps all its
files together: pcscd (a second worker would only wait for it), and the platform that tests/central starts. Where a file
is run once for each device or size of the window, each of them is a part of its own.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests.own_pcscd import possible
from tests.patient_loop import PatientPolicy

DEMOS: Final = "demos" if possible() else "pcscd"
"""Programs that are started whole: of their pcscd there can be one beside the other tests', or there is one in all."""
TOGETHER: Final = {
    "tests/central/": "platform",
    **dict.fromkeys(
        ("tests/drivers/card/test_authenticators", "tests/drivers/card/test_odd_cards",
         "tests/drivers/card/test_protocol", "tests/drivers/card/test_slots"),
        "cards without pcscd",
    ),
    "tests/drivers/card/": "pcscd",
    "tests/drivers/contract[card reader": "pcscd",
    "tests/drivers/dock/test_troubles.py": "pcscd",
    "tests/drivers/dock/test_ways.py": "pcscd",
    "tests/drivers/test_system.py::test_all_four_together": "pcscd",
    "tests/local/test_chaos.py::test_a_restless_person": DEMOS,
    "tests/local/test_tour.py": DEMOS,
}  # fmt: skip
"""How a test's name begins, and the part it belongs to."""
APART: Final = {
    "tests/drivers/contract/": "tests/drivers/contract",
    "tests/screens/test_layout.py": "tests/screens/test_layout",
    "tests/screens_input/test_matrix.py": "tests/screens_input/test_matrix",
}
"""Files whose tests' first parameter (up to a dash) says which part they belong to."""
FIRST: Final = (
    "pcscd",
    "demos",
    "platform",
    "tests/drivers/printer/test_troubles.py",
    "tests/privacy",
    "tests/screens_input/test_matrix",
    "tests/kiosk/test_configuration.py",
    "tests/kiosk/test_with_platform.py",
    "tests/screens/test_touch.py",
    "tests/screens/test_layout",
    "tests/kiosk/test_attacks_delivery.py",
    "tests/kiosk/test_power_printing.py",
    "tests/drivers/contract",
    "tests/secure/test_power.py",
    "tests/drivers/test_system_end.py",
    "tests/screens_input/test_nothing_stays.py",
    "tests/kiosk/test_attacks_walks.py",
    "tests/drivers/camera/test_driver.py",
    "tests/local/test_soak_devices.py",
)
"""The longest parts, the longest first: whichever is begun last is what everybody waits for in the end."""


# No test is about time: hypothesis' own limit of 0.2 s an example would make every one that.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")
asyncio.set_event_loop_policy(PatientPolicy())


def part(nodeid: str) -> str:
    """Which part of the suite a test belongs to: a name that all tests of one worker's portion have in common."""
    file, _, name = nodeid.partition("::")
    folder = next((folder for start, folder in APART.items() if file.startswith(start)), None)
    which = name.partition("[")[2].partition("-")[0].rstrip("]")
    own = f"{folder}[{which}]" if folder and which else file
    return next((name for start, name in TOGETHER.items() if nodeid.startswith(start) or own.startswith(start)), own)


class Together(LoadScopeScheduling):
    """Not by xdist's own marks (--dist loadgroup): with pytest 9.2 and xdist 3.8 they are not seen."""

    def _split_scope(self, nodeid: str) -> str:
        return part(nodeid)

    def _assign_work_unit(self, node: Any) -> None:
        """Of what is left, what takes longest; of the rest, as xdist has it: what has the most tests."""
        named = [name for start in FIRST for name in self.workqueue if name.startswith(start)]
        if named:
            self.workqueue.move_to_end(named[0], last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: Any, log: Any) -> Together:
    return Together(config, log)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes are named by their length: a key made for this run would give the test another name on every worker."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None
