"""A list of cards (views.ListingView): the whole card is the target; reasons under it with a sign."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from contract import limits
from contract.texts import Text
from contract.wire import Card
from kiosk.views import ListChoice, ListingView, Nav, OpenCard, TurnPage
from screens.input.boxes import Box
from screens.input.heading import heading, heading_height
from screens.input.paging import Step, paging, rows_at_foot, turning
from screens.input.writing import pack
from screens.kit import Kit, Mark
from screens.rows import said_block
from screens.theme import GAP
from screens.widgets.part import Part

LEAST = 200.0
EDGE = 14.0


class ListingScreen:
    """The platform's page may be longer than the window: then it is shown in parts before the next one is asked for."""

    def __init__(
        self, kit: Kit, area: Box, view: ListingView,
        answer: Callable[[OpenCard | TurnPage | ListChoice | Nav], None],
    ) -> None:  # fmt: skip
        self._kit = kit
        self._area = area
        self._view = view
        self._answer = answer
        self._part: int | None = None
        self._draw()

    def release(self) -> None:
        self._kit.clear()

    def _draw(self) -> None:
        kit, view = self._kit, self._view
        kit.clear()
        gap = kit.px(GAP)
        buttons = [
            (label, choice)
            for label, choice in ((view.filter_label, ListChoice.FILTER), (view.action_label, ListChoice.ACTION))
            if label
        ]
        foot, row, rest = rows_at_foot(kit, self._area, paged=bool(view.cards), buttons=2 if buttons else 0)
        for box, (label, choice) in zip(foot.split(gap, *[1] * len(buttons)) if buttons else (), buttons, strict=True):
            kit.target(box, label, choice.name.lower(), partial(self._answer, choice), size=42)
        if not view.cards:
            rest = heading(kit, rest, view.title, view.line)
            nothing = said_block(kit, rest.w, view.empty)
            sheet = rest.top(nothing.height)[0]
            kit.fill(sheet, "sheet", "rule")
            nothing.draw(sheet)
            return
        columns = 2 if rest.w > kit.look.type(1300) else 1
        width = rest.split(gap, *[1] * columns)[0].w
        least = heading_height(kit, rest.w, view.title)
        if columns == 2 and max(self._height(card, width) for card in view.cards) > rest.h - least:
            columns, width = 1, rest.w
        pairs = [view.cards[n : n + columns] for n in range(0, len(view.cards), columns)]
        line = view.line
        room = rest.h - heading_height(kit, rest.w, view.title, line)
        if max(self._height(card, width) for card in view.cards) > room:
            line, room = "", rest.h - least
        rest = heading(kit, rest, view.title, line)
        heights = [min(room, max(self._height(card, width) for card in pair)) for pair in pairs]
        parts = pack(heights, room, gap)
        if self._part is None:
            first = view.first % len(view.cards) // columns
            self._part = next(n for n, part in enumerate(parts) if first < part.stop)
        if len(parts) > 1 or view.pages > 1:
            assert row is not None
            self._paging(row, self._part, [slice(part.start * columns, part.stop * columns) for part in parts])
        y = rest.y
        here = parts[self._part]
        for pair, height in zip(pairs[here], heights[here], strict=True):
            for box, card in zip(Box(rest.x, y, rest.w, height).split(gap, *[1] * columns), pair, strict=False):
                self._card(box, card)
            y += height + gap

    def _paging(self, row: Box, part: int, parts: list[slice]) -> None:
        """上一页, which cards these are, 下一页: the platform's pages are none of the resident's business."""
        kit, view = self._kit, self._view
        first, last = part == 0, part + 1 == len(parts)
        before, after = turning(kit, part, len(parts), lambda by: self._turn(part + by))
        if first and view.page > 1:
            before = Step(partial(self._answer, TurnPage(view.page - 1)), kit.say(Text.PAGE_BEFORE))
        if last and view.page < view.pages:
            after = Step(partial(self._answer, TurnPage(view.page + 1)), kit.say(Text.PAGE_AFTER))
        earlier = (view.page - 1) * limits.LISTING_PAGE
        here = range(earlier, earlier + len(view.cards))[parts[part]]
        where = Text.LISTING_SPAN if len(here) > 1 else Text.LISTING_ONE
        paging(kit, row, kit.say(where, first=here[0] + 1, last=here[-1] + 1), before, after)

    def _title_width(self, card: Card, width: float) -> float:
        kit = self._kit
        return width - kit.px(64) - (kit.width(card.tag, 32, bold=True) + kit.px(72) if card.tag else 0)

    def _height(self, card: Card, width: float, reasons: int = 99) -> float:
        """Of *card* with so many of its reasons, and one line more when some are left out."""
        kit = self._kit
        inner = width - kit.px(64)
        tall = kit.tall(card.title, self._title_width(card, width), 42, bold=True)
        tall += sum(kit.tall(line, inner, 34) for line in card.lines)
        tall += sum(kit.tall(words, self._reason_width(inner), 34) for words in self._reasons(card, reasons))
        tall += kit.tall(card.beyond, self._reason_width(inner), 34) if card.beyond else 0
        return max(kit.px(LEAST), tall + 2 * kit.px(EDGE))

    def _reason_width(self, inner: float) -> float:
        return inner - self._kit.look.type(34) * 1.4

    def _reasons(self, card: Card, most: int) -> list[str]:
        """The weightiest come first; those that do not fit are counted."""
        if len(card.reasons) <= most:
            return list(card.reasons)
        return [*card.reasons[:most], self._kit.say(Text.LISTING_MORE_REASONS, count=len(card.reasons) - most)]

    def _card(self, box: Box, card: Card) -> None:
        kit = self._kit
        label = card.title
        touch = kit.target(
            box, label, f"card:{card.id}", partial(self._answer, OpenCard(card.id)), kind="key", say=False
        )
        inner = box.inset(kit.px(32), kit.px(EDGE))
        if card.tag:
            width = kit.width(card.tag, 32, bold=True) + kit.px(48)
            tag = Box(inner.right - width, inner.y, width, kit.look.type(32) * 1.7)
            kit.fill(tag, "chosen", "primary", corner=28, into=touch)
            kit.words(tag, card.tag, 32, bold=True, colour="ink", align="center", middle=True, into=touch)
        title = Box(inner.x, inner.y, self._title_width(card, box.w), inner.h)
        at = inner.top(kit.words(title, card.title, 42, bold=True, into=touch))[1]
        for line in card.lines:
            at = at.top(kit.words(at, line, 34, colour="soft", even=True, into=touch))[1]
        most = len(card.reasons)
        while most and self._height(card, box.w, most) > box.h + 1:
            most -= 1
        if card.beyond:  # first, and never left out
            at = self._said(at, card.beyond, "bad", "wait", touch)
        for reason in self._reasons(card, most):
            at = self._said(at, reason, "ok", "success", touch)

    def _said(self, at: Box, words: str, mark: Mark, colour: str, into: Part) -> Box:
        """One line with its sign; what remains of *at* below it."""
        kit = self._kit
        size = kit.look.type(34)
        kit.mark(mark, at.x, at.y + size * 0.2, size, colour, into=into)
        beside = Box(at.x + size * 1.4, at.y, at.w - size * 1.4, at.h)
        return at.top(kit.words(beside, words, 34, colour=colour, into=into))[1]

    def _turn(self, part: int) -> None:
        self._part = part
        self._draw()
