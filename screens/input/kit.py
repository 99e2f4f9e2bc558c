"""What the input and data screens draw with: words, touch targets, sheets and signs at boxes of the content area.

A screen composes itself anew for each view and each page; a part that changes while somebody types (candidates, the
text box, dots) lives in a panel of its own and is the only thing drawn again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from kivy.graphics import Color, Ellipse, Line, Rectangle, RoundedRectangle
from kivy.uix.widget import Widget
from kivy.utils import get_color_from_hex

from screens.input.boxes import Box
from screens.theme import BUTTON, CORNER, GAP, LINE_HEIGHT, Style
from screens.wrap import wrap

__all__ = ["BUTTON", "GAP", "Align", "Kind", "Kit", "Mark", "Touch"]

Align = Literal["left", "center", "right"]
Kind = Literal["plain", "primary", "key", "chosen"]
Mark = Literal["ok", "bad", "wait"]


class Finger(Protocol):
    """What Kivy hands to a widget for a touch, as far as it is used here."""

    pos: tuple[float, float]
    grab_current: object

    def grab(self, widget: object) -> None: ...

    def ungrab(self, widget: object) -> None: ...


class Touch(Widget):  # type: ignore[misc]
    """A touch target: acts when a touch that began on it ends on it. ``label`` and ``key`` are for harnesses."""

    def __init__(self, label: str, key: str, act: Callable[[], None], enabled: bool) -> None:
        super().__init__()
        self.label = label
        self.key = key
        self.enabled = enabled
        self._act = act
        self.shade: Color | None = None

    def on_touch_down(self, touch: Finger) -> bool:
        if not self.enabled or not self.collide_point(*touch.pos):
            return False
        touch.grab(self)
        if self.shade is not None:
            self.shade.a = 0.25
        return True

    def on_touch_up(self, touch: Finger) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        if self.shade is not None:
            self.shade.a = 0
        if self.collide_point(*touch.pos):
            self._act()
        return True


class Kit:
    """Draws into *root* (window coordinates); boxes have y from the top of the window, whose height is *height*."""

    def __init__(self, root: Widget, height: float, style: Style) -> None:
        self.root = root
        self.height = height
        self.look = style

    def px(self, size: float) -> float:
        return size * self.look.scale

    def panel(self) -> Kit:
        """A part of the same area that is drawn again by itself."""
        part = Widget(size_hint=(None, None), size=(0, 0))
        self.root.add_widget(part)
        return Kit(part, self.height, self.look)

    def clear(self) -> None:
        self.root.clear_widgets()
        self.root.canvas.clear()

    # -- words ---------------------------------------------------------------------------------------------------

    def width(self, words: str, size: float = 36, bold: bool = False) -> float:
        """Of one line, in pixels."""
        return self.look.fonts.width(words, self.look.type(size), bold)

    def lines(self, words: str, width: float, size: float = 36, bold: bool = False) -> list[str]:
        return wrap(words, width, lambda part: self.width(part, size, bold))

    def _balanced(self, words: str, width: float, size: float, bold: bool) -> list[str]:
        """As few lines as fit, of about the same length: no single character alone on the last one."""
        count = len(self.lines(words, width, size, bold))
        narrow = width
        while narrow > width / 2 and len(self.lines(words, narrow * 0.94, size, bold)) == count:
            narrow *= 0.94
        return self.lines(words, narrow, size, bold)

    def tall(self, words: str, width: float, size: float = 36, bold: bool = False) -> float:
        """Height of *words* wrapped into *width*."""
        return len(self.lines(words, width, size, bold)) * self.look.type(size) * LINE_HEIGHT if words else 0.0

    def words(
        self, box: Box, words: str, size: float = 36, *, bold: bool = False, colour: str = "ink",
        align: Align = "left", middle: bool = False, into: Widget | None = None,
    ) -> float:  # fmt: skip
        """Draw *words* wrapped at the top of *box* (or in its middle). Returns the height used."""
        lines = self.lines(words, box.w, size, bold)
        if align == "center" and len(lines) > 1:
            lines = self._balanced(words, box.w, size, bold)
        line_height = self.look.type(size) * LINE_HEIGHT
        used = line_height * len(lines)
        y = box.y + (box.h - used) / 2 if middle else box.y
        with (into or self.root).canvas:
            for line in lines:
                spare = box.w - self.width(line, size, bold)
                x = box.x + {"left": 0, "center": spare / 2, "right": spare}[align]
                for run in self.look.fonts.runs(line, bold):
                    label = self.look.fonts.label(run.font, self.look.type(size))
                    label.text = run.text
                    label.refresh()
                    texture = label.texture
                    Color(*get_color_from_hex(self.look.colours[colour]))
                    top = y + (line_height - texture.height) / 2
                    Rectangle(
                        texture=texture, size=texture.size, pos=(round(x), round(self.height - top - texture.height))
                    )
                    x += texture.width
                y += line_height
        return used

    # -- shapes --------------------------------------------------------------------------------------------------

    def fill(
        self,
        box: Box,
        fill: str,
        outline: str = "",
        corner: float = CORNER,
        thick: float = 2,
        into: Widget | None = None,
    ) -> None:
        """A sheet of paper: filled, with or without an outline."""
        pos = (box.x, self.height - box.bottom)
        radius = self.px(corner)
        with (into or self.root).canvas:
            Color(*get_color_from_hex(self.look.colours[fill]))
            RoundedRectangle(pos=pos, size=(box.w, box.h), radius=[radius])
            if outline:
                half = self.px(thick) * (1.5 if self.look.contrast else 1) / 2
                Color(*get_color_from_hex(self.look.colours[outline]))
                Line(
                    rounded_rectangle=(pos[0] + half, pos[1] + half, box.w - 2 * half, box.h - 2 * half, radius),
                    width=half,
                )

    def rule(self, x: float, y: float, width: float) -> None:
        """A thin line across."""
        with self.root.canvas:
            Color(*get_color_from_hex(self.look.colours["rule"]))
            Rectangle(pos=(x, self.height - y), size=(width, max(1.0, self.px(2))))

    def caret(self, x: float, row: Box, tall: float) -> None:
        """The cursor: an upright line in the middle of *row*'s height. It does not blink."""
        with self.root.canvas:
            Color(*get_color_from_hex(self.look.colours["primary"]))
            bottom = self.height - row.y - (row.h + tall) / 2
            Rectangle(pos=(round(x), round(bottom)), size=(max(2.0, self.px(4)), tall))

    def dot(self, x: float, y: float, radius: float, colour: str = "ink") -> None:
        with self.root.canvas:
            Color(*get_color_from_hex(self.look.colours[colour]))
            Ellipse(pos=(x - radius, self.height - y - radius), size=(2 * radius, 2 * radius))

    def squares(self, box: Box, cells: list[list[bool]], quiet: int) -> None:
        """A QR: dark on white whatever the contrast, *quiet* light modules around (ISO/IEC 18004: four)."""
        count = len(cells) + 2 * quiet
        side = int(min(box.w, box.h) / count)
        x0 = round(box.x + (box.w - side * count) / 2)
        y0 = round(box.y + (box.h - side * count) / 2)
        with self.root.canvas:
            Color(1, 1, 1, 1)
            Rectangle(pos=(x0, self.height - y0 - side * count), size=(side * count, side * count))
            Color(0, 0, 0, 1)
            for row, line in enumerate(cells):
                for column, dark in enumerate(line):
                    if dark:
                        top = y0 + (row + quiet + 1) * side
                        Rectangle(pos=(x0 + (column + quiet) * side, self.height - top), size=(side, side))

    def mark(self, mark: Mark, x: float, y: float, size: float, colour: str = "", into: Widget | None = None) -> None:
        """The drawn sign of a state, its box at (x, y from the top): check, cross, or clock."""
        colour = colour or {"ok": "success", "bad": "error", "wait": "wait"}[mark]
        bottom = self.height - y - size
        width = max(1.2, size * 0.06)

        def at(*points: float) -> list[float]:
            return [x + p * size if i % 2 == 0 else bottom + p * size for i, p in enumerate(points)]

        with (into or self.root).canvas:
            Color(*get_color_from_hex(self.look.colours[colour]))
            if mark == "ok":
                Line(points=at(0.12, 0.5, 0.4, 0.2, 0.9, 0.82), width=width, cap="round", joint="round")
            elif mark == "bad":
                Line(points=at(0.18, 0.18, 0.82, 0.82), width=width, cap="round")
                Line(points=at(0.18, 0.82, 0.82, 0.18), width=width, cap="round")
            else:
                Line(circle=(x + size / 2, bottom + size / 2, size * 0.42), width=width * 0.8)
                Line(points=at(0.5, 0.76, 0.5, 0.5, 0.68, 0.4), width=width * 0.8, cap="round", joint="round")

    # -- targets -------------------------------------------------------------------------------------------------

    def target(
        self, box: Box, label: str, key: str, act: Callable[[], None], *, kind: Kind = "plain", size: float = 40,
        enabled: bool = True, say: bool = True,
    ) -> Touch:  # fmt: skip
        """A touch target with its face. ``say`` False: the caller draws what is on it into the returned widget."""
        touch = Touch(label, key, act, enabled)
        touch.size_hint = (None, None)
        touch.pos = (box.x, self.height - box.bottom)
        touch.size = (box.w, box.h)
        fill, outline, ink, thick = {
            "plain": ("sheet", "primary", "primary", 3), "primary": ("primary", "primary", "on_primary", 3),
            "key": ("sheet", "outline", "ink", 2), "chosen": ("chosen", "primary", "ink", 6),
        }[kind]  # fmt: skip
        if not enabled:
            fill, outline, ink, thick = "ground", "outline", "off", 2
        self.fill(box, fill, outline, thick=thick, into=touch)
        if say:
            inner = box.inset(self.px(12), 0)
            while size > 20 and (
                len(self.lines(label, inner.w, size, kind != "plain")) * self.look.type(size) * 1.3 > box.h
                or max(self.width(part, size, True) for part in label.split("\n"))
                > inner.w * (1 if len(label) <= 6 else 9)
            ):
                size -= 2
            self.words(inner, label, size, bold=True, colour=ink, align="center", middle=True, into=touch)
        with touch.canvas.after:
            touch.shade = Color(0.5, 0.5, 0.5, 0)
            RoundedRectangle(pos=touch.pos, size=touch.size, radius=[self.px(CORNER)])
        self.root.add_widget(touch)
        return touch
