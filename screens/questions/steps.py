"""The row at the foot of every question: 跳过 where it may be skipped, 下一步. One step back is 返回, as everywhere."""

from __future__ import annotations

from collections.abc import Callable

from contract.texts import Text
from kiosk.questions import Question
from kiosk.views import Nav
from screens.input.boxes import Box
from screens.kit import Kit
from screens.theme import GAP


def steps_row(
    kit: Kit, box: Box, view: Question, answer: Callable[[Nav | None], None], onward: Callable[[], None], *, ready: bool
) -> None:
    """*ready*: there is something to go on with; without it 下一步 is switched off."""
    onwards = box
    if not view.required:
        skip, onwards = box.split(kit.px(GAP), 2, 3)
        kit.target(skip, kit.say(Text.STEP_SKIP), "skip", lambda: answer(None))
    kit.target(onwards, view.next, "next", onward, kind="primary", size=44, enabled=ready)
