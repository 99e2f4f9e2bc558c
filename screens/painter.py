"""Paints the window: all of it, or only where it has changed.

Where pictures are drawn by the processor (llvmpipe: a terminal without a graphics driver, and every test) each pixel
costs, and a whole window costs tens of milliseconds; so what a finger presses and what a key types are painted by
themselves. This takes a window that still holds its last picture: software drawing on X keeps it, real graphics
(which flip between buffers, and have no need of this) may not; there, and whenever something has changed that no part
tells of, the whole window is painted.
"""

from __future__ import annotations

from typing import Any, Final

from kivy.graphics import Color, RenderContext, RoundedRectangle
from kivy.graphics.opengl import GL_RENDERER, GL_SCISSOR_TEST, glDisable, glEnable, glGetString, glScissor
from kivy.uix.widget import Widget
from kivy.utils import get_color_from_hex

from screens.hand import Hand
from screens.input.boxes import Box
from screens.widgets.part import Part
from screens.widgets.target import Target

SHADE: Final = (0.45, 0.45, 0.45, 0.22)
"""Lies over what is pressed."""
FLAT: Final = """$HEADER$
void main(void) { gl_FragColor = frag_color; }
"""
"""Kivy's own shader looks every pixel up in a texture, which a shade has not."""
EDGE: Final = 3
"""Smoothed edges reach so many pixels beyond their shape."""
KEEPS: Final = (b"llvmpipe", b"softpipe")
"""Renderers that draw into one and the same picture all the time, on X."""


class Painter:
    """Draws everything under *root* on *window*, and the shade over what *hand* presses."""

    def __init__(self, window: Any, root: Widget, hand: Hand) -> None:
        self._window = window
        self._root = root
        self._hand = hand
        self._shades = RenderContext(fs=FLAT)
        self._laid: Target | None = None
        self._due = self._all = True
        self._keeps = on_x(window) and glGetString(GL_RENDERER).startswith(KEEPS)
        window.bind(on_draw=self._draw, size=self._resized)

    def ground(self, colour: str) -> None:
        """Of which colour the window is where nothing lies. It costs nothing: a sheet of its own would be another layer
        of every picture."""
        self._window.clearcolor = tuple(get_color_from_hex(colour))
        self.everything()

    def everything(self) -> None:
        """Paint the whole window next."""
        self._all = True
        self._root.canvas.ask_update()

    def shaded(self) -> None:
        """What is pressed has changed."""
        self._due = True

    @property
    def due(self) -> bool:
        """Whether there is anything to paint."""
        return self._due or bool(self._window.canvas.needs_redraw)

    def _resized(self, *_: Any) -> None:
        self.everything()

    def _draw(self, window: Any) -> bool:
        """In place of Kivy's own (window.on_draw), which it does not come to."""
        pressed, laid = self._hand.pressed, self._laid
        changed = bool(window.canvas.needs_redraw)
        stale = self._stale() if changed else None
        self._all = self._all or not self._keeps or (changed and stale is None)
        if laid is not None and laid is not pressed:
            stale = laid.box.around(stale)
        if pressed is not None and laid is None and not changed and not self._all:
            # The finger came down and nothing else: the shade is laid over the picture that is there.
            self._clip(pressed.box)
        else:
            if pressed is not None and stale is not None:
                stale = pressed.box.around(stale)
            self._clip(Box(0, 0, *window.size) if self._all or stale is None else stale)
            window.clear()
            window.render_context.draw()
        self._shade(pressed)
        glDisable(GL_SCISSOR_TEST)
        self._laid = pressed
        self._due = self._all = False
        return True

    def _stale(self) -> Box | None:
        """What the parts tell of, once; ``_all`` is set when one has changed without telling."""
        found: Box | None = None
        for part in _parts(self._root):
            if part.stale is not None:
                found, part.stale = part.stale.around(found), None
            elif part.canvas.needs_redraw and not any(child.canvas.needs_redraw for child in part.children):
                self._all = True
        return found

    def _clip(self, box: Box) -> None:
        width, height = self._window.size
        left, right = max(0, int(box.x) - EDGE), min(width, int(box.right) + 1 + EDGE)
        bottom, top = max(0, int(height - box.bottom) - EDGE), min(height, int(height - box.y) + 1 + EDGE)
        glScissor(left, bottom, max(0, right - left), max(0, top - bottom))
        glEnable(GL_SCISSOR_TEST)

    def _shade(self, pressed: Target | None) -> None:
        shades = self._shades
        shades.clear()
        if pressed is not None:
            with shades:
                Color(*SHADE)
                RoundedRectangle(pos=pressed.pos, size=pressed.size, radius=[pressed.corner])
            for name in ("projection_mat", "modelview_mat"):
                shades[name] = self._window.render_context[name]
            shades.draw()


def _parts(root: Widget) -> list[Part]:
    found = []
    waiting = list(root.children)
    while waiting:
        one = waiting.pop()
        waiting += one.children
        if isinstance(one, Part):
            found.append(one)
    return found


def on_x(window: Any) -> bool:
    """Whether *window* is one of an X server's."""
    return type(window.get_window_info()).__name__ == "WindowInfoX11"
