"""Acts of scene_acts.py: what is drawn, what stays of it, and what moves by itself."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Final

from kivy.core.text import Label
from PIL import Image, ImageChops

from contract import limits
from contract import texts as own_texts
from contract.texts import Text
from kiosk.questions import ChoiceQuestion, CodeQuestion, NumberQuestion, TextQuestion
from kiosk.views import (
    Nav,
    Option,
    PinPad,
    Progress,
)
from screens.inspection import parts, targets, texts
from screens.stage import KivyStage
from screens.widgets.part import Part
from screens.widgets.target import Target
from tests.kiosk.posters import COLOUR
from tests.screens.acting import ACTS, act, message
from tests.screens.gallery import VIEWS
from tests.screens.stagehand import FRAME, find, gone, middle, picture, showing, touch, xdotool

__all__ = ["ACTS"]
"""With those of this file."""

SECRET: Final = "赵钱孙的一句话"
PAINTED: Final = {
    name: VIEWS[name] for name in ("attract", "menu", "items-insurance", "guide-form", "fault", "take-both")
} | {
    "number": NumberQuestion(item="登记", step=1, steps=2, question="您的电话是多少？", grouping=(3, 4, 4)),
    "pin": PinPad(title="请输入社保卡密码", line="六位数字。"),
    "choice": ChoiceQuestion(item="登记", step=1, steps=2, question="想干什么活儿？", most=2,
                             options=tuple(Option(str(n), f"第 {n} 样") for n in range(8))),
    "words": TextQuestion(item="登记", step=2, steps=2, question="您住在哪个村？"),
    "code": CodeQuestion(item="登记", step=2, steps=2, question="证书编号是多少？", lengths=(22,),
                         alphabet="0123456789SY"),
}  # fmt: skip


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
async def a_picture_takes_its_turn_after_the_notices(stage: KivyStage) -> None:
    task = await showing(stage, VIEWS["attract-poster"])
    assert COLOUR in {colour for _, colour in picture().getcolors(1 << 24)}
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
            await finger(stage, down=True)
            pressed = await same_painted_whole(stage, f"{name}: {box.label} pressed")
            await xdotool("mousemove", "4", "4")
            await finger(stage, down=False)
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
    seen = await settled(stage)
    stage.painter.everything()
    whole = await settled(stage)
    assert whole.tobytes() == seen.tobytes(), f"{what}: {ImageChops.difference(whole, seen).getbbox()}"
    return seen.tobytes()


async def settled(stage: KivyStage) -> Image.Image:
    """The picture when nothing waits to be painted and nothing changes: on a busy machine a frame comes when it can."""
    last: Image.Image | None = None
    for _ in range(100):
        await asyncio.sleep(FRAME)
        now = None if stage.painter.due else picture()
        if now is not None and last is not None and now.tobytes() == last.tobytes():
            return now
        last = now
    raise AssertionError("never the same picture twice")


async def finger(stage: KivyStage, *, down: bool) -> None:
    """What xdotool sent has come to the window, whenever that was."""
    for _ in range(100):
        await asyncio.sleep(FRAME)
        if (stage.root.hand.pressed is not None) is down:
            return
    raise AssertionError(f"never {'pressed' if down else 'let go of'}")


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
