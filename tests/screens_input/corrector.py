"""Answers questions the way people do: a digit too many, taken back, wiped, begun again; and tells what was answered.

    python -m tests.screens_input.corrector WIDTH HEIGHT

One JSON object on stdout: by name, what stood on the screen on the way and what the answer was.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime
from typing import Any, Final

import msgspec

from contract.fields import Option
from kiosk.questions import ChoiceQuestion, CodeQuestion, NumberQuestion
from kiosk.views import PinPad, Surroundings, View
from screens import inspection
from screens.app import Look, open_window
from screens.fonts import Fonts
from screens.registry import Registry
from screens.stage import KivyStage
from screens.widgets.target import Target

NOW: Final = datetime(2026, 11, 23, 10, 24)
OPTIONS: Final = tuple(Option(str(number), f"第{number}样") for number in range(1, 10))
WAGE: Final = NumberQuestion(item="登记", step=1, steps=3, question="想要多少工资？", unit="元", digits=5)
YEARS: Final = NumberQuestion(item="登记", step=2, steps=3, question="干过几年？", digits=2)
SEVERAL: Final = ChoiceQuestion(item="登记", step=3, steps=3, question="想干什么活儿？", options=OPTIONS, most=2)
ONE: Final = ChoiceQuestion(item="登记", step=3, steps=3, question="住哪里？", options=OPTIONS[:3])
AGAIN: Final = ChoiceQuestion(
    item="登记", step=3, steps=3, question="想干什么活儿？", options=OPTIONS, chosen=("8", "gone"), required=False
)
CODE: Final = CodeQuestion(item="登记", step=3, steps=3, question="证书编号是多少？", alphabet="0123456789SY",
                           lengths=(4, 6))  # fmt: skip
PIN: Final = PinPad(title="请输入社保卡密码", line="")
WAYS: Final[dict[str, tuple[View[Any], str]]] = {
    "wage": (WAGE, "digit:3 digit:5 digit:0 digit:0 back digit:0 digit:0 look next"),
    "too long": (YEARS, "digit:1 digit:2 digit:3 look back look digit:0 next"),
    "wiped": (YEARS, "digit:9 digit:9 digit:9 clear look digit:7 next"),
    "several": (SEVERAL, "option:3 option:1 option:2 look option:3 option:2 look next"),
    "second page": (SEVERAL, "option:1 options:after option:9 next"),
    "one": (ONE, "option:1 option:3 next"),
    "unmarked": (ONE, "option:2 option:2 look option:1 next"),
    "marked before": (AGAIN, "look next"),
    "skipped": (AGAIN, "skip"),
    "code": (CODE, "key:S key:Y back key:0 key:0 key:1 look next"),
    "code too long": (CODE, "key:S key:1 key:2 key:3 key:4 key:5 key:6 look back look key:9 next"),
    "code wiped": (CODE, "key:S key:1 clear look key:Y key:1 key:2 key:3 next"),
    "code of before": (msgspec.structs.replace(CODE, value="S12O3", required=False), "look next"),
    "code skipped": (msgspec.structs.replace(CODE, required=False), "skip"),
    "pin": (PIN, "digit:1 digit:2 digit:3 back clear digit:6 digit:5 digit:4 digit:3 digit:2 digit:1 digit:9 done"),
    "pin too short": (PIN, "digit:1 look done forgotten"),
}


class Screen:
    def __init__(self, size: tuple[int, int]) -> None:
        window: Any = open_window(Look(width=size[0], height=size[1], fullscreen=False))
        self.stage = KivyStage(window, Fonts(), Surroundings(place="示例县 · 杨树村服务点"), Registry(), lambda: NOW)
        window.add_widget(self.stage.root)
        self._window = window

    def target(self, key: str) -> Target:
        parts = [part for part in inspection.parts(self.stage.root) if isinstance(part, Target)]
        found = next((part for part in parts if part.key == key), None)
        if key == "options:after":  # whatever turns the page is called
            found = next((part for part in parts if part.key.endswith(":after")), None)
        assert found is not None, f"{key} is not among {[part.key for part in parts]}"
        return found

    async def played(self, view: View[Any], touches: str) -> dict[str, Any]:
        """Touch what is named; ``look`` notes what stands there."""
        showing = asyncio.create_task(self.stage.show(view))
        await asyncio.sleep(0)
        looks = []
        for key in touches.split():
            if key == "look":
                looks.append("|".join(inspection.texts(self.stage.root)))
            elif (target := self.target(key)).enabled:
                target.act()
            self._window.dispatch("on_draw")
        answer = await asyncio.wait_for(showing, 5)
        return {"looks": looks, "answer": answer if isinstance(answer, str | tuple) or answer is None else str(answer)}


async def main(size: tuple[int, int]) -> None:
    screen = Screen(size)
    print(json.dumps({name: await screen.played(*way) for name, way in WAYS.items()}, ensure_ascii=False))


asyncio.run(main((int(sys.argv[1]), int(sys.argv[2]))))
