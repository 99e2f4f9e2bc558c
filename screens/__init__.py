"""The window: one screen for each view, drawn with Kivy.

Kivy reads its environment when it is imported for the first time, so what this package needs of it is set here, before
any module of it can import Kivy: no command-line arguments, no configuration file, no log file of its own, one window
provider, signals left to the program, and the data folder of scripts/lib/fonts.py, whose style sheet is empty: Kivy's
own takes a tenth of the start to read, and nothing that it styles is ever shown.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.update(
    {
        "KIVY_NO_ARGS": "1",
        "KIVY_NO_CONFIG": "1",
        "KIVY_NO_FILELOG": "1",
        "KIVY_NO_CONSOLELOG": "1",
        "KIVY_LOG_MODE": "PYTHON",
        "KIVY_WINDOW": "sdl2",
        "KIVY_TEXT": "sdl2",
        "KIVY_IMAGE": "sdl2",
        "SDL_NO_SIGNAL_HANDLERS": "1",
    }
)

_data = Path(sys.prefix) / "share" / "jiujinban" / "kivy"
if (_data / "style.kv").is_file():
    os.environ["KIVY_DATA_DIR"] = str(_data)
