"""A sound card as the kernel lists it (/proc/asound/pcm). What is played goes to ALSA's ``null``: nobody hears it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

LINE: Final = "00-00: Made-up Analog : Made-up Analog : playback 1 : capture 1\n"


class EmulatedSoundCard:
    """``[speaker] device = "null", cards = file``."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __enter__(self) -> EmulatedSoundCard:
        self.plug()
        return self

    def __exit__(self, *_error: object) -> None:
        self.unplug()

    def plug(self) -> None:
        self._file.write_text(LINE, encoding="ascii")

    def unplug(self) -> None:
        self._file.unlink(missing_ok=True)
