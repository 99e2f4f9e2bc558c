"""Registering as unemployed, whole, on the test stage against the real platform: from the conditions to the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any

import pytest

from contract import limits, working_days
from contract.catalogue import Group
from kiosk.questions import Confirm, ConfirmChoice
from kiosk.views import (
    Guide,
    GuideChoice,
    Menu,
    MenuChoice,
    Nav,
    PinPad,
    RecordsChoice,
    RecordsView,
    ResultChoice,
    ResultView,
    TakeAway,
)
from tests.kiosk.conftest import CHINA
from tests.kiosk.opening import LEAVE, has, to_item
from tests.kiosk.scripted import Step
from tests.kiosk.test_conditions import filled
from tests.kiosk.test_lookups_with_platform import RealStand, opened
from tests.kiosk.test_with_platform import Platform, central

UNEMPLOYED = 11


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    made = Platform(tmp_path_factory.mktemp("house"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
async def here(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RealStand]:
    monkeypatch.setattr(limits, "FAREWELL", 0.05)
    async with opened(platform) as made:
        yield made


def row_has(text: str) -> Any:
    """The first matter's row; a table's own repr tells nothing."""

    def check(view: RecordsView) -> None:
        assert text in " ".join(map(str, view.tables[0].rows[0]))

    return check


def matters(here: RealStand, check: Any) -> tuple[Step, ...]:
    return (
        here.comes("jobless"),
        Step(Menu, MenuChoice.MATTERS),
        Step(PinPad, "123456"),
        Step(RecordsView, RecordsChoice.DONE, check=check),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=here.pull),
    )


async def test_from_the_conditions_to_the_specialists_answer(platform: Platform, here: RealStand) -> None:
    due = working_days.load().due(datetime.now(CHINA).date(), 10).words
    await here.visit(
        here.comes("jobless"),
        *to_item(Group.WORK, UNEMPLOYED),
        Step(Guide, GuideChoice.START),
        Step(PinPad, "123456"),
        Step(Guide, GuideChoice.START, check=has("没有单位在给您缴社会保险")),
        *filled(here, UNEMPLOYED),
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.FINISH, check=here.note_result),
        Step(TakeAway, does=here.pull),
    )
    assert here.result is not None
    assert due in repr(here.result)
    assert due in repr(here.printer.slips)
    here.stage.ended.clear()
    await here.visit(*matters(here, row_has(f"已受理 最晚{due}有答复")))
    receipt = here.result.number.replace(" ", "")
    specialist = ("--worker", "S-0001", "--specialist", "--person", "helper", "--point", "县人社局（示例）")
    central("staff", "add", "--state", platform.state, *specialist)
    central("review", "--state", platform.state, "decide", receipt, "--by", "S-0001", "--approve")
    here.stage.ended.clear()
    await here.visit(*matters(here, row_has("失业登记办好了")))


async def test_whoever_is_employed_reads_why_not_and_whom_to_ask(here: RealStand) -> None:
    def told(view: Guide) -> None:
        assert view.start == ""
        assert "还在给您缴社会保险" in repr(view.rows[0])
        assert "12333" in repr(view.rows[-1])

    await here.visit(
        here.comes("employee"),
        *to_item(Group.WORK, UNEMPLOYED),
        Step(Guide, GuideChoice.START),
        Step(PinPad, "123456"),
        Step(Guide, Nav.BACK, check=told),
        *LEAVE,
        Step(TakeAway, does=here.pull),
    )
