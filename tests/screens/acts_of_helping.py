"""Acts of scene_acts.py: a worker's keypad, who helps in the head, the countdown."""

from __future__ import annotations

import asyncio
from typing import Final

from msgspec.structs import replace

from contract import limits
from kiosk.views import Countdown, Nav, PinPad
from screens.inspection import parts, texts
from screens.stage import KivyStage
from screens.widgets.target import Target
from tests.screens.acting import act
from tests.screens.acts_of_looking import ACTS
from tests.screens.gallery import HELPER, HELPER_OFFLINE, VIEWS
from tests.screens.stagehand import showing, touch

__all__ = ["ACTS"]
"""With those of this file."""

STAFF_PIN: Final = PinPad(title="请输入帮办密码", line="八到十二位数字。", length=12, least=8)


@act
async def a_worker_signs_in_by_touch(stage: KivyStage) -> None:
    """The keypad takes eight to twelve digits; the head says who helps from then on, until nobody does."""
    task = await showing(stage, STAFF_PIN)
    for digit in "1357246":
        await touch(stage, f"digit:{digit}")
    assert not target_of(stage, "done").enabled
    await touch(stage, "done")
    assert not task.done()
    await touch(stage, "digit:8")
    assert target_of(stage, "done").enabled
    for digit in "90123":
        await touch(stage, f"digit:{digit}")
    assert not [text for text in texts(stage.root) if "1357" in text], "dots, and nothing else"
    await touch(stage, "done")
    assert await task == "135724689012", "twelve at most"
    for helper in (HELPER, HELPER_OFFLINE, ""):
        await asyncio.sleep(limits.DOUBLE_TAP)
        task = await showing(stage, replace(VIEWS["menu"], helper=helper))
        assert (helper in texts(stage.root)) is bool(helper)
        assert bool([text for text in texts(stage.root) if "帮办 " in text]) is bool(helper)
        await touch(stage, "帮办")
        assert await task is Nav.HELP


@act
async def a_countdown_ends_by_itself_and_can_be_left(stage: KivyStage) -> None:
    task = await showing(stage, Countdown(title="请等一等", text="", seconds=1))
    assert "1" in texts(stage.root)
    async with asyncio.timeout(20):
        assert await task is None
    task = await showing(stage, Countdown(title="请等一等", text="", seconds=60))
    await touch(stage, "返回")
    assert await task is Nav.BACK


def target_of(stage: KivyStage, key: str) -> Target:
    return next(part for part in parts(stage.root) if isinstance(part, Target) and part.key == key)


@act
async def what_is_carried_to_its_end_lets_nobody_go_back_and_shows_it(stage: KivyStage) -> None:
    task = await showing(stage, replace(VIEWS["progress"], held=True))
    assert [target_of(stage, key).enabled for key in ("nav:back", "nav:home", "nav:help")] == [False, False, True]
    await touch(stage, "返回")
    await touch(stage, "首页")
    assert not task.done()
    await touch(stage, "帮办")
    assert await task is Nav.HELP
    await asyncio.sleep(limits.DOUBLE_TAP)
    task = await showing(stage, VIEWS["progress"])
    assert [target_of(stage, key).enabled for key in ("nav:back", "nav:home", "nav:help")] == [True, True, True]
    await touch(stage, "返回")
    assert await task is Nav.BACK
