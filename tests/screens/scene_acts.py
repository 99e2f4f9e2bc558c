"""What a hand does to the window, one act after the other: run by test_touch.py, which looks at each act's outcome.

python -m tests.screens.scene_acts OUT
"""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
import types
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from kivy.base import EventLoop
from PIL import ImageChops

from contract import limits
from contract.catalogue import Group
from kiosk.views import (
    Guide,
    GuideRow,
    MenuChoice,
    Nav,
    Resting,
    StillThere,
)
from screens.app import Look, perform
from screens.inspection import targets, texts
from screens.stage import KivyStage
from tests.screens.acting import act, as_long, message
from tests.screens.acts_of_helping import ACTS
from tests.screens.gallery import PLACE, VIEWS
from tests.screens.stagehand import FRAME, drawn, find, gone, middle, picture, showing, touch, xdotool

KEYS: Final = ("F1", "Escape", "F11", "alt+F4", "ctrl+q", "ctrl+w", "super", "Menu", "Tab", "Return", "space")
ACT_WAIT: Final = 120.0
"""An act that has not ended after this long waits for something that does not come (seconds)."""


@act
async def a_touch_answers(stage: KivyStage) -> None:
    task = await showing(stage, VIEWS["attract"])
    await touch(stage, "begin")
    assert await task is True
    for label, answer in (("group:insurance", Group.INSURANCE), ("leave", MenuChoice.LEAVE), ("帮办", Nav.HELP),
                          ("首页", Nav.HOME), ("返回", Nav.BACK)):  # fmt: skip
        await asyncio.sleep(limits.DOUBLE_TAP)
        task = await showing(stage, VIEWS["menu"])
        await touch(stage, label)
        assert await task is answer


@act
async def no_key_leads_out(stage: KivyStage) -> None:
    task = await showing(stage, VIEWS["menu"])
    before, window = picture(), EventLoop.window
    children = list(window.children)
    for key in KEYS:
        await xdotool("key", key)
    await asyncio.sleep(FRAME * 2)
    assert window.dispatch("on_request_close"), "the window manager's wish to close is refused"
    assert not task.done()
    assert list(window.children) == children, "nothing was laid over the screen"
    assert picture().tobytes() == before.tobytes()
    await gone(task)


@act
async def other_buttons_and_wheels_do_nothing(stage: KivyStage) -> None:
    task = await showing(stage, VIEWS["menu"])
    await xdotool("mousemove", *middle(find(stage, "leave")))
    for button in ("2", "3", "4", "5", "3"):
        await xdotool("click", button)
    await asyncio.sleep(FRAME)
    assert not task.done()
    await touch(stage, "leave")
    assert await task is MenuChoice.LEAVE


@act
async def a_double_tap_acts_once(stage: KivyStage) -> None:
    """The second tap falls on the next screen's button in the same place, and is not one."""
    for _ in range(3):
        await asyncio.sleep(limits.DOUBLE_TAP)
        first = await showing(stage, message("第一页", "下一步"))
        tapping = asyncio.create_task(touch(stage, "下一步", times=2))
        assert await first == "下一步"
        with as_long("DOUBLE_TAP", 30.0):
            second = asyncio.create_task(stage.show(message("第二页", "提交")))
            await tapping
            assert not second.done()
        await asyncio.sleep(limits.DOUBLE_TAP)
        await touch(stage, "提交")
        assert await second == "提交"


@act
async def a_double_tap_turns_one_page(stage: KivyStage) -> None:
    rows = tuple(GuideRow(f"第 {number} 条", ("村里的帮办员在办公室。" * 6,)) for number in range(20))
    task = await showing(stage, Guide(title="一份长的说明", line="", rows=rows))
    tapping = asyncio.create_task(touch(stage, "下一页", times=2))
    while any(text.startswith("第 1 页，共") for text in texts(stage.root)):
        await asyncio.sleep(0.005)
    with as_long("DOUBLE_TAP", 30.0):
        await tapping
    assert any(text.startswith("第 2 页，共") for text in texts(stage.root)), texts(stage.root)
    await asyncio.sleep(limits.DOUBLE_TAP)
    await touch(stage, "下一页")
    assert any(text.startswith("第 3 页，共") for text in texts(stage.root)), texts(stage.root)
    await gone(task)


