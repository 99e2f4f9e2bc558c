"""Shows every view of the gallery in one window and writes down what stood where: run by test_layout.py, once a size.

python -m tests.screens.scene_pictures WIDTH HEIGHT OUT
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.views import StillThere
from screens.app import Look, perform
from screens.fonts import Fonts
from screens.inspection import parts, targets
from screens.stage import KivyStage
from screens.widgets.target import Target
from tests.screens.gallery import PLACE, VIEWS
from tests.screens.stagehand import FRAME, gone, picture, showing, touch

MODES = (("plain", ""), ("large", "大字"), ("large-contrast", "高对比"), ("contrast", "大字"))
"""Each with the switch of the head that leads to it from the one before."""
PICTURED = {"plain", "large-contrast"}
MOST_PAGES = 12


def written(stage: KivyStage, fonts: Fonts) -> dict[str, Any]:
    """What can be touched and what is written, with its places."""
    return {
        "targets": [vars(box) for box in targets(stage.root)],
        "said": [
            {"text": one.text, "box": one.box, "target": part.key if isinstance(part, Target) else None,
             "missing": fonts.missing(one.text)}
            for part in parts(stage.root) for one in part.said
        ],
    }  # fmt: skip


async def all_views(stage: KivyStage, out: Path, found: list[dict[str, Any]]) -> None:
    fonts = Fonts()
    for mode, switch in MODES:
        if switch:
            task = await showing(stage, VIEWS["menu"])
            await touch(stage, switch)
            await gone(task)
        for name, view in VIEWS.items():
            task = await showing(stage, view)
            for page in range(MOST_PAGES):
                if mode in PICTURED:
                    picture(out / f"{mode}-{name}-{page}.png")
                found.append({"mode": mode, "view": name, "page": page, "framed": view.frame} | written(stage, fonts))
                after = [part for part in parts(stage.root) if isinstance(part, Target) and part.key == "page:after"]
                if not after or not after[0].enabled:
                    break
                after[0].act()
                await asyncio.sleep(FRAME)
            await gone(task)
        beneath = await showing(stage, VIEWS["menu"])
        over = asyncio.create_task(stage.overlay(StillThere(seconds=30)))
        await asyncio.sleep(FRAME)
        if mode in PICTURED:
            picture(out / f"{mode}-still-there-0.png")
        found.append({"mode": mode, "view": "still-there", "page": 0, "framed": False} | written(stage, fonts))
        await gone(over)
        await gone(beneath)


async def main(width: int, height: int, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    found: list[dict[str, Any]] = []

    async def play(stage: KivyStage) -> None:
        await all_views(stage, out, found)

    await perform(play, PLACE, Look(width, height, freeze_clock=datetime(2026, 11, 23, 10, 24)))
    (out / "found.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
