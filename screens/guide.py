"""The one-time notice (views.Guide): who, what to bring, how long, who answers. Said once, and completely."""

from __future__ import annotations

from functools import partial

from kiosk.views import Guide, GuideChoice
from screens.paged import Paged
from screens.records import TitleTop, draw_pages
from screens.rows import row_blocks
from screens.theme import GAP


class GuideScreen(Paged[Guide, GuideChoice]):
    """A sheet of rows, paged when long; 打印带走 (or 扫码带走) and 开始办理 where they can be."""

    def _draw(self) -> None:
        kit, view = self._kit, self._view
        kit.clear()
        choices = [(GuideChoice.PRINT.value, "print", GuideChoice.PRINT)] if view.can_print else []
        choices += [(GuideChoice.QR.value, "qr", GuideChoice.QR)] if view.can_qr else []
        choices += [(view.start, "start", GuideChoice.START)] if view.start else []
        signed = any(row.sign is not None for row in view.rows)
        room = self._area.h * 0.4
        blocks = [block for row in view.rows for block in row_blocks(kit, row, self._area.w, room, signed=signed)]
        shown = draw_pages(
            kit, self._area, blocks, self._page, self._turn, top=TitleTop(kit, view.title, view.line),
            buttons=len(choices),
        )  # fmt: skip
        self._page = shown.page
        if not choices:
            return
        shares = [2.0, 3.0] if len(choices) == 2 else [1.0] * len(choices)
        for box, (label, key, choice) in zip(shown.foot.split(kit.px(GAP), *shares), choices, strict=True):
            kit.target(box, label, key, partial(self._answer, choice), size=44,
                       kind="primary" if choice is GuideChoice.START else "plain")  # fmt: skip
