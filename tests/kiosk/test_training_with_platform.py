"""From the wish for training to the notice of the class, whole, against the real platform: a worker of the service
point signs in, the staff answer at the county, and the resident sees how it stands at every step."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any

import pytest

from contract import working_days
from contract.catalogue import Group
from kiosk.questions import Confirm, ConfirmChoice
from kiosk.views import (
    Attract,
    DetailChoice,
    DetailView,
    Guide,
    GuideChoice,
    ItemList,
    ListingView,
    Menu,
    MenuChoice,
    MessageView,
    Nav,
    PinPad,
    RecordsChoice,
    RecordsView,
    ResultChoice,
    ResultView,
    TakeAway,
)
from tests.kiosk.conftest import CHINA
from tests.kiosk.helping import PIN, WORKER, by_code, help_key
from tests.kiosk.opening import LEAVE, to_item
from tests.kiosk.scripted import Step
from tests.kiosk.service_point import at_the_county, at_the_terminal, attended, code_of
from tests.kiosk.test_conditions import filled
from tests.kiosk.test_lookups_with_platform import RealStand, has, open_first, told
from tests.kiosk.test_with_platform import Platform

WHO = "farmer"
"""On the county's list of those watched against falling back into poverty, the first group of the form."""


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with attended(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture
async def here(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RealStand]:
    async with at_the_terminal(platform, monkeypatch) as made:
        yield made


async def helped(platform: Platform, here: RealStand, *steps: Step) -> None:
    """A visit in which the worker signs in, and the resident's card goes in."""
    code = code_of(platform, "helper")
    here.stage.ended.clear()
    await here.visit(
        Step(Attract, True),
        *help_key(Menu),
        *by_code(here, PIN, code=code),
        Step(Menu, does=here.comes(WHO).does),
        *steps,
        Step(TakeAway, does=here.pull),
    )


def begun(number: int) -> tuple[Step, ...]:
    return (*to_item(Group.SKILL, number), Step(Guide, GuideChoice.START, check=has("开始办理")))


def submitted(here: RealStand, number: int) -> tuple[Step, ...]:
    return (
        Step(Guide, GuideChoice.START, check=has("接着填")),
        *wish(here, number),
        Step(Confirm, ConfirmChoice.SUBMIT),
        Step(ResultView, ResultChoice.FINISH, check=here.note_result),
    )


def wish(here: RealStand, number: int) -> list[Step]:
    """The first of everything, and as far as need be."""
    steps = filled(here, number)
    for step, field in zip(steps, here.catalogue[number].fields, strict=True):
        if field.key == "distance":
            step.answer = ("away",)
    return steps


async def alone(here: RealStand, number: int, check: Any) -> None:
    """The resident by themselves: the guide, and what the platform knows."""
    here.stage.ended.clear()
    await here.visit(
        here.comes(WHO),
        *to_item(Group.SKILL, number),
        Step(Guide, GuideChoice.START),
        Step(PinPad, "123456"),
        Step(Guide, Nav.BACK, check=check),
        Step(Guide, Nav.BACK),
        *LEAVE,
        Step(TakeAway, does=here.pull),
    )


async def own(here: RealStand, check: Any) -> None:
    here.stage.ended.clear()
    await here.visit(
        here.comes(WHO),
        Step(Menu, MenuChoice.MATTERS),
        Step(PinPad, "123456"),
        Step(RecordsView, RecordsChoice.DONE, check=check),
        Step(Menu, MenuChoice.LEAVE),
        Step(TakeAway, does=here.pull),
    )


async def test_from_the_wish_to_the_notice_of_the_class(platform: Platform, here: RealStand) -> None:
    due = working_days.load().due(datetime.now(CHINA).date(), 5).words
    await alone(here, 18, has("您还没有登记过想学什么"))
    await alone(here, 19, has("您还没有登记过想学什么"))
    await helped(
        platform, here, *begun(18), Step(RecordsView, RecordsChoice.DONE, check=has("还没有登记过想学什么")), *LEAVE
    )
    # nothing is registered yet: the way to what is recommended leads through it
    await helped(
        platform,
        here,
        *begun(17),
        Step(MessageView, "ok"),
        Step(Guide, GuideChoice.START, check=has("平台上您是防返贫监测对象")),
        *submitted(here, 16)[1:],
    )
    assert here.result is not None
    assert f"最晚{due}告诉您" in told(here.result)
    assert f"最晚{due}告诉您" in told(here.printer.slips[-1])
    receipt = here.result.number.replace(" ", "")
    await alone(here, 18, has(f"工作人员最晚{due}告诉您"))

    await helped(platform, here, *begun(19), Step(Guide, Nav.BACK, check=has("还没有开班的消息")), *LEAVE)
    await helped(
        platform, here,
        *begun(17), open_first("教您想学的"), Step(DetailView, DetailChoice.DONE), Step(ListingView, Nav.BACK),
        Step(ItemList, 18), Step(Guide, GuideChoice.START),
        Step(RecordsView, RecordsChoice.DONE, check=has("等着反馈", due)),
        *LEAVE,
    )  # fmt: skip

    found = re.search(r"（(\d+) 号）", at_the_county(platform, "duty", "show", receipt))
    assert found is not None, "no class of the seed teaches what the form's first answers want"
    at_the_county(platform, "duty", "answer", receipt, "--by", WORKER, "--class", found[1])
    await own(here, has("有班了", f"{found[1]} 号"))

    await helped(platform, here, *begun(19), *submitted(here, 19))
    assert f"请按时参加培训：盖房、工地班（{found[1]} 号）" in told(here.result)
    assert "开班，在" in told(here.printer.slips[-1])
    await own(here, has("通知过您", "已办结"))
    await helped(platform, here, *begun(19), Step(Guide, Nav.BACK, check=has("已经通知过，办结了")), *LEAVE)
