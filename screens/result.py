"""It is done (views.ResultView): the number, what happens next, and what became of the slip."""

from __future__ import annotations

from functools import partial

from contract.slip import PrintOutcome
from contract.texts import Text
from kiosk.views import ResultChoice, ResultView
from screens.input.boxes import Box
from screens.input.heading import low
from screens.paged import Paged
from screens.qr import draw_qr
from screens.records import draw_pages
from screens.rows import row_blocks
from screens.theme import GAP


class ResultScreen(Paged[ResultView, ResultChoice]):
    """Sign and title, item and number, rows, the slip's line (with a QR where there is no slip), two buttons."""

    def _draw(self) -> None:
        kit, view = self._kit, self._view
        kit.clear()
        gap = kit.px(GAP)
        area = self._area
        width = area.split(kit.px(56), 3, 2)[0].w if self._wide else area.w
        blocks = [block for row in view.rows for block in row_blocks(kit, row, width, area.h)]
        shown = draw_pages(kit, area, blocks, self._page, self._turn, top=self, buttons=3, width=width)
        self._page = shown.page
        again, finish = shown.foot.split(gap, 2, 3)
        kit.target(again, ResultChoice.AGAIN.value, "again", partial(self._answer, ResultChoice.AGAIN), size=42)
        kit.target(finish, view.finish, "finish", partial(self._answer, ResultChoice.FINISH), kind="primary", size=44)

    # -- records.Top: the same on every page --------------------------------------------------------------------------

    def height(self, width: float, first: bool) -> float:
        del first
        if self._wide:
            return self._headline_height(self._column(width))
        return self._headline_height(width) + self._slip_height(width) + self._kit.px(GAP)

    def draw(self, box: Box, first: bool) -> None:
        del first
        if self._wide:
            left, slip = box.split(self._kit.px(56), 3, 2)
            self._headline(left)
        else:
            slip = self._headline(box).top(self._slip_height(box.w))[0]
        self._slip(slip)

    @property
    def _wide(self) -> bool:
        """A QR stands beside the rest where the window lies; the slip's line alone always stands above the rows."""
        return self._area.w > self._area.h and bool(self._view.qr)

    def _column(self, width: float) -> float:
        return (width - self._kit.px(56)) * 3 / 5 if self._wide else width

    def _title(self, width: float) -> tuple[float, float]:
        """Side of the sign, height of sign and title together."""
        kit = self._kit
        side = kit.look.type(72 if low(kit) else 88)
        words = width - side - kit.px(28)
        return side, max(side, kit.tall(self._view.title, words, self._letters(words), bold=True))

    def _letters(self, width: float) -> float:
        size = 48.0 if low(self._kit) else 60.0
        while size > 44 and self._kit.width(self._view.title, size, bold=True) > width:
            size -= 1
        return size

    def _number(self, width: float) -> float:
        size = 60.0 if low(self._kit) else 76.0
        while size > 48 and self._kit.width(self._view.number, size, bold=True) > width:
            size -= 4
        return size

    def _headline_height(self, width: float) -> float:
        kit, view = self._kit, self._view
        number = kit.tall(view.number, width, self._number(width), bold=True)
        return (
            self._title(width)[1]
            + kit.tall(kit.say(Text.RESULT_NUMBER, item=view.item), width, 36)
            + number
            + kit.px(12 + 16)
        )

    def _headline(self, rest: Box) -> Box:
        kit, view = self._kit, self._view
        size, used = self._title(rest.w)
        disc, words = rest.left(size, kit.px(28))
        colour = "wait" if view.pending else "success"
        kit.dot(disc.x + size / 2, disc.y + used / 2, size / 2, colour)
        inner = size * 0.56
        kit.mark("wait" if view.pending else "ok", disc.x + (size - inner) / 2, disc.y + (used - inner) / 2, inner,
                 "sheet")  # fmt: skip
        kit.words(Box(words.x, words.y, words.w, used), view.title, self._letters(words.w), bold=True, middle=True,
                  even=True)  # fmt: skip
        rest = rest.top(used, kit.px(12))[1]
        rest = rest.top(kit.words(rest, kit.say(Text.RESULT_NUMBER, item=view.item), 36, colour="soft"))[1]
        return rest.top(kit.words(rest, view.number, self._number(rest.w), bold=True), kit.px(16))[1]

    def _slip_height(self, width: float) -> float:
        kit, view = self._kit, self._view
        side = kit.px(280) if view.qr else 0.0
        words = kit.tall(view.slip_line, width - side - kit.px(64), 38, bold=True)
        return max(words + kit.px(48), side + kit.px(32) if side else 0)

    def _slip(self, box: Box) -> None:
        kit, view = self._kit, self._view
        fine = view.slip is PrintOutcome.PRINTED
        if box.h > box.w * 0.8 and view.qr:
            code, words = box.inset(kit.px(24)).top(min(box.w - kit.px(48), box.h * 0.62), kit.px(16))
        elif view.qr:
            code, words = box.inset(kit.px(16)).left(kit.px(280), kit.px(24))
        else:
            code, words = None, box.inset(kit.px(32), kit.px(24))
            if box.h > box.w * 0.5:
                box = box.top(kit.tall(view.slip_line, words.w, 38, bold=True) + kit.px(72))[0]
                words = box.inset(kit.px(32), kit.px(24))
        kit.fill(box, "chosen" if fine else "notice", "primary" if fine else "outline")
        if code is not None:
            draw_qr(kit, code, view.qr)
        kit.words(words, view.slip_line, 38, bold=True, colour="ink" if fine else "on_notice", middle=True)
