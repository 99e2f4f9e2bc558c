"""What all screens draw with: words, touch targets, sheets, icons and signs at boxes of the window.

A screen composes itself anew for each view and each page; a part that changes while somebody types (candidates, the
text box, dots) lives in a panel of its own and is the only thing drawn again. Boxes have y from the top of the window;
sizes of text are pixels of the 1080-wide design (theme), lengths pass through ``px``.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Final, Literal

from kivy.core.image import Image
from kivy.core.text import Label
from kivy.graphics import Color, Rectangle, SmoothEllipse, SmoothRoundedRectangle
from kivy.graphics.instructions import Canvas
from kivy.graphics.texture import Texture
from kivy.utils import get_color_from_hex

from contract.texts import Text
from contract.wrapping import halves, wrap
from screens.input.boxes import Box
from screens.theme import CORNER, LINE_HEIGHT, Style
from screens.widgets.icon import Icon, Ink, Ring, draw, ring, stroke
from screens.widgets.part import Part, Said
from screens.widgets.target import Target

Align = Literal["left", "center", "right"]
Kind = Literal["plain", "primary", "key", "chosen", "notice", "danger"]
Mark = Literal["ok", "bad", "wait"]

LEAST_TEXT: Final = 26
HALF_WHITE: Final = frozenset("，、。；：")
OPENING: Final = frozenset("（《「『")
HANG: Final = 0.4
"""Of its height, that the white before an opening mark is wide."""
BODY_ABOVE_BASE: Final = 0.38
"""The middle of a Chinese character lies so many of its heights above the base line."""
BODY: Final = 1.2
"""Height of what is drawn of a line, in heights of its letters; the rest of LINE_HEIGHT is white."""
FACES: Final = {
    "plain": ("sheet", "primary", "primary", 3.0), "primary": ("primary", "primary", "on_primary", 3.0),
    "key": ("sheet", "outline", "ink", 2.0), "chosen": ("chosen", "primary", "ink", 6.0),
    "notice": ("notice", "outline", "on_notice", 3.0), "danger": ("error", "error", "on_primary", 3.0),
}  # fmt: skip
"""Ground, outline, letters, thickness of the outline."""


class Kit:
    """Draws into *root*; *height* is the window's."""

    def __init__(self, root: Part, height: float, look: Style) -> None:
        self.root = root
        self.height = height
        self.look = look

    def px(self, size: float) -> float:
        """Pixels of the window for *size* pixels of the design."""
        return size * self.look.scale

    def say(self, key: Text, **values: str | int) -> str:
        """One of the terminal's own sentences (contract/texts.toml)."""
        return self.look.texts(key, **values)

    def panel(self) -> Kit:
        """A part of the same area that is drawn again by itself."""
        part = Part()
        self.root.add_widget(part)
        return Kit(part, self.height, self.look)

    def clear(self) -> None:
        self.root.clear()

    # -- words ---------------------------------------------------------------------------------------------------

    def width(self, words: str, size: float = 36, bold: bool = False) -> float:
        """Of one line, in pixels."""
        return self.look.fonts.width(words, self.look.type(size), bold)

    def lines(self, words: str, width: float, size: float = 36, bold: bool = False) -> list[str]:
        letters = self.look.type(size)
        fonts = self.look.fonts
        return wrap(words, width, lambda part: fonts.width(part, letters, bold))

    def balanced(self, words: str, width: float, size: float = 36, bold: bool = False) -> list[str]:
        """As few lines as fit, of about the same length; two are cut where one would pause anyhow."""
        lines = self.lines(words, width, size, bold)
        if len(lines) == 2:
            letters, fonts = self.look.type(size), self.look.fonts
            at_pause = halves(words, width, lambda part: fonts.width(part, letters, bold))
            if at_pause is not None:
                return at_pause
        narrow = width
        while len(lines) > 1 and narrow > width / 2:
            closer = self.lines(words, narrow * 0.94, size, bold)
            if len(closer) > len(lines):
                break
            lines, narrow = closer, narrow * 0.94
        return lines

    def tall(self, words: str, width: float, size: float = 36, bold: bool = False) -> float:
        """Height of *words* wrapped into *width*."""
        return len(self.lines(words, width, size, bold)) * self.look.type(size) * LINE_HEIGHT if words else 0.0

    def fitting(self, words: str, box: Box, size: float, *, bold: bool = False, lines: int = 99) -> float:
        """The size, *size* or smaller, at which *words* fit *box* in at most *lines* lines."""
        while size > LEAST_TEXT:
            broken = self.lines(words, box.w, size, bold)
            whole = all(self.width(line, size, bold) <= box.w for line in broken)
            if whole and len(broken) <= lines and len(broken) * self.look.type(size) * LINE_HEIGHT <= box.h + 1:
                break
            size -= 1
        return size

    def words(
        self, box: Box, words: str, size: float = 36, *, bold: bool = False, colour: str = "ink",
        align: Align = "left", middle: bool = False, even: bool = False, into: Part | None = None,
    ) -> float:  # fmt: skip
        """Draw *words* wrapped at the top of *box* (or in its middle). Returns the height used.

        *even*: lines of about the same length (titles; always so when centred)."""
        if not words:
            return 0.0
        part = into or self.root
        broken = (self.balanced if even or align == "center" else self.lines)(words, box.w, size, bold)
        line_height = self.look.type(size) * LINE_HEIGHT
        used = line_height * len(broken)
        y = top = box.y + (box.h - used) / 2 if middle else box.y
        left, right = box.right, box.x
        with part.canvas:
            Color(*get_color_from_hex(self.look.colours[colour]))
        # A font's letters may reach above and below their line.
        part.drew(Box(box.x, top, box.w, used).inset(-line_height / 2))
        for line in broken:
            wide = self.width(line, size, bold)
            if align == "center" and line and line[-1] in HALF_WHITE:  # nobody sees the white half as part of the line
                wide -= self.look.type(size) / 2
            x = box.x + {"left": 0.0, "center": (box.w - wide) / 2, "right": box.w - wide}[align]
            # An opening mark's white half hangs out, so that what one sees of the lines begins in one place.
            hang = self.look.type(size) * HANG if align == "left" and line and line[0] in OPENING else 0.0
            x -= hang
            end = self._line(part.canvas, line, x, y + line_height / 2, size, bold=bold)
            left, right = min(left, x + hang), max(right, end)
            y += line_height
        lead = (LINE_HEIGHT - BODY) / 2 * self.look.type(size)
        part.said.append(Said(words, Box(left, top + lead, max(0.0, right - left), used - 2 * lead), len(broken)))
        return used

    def _line(self, canvas: Canvas, line: str, x: float, middle: float, size: float, *, bold: bool) -> float:
        """One line, its characters' middle *middle* pixels below the window's top. Returns where it ends."""
        letters = self.look.type(size)
        base = middle + BODY_ABOVE_BASE * letters
        with canvas:
            for run in self.look.fonts.runs(line, bold):
                label = Label(text=run.text, font_name=run.font, font_size=round(letters))
                label.refresh()
                texture = label.texture
                bottom = self.height - base + label.get_descent()
                Rectangle(texture=texture, size=texture.size, pos=(round(x), round(bottom)))
                x += texture.width
        return x

    # -- shapes --------------------------------------------------------------------------------------------------

    def fill(
        self, box: Box, fill: str, outline: str = "", *, corner: float = CORNER, thick: float = 2,
        into: Part | None = None, alpha: float = 1.0,
    ) -> None:  # fmt: skip
        """A sheet of paper: filled, with or without an outline."""
        edge = self.px(thick) * (1.5 if self.look.contrast else 1) if outline else 0.0
        radius = min(self.px(corner), box.h / 2, box.w / 2)
        part = into or self.root
        part.drew(box)
        with part.canvas:
            if outline:
                Color(*get_color_from_hex(self.look.colours[outline]))
                self._paper(box, radius)
            red, green, blue, _ = get_color_from_hex(self.look.colours[fill])
            Color(red, green, blue, alpha)
            self._paper(box.inset(edge), max(0.0, radius - edge))

    def _paper(self, box: Box, radius: float) -> None:
        left, bottom = round(box.x), round(self.height - box.bottom)
        size = (round(box.right) - left, round(self.height - box.y) - bottom)
        if radius < 1:
            Rectangle(pos=(left, bottom), size=size)
        else:
            SmoothRoundedRectangle(pos=(left, bottom), size=size, radius=[radius])

    def frame(self, box: Box, outline: str, thick: float = 3) -> None:
        """An outline around what is drawn already."""
        edge = self.px(thick)
        self.root.drew(box)
        with self.root.canvas:
            Color(*get_color_from_hex(self.look.colours[outline]))
            for side in (box.top(edge)[0], box.foot(edge)[0], box.left(edge)[0],
                         Box(box.right - edge, box.y, edge, box.h)):  # fmt: skip
                self._paper(side, 0)

    def rule(self, x: float, y: float, width: float) -> None:
        """A thin line across."""
        thick = max(1.0, self.px(2))
        self.root.drew(Box(x, y - thick, width, thick))
        with self.root.canvas:
            Color(*get_color_from_hex(self.look.colours["rule"]))
            Rectangle(pos=(x, self.height - y), size=(width, thick))

    def caret(self, x: float, row: Box, tall: float) -> None:
        """The cursor: an upright line in the middle of *row*'s height. It does not blink."""
        wide = max(2.0, self.px(4))
        self.root.drew(Box(x, row.y + (row.h - tall) / 2, wide, tall))
        with self.root.canvas:
            Color(*get_color_from_hex(self.look.colours["primary"]))
            bottom = self.height - row.y - (row.h + tall) / 2
            Rectangle(pos=(round(x), round(bottom)), size=(wide, tall))

    def dot(self, x: float, y: float, radius: float, colour: str = "ink", into: Part | None = None) -> None:
        part = into or self.root
        part.drew(Box(x - radius, y - radius, 2 * radius, 2 * radius))
        with part.canvas:
            Color(*get_color_from_hex(self.look.colours[colour]))
            SmoothEllipse(pos=(x - radius, self.height - y - radius), size=(2 * radius, 2 * radius))

    def squares(self, box: Box, cells: list[list[bool]], quiet: int) -> None:
        """A QR: dark on white whatever the contrast, *quiet* light modules around (ISO/IEC 18004: four)."""
        count = len(cells) + 2 * quiet
        side = int(min(box.w, box.h) / count)
        x0 = round(box.x + (box.w - side * count) / 2)
        y0 = round(box.y + (box.h - side * count) / 2)
        self.root.drew(box)
        with self.root.canvas:
            Color(1, 1, 1, 1)
            Rectangle(pos=(x0, self.height - y0 - side * count), size=(side * count, side * count))
            Color(0, 0, 0, 1)
            for row, line in enumerate(cells):
                for column, dark in enumerate(line):
                    if dark:
                        top = y0 + (row + quiet + 1) * side
                        Rectangle(pos=(x0 + (column + quiet) * side, self.height - top), size=(side, side))

    def picture(self, box: Box, width: int, height: int, rgb: bytes) -> None:
        """Packed RGB, drawn over the whole *box*. Its texture goes with the part it is drawn in."""
        texture = Texture.create(size=(width, height), colorfmt="rgb")
        texture.blit_buffer(rgb, colorfmt="rgb", bufferfmt="ubyte")
        texture.flip_vertical()
        self.root.drew(box)
        with self.root.canvas:
            Color(1, 1, 1, 1)
            Rectangle(texture=texture, size=(box.w, box.h), pos=(box.x, self.height - box.bottom))

    def outline(self, box: Box, corners: tuple[tuple[float, float], ...], colour: str) -> None:
        """A closed line through *corners*, each within *box* from 0 to 1."""
        if not corners:
            return
        points = [(box.x + x * box.w, self.height - box.y - y * box.h) for x, y in (*corners, corners[0])]
        with self.root.canvas:
            Color(*get_color_from_hex(self.look.colours[colour]))
            stroke(points, max(2.0, self.px(5)))

    def poster(self, box: Box, png: bytes) -> None:
        """A picture from a file, as large as it fits into *box*, in its middle."""
        texture = Image(io.BytesIO(png), ext="png", mipmap=True).texture
        scale = min(box.w / texture.width, box.h / texture.height)
        wide, high = round(texture.width * scale), round(texture.height * scale)
        x, y = round(box.x + (box.w - wide) / 2), round(box.y + (box.h - high) / 2)
        self.root.drew(Box(x, y, wide, high))
        with self.root.canvas:
            Color(1, 1, 1, 1)
            Rectangle(texture=texture, pos=(x, self.height - y - high), size=(wide, high))

    def icon(
        self, icon: Icon, x: float, y: float, size: float, colour: str = "primary", *, into: Part | None = None,
        weight: float = 5.5,
    ) -> None:  # fmt: skip
        """A drawn picture, its box's top left corner at (x, y), *size* pixels of the window wide."""
        part = into or self.root
        part.drew(Box(x, y, size, size).inset(-size * weight / 100))
        draw(part.canvas, icon, (x, self.height - y - size), size, Ink(self.look.colours, colour, weight))

    def mark(self, mark: Mark, x: float, y: float, size: float, colour: str = "", *, into: Part | None = None) -> None:
        """The drawn sign of a state, its box at (x, y from the top): check, cross, or clock."""
        colour = colour or {"ok": "success", "bad": "error", "wait": "wait"}[mark]
        bottom = self.height - y - size
        width = max(1.2, size * 0.06)
        part = into or self.root
        part.drew(Box(x, y, size, size).inset(-width))

        def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
            return [(x + across * size, bottom + up * size) for across, up in points]

        with part.canvas:
            Color(*get_color_from_hex(self.look.colours[colour]))
            if mark == "ok":
                stroke(at((0.12, 0.5), (0.4, 0.2), (0.9, 0.82)), width)
            elif mark == "bad":
                stroke(at((0.18, 0.18), (0.82, 0.82)), width)
                stroke(at((0.18, 0.82), (0.82, 0.18)), width)
            else:
                ring((x + size / 2, bottom + size / 2), Ring(0, 0, 42), size / 100, width * 0.8)
                stroke(at((0.5, 0.76), (0.5, 0.5), (0.68, 0.4)), width * 0.8)

    # -- targets -------------------------------------------------------------------------------------------------

    def target(
        self, box: Box, label: str, key: str, act: Callable[[], None], *, kind: Kind = "plain", size: float = 40,
        enabled: bool = True, say: bool = True, fill: str = "", outline: str = "",
    ) -> Target:  # fmt: skip
        """A touch target with its face. ``say`` False: the caller draws what is on it into the returned target.
        ``fill`` and ``outline`` name other colours than the kind's."""
        target = Target(box, self.height, label, key, act, enabled=enabled, corner=self.px(CORNER))
        ground, edge, ink, thick = FACES[kind]
        if not enabled:
            ground, edge, ink, thick = "ground", "outline", "off", 2.0
        self.fill(box, fill or ground, outline or edge, thick=thick, into=target)
        if say:
            inner = box.inset(self.px(18), 0)
            one, two = (self.fitting(label, inner, size, bold=True, lines=n) for n in (1, 2))
            size = one if one >= size * 0.8 else two
            self.words(inner, label, size, bold=True, colour=ink, align="center", middle=True, into=target)
        self.root.add_widget(target)
        return target
