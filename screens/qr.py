"""A QR to photograph with one's own phone (views.QrView), drawn as squares: no picture file, no texture of it."""

from __future__ import annotations

from collections.abc import Callable

import segno

from kiosk.views import Nav, QrView
from screens.input.boxes import Box
from screens.input.heading import heading
from screens.kit import Kit
from screens.theme import BUTTON, GAP

QUIET = 4
"""Light modules around (ISO/IEC 18004, 6.3.8)."""


def draw_qr(kit: Kit, box: Box, content: str) -> None:
    """The QR of *content*, error correction M, as large as *box* allows, always dark on white."""
    code = segno.make_qr(content, error="m")
    kit.squares(box, [[bool(cell) for cell in row] for row in code.matrix], QUIET)


class QrScreen:
    """Title, line, the code, one button."""

    def __init__(self, kit: Kit, area: Box, view: QrView, answer: Callable[[Nav | None], None]) -> None:
        self._kit = kit
        foot, rest = area.foot(kit.px(BUTTON), kit.px(GAP))
        rest = heading(kit, rest, view.title, view.line)
        side = min(rest.w, rest.h, kit.px(760))
        draw_qr(kit, Box(rest.x + (rest.w - side) / 2, rest.y + (rest.h - side) / 2, side, side), view.content)
        kit.target(foot, view.button, "done", lambda: answer(None), kind="primary", size=44)

    def release(self) -> None:
        self._kit.clear()
