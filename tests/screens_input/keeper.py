"""Types on whole screens, lets the view go, and tells what of it is still reachable in this process.

    python -m tests.screens_input.keeper WIDTH HEIGHT PINYIN

One JSON object an ending on stdout: what was typed, how it ended, who still holds it, and what is still drawn.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from kivy.graphics.instructions import CanvasBase

from kiosk.questions import CodeQuestion, NumberQuestion, TextQuestion
from kiosk.views import PinPad, QrView, Surroundings, View
from screens import inspection
from screens.app import Look, open_window
from screens.fonts import Fonts
from screens.input.typist import Typist
from screens.registry import Registry
from screens.stage import KivyStage
from screens.widgets.target import Target

NOW: Final = datetime(2026, 11, 23, 10, 24)
LETTERS: Final = "kuijiangcun"
VILLAGE: Final = (33909, 27743, 26449)
"""The code points of what LETTERS can spell, character by character: the word itself stands nowhere in this file."""
NEXT: Final = QrView(title="用手机扫一扫", line="", content="https://example.invalid")
PHONE: Final = NumberQuestion(item="登记", step=1, steps=2, question="您的电话是多少？", grouping=(3, 4, 4))
WORDS: Final = TextQuestion(item="登记", step=2, steps=2, question="您住在哪个村？")
CODE: Final = CodeQuestion(item="登记", step=2, steps=2, question="编号是多少？", alphabet="0123456789", lengths=(22,))
PIN: Final = PinPad(title="请输入社保卡密码", line="")


class Keeper:
    """A stage on a window, and a search through everything the garbage collector knows."""

    def __init__(self, size: tuple[int, int], library: Path) -> None:
        window: Any = open_window(Look(width=size[0], height=size[1], fullscreen=False))
        registry = Registry()
        registry.add(TextQuestion, Typist(library))
        self.stage = KivyStage(window, Fonts(), Surroundings(place="示例县 · 杨树村服务点"), registry, lambda: NOW)
        window.add_widget(self.stage.root)
        self._window = window

    def touch(self, key: str) -> None:
        parts = (part for part in inspection.parts(self.stage.root) if isinstance(part, Target))
        target = next((part for part in parts if part.key == key), None)
        assert target is not None, f"nothing to touch is called {key}"
        target.act()
        self._window.dispatch("on_draw")

    def choose(self, words: str) -> None:
        """Touch the candidate *words*, paging to it."""
        while True:
            for box in inspection.targets(self.stage.root):
                if box.key.startswith("candidate:") and box.label == words:
                    self.touch(box.key)
                    return
            self.touch("candidates:after")

    def type_village(self) -> None:
        for letter in LETTERS:
            self.touch(f"key:{letter}")
        for point in VILLAGE:
            self.choose(chr(point))
        for letter in LETTERS[:4]:
            self.touch(f"key:{letter}")

    def holders(self, secret: str) -> list[str]:
        """What kind of thing still refers to a text or bytes with *secret* in it."""
        gc.collect()
        mine = sys._getframe()
        found = []
        for thing in gc.get_objects():
            if thing is mine:
                continue
            for held in gc.get_referents(thing):
                # type(), not isinstance: a dead weak proxy answers the latter with an error.
                kind = type(held)
                if (kind is str and secret in held) or (kind in (bytes, bytearray) and secret.encode() in held):
                    found.append(f"{type(thing).__module__}.{type(thing).__name__}")
        return found

    def drawn(self) -> list[str]:
        """What the content still consists of: nothing, when nothing is shown."""
        content = self.stage.root.content
        left = [type(part).__name__ for part in inspection.parts(content)]
        return left + [type(one).__name__ for one in content.canvas.children if not isinstance(one, CanvasBase)]


async def ended(keeper: Keeper, view: View[Any], typed: list[str], how: str) -> int:
    """Type on *view* and end it *how*; how many held what was typed while it was shown."""
    showing = asyncio.create_task(keeper.stage.show(view))
    await asyncio.sleep(0)
    if view is WORDS:
        keeper.type_village()
    else:
        for digit in typed:
            keeper.touch(f"key:{digit}" if view is CODE else f"digit:{digit}")
    held = len(keeper.holders("".join(typed)))
    if how == "cancelled":
        showing.cancel()
    else:
        keeper.touch("forgotten" if view is PIN else "nav:home")
    await asyncio.gather(showing, return_exceptions=True)
    del showing
    if how == "answered":
        following = asyncio.create_task(keeper.stage.show(NEXT))
        await asyncio.sleep(0)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    keeper.stage.clear()
    return held


async def main(size: tuple[int, int], library: Path) -> None:
    keeper = Keeper(size, library)
    dice = random.Random()
    for how in ("cancelled", "answered"):
        for name, view in (("village", WORDS), ("phone", PHONE), ("code", CODE), ("pin", PIN)):
            count = 5 if view is PIN else 11
            typed = [chr(point) for point in VILLAGE]
            while view is not WORDS:
                typed = [str(dice.randrange(10)) for _ in range(count)]
                if not keeper.holders("".join(typed)):  # digits that stand nowhere else
                    break
            held = await ended(keeper, view, typed, how)
            # Put together in the call only: a variable here would be the one thing that still holds it.
            told = {"typed": name, "ended": how, "held": held, "holders": keeper.holders("".join(typed)),
                    "drawn": keeper.drawn()}  # fmt: skip
            print(json.dumps(told), flush=True)


asyncio.run(main((int(sys.argv[1]), int(sys.argv[2])), Path(sys.argv[3])))