@act
async def a_touch_from_the_last_screen_is_nobodys(stage: KivyStage) -> None:
    task = await showing(stage, message("第一页", "知道了"))
    await xdotool("mousemove", *middle(find(stage, "知道了")), "mousedown", "1")
    await asyncio.sleep(FRAME)
    await gone(task)
    task = await showing(stage, message("第二页", "知道了"))
    await xdotool("mouseup", "1")
    await asyncio.sleep(FRAME * 2)
    assert not task.done()
    await gone(task)


@act
async def a_finger_that_rests_gives_way(stage: KivyStage) -> None:
    """A second hand on the glass, a drop of water, a lifting that was never told: xdotool has one pointer only, so the
    one that lies there comes from here."""
    task = await showing(stage, message("一页", "知道了"))
    hand, resting = stage.root.hand, types.SimpleNamespace(pos=(4.0, 4.0))
    hand.down(resting)
    await touch(stage, "知道了")
    await asyncio.sleep(FRAME)
    assert not task.done(), "the first of two fingers counts"
    await asyncio.sleep(limits.TOUCH_HELD)
    await touch(stage, "知道了")
    hand.up(resting)
    assert await asyncio.wait_for(task, 2) == "知道了"


@act
async def sliding_off_takes_it_back(stage: KivyStage) -> None:
    task = await showing(stage, message("一页", "知道了"))
    await xdotool("mousemove", *middle(find(stage, "知道了")), "mousedown", "1", "sleep", "0.05",
                  "mousemove", "500", "700", "sleep", "0.05", "mouseup", "1")  # fmt: skip
    await asyncio.sleep(FRAME * 2)
    assert not task.done()
    await gone(task)


@act
async def a_press_shows(stage: KivyStage) -> None:
    task = await showing(stage, message("一页", "知道了"))
    x, y = middle(find(stage, "知道了"))
    at = (int(x) - 200, int(y) + 40)
    before = picture().getpixel(at)
    await xdotool("mousemove", x, y, "mousedown", "1")
    await asyncio.sleep(FRAME)
    pressed = picture().getpixel(at)
    await xdotool("mouseup", "1")
    assert pressed != before
    assert await task == "知道了"


@act
async def a_switched_off_target_does_nothing(stage: KivyStage) -> None:
    task = await showing(stage, VIEWS["items-insurance"])
    off = [box for box in targets(stage.root) if not box.enabled]
    assert any(box.key.startswith("item:") for box in off)
    for box in off:
        await xdotool("mousemove", *middle(box), "click", "1")
    await asyncio.sleep(FRAME * 2)
    assert not task.done()
    await gone(task)


@act
async def the_warning_takes_any_touch_and_nothing_reaches_beneath(stage: KivyStage) -> None:
    beneath = await showing(stage, VIEWS["menu"])
    under = find(stage, "leave")
    over = asyncio.create_task(stage.overlay(StillThere(seconds=30)))
    await asyncio.sleep(FRAME * 2)
    assert [box.key for box in targets(stage.root)] == ["still_there"]
    await xdotool("mousemove", *middle(under), "click", "1")
    assert await over is True
    await asyncio.sleep(limits.DOUBLE_TAP)
    assert not beneath.done()
    await touch(stage, "leave")
    assert await beneath is MenuChoice.LEAVE


