"""What lies before the document camera, as the still source reads it: picture files in a folder.

The kernel here offers no camera, so the pictures enter where OpenCV's frames would; everything behind that is the
product's own: the page is found, straightened, judged, sealed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from drivers.emulated.drawing import Image, blurred, dark, encoded, glaring, scene, table, two_pages, with_hand

FRAMES: Final = ("1.png", "2.png")
"""The source shows them in turn; they differ only when something moves."""
PAGE: Final = "page"
SCENES: Final[dict[str, Callable[[], tuple[Image, Image]]]] = {
    PAGE: lambda: (scene(2),) * 2,
    "no-page": lambda: (table(),) * 2,
    "several": lambda: (two_pages(),) * 2,
    "covered": lambda: (with_hand(scene(2)),) * 2,
    "moving": lambda: (scene(2), scene(8)),
    "blurred": lambda: (blurred(scene(2), 6.0),) * 2,
    "dark": lambda: (dark(scene(2)),) * 2,
    "glare": lambda: (glaring(scene(2)),) * 2,
}


class EmulatedCamera:
    """``[camera] path = folder, source = "still"``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._away = folder.with_name(f"{folder.name}.unplugged")
        self._drawn: dict[str, tuple[bytes, bytes]] = {}

    def __enter__(self) -> EmulatedCamera:
        self._folder.mkdir(parents=True, exist_ok=True)
        self.shows(PAGE)
        return self

    def __exit__(self, *_error: object) -> None:
        for folder in (self._folder, self._away):
            for name in FRAMES:
                (folder / name).unlink(missing_ok=True)
            if folder.exists():
                folder.rmdir()

    def shows(self, name: str) -> None:
        """One of SCENES. Each file is replaced whole: the source never reads half a picture."""
        if name not in self._drawn:
            first, second = SCENES[name]()
            one = encoded(first)
            self._drawn[name] = (one, one if second is first else encoded(second))
        folder = self._folder if self._folder.exists() else self._away
        for file, picture in zip(FRAMES, self._drawn[name], strict=True):
            part = folder.with_name(f"{folder.name}.part")
            part.write_bytes(picture)
            os.replace(part, folder / file)

    def unplug(self) -> None:
        if self._folder.exists():
            self._folder.rename(self._away)

    def plug(self) -> None:
        if self._away.exists():
            self._away.rename(self._folder)
