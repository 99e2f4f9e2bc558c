"""Shows one question after another on a real window, and tells on stdout what can be touched and what was answered."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from kiosk.questions import CodeQuestion, TextQuestion
from kiosk.views import MessageView, Nav, PinChoice, PinPad, Surroundings
from screens import inspection
from screens.app import Look, perform
from screens.stage import KivyStage


async def tell(stage: KivyStage) -> None:
    last = ""
    while True:
        await asyncio.sleep(0.1)
        seen = json.dumps(
            {
                "targets": {t.key: [t.label, t.x + t.w / 2, t.y + t.h / 2] for t in inspection.targets(stage.root)},
                "texts": inspection.texts(stage.root),
            },
            ensure_ascii=False,
        )
        if seen != last:
            print(seen, flush=True)
        last = seen


async def play(stage: KivyStage) -> None:
    telling = asyncio.create_task(tell(stage))
    asked = TextQuestion(item="固定工求职登记", step=10, steps=14, question="您住在哪个村？", example="杨树村")
    while (words := await stage.show(asked)) is Nav.HELP:
        left = stage.as_left(asked)
        assert isinstance(left, TextQuestion)
        asked = left
        await stage.show(MessageView(title="请村里的帮办员来帮您", text="按「知道了」接着办。"))
    print(json.dumps({"answer": words if isinstance(words, str) else str(words)}, ensure_ascii=False), flush=True)
    code = await stage.show(
        CodeQuestion(item="技能提升补贴申领", step=4, steps=6, question="证书编号是多少？", alphabet="0123456789SY",
                     lengths=(16, 22), example="S000014999999264000001")
    )  # fmt: skip
    print(json.dumps({"answer": code if isinstance(code, str) else str(code)}, ensure_ascii=False), flush=True)
    pin = await stage.show(PinPad(title="请输入社保卡密码", line="六位数字。"))
    told = pin.value if isinstance(pin, (Nav, PinChoice)) else pin
    print(json.dumps({"answer": told}, ensure_ascii=False), flush=True)
    telling.cancel()


look = Look(width=int(sys.argv[1]), height=int(sys.argv[2]), fullscreen=False, pinyin=Path(sys.argv[3]))
asyncio.run(perform(play, Surroundings(place="示例县 · 杨树村服务点"), look))
