"""Writes down how each test ended, for tests/mutating.py: what ended a failure is known here and nowhere else."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
_outcomes: dict[str, str] = {}


def _judged(error: BaseException) -> bool:
    """Whether *error* is a test's verdict, also from within a group of tasks."""
    if isinstance(error, BaseExceptionGroup):
        return any(_judged(one) for one in error.exceptions)
    return isinstance(error, AssertionError | pytest.fail.Exception)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and call.excinfo is not None:
        verdict = call.when == "call" and _judged(call.excinfo.value)
        _outcomes[item.nodeid] = "assertion" if verdict else f"{call.when}: {call.excinfo.typename}"
    elif call.when == "call" or report.skipped:
        _outcomes.setdefault(item.nodeid, report.outcome)
    return report


def pytest_sessionfinish() -> None:
    """Modules of another tree than this one would prove nothing."""
    names = ("contract", "secure", "kiosk", "central", "drivers", "tests")
    found = [module for name, module in sys.modules.items() if name.partition(".")[0] in names]
    strangers = [m.__file__ for m in found if getattr(m, "__file__", None) and HERE not in Path(m.__file__).parents]
    outcomes = dict.fromkeys(_outcomes, "another tree's modules") if strangers else _outcomes
    Path(os.environ["MUTANT_OUTCOMES"]).write_text(json.dumps(outcomes), "utf-8")
