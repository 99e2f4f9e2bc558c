"""Digits behind dots (views.PinPad). The digits live in one Secret, never in a widget."""

from __future__ import annotations

from collections.abc import Callable

from contract.texts import Text
from kiosk.views import Nav, PinChoice, PinPad
from screens.input.boxes import Box
from screens.input.heading import heading
from screens.input.number_pad import number_pad
from screens.input.secret import Secret
from screens.kit import Kit
from screens.theme import BUTTON, GAP

Answer = Callable[[str | PinChoice | Nav], None]


class PinPadScreen:
    """Dots above, the pad below them (portrait) or beside them (landscape), 忘了密码 and 确定 at the bottom."""

    def __init__(self, kit: Kit, area: Box, view: PinPad, answer: Answer) -> None:
        self._kit = kit
        self._view = view
        self._answer = answer
        self._secret = Secret(view.length, view.least or view.length)
        gap = kit.px(GAP)
        foot, rest = area.foot(kit.px(BUTTON), gap)
        if area.h > area.w:
            pad, rest = rest.foot(min(kit.px(4 * 168 + 3 * GAP), rest.h * 0.6), kit.px(40))
        else:
            rest, pad = rest.split(kit.px(56), 1, 1)
        heading(kit, rest, view.title, view.line, view.error)
        between = gap if view.length <= 8 else gap / 2
        size = min(kit.px(100), (rest.w - (view.length - 1) * between) / view.length)
        wide = view.length * size + (view.length - 1) * between
        row = Box(rest.x + (rest.w - wide) / 2, rest.bottom - size * 1.15 - between, wide, size * 1.15)
        self._boxes = row.grid(view.length, 1, between)
        for box in self._boxes:
            kit.fill(box, "sheet", "primary", thick=3)
        self._dots = kit.panel()
        number_pad(kit, pad, self._digit, self._clear, self._back)
        forgotten, done = foot.split(gap, 2, 3)
        kit.target(forgotten, PinChoice.FORGOTTEN.value, "forgotten", self._forgotten)
        self._done_box = done
        self._done = kit.panel()
        self._draw()

    def release(self) -> None:
        """Nothing of what was typed stays."""
        self._secret.wipe()
        self._dots.clear()

    def _draw(self) -> None:
        self._dots.clear()
        for index, box in enumerate(self._boxes):
            if index < len(self._secret):
                self._dots.dot(box.x + box.w / 2, box.y + box.h / 2, box.w * 0.2)
        self._done.clear()
        self._done.target(
            self._done_box,
            self._kit.say(Text.PAD_DONE),
            "done",
            self._finish,
            kind="primary",
            size=44,
            enabled=self._secret.complete,
        )

    def _digit(self, digit: str) -> None:
        self._secret.add(digit)
        self._draw()

    def _back(self) -> None:
        self._secret.back()
        self._draw()

    def _clear(self) -> None:
        self._secret.wipe()
        self._draw()

    def _forgotten(self) -> None:
        self._secret.wipe()
        self._answer(PinChoice.FORGOTTEN)

    def _finish(self) -> None:
        if self._secret.complete:
            self._answer(self._secret.take())
