"""Rectangles for laying out a screen: pixels, y from the top, cut and shared like paper. Pure; knows no widget."""

from __future__ import annotations

from typing import NamedTuple


class Box(NamedTuple):
    """x, y of the top left corner; width, height. Pixels."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    def inset(self, dx: float, dy: float | None = None) -> Box:
        """Smaller by *dx* at both sides and *dy* above and below."""
        dy = dx if dy is None else dy
        return Box(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)

    def around(self, other: Box | None) -> Box:
        """The smallest that holds both."""
        if other is None:
            return self
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Box(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def top(self, height: float, gap: float = 0) -> tuple[Box, Box]:
        """Cut *height* off the top: (the piece, what remains below *gap*)."""
        return (
            Box(self.x, self.y, self.w, height),
            Box(self.x, self.y + height + gap, self.w, self.h - height - gap),
        )

    def foot(self, height: float, gap: float = 0) -> tuple[Box, Box]:
        """Cut *height* off the bottom: (the piece, what remains above *gap*)."""
        return Box(self.x, self.bottom - height, self.w, height), Box(self.x, self.y, self.w, self.h - height - gap)

    def left(self, width: float, gap: float = 0) -> tuple[Box, Box]:
        """Cut *width* off the left: (the piece, what remains to the right of *gap*)."""
        return (
            Box(self.x, self.y, width, self.h),
            Box(self.x + width + gap, self.y, self.w - width - gap, self.h),
        )

    def split(self, gap: float, *shares: float) -> list[Box]:
        """Side by side, by *shares*: split(24, 1, 2) is a third and two thirds."""
        free = self.w - gap * (len(shares) - 1)
        boxes, x = [], self.x
        for share in shares:
            width = free * share / sum(shares)
            boxes.append(Box(x, self.y, width, self.h))
            x += width + gap
        return boxes

    def grid(self, columns: int, rows: int, gap: float) -> list[Box]:
        """Equal cells, row by row."""
        width = (self.w - gap * (columns - 1)) / columns
        height = (self.h - gap * (rows - 1)) / rows
        return [
            Box(self.x + column * (width + gap), self.y + row * (height + gap), width, height)
            for row in range(rows)
            for column in range(columns)
        ]
