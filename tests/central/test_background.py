"""What the platform does now and then goes on being done."""

from __future__ import annotations

import threading

import pytest

from central.background import every


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_nobody_foresaw_is_told_without_its_words_and_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    times, again = [0], threading.Event()

    def do() -> None:
        times[0] += 1
        if times[0] > 2:
            again.set()
            return
        raise KeyError("张测试")

    with every(0.01, "renewal", do, at_once=True):
        assert again.wait(20)
    assert [record.getMessage() for record in caplog.records] == ["renewal: KeyError"] * 2
