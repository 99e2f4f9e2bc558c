"""Drawn pictures: lines on a square of 100 by 100, y upwards, good from 48 to 320 pixels.

Each picture is data: strokes (a run of points), closed strokes, circles, rounded rectangles and arcs.
"""

from __future__ import annotations

import enum
import itertools
import math
from typing import Final

import msgspec
from kivy.graphics import Color, SmoothEllipse, SmoothLine, SmoothRoundedRectangle
from kivy.graphics.instructions import Canvas
from kivy.utils import get_color_from_hex

from contract.catalogue import Group


class Icon(enum.StrEnum):
    BRIEFCASE = "briefcase"
    CAP = "cap"
    SHIELD = "shield"
    CARD = "card"
    LIST = "list"
    BOOK = "book"
    NETWORK_OFF = "network-off"
    PAPER = "paper"
    CLOCK = "clock"
    LOCK = "lock"
    PERSON = "person"
    CHECK = "check"
    WARNING = "warning"
    INSERT = "insert"
    TAKE = "take"
    ID_CARD = "id-card"
    PHONE = "phone"
    HOUSE = "house"
    HAND = "hand"
    FACE_LAUGHS = "face-laughs"
    FACE_SMILES = "face-smiles"
    FACE_STRAIGHT = "face-straight"
    FACE_SAD = "face-sad"
    FACE_CROSS = "face-cross"


GROUP_PICTURES: Final = {
    Group.WORK: Icon.BRIEFCASE, Group.SKILL: Icon.CAP, Group.INSURANCE: Icon.SHIELD, Group.CARD: Icon.CARD,
}  # fmt: skip


class Stroke(msgspec.Struct, frozen=True):
    """Points x, y, x, y …; ``closed`` joins the last with the first; ``weight``: times the icon's line; ``corner``:
    how far from a corner its rounding begins."""

    points: tuple[float, ...]
    closed: bool = False
    weight: float = 1.0
    corner: float = 0.0


class Ring(msgspec.Struct, frozen=True):
    """A circle, or the part of it from ``start`` to ``end`` degrees clockwise from the top."""

    x: float
    y: float
    radius: float
    start: float = 0.0
    end: float = 360.0
    filled: bool = False


class Panel(msgspec.Struct, frozen=True):
    """A rounded rectangle; ``fill`` names a colour, the outline is the icon's own."""

    x: float
    y: float
    w: float
    h: float
    corner: float
    fill: str = ""


Shape = Stroke | Ring | Panel

CARD: Final = (Panel(8, 22, 84, 56, 9), Panel(20, 50, 18, 14, 3, "chip"), Stroke((20, 37, 58, 37), weight=0.8))
SLOT: Final = (Panel(6, 8, 88, 24, 6, "slot"), Stroke((20, 20, 80, 20), weight=1.1))

HEAD: Final = (Ring(50, 50, 43), Ring(35, 61, 5.5, filled=True), Ring(65, 61, 5.5, filled=True))
"""Of the five faces of 好差评; their mouths and brows tell them apart."""

CAP_LESS: Final = 0.5
"""Pixels by which a round end is drawn smaller: a smoothed circle comes out larger than a smoothed line is wide."""
CURVE: Final = 6
"""Pieces of a rounded corner."""

