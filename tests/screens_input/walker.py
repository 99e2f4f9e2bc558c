"""Shows every scene on one real window in all four looks, turns its pages, takes pictures, and tells what is wrong.

    python -m tests.screens_input.walker WIDTH HEIGHT PINYIN OUT [SCENE...]

One JSON object a picture on stdout.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels
from PIL import Image

from kiosk.questions import CodeQuestion, TextQuestion
from kiosk.views import Surroundings
from screens import inspection
from screens.app import Look, open_window
from screens.fonts import Fonts
from screens.frame import content_of
from screens.input.boxes import Box
from screens.input.typist import Typist
from screens.registry import Registry
from screens.stage import KivyStage
from screens.widgets.target import Target
from tests.screens_input import checks, gallery

NOW: Final = datetime(2026, 11, 23, 10, 24)
ONWARD: Final = "page:after"


class Walker:
    """One window; everything is done by what a touch does: the targets' acts."""

    def __init__(self, size: tuple[int, int], pinyin: Path, out: Path) -> None:
        self._window: Any = open_window(Look(width=size[0], height=size[1], fullscreen=False))
        assert tuple(self._window.size) == size
        registry = Registry()
        registry.add(TextQuestion, Typist(pinyin))
        self._size = size
        self._out = out
        place = Surroundings(place="五台山风景名胜区 · 大甘河村服务点")
        self._stage = KivyStage(self._window, Fonts(), place, registry, lambda: NOW)
        self._window.add_widget(self._stage.root)

    async def walk(self, names: list[str]) -> None:
        for large in (False, True):
            for contrast in (False, True):
                for name in names:
                    await self._scene(name, large, contrast)
                self._stage.clear()

    async def _scene(self, name: str, large: bool, contrast: bool) -> None:
        scene = gallery.SCENES[name]
        showing = asyncio.create_task(self._stage.show(scene.view))
        await asyncio.sleep(0)
        for key, on, wanted in (
            ("large", self._stage._style.large, large),
            ("contrast", self._stage._style.contrast, contrast),
        ):
            if on is not wanted:
                self._touch(key)
        for key in scene.touches:
            self._touch(key)
            await asyncio.sleep(0)
        page = 1
        while True:
            self._take(name, page, large, contrast, isinstance(scene.view, (CodeQuestion, TextQuestion)))
            onward = self._target(ONWARD)
            if contrast or onward is None or not onward.enabled:
                break  # the contrast changes no place: one page of each is enough
            onward.act()
            await asyncio.sleep(0)
            if showing.done():
                break
            page += 1
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)

    def _target(self, key: str) -> Target | None:
        found = (part for part in inspection.parts(self._stage.root) if isinstance(part, Target))
        return next((target for target in found if target.key == key), None)

    def _touch(self, key: str) -> None:
        target = self._target(key)
        assert target is not None, f"nothing to touch is called {key}"
        assert target.enabled, f"{key} takes no touch"
        target.act()

    def _take(self, name: str, page: int, large: bool, contrast: bool, keyboard: bool) -> None:
        width, height = self._size
        self._window.canvas.ask_update()
        self._window.dispatch("on_draw")
        pixels = glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)
        self._window.flip()
        picture = Image.frombytes("RGB", self._size, pixels).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        look = f"{'large' if large else 'normal'}-{'contrast' if contrast else 'paper'}"
        file = f"{name}-{look}-{page}.jpg"
        picture.save(self._out / file, quality=85)
        style = self._stage._style
        shot = checks.Shot(
            root=self._stage.root, content=self._stage.root.content, area=content_of(width, height, style.scale),
            window=Box(0, 0, width, height), look=style, picture=picture, keyboard=keyboard,
        )  # fmt: skip
        told = {
            "scene": name, "large": large, "contrast": contrast, "page": page, "file": file,
            "texts": inspection.texts(self._stage.root), "labels": checks.labels(shot),
            "findings": checks.findings(shot),
        }  # fmt: skip
        print(json.dumps(told, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    wide, tall, library, folder = sys.argv[1:5]
    walker = Walker((int(wide), int(tall)), Path(library), Path(folder))
    asyncio.run(walker.walk(sys.argv[5:] or list(gallery.SCENES)))