@act
async def the_warning_counts_down_and_ends(stage: KivyStage) -> None:
    beneath = await showing(stage, VIEWS["menu"])
    over = asyncio.create_task(stage.overlay(StillThere(seconds=2)))
    for seconds in "21":
        async with asyncio.timeout(20):
            while seconds not in texts(stage.root):
                await asyncio.sleep(0.01)
    assert await over is False
    assert find(stage, "leave")
    assert not beneath.done()
    await gone(beneath)


@act
async def a_waking_touch_presses_nothing(stage: KivyStage) -> None:
    """Neither a tap, nor a trembling one, nor a long one, right on the button that lies beneath."""
    beneath = await showing(stage, VIEWS["attract"])
    lit = picture()
    place = middle(find(stage, "begin"))
    for taps in (("click", "1"), ("click", "--repeat", "3", "--delay", "80", "1"),
                 ("mousedown", "1", "sleep", "0.6", "mouseup", "1")):  # fmt: skip
        over = asyncio.create_task(stage.overlay(Resting()))
        await asyncio.sleep(FRAME * 2)
        assert not any(high for _, high in picture().getextrema()), "black to the last pixel"
        assert [box.key for box in targets(stage.root)] == ["rest"]
        with as_long("WAKE_GRACE", 1.5):
            await xdotool("mousemove", *place, *taps)
            assert await over is True
            await asyncio.sleep(limits.WAKE_GRACE + FRAME)
        assert not beneath.done()
        assert ImageChops.difference(picture(), lit).getbbox() is None, "the picture is back"
    await xdotool("mousemove", *place, "click", "1")
    assert await beneath is True


@act
async def somebody_who_comes_while_a_finger_is_down_presses_nothing(stage: KivyStage) -> None:
    beneath = await showing(stage, VIEWS["attract"])
    over = asyncio.create_task(stage.overlay(Resting()))
    await asyncio.sleep(FRAME * 2)
    await xdotool("mousemove", *middle(find(stage, "rest")), "mousedown", "1")
    await drawn()
    with as_long("WAKE_GRACE", 3.0):
        await gone(over)
        await xdotool("mousemove", *middle(find(stage, "begin")), "mouseup", "1")
        await drawn()
        assert not beneath.done()
        await xdotool("click", "1")
        await drawn()
        assert not beneath.done(), "whoever touches as the light comes has not seen yet what is there"
        await asyncio.sleep(limits.WAKE_GRACE)
    await touch(stage, "begin")
    assert await beneath is True


@act
async def the_view_beneath_changes_while_the_screen_rests(stage: KivyStage) -> None:
    beneath = await showing(stage, VIEWS["attract"])
    over = asyncio.create_task(stage.overlay(Resting()))
    await asyncio.sleep(FRAME * 2)
    await gone(beneath)
    beneath = await showing(stage, VIEWS["menu"])
    assert not any(high for _, high in picture().getextrema()), "still dark"
    await xdotool("mousemove", *middle(find(stage, "rest")), "click", "1")
    assert await over is True
    assert not beneath.done()
    assert find(stage, "leave")
    await gone(beneath)


async def main(out: Path) -> None:
    outcome: dict[str, Any] = {}

    async def play(stage: KivyStage) -> None:
        for name, function in ACTS.items():
            await asyncio.sleep(limits.DOUBLE_TAP)
            try:
                async with asyncio.timeout(ACT_WAIT):
                    await function(stage)
                outcome[name] = ""
            except Exception:
                outcome[name] = traceback.format_exc()
                picture(out / f"{name}.png")
                await xdotool("mouseup", "1")  # the next act begins with no finger on it
                for task in asyncio.all_tasks() - {asyncio.current_task()}:
                    if "show" in repr(task.get_coro()) or "overlay" in repr(task.get_coro()):
                        await gone(task)

    # No minute passes on it while two pictures are compared.
    await perform(play, PLACE, Look(1080, 1920, freeze_clock=datetime(2026, 11, 23, 10, 24)))
    (out / "outcome.json").write_text(json.dumps(outcome), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
