"""What a hand does to the window, one act after the other: run by test_touch.py, which looks at each act's outcome.

python -m tests.screens.scene_acts OUT
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import traceback
import types
import weakref
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from kivy.base import EventLoop
from kivy.core.text import Label
from PIL import ImageChops

from contract import limits
from contract import texts as own_texts
from contract.catalogue import Group
from contract.texts import Text
from kiosk.views import (
    Action,
    ChoiceQuestion,
    Guide,
    GuideRow,
    MenuChoice,
    MessageView,
    Nav,
    NumberQuestion,
    Option,
    PinPad,
    Progress,
    Resting,
    StillThere,
    TextQuestion,
)
from screens.app import Look, perform
from screens.inspection import parts, targets, texts
from screens.stage import KivyStage
from screens.widgets.part import Part
from screens.widgets.target import Target
from tests.screens.gallery import PLACE, VIEWS
from tests.screens.stagehand import FRAME, drawn, find, gone, middle, picture, showing, touch, xdotool

SECRET: Final = "赵钱孙的一句话"
KEYS: Final = ("F1", "Escape", "F11", "alt+F4", "ctrl+q", "ctrl+w", "super", "Menu", "Tab", "Return", "space")
PAINTED: Final = {
    name: VIEWS[name] for name in ("attract", "menu", "items-insurance", "guide-form", "fault", "take-both")
} | {
    "number": NumberQuestion(item="登记", step=1, steps=2, question="您的电话是多少？", grouping=(3, 4, 4)),
    "pin": PinPad(title="请输入社保卡密码", line="六位数字。"),
    "choice": ChoiceQuestion(item="登记", step=1, steps=2, question="想干什么活儿？", most=2,
                             options=tuple(Option(str(n), f"第 {n} 样") for n in range(8))),
    "words": TextQuestion(item="登记", step=2, steps=2, question="您住在哪个村？"),
}  # fmt: skip
ACT_WAIT: Final = 120.0
"""An act that has not ended after this long waits for something that does not come (seconds)."""
Act = Callable[[KivyStage], Awaitable[None]]
ACTS: dict[str, Act] = {}


def act(function: Act) -> Act:
    ACTS[function.__name__] = function
    return function


@contextmanager
def as_long(name: str, seconds: float) -> Iterator[None]:
    """A limit so long that nothing between two touches makes them miss it, whatever else the machine is doing."""
    before = getattr(limits, name)
    setattr(limits, name, seconds)
    try:
        yield
    finally:
        setattr(limits, name, before)


def message(title: str, *labels: str) -> MessageView:
    return MessageView(title=title, text="", actions=tuple(Action(label, label) for label in labels))


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


@act
async def nothing_stays_of_what_was_shown(stage: KivyStage) -> None:
    """Neither when it is answered and the visit ends, nor when it is cancelled."""
    for answered in (True, False):
        view = message(SECRET, "知道了")
        kept = weakref.ref(view)
        task = await showing(stage, view)
        assert SECRET in texts(stage.root)
        if answered:
            await asyncio.sleep(limits.DOUBLE_TAP)
            await touch(stage, "知道了")
            await task
            stage.clear()
        else:
            await gone(task)
        assert SECRET not in texts(stage.root)
        del view, task
        await asyncio.sleep(FRAME * 2)
        gc.collect()
        assert kept() is None, gc.get_referrers(kept())
        drawn = [thing for thing in gc.get_objects() if issubclass(type(thing), (Part, Label))]
        assert not [part for part in drawn if SECRET in str(vars(part))]


@act
async def large_text_keeps_what_was_typed_and_clear_undoes_it(stage: KivyStage) -> None:
    question = NumberQuestion(
        item="固定工求职登记", step=3, steps=8, question="您的手机号码是多少？", grouping=(3, 4, 4)
    )
    task = await showing(stage, question)
    for digit in "138":
        await touch(stage, f"digit:{digit}")
    narrow = find(stage, "large").w
    await touch(stage, "large")
    assert "138" in texts(stage.root)
    assert find(stage, "large").w >= narrow
    await asyncio.sleep(limits.DOUBLE_TAP)
    await touch(stage, "contrast")
    assert picture().getpixel((1070, 500)) == (0, 0, 0)
    assert "138" in texts(stage.root)
    await gone(task)
    stage.clear()
    task = await showing(stage, VIEWS["menu"])
    assert picture().getpixel((1070, 500)) == (0xF7, 0xF4, 0xEE)
    assert find(stage, "large").w == narrow
    await gone(task)


@act
async def waiting_moves_and_advises(stage: KivyStage) -> None:
    task = await showing(stage, Progress(words="正在查", advice="再等一会儿"))
    before = picture().tobytes()
    await asyncio.sleep(0.4)
    assert picture().tobytes() != before
    assert "再等一会儿" not in texts(stage.root)
    await asyncio.sleep(limits.PROGRESS_ADVICE)
    assert "再等一会儿" in texts(stage.root)
    await gone(task)


@act
async def the_loop_slows_when_nobody_is_there_and_a_touch_wakes_it(stage: KivyStage) -> None:
    task = await showing(stage, VIEWS["attract"])
    await touch(stage, "begin")
    await task
    task = await showing(stage, VIEWS["menu"])
    assert not stage.calm()
    assert stage.idle_seconds() < limits.IDLE_SLOWDOWN
    await asyncio.sleep(limits.IDLE_SLOWDOWN + 0.1)
    assert stage.calm()
    assert stage.idle_seconds() > limits.IDLE_SLOWDOWN
    await xdotool("mousemove", "540", "500", "click", "1")
    await asyncio.sleep(FRAME)
    assert not stage.calm()
    await gone(task)


@act
async def what_is_painted_by_itself_is_what_all_would_be(stage: KivyStage) -> None:
    """Pressed, moved away from, typed: every time the picture is the one that painting the window whole gives."""
    for name, view in PAINTED.items():
        task = await showing(stage, view)
        here = [box for box in targets(stage.root) if box.enabled]
        for box in dict.fromkeys((*here[:1], *here[len(here) // 2 :][:1], *here[-1:])):
            if task.done():
                break
            await same_painted_whole(stage, f"{name}: shown")
            await xdotool("mousemove", *middle(box), "mousedown", "1")
            await asyncio.sleep(FRAME)
            pressed = await same_painted_whole(stage, f"{name}: {box.label} pressed")
            await xdotool("mousemove", "4", "4")
            await asyncio.sleep(FRAME)
            away = await same_painted_whole(stage, f"{name}: moved away from {box.label}")
            await xdotool("mouseup", "1")
            assert pressed != away, f"{name}: {box.label} does not show that it is pressed"
            target = target_named(stage, box.key)
            if box.key.startswith(("digit:", "key:", "page:", "option:", "candidate")) and target is not None:
                target.act()
                await asyncio.sleep(FRAME)
                await same_painted_whole(stage, f"{name}: {box.label} done")
        await gone(task)


async def same_painted_whole(stage: KivyStage, what: str) -> bytes:
    seen = picture()
    stage.painter.everything()
    await asyncio.sleep(FRAME)
    assert picture().tobytes() == seen.tobytes(), what
    return seen.tobytes()


def target_named(stage: KivyStage, key: str) -> Target | None:
    found = (part for part in parts(stage.root) if isinstance(part, Target) and part.key == key)
    return next(found, None)


@act
async def the_ways_that_work_are_drawn(stage: KivyStage) -> None:
    task = await showing(stage, VIEWS["ask-all"])
    assert {"插社保卡", "放身份证", "扫电子社保卡"} <= set(texts(stage.root))
    await touch(stage, "返回")
    assert await task is Nav.BACK


@act
async def corrected_texts_are_said_from_the_next_view_on(stage: KivyStage) -> None:
    """As signed configuration brings them, between visits; and back again."""
    packaged = own_texts.load()
    corrected = own_texts.Texts({**packaged.words, Text.IDLE_NAME: "就近办新名字"})
    for words in (corrected, packaged):
        stage.reword(words)
        task = await showing(stage, VIEWS["attract"])
        assert set(words(Text.IDLE_NAME).split("\n")) <= set(texts(stage.root))
        await gone(task)
    task = await showing(stage, VIEWS["attract"])
    stage.clear()
    assert "就近办新名字" not in texts(stage.root)
    await gone(task)


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
                for task in asyncio.all_tasks() - {asyncio.current_task()}:
                    if "show" in repr(task.get_coro()) or "overlay" in repr(task.get_coro()):
                        await gone(task)

    await perform(play, PLACE, Look(1080, 1920))
    (out / "outcome.json").write_text(json.dumps(outcome), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
