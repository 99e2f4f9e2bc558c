"""One entry of a list whole (views.DetailView)."""

from __future__ import annotations

from functools import partial

from kiosk.views import DetailChoice, DetailView
from screens.paged import Paged
from screens.records import TitleTop, draw_pages, note_blocks
from screens.tables import facts_blocks, gap_block
from screens.theme import GAP


class DetailScreen(Paged[DetailView, DetailChoice]):
    """Facts as rows, the text below, 打印 · 扫码带走 · 看完了."""

    def _draw(self) -> None:
        kit, view = self._kit, self._view
        kit.clear()
        width = self._area.w
        blocks = facts_blocks(kit, width, view.facts)
        if view.text:
            blocks += [gap_block(kit), *note_blocks(kit, width, view.text)]
        choices = [DetailChoice.PRINT] if view.can_print else []
        choices += [DetailChoice.QR] if view.can_qr else []
        choices.append(DetailChoice.DONE)
        shown = draw_pages(kit, self._area, blocks, self._page, self._turn, top=TitleTop(kit, view.title, ""),
                           buttons=len(choices))  # fmt: skip
        self._page = shown.page
        for box, choice in zip(shown.foot.split(kit.px(GAP), *[1] * len(choices)), choices, strict=True):
            kit.target(box, choice.value, choice.name.lower(), partial(self._answer, choice), size=42,
                       kind="primary" if choice is DetailChoice.DONE else "plain")  # fmt: skip
