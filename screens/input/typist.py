"""Makes the words screen with the one pinyin library of the process: ``registry.add(TextQuestion, Typist(folder))``."""

from __future__ import annotations

import threading
from pathlib import Path

from kiosk.questions import TextQuestion
from screens.base import Answer
from screens.input.boxes import Box
from screens.input.pinyin import Pinyin, RimeMissingError
from screens.kit import Kit
from screens.questions.words import WordsScreen


class Typist:
    """``load`` may be run in a thread in the quiet after the first picture; whoever comes earlier waits for it (some
    hundredths of a second, a third of one where nothing is compiled yet). Without librime the keyboard says so.
    """

    def __init__(self, folder: Path) -> None:
        """*folder*: where the compiled schema is, or is put."""
        self._folder = folder
        self._lock = threading.Lock()
        self._asked = False
        self._pinyin: Pinyin | None = None

    def load(self) -> None:
        """Open the library, once. Blocks."""
        with self._lock:
            if self._asked:
                return
            self._asked = True
            try:
                self._pinyin = Pinyin.open(self._folder)
            except RimeMissingError:
                self._pinyin = None

    def __call__(self, kit: Kit, area: Box, view: TextQuestion, answer: Answer) -> WordsScreen:
        self.load()
        return WordsScreen(kit, area, view, answer, self._pinyin)

    def close(self) -> None:
        """Give the library back."""
        with self._lock:
            if self._pinyin is not None:
                self._pinyin.close()
            self._pinyin = None
            self._asked = False