PICTURES: Final[dict[Icon, tuple[Shape, ...]]] = {
    Icon.BRIEFCASE: (Panel(10, 16, 80, 54, 9), Stroke((35, 70, 35, 84, 65, 84, 65, 70)), Stroke((10, 44, 90, 44)),
                     Panel(43, 37, 14, 13, 3)),
    Icon.CAP: (Stroke((50, 80, 95, 58, 50, 36, 5, 58), closed=True), Stroke((24, 48, 24, 28)), Stroke((76, 48, 76, 28)),
               Stroke((24, 28, 36, 21, 50, 18, 64, 21, 76, 28), corner=7), Stroke((95, 58, 95, 32))),
    Icon.SHIELD: (Stroke((50, 92, 86, 80, 86, 50, 80, 32, 68, 18, 50, 8, 32, 18, 20, 32, 14, 50, 14, 80), closed=True,
                         corner=9),
                  Stroke((33, 50, 46, 37, 69, 62))),
    Icon.CARD: (Panel(8, 20, 84, 60, 9), Stroke((8, 61, 92, 61)), Panel(20, 32, 16, 13, 3), Stroke((60, 38, 80, 38))),
    Icon.LIST: (Panel(18, 8, 64, 84, 8), Stroke((33, 70, 67, 70)), Stroke((33, 52, 67, 52)), Stroke((33, 34, 53, 34))),
    Icon.BOOK: (Stroke((50, 76, 38, 84, 8, 84, 8, 22, 38, 22, 50, 14, 62, 22, 92, 22, 92, 84, 62, 84), closed=True),
                Stroke((50, 76, 50, 14))),
    Icon.NETWORK_OFF: (Ring(50, 22, 5, filled=True), Ring(50, 22, 24, -45, 45), Ring(50, 22, 42, -45, 45),
                       Ring(50, 22, 60, -45, 45), Stroke((18, 90, 82, 10), weight=1.2)),
    Icon.PAPER: (Stroke((22, 92, 62, 92, 80, 74, 80, 8, 22, 8), closed=True), Stroke((62, 92, 62, 74, 80, 74)),
                 Stroke((36, 54, 66, 54)), Stroke((36, 36, 66, 36))),
    Icon.CLOCK: (Ring(50, 50, 41), Stroke((50, 74, 50, 50, 66, 40))),
    Icon.LOCK: (Panel(18, 10, 64, 46, 8), Stroke((32, 56, 32, 70)), Stroke((68, 56, 68, 70)), Ring(50, 70, 18, -90, 90),
                Ring(50, 36, 5, filled=True), Stroke((50, 34, 50, 24))),
    Icon.PERSON: (Ring(50, 70, 19), Ring(50, 8, 36, -90, 90), Stroke((14, 8, 86, 8))),
    Icon.CHECK: (Stroke((18, 50, 41, 26, 84, 74), weight=1.5),),
    Icon.WARNING: (Stroke((50, 90, 95, 12, 5, 12), closed=True), Stroke((50, 64, 50, 40), weight=1.2),
                   Ring(50, 26, 4.5, filled=True)),
    Icon.INSERT: (Panel(22, 52, 56, 40, 5, "sheet"), Panel(30, 70, 13, 11, 2, "chip"),
                  Stroke((30, 61, 54, 61), weight=0.7), Stroke((50, 50, 50, 36)), Stroke((43, 43, 50, 35, 57, 43)),
                  *SLOT),
    Icon.TAKE: (Stroke((50, 80, 50, 98)), Stroke((43, 91, 50, 99, 57, 91)), Panel(22, 32, 56, 40, 5, "sheet"),
                Panel(30, 51, 13, 11, 2, "chip"), Stroke((30, 42, 54, 42), weight=0.7), *SLOT),
    Icon.ID_CARD: (Panel(6, 20, 88, 60, 8), Stroke((18, 64, 48, 64)), Stroke((18, 50, 42, 50)),
                   Stroke((18, 34, 66, 34)), Ring(72, 62, 7.5), Ring(72, 40, 12, -90, 90), Stroke((60, 40, 84, 40))),
    Icon.PHONE: (Panel(24, 4, 52, 92, 9), Panel(34, 56, 12, 12, 1), Panel(54, 56, 12, 12, 1), Panel(34, 36, 12, 12, 1),
                 Stroke((56, 47, 56, 37, 66, 37)), Stroke((66, 47, 66, 44)), Stroke((44, 16, 56, 16)),
                 Stroke((34, 80, 66, 80), weight=0.7)),
    Icon.HOUSE: (Stroke((6, 50, 50, 90, 94, 50)), Stroke((18, 60, 18, 12, 82, 12, 82, 60)),
                 Stroke((41, 12, 41, 40, 59, 40, 59, 12))),
    Icon.HAND: (Stroke((34, 6, 34, 16, 9, 43, 19, 55, 36, 40, 36, 95, 49, 95, 49, 59, 88, 52, 87, 22, 80, 14, 80, 6),
                       closed=True, corner=6), Stroke((62, 55, 62, 42)), Stroke((75, 52, 75, 41)),
                Stroke((60, 76, 66, 86)), Stroke((25, 76, 19, 86))),
    Icon.FACE_LAUGHS: (*HEAD, Ring(50, 44, 25, 90, 270), Stroke((25, 44, 75, 44))),
    Icon.FACE_SMILES: (*HEAD, Ring(50, 50, 27, 118, 242)),
    Icon.FACE_STRAIGHT: (*HEAD, Stroke((33, 32, 67, 32))),
    Icon.FACE_SAD: (*HEAD, Ring(50, 10, 27, -58, 58)),
    Icon.FACE_CROSS: (*HEAD, Ring(50, 15, 21, -80, 80), Stroke((22, 80, 42, 71)), Stroke((78, 80, 58, 71))),
}  # fmt: skip


class Ink(msgspec.Struct, frozen=True):
    """What an icon is drawn with. ``weight``: thickness of its lines in per cent of its width."""

    colours: dict[str, str]
    colour: str
    weight: float = 5.5

    def named(self, name: str) -> list[float]:
        rgba: list[float] = get_color_from_hex(self.colours[name])
        return rgba


def draw(canvas: Canvas, icon: Icon, corner: tuple[float, float], size: float, ink: Ink) -> None:
    """Draw *icon* into *canvas*, its box's lower left *corner* given, *size* pixels wide."""
    x, y = corner
    unit = size / 100
    half = max(1.0, unit * ink.weight / 2)
    with canvas:
        for shape in PICTURES[icon]:
            Color(*ink.named(ink.colour))
            match shape:
                case Stroke():
                    pairs = zip(shape.points[::2], shape.points[1::2], strict=True)
                    run = [(x + px * unit, y + py * unit) for px, py in pairs]
                    if shape.corner:
                        run = rounded(run, shape.corner * unit, closed=shape.closed)
                        stroke(run, half * shape.weight, closed=shape.closed, round_all=False)
                    else:
                        stroke(run, half * shape.weight, closed=shape.closed)
                case Ring():
                    ring((x + shape.x * unit, y + shape.y * unit), shape, unit, half)
                case Panel():
                    box = (x + shape.x * unit, y + shape.y * unit, shape.w * unit, shape.h * unit)
                    panel(shape, box, unit, half, ink)


def stroke(points: list[tuple[float, float]], half: float, *, closed: bool = False, round_all: bool = True) -> None:
    """A line *half* pixels to each side of *points*, with round ends and corners, its edge smoothed without
    multisampling (which costs a second frame buffer and a third of the start). *round_all*: False for the many points
    of a curve, where only the ends need it; a closed one is given with its end laid over its beginning."""
    run = [*points, points[0]] if closed and round_all else points
    for (ax, ay), (bx, by) in itertools.pairwise(run) if round_all else ():
        SmoothLine(points=(ax, ay, bx, by), width=half)
    if not round_all:
        SmoothLine(points=[value for point in run for value in point], width=half)
    for px, py in points if round_all else () if closed else (points[0], points[-1]):
        cap = half - CAP_LESS
        SmoothEllipse(pos=(px - cap, py - cap), size=(2 * cap, 2 * cap))


def rounded(points: list[tuple[float, float]], corner: float, *, closed: bool) -> list[tuple[float, float]]:
    """*points* with a curve at each corner that begins *corner* before it, or half way to the next one; a closed run
    comes with its end laid over its beginning."""
    count = len(points)
    found: list[tuple[float, float]] = [] if closed else [points[0]]
    for at in range(count) if closed else range(1, count - 1):
        (ax, ay), (bx, by), (cx, cy) = points[at - 1], points[at], points[(at + 1) % count]
        before, after = math.hypot(ax - bx, ay - by), math.hypot(cx - bx, cy - by)
        p, q = min(corner / before, 0.5), min(corner / after, 0.5)
        (sx, sy), (ex, ey) = (bx + (ax - bx) * p, by + (ay - by) * p), (bx + (cx - bx) * q, by + (cy - by) * q)
        for step in range(CURVE + 1):
            t = step / CURVE
            u = 1 - t
            found.append((u * u * sx + 2 * u * t * bx + t * t * ex, u * u * sy + 2 * u * t * by + t * t * ey))
    return [*found, *found[:2]] if closed else [*found, points[-1]]


def ring(middle: tuple[float, float], shape: Ring, unit: float, half: float) -> None:
    """A circle, filled or not, or an arc."""
    x, y = middle
    radius = shape.radius * unit
    if shape.filled:
        SmoothEllipse(pos=(x - radius, y - radius), size=(2 * radius, 2 * radius))
        return
    steps = max(16, round(abs(shape.end - shape.start) / 6))
    angles = [math.radians(shape.start + (shape.end - shape.start) * n / steps) for n in range(steps + 1)]
    points = [(x + radius * math.sin(angle), y + radius * math.cos(angle)) for angle in angles]
    whole = shape.end - shape.start >= 360
    stroke([*points, *points[1:3]] if whole else points, half, closed=whole, round_all=False)


def panel(shape: Panel, box: tuple[float, float, float, float], unit: float, half: float, ink: Ink) -> None:
    """A rounded rectangle, filled, outlined, or both."""
    x, y, w, h = box
    corner = shape.corner * unit
    if shape.fill:
        Color(*ink.named(shape.fill))
        SmoothRoundedRectangle(pos=(x, y), size=(w, h), radius=[corner])
        Color(*ink.named(ink.colour))
    centres = ((x + w - corner, y + h - corner, 0), (x + w - corner, y + corner, 90), (x + corner, y + corner, 180),
               (x + corner, y + h - corner, 270))  # fmt: skip
    points = [
        (cx + corner * math.sin(math.radians(start + turn)), cy + corner * math.cos(math.radians(start + turn)))
        for cx, cy, start in centres
        for turn in range(0, 91, 15)
    ]
    # Begun and ended in the middle of the upper edge, a hair over itself: neither a gap nor a bump is to be seen.
    top, past = (x + w / 2, y + h), (x + w / 2 + 0.5, y + h)
    stroke([top, *points, top, past], half, closed=True, round_all=False)
